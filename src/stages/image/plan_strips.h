/* Splits a plan's cells into strips, and a strip into pieces for resampling. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_STRIPS_H
#define SUBSCENE_STAGES_IMAGE_PLAN_STRIPS_H

#include "stages/image/plan.h"

/* Copies the cells into the plan, sorted by row, then column, and allocates room for their strips.
 * ERR_TEMPORARY: out of memory. */
int plan_strips_take_cells(struct plan *p, const struct cell *cells, size_t n,
                           struct err *e) MUST_CHECK;

/* Splits the plan's cells into strips; earlier strips are replaced. Each cell is in one strip, and
 * cells keep their order. All cells of a strip are in one row of the lattice and span at most
 * `cols` columns. */
void plan_strips_cut(struct plan *p, int32_t cols);

/* For a plan without cells: splits the whole raster into strips of `rows` rows. The last strip may
 * have fewer. ERR_TEMPORARY: out of memory. */
int plan_strips_take_rows(struct plan *p, int32_t rows, struct err *e) MUST_CHECK;

/* The part of a cell that lies on the raster. */
struct rect plan_cell_px(const struct plan *p, struct cell c);

/* The resampling tasks of a strip and band. plan_piece gives the pixels of the target grid that
 * piece i makes. Pieces do not overlap. A piece is empty if no subscene needs it. With
 * params.compat a piece is a cell. */
size_t plan_piece_count(const struct plan *p, const struct plan_strip *s, int band);
struct rect plan_piece(const struct plan *p, const struct plan_strip *s, int band, size_t i);

#endif
