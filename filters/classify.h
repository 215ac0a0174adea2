/* Puts class masks onto the target grid. Each target pixel takes the source pixel under its centre
 * (the rule of filters/nodata.h), and the class map translates the value. Nothing is averaged. Pure
 * arithmetic, any thread. */
#ifndef SUBSCENE_FILTERS_CLASSIFY_H
#define SUBSCENE_FILTERS_CLASSIFY_H

#include "core/classes.h"

/* How a target grid lies over a mask with the same upper-left corner: `up` target pixels are as
 * wide as `down` source pixels. */
struct classify_grid {
    int32_t up, down;
    int32_t src_w, src_h;
    uint8_t outside; /* the code for centres past the mask */
};

/* Pixel sizes are whole metres. A 20 m mask on a 10 m grid has up = 2, down = 1. */
struct classify_grid classify_grid_of(int32_t src_pixel_m, int32_t pixel_m, int32_t src_w,
                                      int32_t src_h);

/* The row of the mask under target row y. It is ≥ src_h if target row y is past the mask. */
int32_t classify_src_row(const struct classify_grid *g, int32_t y);

/* A part of a row of the mask: the columns from x on. `px` NULL: no mask is there. */
struct classify_src {
    const uint8_t *px;
    int32_t x;
};

/* Writes n target pixels from column x on. `src` has all columns of the mask under them. Where it
 * has no pixels, every pixel becomes `outside`. A value that the map does not list becomes code 0.
 * The caller sets `*unknown` to −1 first; it receives the first such value. */
void classify_row(const struct classify_grid *g, const struct class_map *map,
                  struct classify_src src, int32_t x, int32_t n, uint8_t *out, int32_t *unknown);

/* Converts 16-bit values to bytes. The caller sets `*unknown` to −1 first; it receives the first
 * value above 255. */
void classify_narrow(const uint16_t *in, int32_t n, uint8_t *out, int32_t *unknown);

#endif
