/* stages/overview: a reduced band is the product's band at the places that reduced.h promises, with
 * either decoder and any number of threads; the subscenes share the pixels out; their rows are the
 * sums of their pixels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "stages/overview/sketch.h"
#include "stages/overview/survey.h"
#include "support/trial_run.h"
#include "testdata/scene.h"

enum { B01, B02, B03, B04, B05, BANDS = 1 << B01 | 1 << B02 | 1 << B05, SIDE = 1590 };

static struct tmpdir dir;
static char analytic[1024], wedge[1024];

static void read_product(struct product_input *in, band_set bands, enum tile_decoder_choice choice,
                         int threads, struct reduced *out)
{
    struct band_source source[BAND_COUNT];
    struct err e = ERR_INIT;
    product_input_sources(in, source);
    for (int b = 0; b < BAND_COUNT; b++)
        source[b].decoder = choice;
    const struct reduced_request q = {
        .product = &in->product, .source = source, .bands = bands, .threads = threads};
    if (reduced_read(&q, out, &e))
        fail_msg("%s", e.msg);
}

/* The place of a number in metres from the corner, and how far it may be from the scene there. */
static int32_t place_of(int band, int32_t i, int32_t n)
{
    const int32_t pixel = band_table[band].pixel_m;
    const int32_t under = (2 * i + 1) * REDUCED_PIXEL_M / (2 * pixel);
    const int32_t first = pixel == 60 ? under : i * (REDUCED_PIXEL_M / pixel);
    return (first < n ? first : n - 1) * pixel + pixel / 2;
}

static void test_places(void **state)
{
    (void)state;
    struct product_input in;
    struct reduced r;
    trial_open(analytic, BANDS, &in);
    read_product(&in, BANDS, TILE_DECODER_AUTO, 2, &r);
    assert_int_equal(r.grid.width, 199); /* 15900 m / 80 m, rounded up */
    assert_int_equal(r.grid.height, 199);
    const int bands[] = {B01, B02, B05};
    for (int k = 0; k < 3; k++) {
        const int b = bands[k], limit = b == B01 ? 1 : 40;
        const struct geogrid *g = product_band_grid(&in.product, b);
        for (int32_t y = 0; y < r.grid.height; y++)
            for (int32_t x = 0; x < r.grid.width; x++) {
                const double e = g->ulx_m + place_of(b, x, g->width),
                             n = g->uly_m - place_of(b, y, g->height);
                const double is = r.dn[b][y * r.grid.width + x], of = scene_analytic(b, e, n);
                if (is - of > limit || of - is > limit)
                    fail_msg("%s at %d, %d: %.0f instead of %.1f", band_table[b].name, x, y, is,
                             of);
            }
    }
    reduced_clear(&r);
    product_input_close(&in);
}

static void test_decoders_and_threads(void **state)
{
    (void)state;
    struct product_input in;
    struct reduced a, b;
    trial_open(wedge, BANDS, &in);
    read_product(&in, BANDS, TILE_DECODER_OPENJPEG, 1, &a);
    read_product(&in, BANDS, TILE_DECODER_OWN, 3, &b);
    const size_t n = (size_t)a.grid.width * (size_t)a.grid.height;
    for (int k = 0; k < BAND_COUNT; k++) {
        assert_int_equal(a.dn[k] != NULL, band_in(BANDS, k));
        if (a.dn[k])
            assert_memory_equal(a.dn[k], b.dn[k], n * sizeof(uint16_t));
    }
    reduced_clear(&a);
    reduced_clear(&b);
    product_input_close(&in);
}

/* Every pixel belongs to exactly one subscene, also where the lattice is at 20 m. */
static void test_cells_share_the_pixels(void **state)
{
    (void)state;
    const struct reduced r = {.grid = {.pixel_m = REDUCED_PIXEL_M, .width = 199, .height = 199}};
    for (int scale = 1; scale <= 2; scale++) {
        static uint8_t times[199 * 199];
        struct lattice l;
        struct err e = ERR_INIT;
        assert_int_equal(lattice_init(&l, 100, 0, EDGE_PAD, SIDE / scale, SIDE / scale, &e), 0);
        memset(times, 0, sizeof times);
        for (int32_t y = 0; y < l.rows; y++)
            for (int32_t x = 0; x < l.cols; x++) {
                const struct rect c = reduced_cell(&r, &l, scale, x, y);
                for (int32_t i = c.y; i < c.y + c.h; i++)
                    for (int32_t k = c.x; k < c.x + c.w; k++)
                        times[i * 199 + k]++;
            }
        for (size_t i = 0; i < sizeof times; i++)
            assert_int_equal(times[i], 1);
    }
}

static void test_rows(void **state)
{
    (void)state;
    struct product_input in;
    struct reduced r;
    struct lattice l;
    struct manifest m;
    struct err e = ERR_INIT;
    trial_open(wedge, BANDS, &in);
    read_product(&in, BANDS, TILE_DECODER_AUTO, 2, &r);
    assert_int_equal(lattice_init(&l, 512, 0, EDGE_PAD, SIDE, SIDE, &e), 0);
    manifest_init(&m, BANDS);
    assert_int_equal(survey_subscenes(&r, &l, 1, &m, &e), 0);
    assert_int_equal(m.n, 16);
    bool is_partial = false, is_whole = false;
    for (size_t i = 0; i < m.n; i++) {
        const struct manifest_row *row = &m.row[i];
        const struct rect c = reduced_cell(&r, &l, 1, row->x, row->y);
        int64_t count = 0, sum = 0;
        for (int32_t y = c.y; y < c.y + c.h; y++)
            for (int32_t x = c.x; x < c.x + c.w; x++) {
                const uint16_t dn = r.dn[B02][y * r.grid.width + x];
                count += dn != 0;
                sum += dn;
            }
        assert_int_equal(row->band[B02].count, count);
        if (count)
            assert_float_equal(row->band[B02].mean, (double)sum / (double)count, 1e-9);
        assert_in_range(row->valid_fraction * 1000, 0, 1000);
        is_whole |= row->valid_fraction == 1;
        is_partial |= row->valid_fraction > 0.1 && row->valid_fraction < 0.9;
    }
    assert_true(is_whole && is_partial);
    manifest_clear(&m);
    reduced_clear(&r);
    product_input_close(&in);
}

/* No data is black, borders and numbers are drawn, and nothing outside of the picture. */
static void test_sketch(void **state)
{
    (void)state;
    struct product_input in;
    struct reduced r;
    struct lattice l;
    struct composite c;
    struct err e = ERR_INIT;
    trial_open(wedge, BANDS, &in);
    read_product(&in, BANDS, TILE_DECODER_AUTO, 2, &r);
    assert_int_equal(composite_parse("B05,B02,B01", &c, &e), 0);
    const size_t n = (size_t)r.grid.width * (size_t)r.grid.height;
    uint8_t *rgb = malloc(3 * n + 64), *plain = malloc(3 * n);
    memset(rgb, 0xa5, 3 * n + 64);
    assert_int_equal(sketch_composite(&r, &c, rgb, &e), 0);
    memcpy(plain, rgb, 3 * n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rgb[3 * i] == 0, !r.dn[B05][i] || !r.dn[B02][i] || !r.dn[B01][i]);
    assert_int_equal(lattice_init(&l, 512, 0, EDGE_PAD, SIDE, SIDE, &e), 0);
    sketch_lattice(&r, &l, 1, rgb);
    for (int i = 0; i < 64; i++)
        assert_int_equal(rgb[3 * n + (size_t)i], 0xa5);
    const size_t line = 3 * (70 * 199 + 64); /* 512 px = 64 pixels of 80 m */
    assert_int_equal(rgb[line], (plain[line] + 255) / 2);
    assert_memory_equal(rgb + line + 3, plain + line + 3, 3);
    const size_t digit = 3 * (3 * 199 + 3); /* the first point of "0_0" */
    assert_int_equal(rgb[digit], 255);
    free(rgb);
    free(plain);
    reduced_clear(&r);
    product_input_close(&in);
}

static int set_up(void **state)
{
    (void)state;
    tmpdir_make(&dir);
    trial_make(
        &dir, "a",
        "--size 1590 --scene analytic --nodata none --bands B01,B02,B05 --jp2-tile 1024,640,192",
        analytic);
    trial_make(&dir, "w", "--size 1590 --scene texture --bands B01,B02,B05 --jp2-tile 500,333,100",
               wedge);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tmpdir_remove(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_decoders_and_threads),
        cmocka_unit_test(test_cells_share_the_pixels),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_sketch),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
