/* Class masks onto the target grid: every target pixel takes the source pixel under its centre, the
 * rule of filters/nodata.h, and the map's code for it. Nothing is averaged. Pure arithmetic, any
 * thread. */
#ifndef SUBSCENE_FILTERS_CLASSIFY_H
#define SUBSCENE_FILTERS_CLASSIFY_H

#include "core/classes.h"

/* How a target grid lies over a mask with the same upper-left corner: up target pixels are as wide
 * as down source pixels. */
struct classify_grid {
    int32_t up, down;
    int32_t src_w, src_h;
    uint8_t outside; /* for centres past the mask */
};

/* For pixels that are whole metres: 20 m over 10 m has up = 2, down = 1. */
struct classify_grid classify_grid_of(int32_t src_pixel_m, int32_t pixel_m, int32_t src_w,
                                      int32_t src_h);

/* The row of the mask under target row y; src_h or more when there is none. */
int32_t classify_src_row(const struct classify_grid *g, int32_t y);

/* The n target pixels from column x on; `src` is the mask's row under them, NULL when there is
 * none: all are `outside`. A value that the map does not know gives code 0, and the first of them
 * is stored in `*unknown`, which the caller sets to −1 before. */
void classify_row(const struct classify_grid *g, const struct class_map *map, const uint8_t *src,
                  int32_t x, int32_t n, uint8_t *out, int32_t *unknown);

/* 16-bit values to bytes. The first that is larger than 255 is stored in `*unknown`, which the
 * caller sets to −1 before. */
void classify_narrow(const uint16_t *in, int32_t n, uint8_t *out, int32_t *unknown);

#endif
