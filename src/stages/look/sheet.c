#include "stages/look/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/reduce.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"

/* ---- the grid ---- */

static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

static int check_extent(const struct sheet_grid *g, struct err *e)
{
    const int64_t most = (int64_t)SHEET_SIDE * SHEET_SIDE * 64;
    int64_t w = (int64_t)g->columns * g->cell_px, h = (int64_t)g->rows * g->cell_px;
    if (w * h > most)
        return err_set(e, ERR_INPUT, "a mosaic of %d x %d subscenes is too large", g->columns,
                       g->rows);
    return 0;
}

int sheet_grid_of(const struct manifest *m, int32_t size, struct sheet_grid *out, struct err *e)
{
    int32_t x1 = m->row[0].x, y1 = m->row[0].y;
    struct sheet_grid g = {.x0 = x1, .y0 = y1, .size = size};
    for (size_t i = 1; i < m->n; i++) {
        const struct manifest_row *r = &m->row[i];
        g.x0 = r->x < g.x0 ? r->x : g.x0;
        g.y0 = r->y < g.y0 ? r->y : g.y0;
        x1 = larger(x1, r->x);
        y1 = larger(y1, r->y);
    }
    g.columns = x1 - g.x0 + 1;
    g.rows = y1 - g.y0 + 1;
    int64_t side = (int64_t)larger(g.columns, g.rows) * size;
    int64_t block = (side - 1) / SHEET_SIDE + 1;
    g.block = block < size ? (int32_t)block : size;
    g.cell_px = reduce_side(size, g.block);
    int r = check_extent(&g, e);
    if (r)
        return r;
    g.width = g.columns * g.cell_px;
    g.height = g.rows * g.cell_px;
    *out = g;
    return 0;
}

/* ---- the sheet ---- */

static size_t pixels(const struct sheet_grid *g) { return (size_t)g->width * (size_t)g->height; }

/* The code for pixels without the layer: the largest one that is not a class. Of a probability 0,
 * because it needs all codes, and 0 shows nothing either. */
static uint8_t unused_code(const struct class_layer *l)
{
    for (int code = 255; l->flags > 0 && code > 0; code--) {
        size_t i = 0;
        while (i < l->flags && l->flag[i].value != code)
            i++;
        if (i == l->flags)
            return (uint8_t)code;
    }
    return 0;
}

static int add_layer(struct sheet *s, const struct sheet_legend *legend, struct err *e)
{
    struct sheet_layer *l = &s->layer[s->layers++];
    *l = (struct sheet_layer){*legend, unused_code(&legend->layer), mem_alloc(pixels(&s->grid), 1)};
    if (!l->px)
        return err_nomem(e, pixels(&s->grid));
    memset(l->px, l->none, pixels(&s->grid));
    return 0;
}

int sheet_init(const struct sheet_grid *grid, band_set bands, const struct sheet_legends *layers,
               struct sheet *out, struct err *e)
{
    *out = (struct sheet){.grid = *grid, .bands = bands};
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        out->band[b] = mem_zalloc(pixels(grid), sizeof *out->band[b]);
        if (!out->band[b])
            return err_nomem(e, pixels(grid) * sizeof *out->band[b]);
    }
    out->layer = mem_alloc(layers->n, sizeof *out->layer);
    if (!out->layer)
        return err_nomem(e, layers->n * sizeof *out->layer);
    int r = 0;
    for (size_t i = 0; r == 0 && i < layers->n; i++)
        r = add_layer(out, &layers->s[i], e);
    return r;
}

void sheet_clear(struct sheet *s)
{
    for (int b = 0; b < BAND_COUNT; b++)
        free(s->band[b]);
    for (size_t i = 0; i < s->layers; i++)
        free(s->layer[i].px);
    free(s->layer);
    *s = (struct sheet){0};
}

void sheet_work_clear(struct sheet_work *w)
{
    free(w->dn);
    free(w->scratch);
    free(w->codes);
    *w = (struct sheet_work){0};
}

/* ---- one subscene ---- */

static int reserve(struct sheet_work *w, int32_t size, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    w->dn = w->dn ? w->dn : mem_alloc(n, sizeof *w->dn);
    w->scratch = w->scratch ? w->scratch : mem_alloc(n, 8);
    w->codes = w->codes ? w->codes : mem_alloc(n, 1);
    return w->dn && w->scratch && w->codes ? 0 : err_nomem(e, n * 11);
}

/* The first pixel of a square. */
static size_t corner(const struct sheet_grid *g, int32_t x, int32_t y)
{
    return (size_t)(y - g->y0) * (size_t)g->cell_px * (size_t)g->width +
           (size_t)(x - g->x0) * (size_t)g->cell_px;
}

static int add_bands(struct sheet *s, struct sheet_work *w, struct h5file *f, size_t at,
                     struct err *e)
{
    const struct sheet_grid *g = &s->grid;
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!s->band[b])
            continue;
        int r = subscene_nc_read_band(f, band_table[b].name, g->size, w->dn, w->scratch, e);
        if (r)
            return r;
        reduce_numbers(w->dn, g->size, g->block, s->band[b] + at, (size_t)g->width);
    }
    return 0;
}

static int add_layers(struct sheet *s, struct sheet_work *w, struct h5file *f, size_t at,
                      struct err *e)
{
    const struct sheet_grid *g = &s->grid;
    for (size_t i = 0; i < s->layers; i++) {
        struct sheet_layer *l = &s->layer[i];
        if (!h5file_is_byte_raster(f, l->legend.layer.name))
            continue;
        int r = layers_read(f, l->legend.layer.name, g->size, w->codes, e);
        if (r)
            return r;
        (l->legend.layer.flags > 0 ? reduce_codes : reduce_bytes)(w->codes, g->size, g->block,
                                                                  l->px + at, (size_t)g->width);
    }
    return 0;
}

/* Empties a square that is filled in part. */
static void empty(struct sheet *s, size_t at)
{
    const size_t n = (size_t)s->grid.cell_px;
    for (size_t y = 0; y < n; y++, at += (size_t)s->grid.width) {
        for (int b = 0; b < BAND_COUNT; b++)
            if (s->band[b])
                memset(s->band[b] + at, 0, n * sizeof *s->band[b]);
        for (size_t i = 0; i < s->layers; i++)
            memset(s->layer[i].px + at, s->layer[i].none, n);
    }
}

static int add_file(struct sheet *s, struct sheet_work *w, struct h5file *f, size_t at,
                    struct err *e)
{
    struct subscene_facts facts;
    int r = subscene_nc_look(f, s->bands, &facts, e);
    if (r)
        return r;
    if (facts.size != s->grid.size)
        return err_set(e, ERR_INPUT, "is %d px wide, other subscenes of its manifest %d px",
                       facts.size, s->grid.size);
    r = add_bands(s, w, f, at, e);
    return r ? r : add_layers(s, w, f, at, e);
}

int sheet_add(struct sheet *s, struct sheet_work *w, const char *path, int32_t x, int32_t y,
              struct err *e)
{
    struct h5file *f;
    int r = reserve(w, s->grid.size, e);
    if (r)
        return r;
    r = h5file_open(path, &f, e);
    if (r)
        return r;
    const size_t at = corner(&s->grid, x, y);
    r = add_file(s, w, f, at, e);
    h5file_close(f);
    if (r == 0)
        return 0;
    empty(s, at);
    return err_wrap(e, "%s", path);
}
