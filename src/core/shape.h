/* Shapes on an image, in pixels. The origin is the outer corner of the upper-left pixel: the centre
 * of pixel (i, j) is at (i + 0.5, j + 0.5). All are borrowed views; they own no memory. */
#ifndef SUBSCENE_CORE_SHAPE_H
#define SUBSCENE_CORE_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "core/view.h"

/* Coordinates are finite, with |x| and |y| ≤ SHAPE_COORDINATE_MAX. Code that reads shapes rejects
 * others. */
struct point {
    double x, y;
};

#define SHAPE_COORDINATE_MAX 1e7

/* Ring r has the vertices end[r − 1] (0 for the first) to end[r] − 1. A ring closes itself; it may
 * also repeat its first vertex. A point inside an odd number of rings is inside the polygon. */
struct polygon {
    const struct point *vertex;
    const size_t *end;
    size_t rings;
};

/* Runs of pixels of a window, row by row. They alternate between outside and inside and begin with
 * outside. Pixels after the last run are outside. */
struct run_mask {
    const uint32_t *run;
    size_t runs;
    struct rect window;
};

/* Bytes of a part of an image, row by row. The pixel in row y, column x of the image, inside
 * `part`, is px[(y − part.y) · stride + x − part.x]. part.x and part.y are not negative.
 * Borrowed. */
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
