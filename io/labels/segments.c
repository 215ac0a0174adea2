#include "io/labels/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/image/pngfile.h"
#include "io/text/jsondoc.h"

enum { JSON_BYTES_MAX = 64 << 20, MASK_BYTES_MAX = 256 << 20 };

static const char MASK[] = "segments_ai_classification_mask.png",
                  CLASSES[] = "segments_ai_classes.json";

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
    qsort(out->class, n, sizeof *out->class, by_id);
    for (size_t i = 1; i < n; i++) {
        if (out->class[i].id == out->class[i - 1].id)
            return err_set(e, ERR_INPUT, "%s: %s has the id %u twice", path, name,
                           (unsigned)out->class[i].id);
    }
    return 0;
}

int segments_parse(const char *file, const void *data, size_t len, struct segments *out,
                   struct err *e)
{
    struct jsondoc *doc;
    const char *name;
    *out = (struct segments){0};
    int r = jsondoc_parse(file, data, len, &doc, e);
    if (r)
        return r;
    const struct jsonvalue *list = find_list(jsondoc_root(doc), &name);
    if (list)
        r = take_list(file, list, name, out, e);
    else
        r = err_set(e, ERR_INPUT, "%s: has no list label_map of ids and category_names", file);
    jsondoc_close(doc);
    if (r)
        segments_clear(out);
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

/* ---- the tool ---- */

static bool is_mask(const char *path) { return strcmp(path_base(path), MASK) == 0; }

/* The classes beside a mask. */
static int read_classes(const struct label_folder *f, const char *mask, struct segments *out,
                        struct err *e)
{
    char file[LABEL_NAME_SIZE], name[LABEL_NAME_SIZE];
    struct unknown_categories unknown = {0};
    unsigned char *data;
    size_t len;
    int n = (int)path_folder_length(mask);
    if ((size_t)snprintf(file, sizeof file, "%.*s%s", n, mask, CLASSES) >= sizeof file)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", f->path, mask);
    int r = label_folder_name(f, file, name, e);
    r = r ? r : label_folder_read(f, file, JSON_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = segments_parse(name, data, len, out, e);
    free(data);
    if (r)
        return r;
    for (size_t i = 0; i < out->n; i++)
        unknown_categories_look(&unknown, f->map, out->class[i].category);
    r = unknown_categories_report(&unknown, f->map, name, e);
    if (r)
        segments_clear(out);
    return r;
}

static int check_classes(const struct label_folder *f, const char *mask, struct err *e)
{
    struct segments classes;
    int r = read_classes(f, mask, &classes, e);
    if (r == 0)
        segments_clear(&classes);
    return r;
}

static int open_export(const char *path, const struct class_map *map, void **source, struct err *e)
{
    struct label_folder *f;
    int r = label_folder_create(path, map, &f, e);
    if (r)
        return r;
    r = label_folder_find(f, is_mask, MASK, e);
    r = r ? r : label_folder_check(f, check_classes, e);
    if (r)
        label_folder_destroy(f);
    else
        *source = f;
    return r;
}

static const char *image_name(const void *source, size_t i)
{
    return ((const struct label_folder *)source)->files.s[i];
}

/* A mask that is being painted. */
struct painting {
    const char *name; /* of the mask, for messages */
    const struct segments *classes;
    const char *list; /* where they come from, for messages */
};

static int take_pixels(const struct painting *p, const struct pngfile *png,
                       const struct label_canvas *to, struct err *e)
{
    size_t n = (size_t)png->width * (size_t)png->height;
    uint32_t last = 0;
    uint8_t code = to->map->unlabelled;
    for (size_t i = 0; i < n; i++) {
        uint32_t value = pngfile_value(png, i);
        if (i == 0 || value != last) { /* neighbours are mostly alike */
            const char *category = segments_category(p->classes, value);
            if (!category && value != 0)
                return err_set(e, ERR_INPUT, "%s: column %d, row %d: the id %u is not in %s",
                               p->name, (int)(i % (size_t)png->width),
                               (int)(i / (size_t)png->width), (unsigned)value, p->list);
            code = category ? class_map_category(to->map, category)->code : to->map->unlabelled;
            last = value;
        }
        to->px[i] = code;
    }
    return 0;
}

static int paint_mask(const struct label_folder *f, const char *mask, struct painting *p,
                      const struct label_canvas *to, struct err *e)
{
    char name[LABEL_NAME_SIZE];
    struct pngfile png;
    unsigned char *data;
    size_t len;
    int r = label_folder_name(f, mask, name, e);
    r = r ? r : label_folder_read(f, mask, MASK_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = pngfile_decode(name, (struct pngfile_bytes){data, len}, to->size, to->size, &png, e);
    free(data);
    if (r)
        return r;
    p->name = name;
    if (png.width != to->size || png.height != to->size)
        r = err_set(e, ERR_INPUT, "%s: is %d × %d px, its subscene %d × %d", name, png.width,
                    png.height, to->size, to->size);
    r = r ? r : take_pixels(p, &png, to, e);
    pngfile_clear(&png);
    return r;
}

static int render_image(const void *source, size_t i, const struct label_canvas *to, struct err *e)
{
    const struct label_folder *f = source;
    struct segments classes;
    int r = read_classes(f, f->files.s[i], &classes, e);
    if (r)
        return r;
    struct painting p = {.classes = &classes, .list = CLASSES};
    r = paint_mask(f, f->files.s[i], &p, to, e);
    segments_clear(&classes);
    return r;
}

const struct label_tool segments_tool = {open_export, label_folder_count, image_name, render_image,
                                         label_folder_destroy};
