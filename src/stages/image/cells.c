#include "stages/image/cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int cell_by_row_and_column(const void *a, const void *b)
{
    const struct cell *s = a, *t = b;
    return s->y != t->y ? (s->y > t->y) - (s->y < t->y) : (s->x > t->x) - (s->x < t->x);
}

static size_t sort_and_keep_each_once(struct cell *cells, size_t n)
{
    size_t kept = 0;
    qsort(cells, n, sizeof *cells, cell_by_row_and_column);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || cell_by_row_and_column(&cells[i], &cells[kept - 1]) != 0)
            cells[kept++] = cells[i];
    return kept;
}

/* True if entry i of the list names this product, or no product. */
static bool is_of_product(const struct selection *s, size_t i)
{
    return s->products.n == 0 || s->products.s[i][0] == '\0' ||
           strcmp(s->products.s[i], s->product) == 0;
}

/* Lists the cells of the selection, or all of the lattice. `*n` is first the capacity of `cells`,
 * then the number listed. */
static int list_cells(const struct selection *s, const struct lattice *l, struct cell *cells,
                      size_t *n, struct err *e)
{
    size_t cols = (size_t)l->cols, candidates = *n;
    *n = 0;
    for (size_t i = 0; i < candidates; i++) {
        if (!is_of_product(s, i))
            continue;
        struct cell c =
            s->cells ? s->cells[i] : (struct cell){(int32_t)(i % cols), (int32_t)(i / cols)};
        if (c.x < 0 || c.y < 0 || c.x >= l->cols || c.y >= l->rows)
            return err_set(
                e, ERR_USAGE,
                "subscene %d_%d is outside of the lattice: columns 0 to %d, rows 0 to %d", c.x, c.y,
                l->cols - 1, l->rows - 1);
        cells[(*n)++] = c;
    }
    return 0;
}

/* Keeps only the cells in the area. */
static int keep_inside(struct aoi *aoi, const struct geogrid *target, const struct lattice *l,
                       struct cell *cells, size_t *n, struct err *e)
{
    const struct rect raster = {0, 0, target->width, target->height};
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        bool holds;
        struct rect px = rect_intersect(lattice_cell(l, cells[i].x, cells[i].y), raster);
        int r = aoi_holds(aoi, target, px, &holds, e);
        if (r)
            return r;
        if (holds)
            cells[kept++] = cells[i];
    }
    *n = kept;
    return 0;
}

int cells_select(const struct selection *s, const struct geogrid *target, const struct lattice *l,
                 struct cell **cells, size_t *n, struct err *e)
{
    *n = s->cells ? s->n_cells : (size_t)l->cols * (size_t)l->rows;
    *cells = mem_alloc(*n, sizeof **cells);
    if (!*cells)
        return err_nomem(e, *n * sizeof **cells);
    int r = list_cells(s, l, *cells, n, e);
    if (r)
        goto discard;
    *n = sort_and_keep_each_once(*cells, *n);
    if (s->aoi)
        r = keep_inside(s->aoi, target, l, *cells, n, e);
    if (r)
        goto discard;
    return 0;
discard:
    free(*cells);
    *cells = NULL;
    *n = 0;
    return r;
}

/* True if the list has a cell of this product. */
static bool names_any(const struct selection *s)
{
    if (s->products.n == 0)
        return true;
    for (size_t i = 0; i < s->n_cells; i++)
        if (is_of_product(s, i))
            return true;
    return false;
}

void cells_why_none(const struct selection *s, const struct geogrid *target,
                    char buf[SELECT_REASON])
{
    char where[SELECT_REASON - 80];
    struct err why = ERR_INIT;
    if (s->cells && s->n_cells == 0)
        snprintf(buf, SELECT_REASON, "the list of subscenes is empty: nothing to do");
    else if (!names_any(s))
        snprintf(buf, SELECT_REASON,
                 "the list of subscenes has none of this product: nothing to do");
    else if (s->aoi && aoi_describe(s->aoi, target, where, sizeof where, &why) == 0)
        snprintf(buf, SELECT_REASON, "no subscene lies in the area of interest: nothing to do; %s",
                 where);
    else
        snprintf(buf, SELECT_REASON, "no subscene lies in the area of interest: nothing to do");
}
