/* Strips of a plan, and the pieces that a strip is resampled in. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_STRIPS_H
#define SUBSCENE_STAGES_IMAGE_PLAN_STRIPS_H

#include "stages/image/plan.h"

/* Copies the cells into the plan, by row, then column, and gets room for their strips. */
int plan_strips_take_cells(struct plan *p, const struct cell *cells, size_t n,
                           struct err *e) MUST_CHECK;

/* Cuts the plan's cells into strips, again if need be: each cell is in one strip, in order; a strip
 * is of one row of the lattice and reaches over at most `cols` columns. */
void plan_strips_cut(struct plan *p, int32_t cols);

/* Without cells: cuts the whole raster into strips of so many rows; the last one may have fewer. */
int plan_strips_take_rows(struct plan *p, int32_t rows, struct err *e) MUST_CHECK;

/* The part of a cell that lies on the raster. */
struct rect plan_cell_px(const struct plan *p, struct cell c);

/* Resampling tasks of a strip and band: piece i makes these pixels of the target grid. Pieces do
 * not overlap. A piece is empty where no subscene needs it. With params.compat a piece is a cell.
 */
size_t plan_piece_count(const struct plan *p, const struct plan_strip *s, int band);
struct rect plan_piece(const struct plan *p, const struct plan_strip *s, int band, size_t i);

#endif
