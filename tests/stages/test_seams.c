/* Subscenes put together are the whole grid, bit for bit: whatever the size, the overlap, the
 * edges, the strips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "support/jp2_image.h"
#include "support/trial_run.h"

static const band_set BANDS = 1U << 0 | 1U << 1 | 1U << 4; /* B01, B02, B05 */

static char product[1024];

/* A band on the target grid, made from the whole decoded image by one call. */
struct whole {
    uint16_t *px;
    int32_t w, h;
};

static struct whole resample_whole(const struct product_input *in, const struct params *params,
                                   int band)
{
    const struct geogrid *grid = product_band_grid(&in->product, band);
    int32_t native_m = band_table[band].pixel_m, wanted_m = params->resolution_m;
    struct resample_spec spec = {.src_w = grid->width,
                                 .src_h = grid->height,
                                 .up = native_m > wanted_m ? native_m / wanted_m : 1,
                                 .down = wanted_m > native_m ? wanted_m / native_m : 1,
                                 .kernel = KERNEL_SINC,
                                 .lobes = 4,
                                 .engine = strcmp(params->engine, "fft") == 0 ? RESAMPLE_FFT
                                                                              : RESAMPLE_DIRECT,
                                 .nodata = 0,
                                 .saturated = 65535,
                                 .offset = -1000};
    struct resample_plan *plan;
    struct resample_work *work;
    struct err e = ERR_INIT;
    uint16_t *source = jp2_image_pixels(jp2_info(in->jp2[band]));
    assert_int_equal(jp2_image_decode_all(in->jp2[band], 1, source, &e), 0);
    assert_int_equal(resample_plan_create(&spec, &plan, &e), 0);
    assert_int_equal(resample_work_create(plan, &work, &e), 0);
    struct whole all = {.w = resample_target_width(plan), .h = resample_target_height(plan)};
    all.px = mem_alloc((size_t)all.w * (size_t)all.h, sizeof *all.px);
    assert_non_null(all.px);
    resample_run(plan, work, (struct ring){source, grid->width, grid->width, grid->height},
                 (struct rect){0, 0, all.w, all.h}, (struct view){all.px, all.w, all.w, all.h});
    resample_work_destroy(work);
    resample_plan_destroy(plan);
    free(source);
    return all;
}

/* One subscene against its place on the whole; beyond the raster there is no data. */
static void check_subscene(const struct whole *all, struct rect at, const uint16_t *dn)
{
    for (int32_t y = 0; y < at.h; y++)
        for (int32_t x = 0; x < at.w; x++) {
            bool inside = at.x + x < all->w && at.y + y < all->h;
            uint16_t expected = inside ? all->px[(ptrdiff_t)(at.y + y) * all->w + at.x + x] : 0;
            if (dn[y * at.w + x] != expected)
                fail_msg("pixel %d, %d of the grid is %d, not %d", at.x + x, at.y + y,
                         dn[y * at.w + x], expected);
        }
}

static void check_band(const struct product_input *in, const struct params *params, int band,
                       const char *folder)
{
    struct geogrid target;
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(plan_lattice(&in->product, params, &target, &l, &e), 0);
    struct whole all = resample_whole(in, params, band);
    assert_true(all.w == target.width && all.h == target.height);
    for (int32_t y = 0; y < l.rows; y++)
        for (int32_t x = 0; x < l.cols; x++) {
            uint16_t *dn =
                trial_read(folder, (struct cell){x, y}, band_table[band].name, params->size);
            check_subscene(&all, lattice_cell(&l, x, y), dn);
            free(dn);
        }
    free(all.px);
}

static void check(const struct params *params)
{
    static int count;
    char name[32], output[1024];
    struct run_result result;
    struct product_input in;
    snprintf(name, sizeof name, "run-%d", count++);
    struct run_options o = trial_options(&test_dir, name, output);
    trial_run(product, params, &o, &result);
    trial_open(product, BANDS, &in);
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(BANDS, b))
            check_band(&in, params, b, result.folder);
    product_input_close(&in);
}

static void check_both_engines(struct params params)
{
    strcpy(params.engine, "fft");
    check(&params);
    strcpy(params.engine, "direct");
    check(&params);
}

static void size_512(void **state)
{
    (void)state;
    check_both_engines(trial_params(BANDS, 512));
}

static void size_256_overlapping(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 256);
    p.overlap = 0.0625;
    check_both_engines(p);
}

static void size_100(void **state)
{
    (void)state;
    check_both_engines(trial_params(BANDS, 100));
}

static void shifted_edges(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 512);
    p.edge = EDGE_SHIFT;
    check_both_engines(p);
}

static void at_20_m(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 128);
    p.resolution_m = 20;
    check_both_engines(p);
}

static void at_60_m(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 50);
    p.resolution_m = 60;
    check_both_engines(p);
}

/* Asking for some of the subscenes gives the files that asking for all gives. */
static void some_are_the_same_files(void **state)
{
    (void)state;
    static struct cell some[] = {{1, 1}, {3, 0}, {0, 7}, {7, 7}, {6, 4}, {5, 6}};
    struct params p = trial_params(BANDS, 100);
    for (int engine = 0; engine < 2; engine++) {
        char all_name[32], some_name[32], all_output[1024], some_output[1024];
        struct run_result all_result, some_result;
        strcpy(p.engine, engine ? "direct" : "fft");
        snprintf(all_name, sizeof all_name, "all-%d", engine);
        snprintf(some_name, sizeof some_name, "some-%d", engine);
        struct run_options o = trial_options(&test_dir, all_name, all_output);
        trial_run(product, &p, &o, &all_result);
        o = trial_options(&test_dir, some_name, some_output);
        o.selection.cells = some;
        o.selection.n_cells = sizeof some / sizeof *some;
        trial_run(product, &p, &o, &some_result);
        for (size_t i = 0; i < o.selection.n_cells; i++) {
            char a[2200], b[2200];
            snprintf(a, sizeof a, "%s/tile_%d_%d.nc", all_result.folder, some[i].x, some[i].y);
            snprintf(b, sizeof b, "%s/tile_%d_%d.nc", some_result.folder, some[i].x, some[i].y);
            assert_true(trial_same_files(a, b));
        }
    }
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    /* noise, so that a pixel taken from beside its place shows; JP2 tiles that no subscene's border
     * meets */
    trial_make(&test_dir, "in",
               "--size 786 --bands B01,B02,B05 --scene texture --saturated 4 --jp2-tile 192,128,48",
               product);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_512),
        cmocka_unit_test(size_256_overlapping),
        cmocka_unit_test(size_100),
        cmocka_unit_test(shifted_edges),
        cmocka_unit_test(at_20_m),
        cmocka_unit_test(at_60_m),
        cmocka_unit_test(some_are_the_same_files),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
