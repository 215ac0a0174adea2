/* Cuts the target grid into subscenes. Integer arithmetic, except for the lattice of cm_vsm. */
#ifndef SUBSCENE_CORE_LATTICE_H
#define SUBSCENE_CORE_LATTICE_H

#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

/* How to treat the last column and row when they overhang the raster. */
enum edge_policy {
    EDGE_PAD, /* keep them, filled with no-data */
    EDGE_DROP, /* leave them out */
    EDGE_SHIFT, /* move them back to end with the raster */
};

struct lattice {
    int32_t size; /* side of a subscene, px */
    int32_t step; /* distance between neighbours, px: size − overlap */
    /* 0, or the distance between neighbours as a real number; then `step` is only near it */
    float real_step;
    int32_t cols, rows;
    int32_t width, height; /* of the raster, px */
    enum edge_policy edge;
};

/* Needs size ≥ 1 and 0 ≤ overlap ≤ 0.5. step = size − floor(size · overlap), at least 1.
 * Subscene (x, y) begins at (x · step, y · step).
 *
 * The number of columns (rows alike) depends on the edge:
 * pad:   ceil(width / step), as in the published dataset and in cm_vsm
 * drop:  only columns that end inside the raster
 * shift: enough columns to reach the last pixel; the last one is moved back to end with it
 *
 * ERR_USAGE: drop or shift for a raster smaller than `size`. */
int lattice_init(struct lattice *l, int32_t size, double overlap, enum edge_policy edge,
                 int32_t width, int32_t height, struct err *e) MUST_CHECK;

/* The lattice of cm_vsm (core/window.h) with padded edges: ceil(width / step) columns. Subscenes
 * begin at floor(step · x), and the step is not rounded. Columns that rounding puts beyond the
 * raster are left out. ERR_USAGE: also for a step below 1 px. */
int lattice_init_windows(struct lattice *l, int32_t cut, double overlap, int32_t width,
                         int32_t height, struct err *e) MUST_CHECK;

/* The pixels of subscene (x, y) on the raster: from (x · step, y · step), or, with windows, as
 * core/window.h says. With EDGE_PAD they may reach beyond it. */
struct rect lattice_cell(const struct lattice *l, int32_t x, int32_t y);

/* Distance between neighbours, px. */
static inline double lattice_step(const struct lattice *l)
{
    return l->real_step > 0 ? (double)l->real_step : l->step;
}

#endif
