#include "stages/image/plan_strips.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

struct rect plan_cell_px(const struct plan *p, struct cell c)
{
    struct rect raster = {0, 0, p->target.width, p->target.height};
    return rect_intersect(lattice_cell(&p->lattice, c.x, c.y), raster);
}

size_t plan_piece_count(const struct plan *p, const struct plan_strip *s, int band)
{
    if (p->params->compat)
        return s->n;
    int32_t w = p->band[band].piece_w;
    return (size_t)((s->px.x + s->px.w - 1) / w - s->px.x / w + 1);
}

struct rect plan_piece(const struct plan *p, const struct plan_strip *s, int band, size_t i)
{
    if (p->params->compat)
        return plan_cell_px(p, p->cell[s->first + i]);
    int32_t w = p->band[band].piece_w;
    struct rect column = {(s->px.x / w + (int32_t)i) * w, s->px.y, w, s->px.h},
                wanted = {0, 0, 0, 0};
    if (s->n == 0)
        return rect_intersect(s->px, column);
    for (size_t c = s->first; c < s->first + s->n; c++)
        wanted = rect_union(wanted, rect_intersect(plan_cell_px(p, p->cell[c]), column));
    return wanted;
}

int plan_strips_take_cells(struct plan *p, const struct cell *cells, size_t n, struct err *e)
{
    p->cell = mem_alloc(n, sizeof *p->cell);
    p->strip = mem_alloc(n, sizeof *p->strip);
    if (!p->cell || !p->strip)
        return err_nomem(e, n * (sizeof *p->cell + sizeof *p->strip));
    memcpy(p->cell, cells, n * sizeof *cells);
    p->n_cells = n;
    qsort(p->cell, n, sizeof *p->cell, cell_by_row_and_column);
    return 0;
}

void plan_strips_cut(struct plan *p, int32_t cols)
{
    p->n_strips = 0;
    p->strip_w = p->strip_h = 0;
    for (size_t i = 0; i < p->n_cells; i++) {
        struct plan_strip *s = p->n_strips > 0 ? &p->strip[p->n_strips - 1] : NULL;
        if (!s || p->cell[i].y != p->cell[s->first].y ||
            p->cell[i].x - p->cell[s->first].x >= cols) {
            s = &p->strip[p->n_strips++];
            *s = (struct plan_strip){.first = i};
        }
        s->n++;
        s->px = rect_union(s->px, plan_cell_px(p, p->cell[i]));
        p->strip_w = max32(p->strip_w, s->px.w);
        p->strip_h = max32(p->strip_h, s->px.h);
    }
}

int plan_strips_take_rows(struct plan *p, int32_t rows, struct err *e)
{
    size_t n = (size_t)((p->target.height + rows - 1) / rows);
    p->strip = mem_alloc(n, sizeof *p->strip);
    if (!p->strip)
        return err_nomem(e, n * sizeof *p->strip);
    struct rect raster = {0, 0, p->target.width, p->target.height};
    for (int32_t i = 0; i < (int32_t)n; i++)
        p->strip[i] = (struct plan_strip){
            .px = rect_intersect((struct rect){0, i * rows, p->target.width, rows}, raster)};
    p->n_strips = (int32_t)n;
    p->strip_w = p->target.width;
    p->strip_h = p->strip[0].px.h;
    return 0;
}
