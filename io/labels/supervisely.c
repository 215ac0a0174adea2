#include "io/labels/supervisely.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/source/wholefile.h"
#include "io/text/jsondoc.h"

enum { JSON_BYTES_MAX = 64 << 20, CATEGORY_MAX = 100 };

struct reader {
    const char *path;
    struct supervisely *out;
    char place[64]; /* place in the document: "objects[3]" */
    struct {
        size_t object, vertex, end;
    } cap;
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
           jsondoc_number(jsondoc_element(v, 1), &p->y) && fabs(p->x) <= SHAPE_COORDINATE_MAX &&
           fabs(p->y) <= SHAPE_COORDINATE_MAX;
}

static int add_vertex(struct reader *r, struct point p, struct err *e)
{
    struct supervisely *s = r->out;
    struct point *grown = mem_grown(s->vertex, s->vertices, &r->cap.vertex, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    s->vertex = grown;
    s->vertex[s->vertices++] = p;
    return 0;
}

/* Ends the object's ring with the vertices added since the previous ring. */
static int end_ring(struct reader *r, struct supervisely_object *o, struct err *e)
{
    struct supervisely *s = r->out;
    size_t *grown = mem_grown(s->end, s->rings, &r->cap.end, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    s->end = grown;
    s->end[s->rings++] = s->vertices - o->first;
    o->rings++;
    return 0;
}

static int take_ring(struct reader *r, struct supervisely_object *o, const struct jsonvalue *list,
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
        int rc = add_vertex(r, p, e);
        if (rc)
            return rc;
    }
    return end_ring(r, o, e);
}

static int take_polygon(struct reader *r, struct supervisely_object *o,
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

static int take_rectangle(struct reader *r, struct supervisely_object *o,
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
        rc = add_vertex(r, corner[i], e);
    return rc ? rc : end_ring(r, o, e);
}

/* ---- objects ---- */

static bool is_printable(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return false;
    return n <= CATEGORY_MAX;
}

static int take_category(struct reader *r, const struct jsonvalue *object, size_t *category,
                         struct err *e)
{
    struct strlist *all = &r->out->category;
    const char *title = jsondoc_text(jsondoc_member(object, "classTitle"));
    if (!title || !is_printable(title))
        return bad(
            r, e,
            "has no classTitle that is a text of %d bytes at most, without control characters",
            CATEGORY_MAX);
    size_t i = 0;
    while (i < all->n && strcmp(all->s[i], title) != 0)
        i++;
    *category = i;
    if (i < all->n)
        return 0;
    if (all->n == SUPERVISELY_CATEGORIES_MAX)
        return bad(r, e, "there are more than %d different classes", SUPERVISELY_CATEGORIES_MAX);
    return strlist_add(all, title, strlen(title), e);
}

static int take_object(struct reader *r, const struct jsonvalue *object, struct err *e)
{
    struct supervisely *s = r->out;
    struct supervisely_object o = {.first = s->vertices, .ring = s->rings};
    const struct jsonvalue *points = jsondoc_member(object, "points");
    const char *kind = jsondoc_text(jsondoc_member(object, "geometryType"));
    if (!kind)
        return bad(r, e, "has no geometryType");
    int rc = take_category(r, object, &o.category, e);
    if (rc == 0 && strcmp(kind, "polygon") == 0)
        rc = take_polygon(r, &o, points, e);
    else if (rc == 0 && strcmp(kind, "rectangle") == 0)
        rc = take_rectangle(r, &o, points, e);
    else if (rc == 0)
        rc = bad(r, e,
                 "its geometryType is \"%.40s\"; polygon and rectangle are read, and Supervisely "
                 "can convert to them",
                 is_printable(kind) ? kind : "?");
    if (rc)
        return rc;
    struct supervisely_object *grown =
        mem_grown(s->object, s->objects, &r->cap.object, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    s->object = grown;
    s->object[s->objects++] = o;
    return 0;
}

static int take_side(const struct reader *r, const struct jsonvalue *size, const char *name,
                     int32_t *out, struct err *e)
{
    int64_t v;
    if (!jsondoc_int(jsondoc_member(size, name), &v) || v < 1 || v > SUPERVISELY_SIDE_MAX)
        return bad(r, e, "has no size.%s from 1 to %d", name, SUPERVISELY_SIDE_MAX);
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

int supervisely_read(const char *path, struct supervisely *out, struct err *e)
{
    struct reader r = {.path = path, .out = out};
    unsigned char *data;
    size_t len;
    struct jsondoc *doc;
    *out = (struct supervisely){0};
    int rc = wholefile_read(path, JSON_BYTES_MAX, &data, &len, e);
    if (rc)
        return rc;
    rc = jsondoc_parse(path, (const char *)data, len, &doc, e);
    free(data);
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
    free(s->object);
    free(s->vertex);
    free(s->end);
    strlist_clear(&s->category);
    *s = (struct supervisely){0};
}

struct polygon supervisely_polygon(const struct supervisely *s, const struct supervisely_object *o)
{
    return (struct polygon){s->vertex + o->first, s->end + o->ring, o->rings};
}
