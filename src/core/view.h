/* Rectangles and borrowed views, which the stages exchange. They own no memory. */
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

/* The smallest rectangle that holds both; an empty one is ignored. */
struct rect rect_union(struct rect a, struct rect b);

/* 16-bit samples in memory, row by row; `stride` in samples. Borrowed. */
struct view {
    uint16_t *px;
    ptrdiff_t stride;
    int32_t w, h;
};

static inline uint16_t *view_row(struct view v, int32_t y) { return v.px + y * v.stride; }

/* The part of `v` under `r`. `r` is inside the view, in the view's own coordinates. */
struct view view_part(struct view v, struct rect r);

/* Some consecutive rows of a raster in a circular buffer: row y of the raster is at row y mod
 * capacity. A plain image is a ring whose capacity is its height. Borrowed. */
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
