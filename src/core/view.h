/* Rectangles and borrowed views: the unit of exchange between the stages. Nothing here owns
 * memory. */
#ifndef SUBSCENE_CORE_VIEW_H
#define SUBSCENE_CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Half-open, in pixels of the grid that the context names: x ≤ column < x + w, y ≤ row < y + h. */
struct rect {
    int32_t x, y, w, h;
};

static inline bool rect_is_empty(struct rect r) { return r.w <= 0 || r.h <= 0; }

/* The common part; an empty one has w == 0 or h == 0. */
struct rect rect_intersect(struct rect a, struct rect b);

/* The smallest rectangle that holds both; an empty one counts for nothing. */
struct rect rect_union(struct rect a, struct rect b);

/* 16-bit samples in memory, row after row; `stride` in samples. Borrowed: never frees, never
 * owns. */
struct view {
    uint16_t *px;
    ptrdiff_t stride;
    int32_t w, h;
};

static inline uint16_t *view_row(struct view v, int32_t y) { return v.px + y * v.stride; }

/* The part of `v` that `r` (in the view's own coordinates, inside of it) covers. */
struct view view_part(struct view v, struct rect r);

/* Some rows of a raster held in a circular window: row y of the raster, for all y of the span that
 * is held at the moment, lies at ring row y mod capacity. A plain image is a ring whose capacity is
 * its height. Borrowed. */
struct ring {
    uint16_t *px;
    ptrdiff_t stride; /* samples */
    int32_t w; /* columns of the raster */
    int32_t capacity; /* rows */
};

static inline uint16_t *ring_row(struct ring r, int32_t y)
{
    return r.px + (ptrdiff_t)(y % r.capacity) * r.stride;
}

#endif
