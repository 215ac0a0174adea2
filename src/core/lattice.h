/* How the target grid is cut into subscenes: pure integer arithmetic, but for the lattice of
 * cm_vsm. */
#ifndef SUBSCENE_CORE_LATTICE_H
#define SUBSCENE_CORE_LATTICE_H

#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

/* What happens to the last column and row when they overhang the raster. */
enum edge_policy {
    EDGE_PAD, /* they stay, filled with no data */
    EDGE_DROP, /* they are left out */
    EDGE_SHIFT, /* they are moved back until they end with the raster */
};

struct lattice {
    int32_t size; /* side of a subscene, px */
    int32_t step; /* distance of neighbours, px: size − overlap */
    float real_step; /* 0, or the distance of neighbours where it need not be whole: `step` is then
                        only near it */
    int32_t cols, rows;
    int32_t width, height; /* of the raster, px */
    enum edge_policy edge;
};

/* size ≥ 1, 0 ≤ overlap ≤ 0.5; step = size − floor(size · overlap), at least 1.
 *
 * pad:   ceil(width / step) columns, as in the published dataset and as cm_vsm counts them;
 * drop:  only the columns that end inside of the raster;
 * shift: as many as it takes to reach the last pixel, the last one moved back to end with it.
 *
 * Errors: ERR_USAGE, when drop or shift is asked of a raster smaller than `size`. */
int lattice_init(struct lattice *l, int32_t size, double overlap, enum edge_policy edge,
                 int32_t width, int32_t height, struct err *e) MUST_CHECK;

/* The lattice of cm_vsm (core/window.h), edges padded: ceil(width / step) columns, cells begin at
 * floor(step · x) with a step that is not rounded. Of columns that rounding puts beyond the raster
 * there are none. Errors: ERR_USAGE, also for a step below 1 px. */
int lattice_init_windows(struct lattice *l, int32_t cut, double overlap, int32_t width,
                         int32_t height, struct err *e) MUST_CHECK;

/* Where subscene (x, y) lies on the raster; with EDGE_PAD it may reach beyond it. */
struct rect lattice_cell(const struct lattice *l, int32_t x, int32_t y);

/* Distance of neighbours, px. */
static inline double lattice_step(const struct lattice *l)
{
    return l->real_step > 0 ? (double)l->real_step : l->step;
}

#endif
