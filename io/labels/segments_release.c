#include "io/labels/segments_release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/source/source.h"
#include "io/text/jsondoc.h"

static const char LABELSET[] = "ground-truth";

struct reader {
    const char *file;
    struct segments_release *out;
    struct segments categories; /* of the whole release */
    size_t i; /* index of the sample that is being read */
};

static int bad(const struct reader *r, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: samples[%zu]: %s", r->file, r->i, what);
}

/* ---- instances ---- */

/* Reads an annotation. Returns its fault for the message, or NULL. */
static const char *take_instance(const struct reader *r, const struct jsonvalue *o, uint32_t *id,
                                 const char **category)
{
    int64_t v, c;
    if (!jsondoc_int(jsondoc_member(o, "id"), &v) || v < 1 || v > SEGMENTS_ID_MAX)
        return "has no id from 1 to 16777215";
    if (!jsondoc_int(jsondoc_member(o, "category_id"), &c))
        return "has no category_id that is an integer";
    *id = (uint32_t)v;
    *category =
        c < 0 || c > SEGMENTS_ID_MAX ? NULL : segments_category(&r->categories, (uint32_t)c);
    return *category ? NULL : "its category_id is not in the release's categories";
}

static int take_instances(const struct reader *r, const struct jsonvalue *list,
                          struct segments *out, struct err *e)
{
    size_t n = jsondoc_length(list);
    if (!jsondoc_is_list(list))
        return bad(r, "its label has no list of annotations", e);
    out->class = mem_zalloc(n, sizeof *out->class);
    if (!out->class)
        return err_nomem(e, n * sizeof *out->class);
    for (size_t i = 0; i < n; i++) {
        char text[120];
        const char *category;
        const char *wrong =
            take_instance(r, jsondoc_element(list, i), &out->class[i].id, &category);
        if (wrong) {
            snprintf(text, sizeof text, "annotations[%zu]: %s", i, wrong);
            return bad(r, text, e);
        }
        out->class[i].category = mem_strdup(category);
        if (!out->class[i].category)
            return err_nomem(e, strlen(category));
        out->n++;
    }
    const struct segments_class *twice = segments_sort(out);
    return twice ? err_set(e, ERR_INPUT, "%s: samples[%zu]: annotations has the id %u twice",
                           r->file, r->i, (unsigned)twice->id)
                 : 0;
}

/* ---- samples ---- */

/* The file name in a URL: "https://host/a/b.png?x=1" → "b.png". */
static char *file_of_url(const char *url)
{
    char *name = mem_strdup(url);
    if (!name)
        return NULL;
    name[strcspn(name, "?#")] = '\0';
    const char *base = path_base(name);
    memmove(name, base, strlen(base) + 1);
    return name;
}

static int take_label(const struct reader *r, const struct jsonvalue *label,
                      struct segments_sample *s, struct err *e)
{
    const struct jsonvalue *attributes = jsondoc_member(label, "attributes");
    const struct jsonvalue *bitmap = jsondoc_member(attributes, "segmentation_bitmap");
    if (!jsondoc_is_object(bitmap))
        return bad(r, "its label has no segmentation_bitmap; vector labels are not read", e);
    const char *url = jsondoc_text(jsondoc_member(bitmap, "url"));
    s->bitmap = file_of_url(url ? url : "");
    if (!s->bitmap)
        return err_nomem(e, url ? strlen(url) : 0);
    return take_instances(r, jsondoc_member(attributes, "annotations"), &s->instances, e);
}

static int take_sample(struct reader *r, const struct jsonvalue *sample, struct err *e)
{
    const struct jsonvalue *labels = jsondoc_member(sample, "labels");
    const struct jsonvalue *label = jsondoc_member(labels, LABELSET);
    const char *name = jsondoc_text(jsondoc_member(sample, "name"));
    if (!name || !name[0] || !annotation_name_ok(name, 1000))
        return bad(r, "has no name of 1 to 1000 bytes without control characters", e);
    if (!label || jsondoc_is_null(label))
        return 0;
    struct segments_sample *s = &r->out->sample[r->out->n++];
    s->name = mem_strdup(name);
    return s->name ? take_label(r, label, s, e) : err_nomem(e, strlen(name));
}

static int take_samples(struct reader *r, const struct jsonvalue *list, struct err *e)
{
    size_t n = jsondoc_length(list);
    if (!jsondoc_is_list(list))
        return err_set(e, ERR_INPUT, "%s: is no release of Segments.ai: it has no dataset.samples",
                       r->file);
    r->out->sample = mem_zalloc(n, sizeof *r->out->sample);
    if (!r->out->sample)
        return err_nomem(e, n * sizeof *r->out->sample);
    int rc = 0;
    for (; r->i < n && rc == 0; r->i++)
        rc = take_sample(r, jsondoc_element(list, r->i), e);
    if (rc == 0 && r->out->n == 0)
        rc = err_set(e, ERR_INPUT, "%s: no sample has a label in the labelset %s", r->file,
                     LABELSET);
    return rc;
}

/* ---- the document ---- */

static int take_cache(struct reader *r, const struct jsonvalue *root, struct err *e)
{
    const struct jsonvalue *dataset = jsondoc_member(root, "dataset");
    const char *part[3] = {jsondoc_text(jsondoc_member(dataset, "owner")),
                           jsondoc_text(jsondoc_member(dataset, "name")),
                           jsondoc_text(jsondoc_member(root, "name"))};
    size_t size = sizeof "segments/_//";
    for (int i = 0; i < 3; i++) {
        part[i] = part[i] ? part[i] : "";
        size += strlen(part[i]);
    }
    r->out->cache = mem_alloc(size, 1);
    if (!r->out->cache)
        return err_nomem(e, size);
    snprintf(r->out->cache, size, "segments/%s_%s/%s/", part[0], part[1], part[2]);
    return 0;
}

static int take_release(struct reader *r, const struct jsonvalue *root, struct err *e)
{
    const struct jsonvalue *dataset = jsondoc_member(root, "dataset");
    const struct jsonvalue *samples = jsondoc_member(dataset, "samples");
    const char *task = jsondoc_text(jsondoc_member(dataset, "task_type"));
    if (task && strncmp(task, "segmentation-bitmap", strlen("segmentation-bitmap")) != 0)
        return err_set(e, ERR_INPUT, "%s: its task_type is \"%.40s\"; segmentation-bitmap is read",
                       r->file, annotation_name_ok(task, 100) ? task : "?");
    int rc = jsondoc_is_list(samples) ? segments_take(r->file, dataset, &r->categories, e) : 0;
    rc = rc ? rc : take_cache(r, root, e);
    return rc ? rc : take_samples(r, samples, e);
}

int segments_release_parse(const char *file, const void *data, size_t len,
                           struct segments_release *out, struct err *e)
{
    struct reader r = {.file = file, .out = out};
    struct jsondoc *doc;
    *out = (struct segments_release){0};
    int rc = jsondoc_parse(file, data, len, &doc, e);
    if (rc)
        return rc;
    rc = take_release(&r, jsondoc_root(doc), e);
    segments_clear(&r.categories);
    jsondoc_close(doc);
    if (rc)
        segments_release_clear(out);
    return rc;
}

void segments_release_clear(struct segments_release *r)
{
    for (size_t i = 0; i < r->n; i++) {
        free(r->sample[i].name);
        free(r->sample[i].bitmap);
        segments_clear(&r->sample[i].instances);
    }
    free(r->sample);
    free(r->cache);
    *r = (struct segments_release){0};
}

bool segments_release_place(const struct segments_release *r, const struct segments_sample *s,
                            int i, char *name, size_t size)
{
    const char *folder = i < 2 ? "" : r->cache, *dot = strrchr(path_base(s->name), '.');
    int stem = dot && dot != path_base(s->name) ? (int)(dot - s->name) : (int)strlen(s->name);
    if (i % 2 == 0 && s->bitmap[0] == '\0')
        return false;
    int n = i % 2 == 0
                ? snprintf(name, size, "%s%s", folder, s->bitmap)
                : snprintf(name, size, "%s%.*s_label_%s.png", folder, stem, s->name, LABELSET);
    return n > 0 && (size_t)n < size && source_name_ok(name);
}
