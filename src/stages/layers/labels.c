#include "stages/layers/labels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cellname.h"
#include "core/mem.h"
#include "filters/rasterize.h"
#include "io/folder/walk.h"
#include "io/image/pngfile.h"
#include "io/labels/cvat.h"
#include "io/labels/segments.h"
#include "io/labels/supervisely.h"
#include "io/source/wholefile.h"

static const char MASK[] = "segments_ai_classification_mask.png",
                  CLASSES[] = "segments_ai_classes.json", JSON[] = ".json";

enum { MASK_BYTES_MAX = 256 << 20 };

enum kind { KIND_CVAT, KIND_SEGMENTS, KIND_SUPERVISELY };

struct labels {
    const struct class_map *map;
    enum kind kind;
    struct cvat cvat;
    struct strlist files; /* where each image has a file of its own: masks of Segments.ai,
                             annotations of Supervisely, as paths below the folder */
    struct cellname *name; /* per image */
    bool is_nameless; /* the only image: its name says nothing */
    char *path; /* the file, or the folder */
};

/* The unknown ones among a file's categories, gathered for one message. */
struct unknown {
    char text[300];
    size_t n;
};

static void look_up(struct unknown *u, const struct class_map *map, const char *category)
{
    size_t len = strlen(u->text);
    if (class_map_category(map, category))
        return;
    u->n++;
    snprintf(u->text + len, sizeof u->text - len, "%s\"%s\"", len ? ", " : "", category);
}

static int report_unknown(const struct unknown *u, const struct class_map *map, const char *path,
                          struct err *e)
{
    if (u->n == 0)
        return 0;
    return err_set(e, ERR_INPUT, "%s: the map %s does not know %zu of its categories: %s", path,
                   map->name, u->n, u->text);
}

static int refuse_name(const struct labels *s, size_t i, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s: image \"%s\": its name has no tile_<x>_<y>, or says two things", s->path,
                   labels_name(s, i));
}

static int parse_names(struct labels *s, struct err *e)
{
    size_t n = labels_count(s);
    s->name = mem_alloc(n, sizeof *s->name);
    if (!s->name)
        return err_nomem(e, n * sizeof *s->name);
    for (size_t i = 0; i < n; i++) {
        bool says = cellname_parse(labels_name(s, i), &s->name[i]);
        if (!says && n > 1)
            return refuse_name(s, i, e);
        s->is_nameless |= !says;
    }
    return 0;
}

int labels_check_names(const struct labels *s, struct err *e)
{
    return s->is_nameless ? refuse_name(s, 0, e) : 0;
}

static struct labels *create(enum kind kind, const char *path, const struct class_map *map,
                             struct err *e)
{
    struct labels *s = mem_zalloc(1, sizeof *s);
    char *copy = mem_strdup(path);
    if (!s || !copy) {
        free(s);
        free(copy);
        err_nomem(e, sizeof *s + strlen(path));
        return NULL;
    }
    *s = (struct labels){.map = map, .kind = kind, .path = copy};
    return s;
}

/* Hands it out once all is read; `failed` so far. */
static int finish(struct labels *s, int failed, struct labels **out, struct err *e)
{
    if (failed == 0)
        failed = parse_names(s, e);
    if (failed)
        labels_close(s);
    else
        *out = s;
    return failed;
}

static int check_categories(const struct labels *s, const struct strlist *categories,
                            const char *path, struct err *e)
{
    struct unknown unknown = {0};
    for (size_t i = 0; i < categories->n; i++)
        look_up(&unknown, s->map, categories->s[i]);
    return report_unknown(&unknown, s->map, path, e);
}

int labels_open_cvat(const char *path, const struct class_map *map, struct labels **out,
                     struct err *e)
{
    struct labels *s = create(KIND_CVAT, path, map, e);
    if (!s)
        return ERR_TEMPORARY;
    int r = cvat_read(path, &s->cvat, e);
    if (r == 0)
        r = check_categories(s, &s->cvat.category, path, e);
    return finish(s, r, out, e);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- a folder with a file for each image ---- */

static bool is_mask(const char *path) { return strcmp(base_name(path), MASK) == 0; }

static bool ends_with(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && strcmp(path + n - m, end) == 0;
}

/* "…/ann/<image>.json" */
static bool is_annotation(const char *path)
{
    static const char folder[] = "/ann/";
    size_t n = sizeof folder - 1;
    const char *base = base_name(path);
    return ends_with(path, JSON) && (size_t)(base - path) >= n && strncmp(base - n, folder, n) == 0;
}

static int read_classes(const struct labels *s, const char *mask, struct segments *out,
                        struct err *e)
{
    char path[4096];
    int n = (int)(strlen(mask) - strlen(MASK));
    if ((size_t)snprintf(path, sizeof path, "%s/%.*s%s", s->path, n, mask, CLASSES) >= sizeof path)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", s->path, mask);
    int r = segments_read(path, out, e);
    if (r)
        return r;
    struct unknown unknown = {0};
    for (size_t i = 0; i < out->n; i++)
        look_up(&unknown, s->map, out->class[i].category);
    r = report_unknown(&unknown, s->map, path, e);
    if (r)
        segments_clear(out);
    return r;
}

static int read_annotation(const struct labels *s, const char *file, struct supervisely *out,
                           struct err *e)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s%s%s", s->path, file[0] ? "/" : "", file) >=
        sizeof path)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", s->path, file);
    int r = supervisely_read(path, out, e);
    if (r)
        return r;
    r = check_categories(s, &out->category, path, e);
    if (r)
        supervisely_clear(out);
    return r;
}

/* Looks at a file, or at what belongs to it. */
static int try_file(const struct labels *s, const char *file, struct err *e)
{
    struct segments classes;
    struct supervisely annotation;
    int r = s->kind == KIND_SEGMENTS ? read_classes(s, file, &classes, e)
                                     : read_annotation(s, file, &annotation, e);
    if (r == 0 && s->kind == KIND_SEGMENTS)
        segments_clear(&classes);
    else if (r == 0)
        supervisely_clear(&annotation);
    return r;
}

static int find_files(struct labels *s, bool (*is_one)(const char *), const char *what,
                      struct err *e)
{
    struct strlist all;
    for (size_t n = strlen(s->path); n > 1 && s->path[n - 1] == '/'; n--)
        s->path[n - 1] = '\0';
    size_t skip = strlen(s->path) + 1;
    int r = walk_folder(s->path, &all, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < all.n; i++)
        if (is_one(all.s[i]))
            r = strlist_add(&s->files, all.s[i] + skip, strlen(all.s[i]) - skip, e);
    strlist_clear(&all);
    for (size_t i = 0; r == 0 && i < s->files.n; i++)
        r = try_file(s, s->files.s[i], e);
    if (r == 0 && s->files.n == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no %s below it", s->path, what);
    return r;
}

int labels_open_segments(const char *folder, const struct class_map *map, struct labels **out,
                         struct err *e)
{
    struct labels *s = create(KIND_SEGMENTS, folder, map, e);
    return s ? finish(s, find_files(s, is_mask, MASK, e), out, e) : ERR_TEMPORARY;
}

int labels_open_supervisely(const char *path, const struct class_map *map, struct labels **out,
                            struct err *e)
{
    struct stat st;
    struct labels *s = create(KIND_SUPERVISELY, path, map, e);
    if (!s)
        return ERR_TEMPORARY;
    if (stat(path, &st) == 0 ? S_ISDIR(st.st_mode) : !ends_with(path, JSON))
        return finish(s, find_files(s, is_annotation, "ann/<image>.json", e), out, e);
    int r = strlist_add(&s->files, "", 0, e);
    if (r == 0)
        r = try_file(s, "", e);
    return finish(s, r, out, e);
}

void labels_close(struct labels *s)
{
    if (!s)
        return;
    cvat_clear(&s->cvat);
    strlist_clear(&s->files);
    free(s->name);
    free(s->path);
    free(s);
}

const struct class_map *labels_map(const struct labels *s) { return s->map; }

bool labels_names_products(const struct labels *s)
{
    for (size_t i = 0; i < labels_count(s); i++)
        if (!s->name[i].tile_id[0])
            return false;
    return true;
}

static bool is_of(const struct labels *s, size_t i, const char *product, int32_t x, int32_t y)
{
    const struct cellname *n = &s->name[i];
    if (s->is_nameless)
        return true;
    return n->x == x && n->y == y && strstr(product, n->product) && strstr(product, n->tile_id) &&
           strstr(product, n->sensing);
}

int labels_find(const struct labels *s, const char *product, int32_t x, int32_t y, int64_t *image,
                struct err *e)
{
    *image = LABELS_NONE;
    for (size_t i = 0; i < labels_count(s); i++) {
        if (!is_of(s, i, product, x, y))
            continue;
        if (*image != LABELS_NONE)
            return err_set(e, ERR_INPUT, "%s: images \"%s\" and \"%s\" are of the same subscene",
                           s->path, labels_name(s, (size_t)*image), labels_name(s, i));
        *image = (int64_t)i;
    }
    return 0;
}

size_t labels_count(const struct labels *s)
{
    return s->kind == KIND_CVAT ? s->cvat.images : s->files.n;
}

const char *labels_name(const struct labels *s, size_t i)
{
    if (s->kind == KIND_CVAT)
        return s->cvat.image[i].name;
    return s->files.s[i][0] ? s->files.s[i] : base_name(s->path);
}

/* ---- shapes ---- */

/* A shape in the order of painting. */
struct painted {
    size_t at;
    int32_t z_order;
    uint8_t code, rank;
};

static int by_depth(const void *a, const void *b)
{
    const struct painted *s = a, *t = b;
    if (s->z_order != t->z_order)
        return s->z_order < t->z_order ? -1 : 1;
    if (s->rank != t->rank)
        return s->rank < t->rank ? -1 : 1;
    return s->at < t->at ? -1 : s->at > t->at;
}

static struct painted painted_of(const struct labels *s, size_t at, const char *category,
                                 int32_t z_order)
{
    uint8_t code = class_map_category(s->map, category)->code;
    return (struct painted){at, z_order, code, s->map->rank[code]};
}

/* What nothing covers; `to` is the image on px. */
static struct byte_part begin(const struct labels *s, int32_t size, uint8_t *px)
{
    memset(px, s->map->unlabelled, (size_t)size * (size_t)size);
    return (struct byte_part){.px = px, .stride = size, .part = {0, 0, size, size}};
}

static int render_cvat(const struct labels *s, const struct cvat_image *image, struct byte_part to,
                       uint8_t *scratch, struct err *e)
{
    const struct cvat *c = &s->cvat;
    struct painted *p = mem_alloc(image->shapes, sizeof *p);
    if (!p)
        return err_nomem(e, image->shapes * sizeof *p);
    for (size_t i = 0; i < image->shapes; i++) {
        const struct cvat_shape *shape = &c->shape[image->first + i];
        p[i] = painted_of(s, image->first + i, c->category.s[shape->category], shape->z_order);
    }
    qsort(p, image->shapes, sizeof *p, by_depth);
    for (size_t i = 0; i < image->shapes; i++) {
        const struct cvat_shape *shape = &c->shape[p[i].at];
        if (shape->kind == CVAT_MASK) {
            struct run_mask mask = cvat_mask(c, shape);
            rasterize_runs(&mask, p[i].code, to);
        } else {
            struct polygon polygon = cvat_polygon(c, shape);
            rasterize_polygon(&polygon, p[i].code, to, scratch);
        }
    }
    free(p);
    return 0;
}

static int paint_annotation(const struct labels *s, const struct supervisely *annotation,
                            struct byte_part to, uint8_t *scratch, struct err *e)
{
    size_t n = annotation->objects;
    struct painted *p = mem_alloc(n, sizeof *p);
    if (!p)
        return err_nomem(e, n * sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = painted_of(s, i, annotation->category.s[annotation->object[i].category], 0);
    qsort(p, n, sizeof *p, by_depth);
    for (size_t i = 0; i < n; i++) {
        struct polygon polygon = supervisely_polygon(annotation, &annotation->object[p[i].at]);
        rasterize_polygon(&polygon, p[i].code, to, scratch);
    }
    free(p);
    return 0;
}

static int render_annotation(const struct labels *s, size_t i, struct byte_part to,
                             uint8_t *scratch, struct err *e)
{
    struct supervisely annotation;
    int r = read_annotation(s, s->files.s[i], &annotation, e);
    if (r)
        return r;
    if (annotation.width != to.part.w || annotation.height != to.part.h)
        r = err_set(e, ERR_INPUT, "%s: image \"%s\" is %d × %d px, its subscene %d × %d", s->path,
                    labels_name(s, i), annotation.width, annotation.height, to.part.w, to.part.h);
    if (r == 0)
        r = paint_annotation(s, &annotation, to, scratch, e);
    supervisely_clear(&annotation);
    return r;
}

/* ---- Segments.ai ---- */

static int take_pixels(const struct labels *s, const char *name, const struct pngfile *png,
                       const struct segments *classes, uint8_t *px, struct err *e)
{
    size_t n = (size_t)png->width * (size_t)png->height;
    uint32_t last = 0;
    uint8_t code = s->map->unlabelled;
    for (size_t i = 0; i < n; i++) {
        uint32_t value = pngfile_value(png, i);
        if (i == 0 || value != last) { /* neighbours are mostly alike */
            const char *category = segments_category(classes, value);
            if (!category && value != 0)
                return err_set(e, ERR_INPUT, "%s/%s: column %d, row %d: the id %u is not in %s",
                               s->path, name, (int)(i % (size_t)png->width),
                               (int)(i / (size_t)png->width), (unsigned)value, CLASSES);
            code = category ? class_map_category(s->map, category)->code : s->map->unlabelled;
            last = value;
        }
        px[i] = code;
    }
    return 0;
}

static int render_segments(const struct labels *s, const char *name, int32_t size, uint8_t *px,
                           struct err *e)
{
    char path[4096];
    struct segments classes;
    struct pngfile png;
    unsigned char *data;
    size_t len;
    snprintf(path, sizeof path, "%s/%s", s->path, name);
    int r = wholefile_read(path, MASK_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = pngfile_decode(path, (struct pngfile_bytes){data, len}, size, size, &png, e);
    free(data);
    if (r)
        return r;
    if (png.width != size || png.height != size)
        r = err_set(e, ERR_INPUT, "%s: is %d × %d px, its subscene %d × %d", path, png.width,
                    png.height, size, size);
    if (r == 0)
        r = read_classes(s, name, &classes, e);
    if (r == 0) {
        r = take_pixels(s, name, &png, &classes, px, e);
        segments_clear(&classes);
    }
    pngfile_clear(&png);
    return r;
}

int labels_render(const struct labels *s, size_t i, int32_t size, uint8_t *px, uint8_t *scratch,
                  struct err *e)
{
    if (s->kind == KIND_SEGMENTS)
        return render_segments(s, s->files.s[i], size, px, e);
    if (s->kind == KIND_SUPERVISELY)
        return render_annotation(s, i, begin(s, size, px), scratch, e);
    const struct cvat_image *image = &s->cvat.image[i];
    if (image->width != size || image->height != size)
        return err_set(e, ERR_INPUT,
                       "%s: line %d: image \"%s\" is %d × %d px, its subscene %d × %d", s->path,
                       image->line, image->name, image->width, image->height, size, size);
    return render_cvat(s, image, begin(s, size, px), scratch, e);
}
