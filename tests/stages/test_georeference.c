/* Every pixel lies where its coordinates say: on the analytic scene its value is f(easting,
 * northing).
 *
 * What may lie between a file's number and f, in DN (all of it is computed from the taps, see
 * tolerance_of):
 *   – the source's own rounding, ±0.5, which the filter amplifies by at most the sum of its
 *   weights' magnitudes, squared for two axes; – the kernel is no perfect sinc: each wave of the
 *   scene comes out times a complex number near 1, and the ramp moves by the taps'
 *     first moment;
 *   – the FFT engine's arithmetic, 0.02; – the result's rounding, 0.5.
 * Together less than 2 DN, where half a pixel of 10 m changes the scene by up to 9 DN.
 *
 * 8-bit colours show less: their scene is a twentieth, so that rounding hides half a pixel at any
 * one place. What all pixels say together does not: the shift that fits best to all that was found,
 * in metres east and north, is less than half a metre, for every band.
 *
 * At the raster's border taps are dropped, and beside no data and saturated pixels neighbours are
 * filled in: a value there leans towards the inside, on slopes by a part of a source pixel's
 * change. It is bound by LEAN of a source pixel on the scene's steepest slope. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "io/netcdf/ncfile.h"
#include "support/trial_run.h"
#include "testdata/scene.h"

static const double PI = 3.14159265358979323846, TIGHTEST_USEFUL = 2.0, LEAN = 0.25,
                    MOST_SHIFT_M = 0.5;

/* testdata/scene.h */
enum { WAVES = 4 };
static const struct {
    double amplitude, lambda_m, mu_m;
} wave[WAVES] = {{300, 2300, 2900}, {500, 4700, 3700}, {700, 17000, 13000}, {900, 61000, 53000}};
static const double RAMP_EAST = 1e-3, RAMP_NORTH = 1e-4; /* DN per metre */

/* 60, 10 and 20 m; and all that a product of Level-2A has besides. */
#define BANDS  (1U << 0 | 1U << 1 | 1U << 4)
#define LEVEL2 (BANDS | 1U << BAND_AOT | 1U << BAND_WVP | BAND_SET_TCI)

/* A product and what it shows. */
struct ground {
    const char *name, *options;
    int32_t epsg, side_px; /* side at 10 m */
    band_set bands;
    struct scene scene;
    char path[1024];
};

static struct ground north = {.name = "north",
                              .options = "--size 1590 --bands B01,B02,B05",
                              .epsg = 32635,
                              .side_px = 1590,
                              .bands = BANDS,
                              .scene = {.seed = 1,
                                        .ulx_m = 300000,
                                        .uly_m = 6500040,
                                        .side_m = 15900,
                                        .wedge = true,
                                        .dn_offset = 1000}};
static struct ground south = {
    .name = "south",
    .options = "--size 1098 --bands B01,B02,B05 --baseline 02.09 --sensing 20200529T080611 --epsg "
               "32733 --tile 33HWD "
               "--ulx 709800 --uly 6200020 --jp2-tile 128,96,40 --saturated 30 --seed 5",
    .epsg = 32733,
    .side_px = 1098,
    .bands = BANDS,
    .scene = {.seed = 5,
              .ulx_m = 709800,
              .uly_m = 6200020,
              .side_m = 10980,
              .wedge = true,
              .saturated = 30}};

static struct ground level2 = {
    .name = "level2",
    .options = "--level L2A --size 1098 --bands B01,B02,B05,AOT,WVP,TCI --jp2-tile 256,160,48",
    .epsg = 32635,
    .side_px = 1098,
    .bands = LEVEL2,
    .scene = {.seed = 1,
              .ulx_m = 300000,
              .uly_m = 6500040,
              .side_m = 10980,
              .wedge = true,
              .dn_offset = 1000}};

/* ---- the bound ---- */

/* How far one axis is from an identity, the worst of all phases. */
struct axis_error {
    double magnitude; /* Σ|w| */
    double moment; /* |Σ w·distance|, source px */
    double east[WAVES],
        north[WAVES]; /* |response − 1| at the waves of an easting and of a northing */
};

static double response_error(const struct kernel_taps *t, int32_t phase, double centre,
                             double wavelength_px)
{
    const double *w = kernel_taps_weights(t, phase);
    double re = -1, im = 0;
    for (int32_t m = t->lo; m <= t->hi; m++) {
        double turn = 2 * PI * (m - centre) / wavelength_px;
        re += w[m - t->lo] * cos(turn);
        im += w[m - t->lo] * sin(turn);
    }
    return hypot(re, im);
}

static struct axis_error axis_error_of(const struct kernel_taps *t, double pixel_m)
{
    struct axis_error a = {0};
    for (int32_t phase = 0; phase < t->up; phase++) {
        double magnitude = 0, moment = 0;
        double centre = t->up > 1 ? (2 * phase + 1 - t->up) / (2.0 * t->up) : (t->down - 1) / 2.0;
        for (int32_t m = t->lo; m <= t->hi; m++) {
            double w = kernel_taps_weights(t, phase)[m - t->lo];
            magnitude += fabs(w);
            moment += w * (m - centre);
        }
        a.magnitude = fmax(a.magnitude, magnitude);
        a.moment = fmax(a.moment, fabs(moment));
        for (int i = 0; i < WAVES; i++) {
            a.east[i] =
                fmax(a.east[i], response_error(t, phase, centre, wave[i].lambda_m / pixel_m));
            a.north[i] = fmax(a.north[i], response_error(t, phase, centre, wave[i].mu_m / pixel_m));
        }
    }
    return a;
}

/* `gain`: the scene's, 1 or that of colours, which have no ramp. */
static double tolerance_of(const struct kernel_taps *t, double pixel_m, double gain)
{
    if (t->up == 1 && t->down == 1)
        return 0.5; /* the source's rounding; nothing else happens */
    struct axis_error a = axis_error_of(t, pixel_m);
    double passband = a.moment * pixel_m * (RAMP_EAST + RAMP_NORTH);
    for (int i = 0; i < WAVES; i++)
        passband += gain * wave[i].amplitude * (a.east[i] + a.north[i] + a.east[i] * a.north[i]);
    return 0.5 * a.magnitude * a.magnitude + passband + 0.02 + 0.5;
}

/* DN per source pixel along both axes, where the scene is steepest. */
static double steepest(double pixel_m)
{
    double slope = RAMP_EAST + RAMP_NORTH;
    for (int i = 0; i < WAVES; i++)
        slope += wave[i].amplitude * 2 * PI * (1 / wave[i].lambda_m + 1 / wave[i].mu_m);
    return slope * pixel_m;
}

/* ---- the shift that fits best ---- */

/* Sums of least squares: what was found less the scene, against the scene's slopes east and
 * north. */
struct shift {
    double ee, en, nn, er, nr;
};

static void shift_add(struct shift *s, int band, double e, double n, double off)
{
    const double step = 5;
    double to_east = (scene_value(band, e + step, n) - scene_value(band, e - step, n)) / (2 * step);
    double to_north =
        (scene_value(band, e, n + step) - scene_value(band, e, n - step)) / (2 * step);
    s->ee += to_east * to_east;
    s->en += to_east * to_north;
    s->nn += to_north * to_north;
    s->er += to_east * off;
    s->nr += to_north * off;
}

static void shift_solve(const struct shift *s, double *east_m, double *north_m)
{
    double det = s->ee * s->nn - s->en * s->en;
    *east_m = (s->er * s->nn - s->nr * s->en) / det;
    *north_m = (s->nr * s->ee - s->er * s->en) / det;
}

/* ---- one band of a product on one target grid ---- */

struct sight {
    const struct ground *ground;
    int band;
    int32_t native_m, wanted_m, width; /* of the source raster */
    int32_t kept; /* offset that stays in the numbers */
    struct kernel_taps taps;
    int32_t *invalid; /* (width + 1)²: how many source pixels above and left of here are no
                         measurement */
    double tight, loose;
    double most_inside, most_beside; /* differences found */
    int64_t inside, beside, nodata, saturated; /* pixels looked at */
    struct shift shift;
};

static double east_of(const struct sight *s, int32_t column, int32_t pixel_m)
{
    return s->ground->scene.ulx_m + (column + 0.5) * pixel_m;
}

static double north_of(const struct sight *s, int32_t row, int32_t pixel_m)
{
    return s->ground->scene.uly_m - (row + 0.5) * pixel_m;
}

/* 0, 65535, or 1 for an ordinary one: of source pixel (i, j), by its centre. */
static uint16_t kind_of(const struct sight *s, int32_t i, int32_t j)
{
    double e = east_of(s, i, s->native_m), n = north_of(s, j, s->native_m);
    if (scene_is_nodata(&s->ground->scene, e, n))
        return 0;
    bool is_spectral = band_table[s->band].kind == BAND_REFLECTANCE;
    return is_spectral && scene_is_saturated(&s->ground->scene, e, n) ? 65535 : 1;
}

static void sight_open(struct sight *s, const struct ground *g, int band, const struct params *p)
{
    int32_t native_m = band_table[band].pixel_m, wanted_m = p->resolution_m;
    bool is_spectral = band_table[band].kind == BAND_REFLECTANCE;
    double gain = band_is_byte(band) ? 0.05 : 1;
    struct err e = ERR_INIT;
    *s = (struct sight){.ground = g,
                        .band = band,
                        .native_m = native_m,
                        .wanted_m = wanted_m,
                        .width = g->side_px * 10 / native_m,
                        .kept = p->keep_offset && is_spectral ? g->scene.dn_offset : 0};
    int32_t up = native_m > wanted_m ? native_m / wanted_m : 1,
            down = wanted_m > native_m ? wanted_m / native_m : 1;
    assert_int_equal(kernel_taps_init(&s->taps, KERNEL_SINC, 4, up, down, &e), 0);
    s->tight = tolerance_of(&s->taps, native_m, gain);
    s->loose = s->tight + gain * LEAN * steepest(native_m) * down;
    int32_t w = s->width, side = w + 1;
    s->invalid = mem_zalloc((size_t)side * (size_t)side, sizeof *s->invalid);
    assert_non_null(s->invalid);
    for (int32_t j = 0; j < w; j++)
        for (int32_t i = 0, row = 0; i < w; i++) {
            row += kind_of(s, i, j) != 1;
            s->invalid[(j + 1) * side + i + 1] = s->invalid[j * side + i + 1] + row;
        }
}

static void sight_close(struct sight *s)
{
    kernel_taps_clear(&s->taps);
    free(s->invalid);
}

/* Do all taps of target pixel (x, y) fall on measurements? */
static bool is_inside(const struct sight *s, int32_t x, int32_t y)
{
    int32_t side = s->width + 1;
    int32_t i = kernel_taps_anchor(&s->taps, x) + s->taps.lo,
            j = kernel_taps_anchor(&s->taps, y) + s->taps.lo;
    int32_t n = s->taps.hi - s->taps.lo + 1;
    if (s->taps.up == 1 && s->taps.down == 1)
        return true;
    if (i < 0 || j < 0 || i + n > s->width || j + n > s->width)
        return false;
    const int32_t *top = s->invalid + j * side + i, *bottom = top + n * side;
    return bottom[n] - bottom[0] - top[n] + top[0] == 0;
}

static void check_pixel(struct sight *s, int32_t x, int32_t y, uint16_t dn)
{
    int32_t wide = s->ground->side_px * 10, q = s->wanted_m, p = s->native_m;
    uint16_t kind = 0;
    if (x * q < wide && y * q < wide)
        kind = kind_of(s, (2 * x + 1) * q / (2 * p), (2 * y + 1) * q / (2 * p));
    if (kind != 1) { /* exactly where the source pixel under the centre is none */
        if (dn != kind)
            fail_msg("%s: pixel %d, %d is %d, not %d", band_table[s->band].name, x, y, dn, kind);
        s->nodata += kind == 0;
        s->saturated += kind != 0;
        return;
    }
    double f = s->kept + scene_value(s->band, east_of(s, x, q), north_of(s, y, q)),
           off = fabs(dn - f);
    bool inside = is_inside(s, x, y);
    if (inside && (x + 3 * y) % 5 == 0)
        shift_add(&s->shift, s->band, east_of(s, x, q), north_of(s, y, q), dn - f);
    if (off > (inside ? s->tight : s->loose))
        fail_msg("%s: pixel %d, %d is %d, not %.3f", band_table[s->band].name, x, y, dn, f);
    double *most = inside ? &s->most_inside : &s->most_beside;
    *most = fmax(*most, off);
    ++*(inside ? &s->inside : &s->beside);
}

static void check_band(struct sight *s, const struct params *p, int32_t step, struct cell c,
                       const char *folder)
{
    uint16_t *dn = trial_read(folder, c, band_table[s->band].name, p->size);
    for (int32_t y = 0; y < p->size; y++)
        for (int32_t x = 0; x < p->size; x++)
            check_pixel(s, c.x * step + x, c.y * step + y, dn[y * p->size + x]);
    free(dn);
}

/* x, y and the zone as they must be read by anybody who places the file. */
static void check_coordinates(const struct ground *g, const struct params *p, int32_t step,
                              struct cell c, const char *folder)
{
    char path[2200], text[64], expected[64];
    double *axis = mem_alloc((size_t)p->size, sizeof *axis);
    struct ncfile *f;
    struct err e = ERR_INIT;
    snprintf(path, sizeof path, "%s/tile_%d_%d.nc", folder, c.x, c.y);
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(ncfile_read_doubles(f, "x", axis, (size_t)p->size, &e), 0);
    for (int32_t i = 0; i < p->size; i++)
        assert_true(axis[i] == g->scene.ulx_m + (c.x * step + i + 0.5) * p->resolution_m);
    assert_int_equal(ncfile_read_doubles(f, "y", axis, (size_t)p->size, &e), 0);
    for (int32_t i = 0; i < p->size; i++)
        assert_true(axis[i] == g->scene.uly_m - (c.y * step + i + 0.5) * p->resolution_m);
    snprintf(expected, sizeof expected, "EPSG:%d", g->epsg);
    assert_true(ncfile_text(f, "crs", "epsg_code", text, sizeof text));
    assert_string_equal(text, expected);
    ncfile_close(f);
    free(axis);
}

static void report(const struct sight *s, const struct params *p)
{
    double east_m, north_m;
    shift_solve(&s->shift, &east_m, &north_m);
    if (fabs(east_m) > MOST_SHIFT_M || fabs(north_m) > MOST_SHIFT_M)
        fail_msg("%s lies %.2f m east, %.2f m north of its place", band_table[s->band].name, east_m,
                 north_m);
    print_message(
        "%s %s %2d -> %d m, %-6s: inside %.3f of %.3f DN (%lld px), beside %.1f of %.1f (%lld px), "
        "no data %lld, saturated %lld; shift %+.3f, %+.3f m\n",
        s->ground->name, band_table[s->band].name, s->native_m, s->wanted_m, p->engine,
        s->most_inside, s->tight, (long long)s->inside, s->most_beside, s->loose,
        (long long)s->beside, (long long)s->nodata, (long long)s->saturated, east_m, north_m);
}

/* Runs and checks the four corners of the lattice, an edge and a middle subscene. */
static void check(const struct ground *g, struct params p, const char *engine)
{
    static int count;
    char name[32], output[1024];
    int32_t step = p.size - (int32_t)(p.size * p.overlap), wide = g->side_px * 10 / p.resolution_m;
    int32_t last = (wide + step - 1) / step - 1;
    struct cell cells[] = {{0, 0},       {last, 0},        {0, last},
                           {last, last}, {last, last / 2}, {last / 2, last / 2}};
    struct run_result result;
    snprintf(name, sizeof name, "run-%d", count++);
    snprintf(p.engine, sizeof p.engine, "%s", engine);
    struct run_options o = trial_options(&test_dir, name, output);
    o.selection.cells = cells;
    o.selection.n_cells = sizeof cells / sizeof *cells;
    p.bands = g->bands;
    trial_run(g->path, &p, &o, &result);
    for (size_t i = 0; i < o.selection.n_cells; i++)
        check_coordinates(g, &p, step, cells[i], result.folder);
    for (int b = 0; b < BAND_COUNT; b++) {
        struct sight s;
        if (!band_in(g->bands, b))
            continue;
        sight_open(&s, g, b, &p);
        assert_true(s.tight < TIGHTEST_USEFUL);
        for (size_t i = 0; i < o.selection.n_cells; i++)
            check_band(&s, &p, step, cells[i], result.folder);
        report(&s, &p);
        assert_true(s.inside > 0 && s.nodata > 0 && (g->scene.saturated == 0 || s.saturated > 0));
        sight_close(&s);
    }
}

static void north_at_10_m(void **state)
{
    (void)state;
    check(&north, trial_params(BANDS, 512), "fft");
}

static void north_at_20_m(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 256);
    p.resolution_m = 20;
    check(&north, p, "fft");
}

static void north_at_60_m(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 128);
    p.resolution_m = 60;
    check(&north, p, "fft");
    check(&north, p, "direct");
}

static void offset_kept_and_overlap(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 260);
    p.keep_offset = true;
    p.overlap = 0.25;
    check(&north, p, "fft");
}

static void south_at_10_m(void **state)
{
    (void)state;
    check(&south, trial_params(BANDS, 256), "direct");
    check(&south, trial_params(BANDS, 256), "fft");
}

static void south_at_20_and_60_m(void **state)
{
    (void)state;
    struct params p = trial_params(BANDS, 128);
    p.resolution_m = 20;
    check(&south, p, "direct");
    p.resolution_m = 60;
    p.size = 64;
    check(&south, p, "fft");
}

static void level2_at_10_m(void **state)
{
    (void)state;
    check(&level2, trial_params(LEVEL2, 256), "fft");
    struct params p = trial_params(LEVEL2, 200);
    p.keep_offset = true;
    p.overlap = 0.25;
    check(&level2, p, "direct");
}

static void level2_at_20_and_60_m(void **state)
{
    (void)state;
    struct params p = trial_params(LEVEL2, 128);
    p.resolution_m = 20;
    check(&level2, p, "fft");
    p.size = 64;
    p.resolution_m = 60;
    check(&level2, p, "fft");
    p.keep_offset = true;
    check(&level2, p, "direct");
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, north.name, north.options, north.path);
    trial_make(&test_dir, south.name, south.options, south.path);
    trial_make(&test_dir, level2.name, level2.options, level2.path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(north_at_10_m),  cmocka_unit_test(north_at_20_m),
        cmocka_unit_test(north_at_60_m),  cmocka_unit_test(offset_kept_and_overlap),
        cmocka_unit_test(south_at_10_m),  cmocka_unit_test(south_at_20_and_60_m),
        cmocka_unit_test(level2_at_10_m), cmocka_unit_test(level2_at_20_and_60_m),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
