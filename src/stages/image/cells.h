/* Selects subscenes of a product's lattice. */
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

/* The selection that the user gave. A cell is selected if it is in the list and in the area. The
 * code that fills in the struct owns its contents. */
struct selection {
    struct cell *cells; /* n_cells, which may be 0; NULL: all of the lattice */
    size_t n_cells;
    /* The product of each cell; "" means all products. Empty if no cell names a product. */
    struct strlist products;
    /* The product of the lattice, borrowed. Cells that name another product are ignored. Needed if
     * `products` is not empty. */
    const char *product;
    struct aoi *aoi; /* tested with the part of a subscene on the raster; NULL: everywhere */
};

/* Lists the selected cells of the lattice on raster `target`, sorted by row and column, each once.
 * The list may be empty; free it with free(). ERR_USAGE: a cell is outside of the lattice, or
 * coordinates cannot be converted to the area's coordinate system. */
int cells_select(const struct selection *s, const struct geogrid *target, const struct lattice *l,
                 struct cell **cells, size_t *n, struct err *e) MUST_CHECK;

/* Explains in a sentence for the log why cells_select found no cell. */
enum { SELECT_REASON = 480 };
void cells_why_none(const struct selection *s, const struct geogrid *target,
                    char buf[SELECT_REASON]);

#endif
