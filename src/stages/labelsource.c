#include "stages/labelsource.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/mem.h"
#include "filters/rasterize.h"
#include "io/cvat.h"
#include "io/pngfile.h"
#include "io/segments.h"
#include "io/walk.h"
#include "io/wholefile.h"

static const char MASK[] = "segments_ai_classification_mask.png", CLASSES[] = "segments_ai_classes.json";

enum { MASK_BYTES_MAX = 256 << 20 };

struct labelsource {
    const struct class_map *map;
    bool is_cvat;
    struct cvat cvat;
    struct strlist masks; /* of Segments.ai: paths below the folder */
    struct cellname *name; /* per image */
    char *folder;
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

static int report_unknown(const struct unknown *u, const struct class_map *map, const char *path, struct err *e)
{
    if (u->n == 0)
        return 0;
    return err_set(e, ERR_INPUT, "%s: the map %s does not know %zu of its categories: %s", path, map->name, u->n,
                   u->text);
}

static int parse_names(struct labelsource *s, struct err *e)
{
    size_t n = labelsource_count(s);
    s->name = mem_alloc(n, sizeof *s->name);
    if (!s->name)
        return err_nomem(e, n * sizeof *s->name);
    for (size_t i = 0; i < n; i++)
        if (!cellname_parse(labelsource_name(s, i), &s->name[i]))
            return err_set(e, ERR_INPUT, "image \"%s\": its name has no tile_<x>_<y>, or says two things",
                           labelsource_name(s, i));
    return 0;
}

int labelsource_open_cvat(const char *path, const struct class_map *map, struct labelsource **out, struct err *e)
{
    struct unknown unknown = {0};
    struct labelsource *s = mem_zalloc(1, sizeof *s);
    if (!s)
        return err_nomem(e, sizeof *s);
    s->map = map;
    s->is_cvat = true;
    int r = cvat_read(path, &s->cvat, e);
    if (r) {
        free(s);
        return r;
    }
    for (size_t i = 0; i < s->cvat.category.n; i++)
        look_up(&unknown, map, s->cvat.category.s[i]);
    r = report_unknown(&unknown, map, path, e);
    if (r == 0)
        r = parse_names(s, e);
    if (r)
        labelsource_close(s);
    else
        *out = s;
    return r;
}

static bool is_mask(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, MASK) == 0;
}

static int read_classes(const struct labelsource *s, const char *mask, struct segments *out, struct err *e)
{
    char path[4096];
    int n = (int)(strlen(mask) - strlen(MASK));
    if ((size_t)snprintf(path, sizeof path, "%s/%.*s%s", s->folder, n, mask, CLASSES) >= sizeof path)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", s->folder, mask);
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

static int find_masks(struct labelsource *s, struct err *e)
{
    struct strlist files;
    size_t skip = strlen(s->folder) + 1;
    int r = walk_folder(s->folder, &files, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < files.n; i++)
        if (is_mask(files.s[i]))
            r = strlist_add(&s->masks, files.s[i] + skip, strlen(files.s[i]) - skip, e);
    strlist_clear(&files);
    for (size_t i = 0; r == 0 && i < s->masks.n; i++) {
        struct segments classes;
        r = read_classes(s, s->masks.s[i], &classes, e);
        if (r == 0)
            segments_clear(&classes);
    }
    if (r == 0 && s->masks.n == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no %s below it", s->folder, MASK);
    return r;
}

int labelsource_open_segments(const char *folder, const struct class_map *map, struct labelsource **out, struct err *e)
{
    struct labelsource *s = mem_zalloc(1, sizeof *s);
    if (!s)
        return err_nomem(e, sizeof *s);
    s->map = map;
    s->folder = mem_strdup(folder);
    for (size_t n = s->folder ? strlen(s->folder) : 0; n > 1 && s->folder[n - 1] == '/'; n--)
        s->folder[n - 1] = '\0';
    int r = s->folder ? find_masks(s, e) : err_nomem(e, strlen(folder));
    if (r == 0)
        r = parse_names(s, e);
    if (r)
        labelsource_close(s);
    else
        *out = s;
    return r;
}

void labelsource_close(struct labelsource *s)
{
    if (!s)
        return;
    if (s->is_cvat)
        cvat_clear(&s->cvat);
    strlist_clear(&s->masks);
    free(s->name);
    free(s->folder);
    free(s);
}

const struct class_map *labelsource_map(const struct labelsource *s) { return s->map; }

bool labelsource_names_products(const struct labelsource *s)
{
    for (size_t i = 0; i < labelsource_count(s); i++)
        if (!s->name[i].tile_id[0])
            return false;
    return true;
}

static bool is_of(const struct cellname *n, const char *product, int32_t x, int32_t y)
{
    return n->x == x && n->y == y && strstr(product, n->product) && strstr(product, n->tile_id) &&
           strstr(product, n->sensing);
}

int labelsource_find(const struct labelsource *s, const char *product, int32_t x, int32_t y, int64_t *image,
                     struct err *e)
{
    *image = LABELSOURCE_NONE;
    for (size_t i = 0; i < labelsource_count(s); i++) {
        if (!is_of(&s->name[i], product, x, y))
            continue;
        if (*image != LABELSOURCE_NONE)
            return err_set(e, ERR_INPUT, "images \"%s\" and \"%s\" are of the same subscene",
                           labelsource_name(s, (size_t)*image), labelsource_name(s, i));
        *image = (int64_t)i;
    }
    return 0;
}

size_t labelsource_count(const struct labelsource *s) { return s->is_cvat ? s->cvat.images : s->masks.n; }

const char *labelsource_name(const struct labelsource *s, size_t i)
{
    return s->is_cvat ? s->cvat.image[i].name : s->masks.s[i];
}

/* ---- CVAT ---- */

struct painted {
    const struct cvat_shape *shape;
    uint8_t code, rank;
};

static int by_depth(const void *a, const void *b)
{
    const struct painted *s = a, *t = b;
    if (s->shape->z_order != t->shape->z_order)
        return s->shape->z_order < t->shape->z_order ? -1 : 1;
    if (s->rank != t->rank)
        return s->rank < t->rank ? -1 : 1;
    return s->shape < t->shape ? -1 : s->shape > t->shape;
}

static int render_cvat(const struct labelsource *s, const struct cvat_image *image, struct byte_part to,
                       uint8_t *scratch, struct err *e)
{
    struct painted *p = mem_alloc(image->shapes, sizeof *p);
    if (!p)
        return err_nomem(e, image->shapes * sizeof *p);
    for (size_t i = 0; i < image->shapes; i++) {
        const struct cvat_shape *shape = &s->cvat.shape[image->first + i];
        uint8_t code = class_map_category(s->map, s->cvat.category.s[shape->category])->code;
        p[i] = (struct painted){shape, code, s->map->rank[code]};
    }
    qsort(p, image->shapes, sizeof *p, by_depth);
    for (size_t i = 0; i < image->shapes; i++) {
        if (p[i].shape->kind == CVAT_MASK) {
            struct run_mask mask = cvat_mask(&s->cvat, p[i].shape);
            rasterize_runs(&mask, p[i].code, to);
        } else {
            struct polygon polygon = cvat_polygon(&s->cvat, p[i].shape);
            rasterize_polygon(&polygon, p[i].code, to, scratch);
        }
    }
    free(p);
    return 0;
}

/* ---- Segments.ai ---- */

static int take_pixels(const struct labelsource *s, const char *name, const struct pngfile *png,
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
                return err_set(e, ERR_INPUT, "%s/%s: column %d, row %d: the id %u is not in %s", s->folder, name,
                               (int)(i % (size_t)png->width), (int)(i / (size_t)png->width), (unsigned)value, CLASSES);
            code = category ? class_map_category(s->map, category)->code : s->map->unlabelled;
            last = value;
        }
        px[i] = code;
    }
    return 0;
}

static int render_segments(const struct labelsource *s, const char *name, int32_t size, uint8_t *px, struct err *e)
{
    char path[4096];
    struct segments classes;
    struct pngfile png;
    unsigned char *data;
    size_t len;
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    int r = wholefile_read(path, MASK_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = pngfile_decode(path, (struct pngfile_bytes){data, len}, size, size, &png, e);
    free(data);
    if (r)
        return r;
    if (png.width != size || png.height != size)
        r = err_set(e, ERR_INPUT, "%s: is %d × %d px, its subscene %d × %d", path, png.width, png.height, size, size);
    if (r == 0)
        r = read_classes(s, name, &classes, e);
    if (r == 0) {
        r = take_pixels(s, name, &png, &classes, px, e);
        segments_clear(&classes);
    }
    pngfile_clear(&png);
    return r;
}

int labelsource_render(const struct labelsource *s, size_t i, int32_t size, uint8_t *px, uint8_t *scratch,
                       struct err *e)
{
    if (!s->is_cvat)
        return render_segments(s, s->masks.s[i], size, px, e);
    const struct cvat_image *image = &s->cvat.image[i];
    if (image->width != size || image->height != size)
        return err_set(e, ERR_INPUT, "line %d: image \"%s\" is %d × %d px, its subscene %d × %d", image->line,
                       image->name, image->width, image->height, size, size);
    memset(px, s->map->unlabelled, (size_t)size * (size_t)size);
    struct byte_part to = {
        .px = px, .stride = size, .part = {0, 0, size, size}
    };
    return render_cvat(s, image, to, scratch, e);
}
