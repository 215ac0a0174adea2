#include "support/plan_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char images[BAND_COUNT]; /* their addresses stand for open images */

static struct band_source source_of(int b, int32_t width, int32_t tile)
{
    int32_t w = width * 10 / band_table[b].pixel_m, tiles = (w + tile - 1) / tile;
    return (struct band_source){.width = w,
                                .height = w,
                                .tile_w = tile,
                                .tile_h = tile,
                                .tiles_x = tiles,
                                .tiles_y = tiles,
                                .read_bytes = PLAN_RIG_READ_BYTES,
                                .jp2 = (const void *)&images[b]};
}

void plan_rig_take_all(struct plan_rig *rig)
{
    struct geogrid target;
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(plan_lattice(&rig->product, &rig->params, &target, &l, &e), 0);
    int32_t n = l.cols * l.rows;
    assert_in_range(n, 1, PLAN_RIG_CELLS);
    for (int32_t i = 0; i < n; i++)
        rig->cell[i] = (struct cell){i % l.cols, i / l.cols};
    rig->request.cells = rig->cell;
    rig->request.n_cells = (size_t)n;
}

void plan_rig_make(struct plan_rig *rig, band_set bands, int32_t width, int32_t tile, int32_t size)
{
    static const int32_t pixel_m[PRODUCT_GRID_COUNT] = {10, 20, 60};
    *rig = (struct plan_rig){.product = {.name = "rig", .saturated = UINT16_MAX},
                             .params = {.bands = bands,
                                        .size = size,
                                        .resolution_m = 10,
                                        .filter = "lanczos",
                                        .lobes = 3,
                                        .engine = "direct",
                                        .edge = EDGE_PAD}};
    for (int g = 0; g < PRODUCT_GRID_COUNT; g++)
        rig->product.grid[g] = (struct geogrid){.epsg = 32633,
                                                .pixel_m = pixel_m[g],
                                                .width = width * 10 / pixel_m[g],
                                                .height = width * 10 / pixel_m[g]};
    for (int b = 0; b < BAND_COUNT; b++)
        rig->source[b] = source_of(b, width, tile);
    rig->request = (struct plan_request){.product = &rig->product,
                                         .params = &rig->params,
                                         .source = rig->source,
                                         .limits = {.threads = 1}};
    plan_rig_take_all(rig);
}

void plan_rig_plan(const struct plan_rig *rig, struct plan *out)
{
    struct err e = ERR_INIT;
    if (plan_create(&rig->request, out, &e))
        fail_msg("%s", e.msg);
}
