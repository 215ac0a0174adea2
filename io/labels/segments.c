#include "io/labels/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/text/jsondoc.h"

/* Finds the list of classes and its name for messages; NULL if there is none. */
static const struct jsonvalue *find_list(const struct jsonvalue *root, const char **name)
{
    static const char *const names[] = {"label_map", "categories"};
    *name = "";
    if (jsondoc_is_list(root))
        return root;
    const struct jsonvalue *task = jsondoc_member(root, "task_attributes");
    if (task)
        root = task;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *name = names[i];
        const struct jsonvalue *list = jsondoc_member(root, names[i]);
        if (list)
            return jsondoc_is_list(list) ? list : NULL;
    }
    return NULL;
}

/* Reads an element of the list. Returns its fault for the message, or NULL. */
static const char *take_class(const struct jsonvalue *o, uint32_t *id, const char **category)
{
    int64_t v;
    if (!jsondoc_is_object(o))
        return "is not an object";
    if (!jsondoc_int(jsondoc_member(o, "id"), &v))
        return "has no id that is an integer";
    if (v < 0 || v > SEGMENTS_ID_MAX)
        return "its id is not from 0 to 16777215";
    *id = (uint32_t)v;
    const struct jsonvalue *text = jsondoc_member(o, "category_name");
    if (!text)
        text = jsondoc_member(o, "name");
    if (!text)
        return "has no category_name";
    *category = jsondoc_text(text);
    if (!*category)
        return "its category_name is not a text";
    size_t n = strlen(*category);
    if (n == 0 || n > ANNOTATION_CATEGORY_BYTES)
        return "its category_name is empty or longer than 100 bytes";
    return annotation_name_ok(*category, n) ? NULL : "its category_name has control characters";
}

static int by_id(const void *a, const void *b)
{
    uint32_t s = ((const struct segments_class *)a)->id, t = ((const struct segments_class *)b)->id;
    return (s > t) - (s < t);
}

const struct segments_class *segments_sort(struct segments *s)
{
    if (s->n > 0)
        qsort(s->class, s->n, sizeof *s->class, by_id);
    for (size_t i = 1; i < s->n; i++)
        if (s->class[i].id == s->class[i - 1].id)
            return &s->class[i];
    return NULL;
}

static int take_list(const char *path, const struct jsonvalue *list, const char *name,
                     struct segments *out, struct err *e)
{
    size_t n = jsondoc_length(list);
    if (n == 0)
        return err_set(e, ERR_INPUT, "%s: its list of classes is empty", path);
    out->class = mem_zalloc(n, sizeof *out->class);
    if (!out->class)
        return err_nomem(e, n * sizeof *out->class);
    for (size_t i = 0; i < n; i++) {
        struct segments_class *c = &out->class[i];
        const char *category, *wrong = take_class(jsondoc_element(list, i), &c->id, &category);
        if (wrong)
            return err_set(e, ERR_INPUT, "%s: %s[%zu]: %s", path, name, i, wrong);
        c->category = mem_strdup(category);
        if (!c->category)
            return err_nomem(e, strlen(category));
        out->n++;
    }
    const struct segments_class *twice = segments_sort(out);
    return twice ? err_set(e, ERR_INPUT, "%s: %s has the id %u twice", path, name,
                           (unsigned)twice->id)
                 : 0;
}

int segments_take(const char *file, const struct jsonvalue *root, struct segments *out,
                  struct err *e)
{
    const char *name;
    *out = (struct segments){0};
    const struct jsonvalue *list = find_list(root, &name);
    int r =
        list ? take_list(file, list, name, out, e)
             : err_set(e, ERR_INPUT, "%s: has no list label_map of ids and category_names", file);
    if (r)
        segments_clear(out);
    return r;
}

int segments_parse(const char *file, const void *data, size_t len, struct segments *out,
                   struct err *e)
{
    struct jsondoc *doc;
    *out = (struct segments){0};
    int r = jsondoc_parse(file, data, len, &doc, e);
    if (r)
        return r;
    r = segments_take(file, jsondoc_root(doc), out, e);
    jsondoc_close(doc);
    return r;
}

void segments_clear(struct segments *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->class[i].category);
    free(s->class);
    *s = (struct segments){0};
}

const char *segments_category(const struct segments *s, uint32_t id)
{
    struct segments_class key = {id, NULL};
    const struct segments_class *c = s->n ? bsearch(&key, s->class, s->n, sizeof key, by_id) : NULL;
    return c ? c->category : NULL;
}
