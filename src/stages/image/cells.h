/* Which subscenes of a product's lattice are asked for. */
#ifndef SUBSCENE_STAGES_IMAGE_CELLS_H
#define SUBSCENE_STAGES_IMAGE_CELLS_H

#include <stddef.h>

#include "core/lattice.h"
#include "core/strlist.h"
#include "io/geo/aoi.h"

struct cell {
    int32_t x, y; /* column, row of the lattice */
};

/* For qsort and bsearch: by row, then column. */
int cell_by_row_and_column(const void *a, const void *b);

/* What was asked for; both must hold where both are given. Whoever fills it in owns what is in
 * it. */
struct selection {
    struct cell *cells; /* NULL: all of the lattice; else n_cells, which may be 0 */
    size_t n_cells;
    struct strlist
        products; /* the product of each cell, "" for all products; empty where no cell names one */
    const char *product; /* the one whose lattice it is: of cells that name one only its own count.
                            Borrowed; needed where there are products */
    struct aoi *aoi; /* NULL: everywhere. Of a subscene the part that lies on the raster counts */
};

/* A list of its own (free()) of the cells selected on the lattice of raster `target`, by row and
 * column, each once; it may be empty. ERR_USAGE when a cell is outside of the lattice, or the
 * area's coordinate system cannot be reached. */
int cells_select(const struct selection *s, const struct geogrid *target, const struct lattice *l,
                 struct cell **cells, size_t *n, struct err *e) MUST_CHECK;

/* Why cells_select found none: a sentence for whoever reads the log. */
enum { SELECT_REASON = 480 };
void cells_why_none(const struct selection *s, const struct geogrid *target,
                    char buf[SELECT_REASON]);

#endif
