#include "stages/layers/labels_paint.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/rasterize.h"

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

static struct painted painted_of(const struct class_map *map, const struct annotation *a, size_t at)
{
    const struct annotation_shape *s = &a->shape[at];
    uint8_t code = class_map_category(map, a->category.s[s->category])->code;
    return (struct painted){at, s->z_order, code, map->rank[code]};
}

static void paint_shape(const struct label_canvas *to, const struct annotation *a,
                        const struct painted *p)
{
    const struct annotation_shape *s = &a->shape[p->at];
    struct byte_part all = {.px = to->px, .stride = to->size, .part = {0, 0, to->size, to->size}};
    if (s->kind == ANNOTATION_MASK) {
        struct run_mask mask = annotation_mask(a, s);
        rasterize_runs(&mask, p->code, all);
    } else {
        struct polygon polygon = annotation_polygon(a, s);
        rasterize_polygon(&polygon, p->code, all, to->ctx);
    }
}

static int paint(const struct label_canvas *to, const struct annotation *a, size_t first, size_t n,
                 struct err *e)
{
    struct painted *p = mem_alloc(n, sizeof *p);
    if (!p)
        return err_nomem(e, n * sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = painted_of(to->map, a, first + i);
    qsort(p, n, sizeof *p, by_depth);
    for (size_t i = 0; i < n; i++)
        paint_shape(to, a, &p[i]);
    free(p);
    return 0;
}

struct label_canvas labels_paint_begin(const struct class_map *map, int32_t size, uint8_t *px,
                                       uint8_t *scratch)
{
    memset(px, map->unlabelled, (size_t)size * (size_t)size);
    return (struct label_canvas){
        .map = map, .size = size, .px = px, .paint = paint, .ctx = scratch};
}
