#include "io/labels/supervisely.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "io/compress/deflate.h"
#include "io/image/pngfile.h"
#include "io/text/base64.h"
#include "io/text/jsondoc.h"

enum { JSON_BYTES_MAX = 64 << 20, PNG_BYTES_MAX = 64 << 20 };

/* Of the bitmaps of a document: few bytes ask for many. */
enum { BITMAP_SIDE_MAX = 10980, PIXELS_MAX = 1 << 30, RUNS_MAX = 64 << 20 };

struct reader {
    const char *path;
    struct supervisely *out;
    char place[64]; /* place in the document: "objects[3]" */
    int64_t pixels; /* of its bitmaps so far */
};

/* "<file>: <place>: …" */
PRINTF_LIKE(3, 4)
static int bad(const struct reader *r, struct err *e, const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(e, ERR_INPUT, "%s: %s%s%s", r->path, r->place, r->place[0] ? ": " : "", text);
}

/* ---- points ---- */

static bool take_point(const struct jsonvalue *v, struct point *p)
{
    return jsondoc_is_list(v) && jsondoc_length(v) == 2 &&
           jsondoc_number(jsondoc_element(v, 0), &p->x) &&
           jsondoc_number(jsondoc_element(v, 1), &p->y) && rings_point_ok(*p);
}

static int take_ring(struct reader *r, struct annotation_shape *o, const struct jsonvalue *list,
                     const char *name, struct err *e)
{
    size_t n = jsondoc_length(list);
    if (!jsondoc_is_list(list) || n < 3)
        return bad(r, e, "points.%s is not a list of three points or more", name);
    for (size_t i = 0; i < n; i++) {
        struct point p;
        if (!take_point(jsondoc_element(list, i), &p))
            return bad(r, e, "points.%s[%zu] is not two numbers up to %g", name, i,
                       SHAPE_COORDINATE_MAX);
        int rc = rings_add(&r->out->annotation.rings, p, e);
        if (rc)
            return rc;
    }
    return rings_end(&r->out->annotation.rings, &o->span, e);
}

static int take_polygon(struct reader *r, struct annotation_shape *o,
                        const struct jsonvalue *points, struct err *e)
{
    const struct jsonvalue *holes = jsondoc_member(points, "interior");
    int rc = take_ring(r, o, jsondoc_member(points, "exterior"), "exterior", e);
    if (rc == 0 && holes && !jsondoc_is_list(holes))
        rc = bad(r, e, "points.interior is not a list of rings");
    for (size_t i = 0; rc == 0 && i < jsondoc_length(holes); i++) {
        char name[40];
        snprintf(name, sizeof name, "interior[%zu]", i);
        rc = take_ring(r, o, jsondoc_element(holes, i), name, e);
    }
    return rc;
}

static int take_rectangle(struct reader *r, struct annotation_shape *o,
                          const struct jsonvalue *points, struct err *e)
{
    const struct jsonvalue *list = jsondoc_member(points, "exterior");
    struct point a, b;
    if (jsondoc_length(list) != 2 || !take_point(jsondoc_element(list, 0), &a) ||
        !take_point(jsondoc_element(list, 1), &b))
        return bad(r, e, "points.exterior of a rectangle is not two corners");
    const struct point corner[4] = {a, {b.x, a.y}, b, {a.x, b.y}};
    int rc = 0;
    for (int i = 0; rc == 0 && i < 4; i++)
        rc = rings_add(&r->out->annotation.rings, corner[i], e);
    return rc ? rc : rings_end(&r->out->annotation.rings, &o->span, e);
}

/* ---- bitmaps ---- */

/* Decodes bitmap.data: a PNG as base64, usually as a zlib stream. Free `*png`. */
static int unpack_bitmap(const struct reader *r, const char *data, unsigned char **png, size_t *len,
                         struct err *e)
{
    static const unsigned char begin[] = {0x89, 'P', 'N', 'G'};
    const size_t n = strlen(data);
    size_t packed_len;
    struct err why = ERR_INIT;
    unsigned char *packed = mem_alloc(base64_bound(n), 1);
    if (!packed)
        return err_nomem(e, base64_bound(n));
    if (!base64_decode(data, n, packed, &packed_len)) {
        free(packed);
        return bad(r, e, "bitmap.data is not base64");
    }
    if (packed_len >= sizeof begin && memcmp(packed, begin, sizeof begin) == 0) {
        *png = packed;
        *len = packed_len;
        return 0;
    }
    int rc = inflate_whole(packed, packed_len, PNG_BYTES_MAX, png, len, &why);
    free(packed);
    if (rc == ERR_INPUT)
        return bad(r, e, "bitmap.data: %s", why.msg);
    if (rc)
        *e = why;
    return rc;
}

static int take_origin(const struct reader *r, const struct jsonvalue *origin, struct rect *w,
                       struct err *e)
{
    const struct supervisely *s = r->out;
    int64_t x, y;
    if (jsondoc_length(origin) != 2 || !jsondoc_int(jsondoc_element(origin, 0), &x) ||
        !jsondoc_int(jsondoc_element(origin, 1), &y) || x < 0 || y < 0 || x >= s->width ||
        y >= s->height)
        return bad(r, e, "bitmap.origin is not a pixel of the image, [x, y]");
    *w = (struct rect){(int32_t)x, (int32_t)y, s->width - (int32_t)x, s->height - (int32_t)y};
    w->w = w->w < BITMAP_SIDE_MAX ? w->w : BITMAP_SIDE_MAX;
    w->h = w->h < BITMAP_SIDE_MAX ? w->h : BITMAP_SIDE_MAX;
    return 0;
}

static int add_runs(struct reader *r, struct annotation_shape *o, const uint8_t *px, struct err *e)
{
    struct annotation *a = &r->out->annotation;
    const size_t n = (size_t)o->window.w * (size_t)o->window.h;
    uint8_t value = 0; /* the first run is of pixels that are not set */
    size_t begin = 0;
    int rc = 0;
    for (size_t i = 0; i <= n && rc == 0; i++) {
        if (i < n && px[i] == value)
            continue;
        if (a->runs == RUNS_MAX)
            return bad(r, e, "there are too many pixels in the bitmaps before it");
        rc = annotation_add_run(a, o, (uint32_t)(i - begin), e);
        begin = i;
        value = !value;
    }
    return rc;
}

static int take_bitmap(struct reader *r, struct annotation_shape *o, const struct jsonvalue *bitmap,
                       struct err *e)
{
    const char *data = jsondoc_text(jsondoc_member(bitmap, "data"));
    struct err why = ERR_INIT;
    struct pngfile mask;
    unsigned char *png;
    size_t len;
    int rc = take_origin(r, jsondoc_member(bitmap, "origin"), &o->window, e);
    if (rc == 0 && !data)
        rc = bad(r, e, "has no bitmap.data");
    rc = rc ? rc : unpack_bitmap(r, data, &png, &len, e);
    if (rc)
        return rc;
    rc = pngfile_decode_opacity("bitmap.data", (struct pngfile_bytes){png, len}, o->window.w,
                                o->window.h, &mask, &why);
    free(png);
    if (rc == ERR_INPUT)
        return bad(r, e, "%s", why.msg);
    if (rc) {
        *e = why;
        return rc;
    }
    o->kind = ANNOTATION_MASK;
    o->run = r->out->annotation.runs;
    o->window.w = mask.width;
    o->window.h = mask.height;
    r->pixels += (int64_t)mask.width * mask.height;
    rc = r->pixels > PIXELS_MAX ? bad(r, e, "there are too many pixels in the bitmaps before it")
                                : add_runs(r, o, mask.px, e);
    pngfile_clear(&mask);
    return rc;
}

/* ---- objects ---- */

static int take_category(struct reader *r, const struct jsonvalue *object, size_t *category,
                         struct err *e)
{
    const char *title = jsondoc_text(jsondoc_member(object, "classTitle"));
    if (!title || !annotation_name_ok(title, ANNOTATION_CATEGORY_BYTES))
        return bad(
            r, e,
            "has no classTitle that is a text of %d bytes at most, without control characters",
            ANNOTATION_CATEGORY_BYTES);
    int rc = annotation_category(&r->out->annotation, title, category, e);
    return rc == ERR_INPUT
               ? bad(r, e, "there are more than %d different classes", ANNOTATION_CATEGORIES)
               : rc;
}

static int take_object(struct reader *r, const struct jsonvalue *object, struct err *e)
{
    struct annotation *a = &r->out->annotation;
    struct annotation_shape o = {.span = rings_begin(&a->rings)};
    const struct jsonvalue *points = jsondoc_member(object, "points");
    const char *kind = jsondoc_text(jsondoc_member(object, "geometryType"));
    if (!kind)
        return bad(r, e, "has no geometryType");
    int rc = take_category(r, object, &o.category, e);
    if (rc == 0 && strcmp(kind, "polygon") == 0)
        rc = take_polygon(r, &o, points, e);
    else if (rc == 0 && strcmp(kind, "rectangle") == 0)
        rc = take_rectangle(r, &o, points, e);
    else if (rc == 0 && strcmp(kind, "bitmap") == 0)
        rc = take_bitmap(r, &o, jsondoc_member(object, "bitmap"), e);
    else if (rc == 0)
        rc = bad(r, e,
                 "its geometryType is \"%.40s\"; polygon, rectangle and bitmap are read, and "
                 "Supervisely can convert to them",
                 annotation_name_ok(kind, ANNOTATION_CATEGORY_BYTES) ? kind : "?");
    return rc ? rc : annotation_add(a, &o, e);
}

static int take_side(const struct reader *r, const struct jsonvalue *size, const char *name,
                     int32_t *out, struct err *e)
{
    int64_t v;
    if (!jsondoc_int(jsondoc_member(size, name), &v) || v < 1 || v > ANNOTATION_SIDE_MAX)
        return bad(r, e, "has no size.%s from 1 to %d", name, ANNOTATION_SIDE_MAX);
    *out = (int32_t)v;
    return 0;
}

static int take_document(struct reader *r, const struct jsonvalue *root, struct err *e)
{
    const struct jsonvalue *size = jsondoc_member(root, "size"),
                           *objects = jsondoc_member(root, "objects");
    int rc = take_side(r, size, "width", &r->out->width, e);
    if (rc == 0)
        rc = take_side(r, size, "height", &r->out->height, e);
    if (rc == 0 && !jsondoc_is_list(objects))
        rc = bad(r, e, "has no list of objects");
    for (size_t i = 0; rc == 0 && i < jsondoc_length(objects); i++) {
        snprintf(r->place, sizeof r->place, "objects[%zu]", i);
        rc = take_object(r, jsondoc_element(objects, i), e);
    }
    return rc;
}

int supervisely_parse(const char *name, const void *data, size_t len, struct supervisely *out,
                      struct err *e)
{
    struct reader r = {.path = name, .out = out};
    struct jsondoc *doc;
    *out = (struct supervisely){0};
    int rc = jsondoc_parse(name, data, len, &doc, e);
    if (rc)
        return rc;
    rc = take_document(&r, jsondoc_root(doc), e);
    jsondoc_close(doc);
    if (rc)
        supervisely_clear(out);
    return rc;
}

void supervisely_clear(struct supervisely *s)
{
    annotation_clear(&s->annotation);
    *s = (struct supervisely){0};
}

/* ---- the tool ---- */

static const char JSON[] = ".json";

/* "…/ann/<image>.json" */
static bool is_annotation(const char *path)
{
    static const char folder[] = "/ann/";
    size_t n = sizeof folder - 1, length = path_folder_length(path);
    bool in_folder = length >= n && strncmp(path + length - n, folder, n) == 0;
    bool at_top = length == n - 1 && strncmp(path, folder + 1, n - 1) == 0;
    return text_ends_with(path, JSON) && (in_folder || at_top);
}

static int read_file(const struct label_folder *f, const char *file, struct supervisely *out,
                     struct err *e)
{
    char name[LABEL_NAME_SIZE];
    unsigned char *data;
    size_t len;
    int rc = label_folder_name(f, file, name, e);
    rc = rc ? rc : label_folder_read(f, file, JSON_BYTES_MAX, &data, &len, e);
    if (rc)
        return rc;
    rc = supervisely_parse(name, data, len, out, e);
    free(data);
    if (rc)
        return rc;
    rc = annotation_check(&out->annotation, f->map, name, e);
    if (rc)
        supervisely_clear(out);
    return rc;
}

static int check_file(const struct label_folder *f, const char *file, struct err *e)
{
    struct supervisely s;
    int rc = read_file(f, file, &s, e);
    if (rc == 0)
        supervisely_clear(&s);
    return rc;
}

/* The file of a project's image, or "" for the only one. */
static int find_files(struct label_folder *f, struct err *e)
{
    struct stat st;
    bool is_one = stat(f->path, &st) == 0 ? !S_ISDIR(st.st_mode) : path_has_suffix(f->path, JSON);
    if (f->archive || !is_one)
        return label_folder_find(f, is_annotation, "ann/<image>.json", e);
    return strlist_add(&f->files, "", 0, e);
}

static int open_export(const char *path, const struct class_map *map, void **source, struct err *e)
{
    struct label_folder *f;
    int rc = label_folder_create(path, map, &f, e);
    if (rc)
        return rc;
    rc = find_files(f, e);
    rc = rc ? rc : label_folder_check(f, check_file, e);
    if (rc)
        label_folder_destroy(f);
    else
        *source = f;
    return rc;
}

static const char *image_name(const void *source, size_t i)
{
    const struct label_folder *f = source;
    return f->files.s[i][0] ? f->files.s[i] : path_base(f->path);
}

static int render_image(const void *source, size_t i, const struct label_canvas *to, struct err *e)
{
    const struct label_folder *f = source;
    struct supervisely s;
    int rc = read_file(f, f->files.s[i], &s, e);
    if (rc)
        return rc;
    if (s.width != to->size || s.height != to->size)
        rc = err_set(e, ERR_INPUT, "%s: image \"%s\" is %d × %d px, its subscene %d × %d", f->path,
                     image_name(f, i), s.width, s.height, to->size, to->size);
    rc = rc ? rc : to->paint(to, &s.annotation, 0, s.annotation.shapes, e);
    supervisely_clear(&s);
    return rc;
}

const struct label_tool supervisely_tool = {open_export, label_folder_count, image_name,
                                            render_image, label_folder_destroy};
