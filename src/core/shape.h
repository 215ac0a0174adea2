/* Shapes on an image, in pixels, with the origin at the outer corner of its upper-left pixel: the
 * centre of pixel (i, j) is at (i + 0.5, j + 0.5). Borrowed views, nothing here owns memory. */
#ifndef SUBSCENE_CORE_SHAPE_H
#define SUBSCENE_CORE_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "core/view.h"

/* Finite, |x| and |y| ≤ SHAPE_COORDINATE_MAX: whoever reads shapes refuses others. */
struct point {
    double x, y;
};

#define SHAPE_COORDINATE_MAX 1e7

/* Ring r has the vertices end[r − 1] (0 for the first) to end[r] − 1. A ring is closed without
 * repeating its first vertex, and may. What lies inside of an odd number of rings is inside of the
 * polygon. */
struct polygon {
    const struct point *vertex;
    const size_t *end;
    size_t rings;
};

/* Runs of pixels of a window, row by row, alternately outside and inside, beginning with outside.
 * What they leave out is outside. */
struct run_mask {
    const uint32_t *run;
    size_t runs;
    struct rect window;
};

/* Bytes of a part of an image, row after row: row y, column x of the image, inside of `part`, is
 * px[(y − part.y) · stride + x − part.x]. part.x and part.y are not negative. Borrowed. */
struct byte_part {
    uint8_t *px;
    ptrdiff_t stride;
    struct rect part;
};

static inline uint8_t *byte_part_row(struct byte_part b, int32_t y)
{
    return b.px + (ptrdiff_t)(y - b.part.y) * b.stride;
}

#endif
