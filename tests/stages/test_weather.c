/* The scenes with weather: what testdata/weather/weather.h promises of them. Spectra look like
 * their surfaces, shadows are where the sun puts them, the true classes agree with the bands, and a
 * value is the same in whatever product, part or pixel size it is asked for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/band.h"
#include "support/trial_run.h"
#include "testdata/scene.h"
#include "testdata/weather/weather.h"

enum { B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B10, B11, B12 };
enum { EAST = 300000, NORTH = 6500040, POINTS = 130, STEP_M = 237 };

static struct weather weather;

typedef void point_check(enum weather_kind k, double e, double n, const struct weather_point *p);

/* All kinds, on a grid of 31 km. */
static void check_points(point_check *check)
{
    struct weather_point p;
    for (int k = 0; k < WEATHER_KINDS; k++) {
        weather_init(&weather, (enum weather_kind)k, 1);
        for (int y = 0; y < POINTS; y++)
            for (int x = 0; x < POINTS; x++) {
                double e = EAST + STEP_M * x, n = NORTH - STEP_M * y;
                weather_at(&weather, e, n, &p);
                check((enum weather_kind)k, e, n, &p);
            }
    }
}

static double reflectance(int band, const struct weather_point *p)
{
    return weather_value(band, p) / 10000;
}

static bool is_clear(const struct air *a)
{
    return a->cloud < 0.01 && a->cirrus < 0.01 && a->haze < 0.15 && a->shadow < 0.05;
}

static double share(const struct ground *g, enum material m)
{
    double sum = 0;
    for (int i = 0; i < g->n; i++)
        sum += g->part[i].material == m ? g->part[i].share : 0;
    return sum;
}

static bool within(double v, double low, double high) { return v >= low && v <= high; }

#define CHECK(p, condition)                                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            describe(p, #condition);                                                               \
    } while (0)

static void describe(const struct weather_point *p, const char *condition)
{
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
        print_error("%s %.4f\n", band_table[b].name, reflectance(b, p));
    for (int i = 0; i < p->ground.n; i++)
        print_error("material %d: %.3f\n", (int)p->ground.part[i].material,
                    p->ground.part[i].share);
    fail_msg("cloud %.2f cirrus %.2f haze %.2f shadow %.2f light %.2f: not %s", p->air.cloud,
             p->air.cirrus, p->air.haze, p->air.shadow, p->ground.light, condition);
}

/* ---- surfaces under a clear sky ---- */

static int seen[MATERIALS];

static void clear_surfaces(enum weather_kind k, double e, double n, const struct weather_point *p)
{
    const struct ground *g = &p->ground;
    double sum = 0, r[BAND_SPECTRAL_COUNT];
    (void)k;
    (void)e;
    (void)n;
    for (int i = 0; i < g->n; i++) {
        CHECK(p, within(g->part[i].share, 0, 1 + 1e-9));
        sum += g->part[i].share;
        seen[g->part[i].material] += g->part[i].share > 0.5;
    }
    CHECK(p, fabs(sum - 1) < 1e-9);
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++) {
        r[b] = reflectance(b, p);
        CHECK(p, within(r[b], 0.0001, 1.6));
    }
    if (!is_clear(&p->air))
        return;
    CHECK(p, weather_class(&p->air) == WEATHER_CLEAR);
    CHECK(p, r[B10] < 0.005);
    if (ground_water(g) > 0.95) { /* dark, the darker the longer the wave */
        CHECK(p, within(r[B02], 0.05, 0.17) && within(r[B04], 0.015, 0.09));
        CHECK(p, r[B08] < 0.045 && r[B11] < 0.02 && r[B12] < 0.02 && r[B04] < r[B02]);
    }
    if (ground_plants(g) > 0.9 && g->light == 1) { /* the red edge */
        CHECK(p, r[B08] > 2 * r[B04] && r[B05] > r[B04] && r[B06] > 1.4 * r[B05]);
        CHECK(p, within(r[B08], 0.1, 0.65) && r[B12] < r[B11] && r[B11] < r[B8A]);
    }
    if (share(g, MATERIAL_SOIL) + share(g, MATERIAL_PALE_SOIL) > 0.85) { /* rises all the way */
        CHECK(p, r[B04] < r[B08] && r[B08] < r[B11] && within(r[B11], 0.2, 0.6));
    }
    if (share(g, MATERIAL_SNOW) > 0.95 && g->light > 0.8) {
        CHECK(p, r[B03] > 0.5 && r[B08] > 0.45 && r[B11] < 0.2 && r[B12] < 0.17);
        CHECK(p, (r[B03] - r[B11]) / (r[B03] + r[B11]) > 0.6);
    }
}

static void surfaces(void **state)
{
    (void)state;
    memset(seen, 0, sizeof seen);
    check_points(clear_surfaces);
    for (int m = 0; m < MATERIALS; m++)
        if (seen[m] == 0)
            fail_msg("material %d is nowhere", m);
}

/* ---- the true classes and the bands ---- */

static int of_class[WEATHER_KINDS][5];

static void class_of_point(enum weather_kind k, double e, double n, const struct weather_point *p)
{
    const struct air *a = &p->air;
    enum weather_class c = weather_class(a);
    (void)e;
    (void)n;
    of_class[k][c]++;
    CHECK(p, within(a->cloud, 0, 1) && within(a->cirrus, 0, 1) && within(a->haze, 0, 1) &&
                 within(a->shadow, 0, 1));
    if (c == WEATHER_CLOUD) /* bright, and in B11 brighter than snow */
        CHECK(p, reflectance(B02, p) > 0.2 && reflectance(B11, p) > 0.14);
    if (a->cloud > 0.95 && a->cirrus < 0.01) /* low: B10 does not see them */
        CHECK(p, reflectance(B10, p) < 0.008 && reflectance(B08, p) > 0.35);
    if (a->cirrus >= 0.1)
        CHECK(p, reflectance(B10, p) > 0.015 && c >= WEATHER_SEMI_TRANSPARENT);
    if (c <= WEATHER_SHADOW)
        CHECK(p, reflectance(B10, p) < 0.021 && a->haze < 0.65);
    struct weather_point other = *p;
    other.air.shadow = 0;
    if (c == WEATHER_SHADOW && p->ground.light > 0.3) /* dark, in the blue least */
        for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
            CHECK(p, b == B10 || reflectance(b, p) < reflectance(b, &other));
    if (c == WEATHER_SHADOW && ground_plants(&p->ground) > 0.8 && p->ground.light == 1)
        CHECK(p, reflectance(B08, p) / reflectance(B08, &other) <
                     reflectance(B02, p) / reflectance(B02, &other));
    other = *p;
    other.air.haze = 0;
    if (a->haze > 0.3 && a->cloud < 0.01 && ground_water(&p->ground) > 0.9) /* bluish */
        CHECK(p, reflectance(B02, p) - reflectance(B02, &other) >
                     1.3 * (reflectance(B04, p) - reflectance(B04, &other)));
}

static void classes(void **state)
{
    (void)state;
    memset(of_class, 0, sizeof of_class);
    check_points(class_of_point);
    for (int k = 0; k < WEATHER_KINDS; k++) {
        assert_int_equal(of_class[k][WEATHER_MISSING], 0);
        for (int c = WEATHER_CLEAR; c <= WEATHER_CLOUD; c++)
            if (of_class[k][c] < POINTS * POINTS / 250)
                fail_msg("kind %d has hardly any of class %d: %d points", k, c, of_class[k][c]);
        assert_true(of_class[k][WEATHER_CLEAR] > POINTS * POINTS / 3);
    }
}

/* ---- shadows ---- */

/* The shadow of each cloud lies away from the sun, as far as its height and the sun's say. */
static void shadows(void **state)
{
    (void)state;
    for (int k = 0; k < WEATHER_KINDS; k++) {
        const struct sky_look *look = weather_sky((enum weather_kind)k);
        double east, north, degree = 3.14159265358979323846 / 180;
        int under = 0, total = 0;
        sky_shadow_offset(look, &east, &north);
        double length = look->height_m * tan(look->sun.zenith_deg * degree);
        assert_true(fabs(east + length * sin(look->sun.azimuth_deg * degree)) < 2);
        assert_true(fabs(north + length * cos(look->sun.azimuth_deg * degree)) < 2);
        assert_true(north > 400 && east < -100); /* in the morning, in the north */
        weather_init(&weather, (enum weather_kind)k, 1);
        for (int y = 0; y < POINTS; y++)
            for (int x = 0; x < POINTS; x++) {
                double e = EAST + STEP_M * x, n = NORTH - STEP_M * y;
                struct air cloud, shadow;
                sky_at(&weather.sky, e, n, &cloud);
                sky_at(&weather.sky, e + east, n + north, &shadow);
                assert_true(fabs(shadow.shadow - 0.92 * cloud.cloud) < 1e-6);
                sky_at(&weather.sky, e - east, n - north, &shadow);
                under += cloud.cloud > 0.6 && shadow.shadow > 0.4;
                total += cloud.cloud > 0.6;
            }
        assert_true(total > 30 && under < total / 2); /* not on the sun's side */
    }
}

/* ---- the same values everywhere ---- */

static void fill(const struct scene *s, int band, int32_t pixel_m, struct rect part, uint16_t *px)
{
    struct err e = ERR_INIT;
    struct view out = {px, part.w, part.w, part.h};
    assert_int_equal(scene_fill(s, band, pixel_m, part, out, &e), 0);
}

/* A pixel of 20 or 60 m is the mean of its pixels of 10 m. */
static void pixel_sizes(void **state)
{
    static const int bands[] = {B01, B04, B8A, B10, B11, BAND_AOT, BAND_TCI_G};
    enum { SIDE = 24 }; /* pixels of 10 m */
    (void)state;
    for (int kind = SCENE_CUMULUS; kind <= SCENE_SEA; kind++)
        for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
            struct scene s = {.kind = (enum scene_kind)kind,
                              .seed = 1,
                              .ulx_m = EAST + 3000,
                              .uly_m = NORTH - 2400,
                              .dn_offset = 1000};
            uint16_t fine[SIDE * SIDE], coarse[SIDE * SIDE];
            fill(&s, bands[b], 10, (struct rect){60, 120, SIDE, SIDE}, fine);
            for (int32_t k = 2; k <= 6; k += 4) {
                int32_t side = SIDE / k;
                fill(&s, bands[b], 10 * k, (struct rect){60 / k, 120 / k, side, side}, coarse);
                for (int32_t i = 0; i < side * side; i++) {
                    double sum = 0;
                    for (int32_t j = 0; j < k * k; j++)
                        sum += fine[(i / side * k + j / k) * SIDE + i % side * k + j % k];
                    if (fabs(sum / (k * k) - coarse[i]) > 1)
                        fail_msg("band %d, %d m, pixel %d: %d, not %.2f", bands[b], (int)(10 * k),
                                 (int)i, coarse[i], sum / (k * k));
                }
            }
        }
}

/* Of other products, parts and orders; another seed is another scene. */
static void places(void **state)
{
    enum { SIDE = 60 };
    struct scene s = {.kind = SCENE_CUMULUS, .seed = 1, .ulx_m = EAST, .uly_m = NORTH};
    struct scene moved = {
        .kind = SCENE_CUMULUS, .seed = 1, .ulx_m = EAST - 600, .uly_m = NORTH + 1200};
    uint16_t whole[SIDE * SIDE], part[SIDE * SIDE], one;
    int differ = 0;
    (void)state;
    fill(&s, B03, 10, (struct rect){30, 30, SIDE, SIDE}, whole);
    fill(&moved, B03, 10, (struct rect){30 + 60, 30 + 120, SIDE, SIDE}, part);
    assert_memory_equal(whole, part, sizeof whole);
    for (int32_t i = SIDE * SIDE - 1; i >= 0; i -= 7) {
        fill(&s, B03, 10, (struct rect){30 + i % SIDE, 30 + i / SIDE, 1, 1}, &one);
        assert_int_equal(one, whole[i]);
    }
    s.seed = 2;
    fill(&s, B03, 10, (struct rect){30, 30, SIDE, SIDE}, part);
    for (int32_t i = 0; i < SIDE * SIDE; i++)
        differ += part[i] != whole[i];
    assert_true(differ > SIDE * SIDE * 9 / 10);
}

/* A product holds these values: no-data, saturation, the offset, three pixel sizes. */
static void products(void **state)
{
    enum { SIDE = 300 };
    char path[1024], name[16], output[1024], folder[1200];
    (void)state;
    trial_make(&test_dir, "made",
               "--size 300 --scene sea --bands B01,B02,B11 --saturated 3 --seed 4", path);
    struct scene s = {.kind = SCENE_SEA,
                      .seed = 4,
                      .ulx_m = EAST,
                      .uly_m = NORTH,
                      .side_m = SIDE * 10,
                      .wedge = true,
                      .saturated = 3};
    static const int bands[] = {B02, B11, B01};
    for (int i = 0; i < 3; i++) {
        int32_t pixel_m = band_table[bands[i]].pixel_m, side = SIDE * 10 / pixel_m;
        struct params params = trial_params((band_set)1 << bands[i], side);
        struct run_result result;
        int count[3] = {0};
        params.resolution_m = pixel_m;
        snprintf(name, sizeof name, "out%d", i);
        struct run_options options = trial_options(&test_dir, name, output);
        trial_run(path, &params, &options, &result);
        snprintf(folder, sizeof folder, "%s/%.60s", output, strrchr(path, '/') + 1);
        uint16_t *found = trial_read(folder, (struct cell){0, 0}, band_table[bands[i]].name, side);
        static uint16_t wanted[SIDE * SIDE];
        fill(&s, bands[i], pixel_m, (struct rect){0, 0, side, side}, wanted);
        assert_memory_equal(found, wanted, (size_t)side * (size_t)side * sizeof *wanted);
        for (int32_t j = 0; j < side * side; j++)
            count[wanted[j] == 0 ? 0 : wanted[j] == UINT16_MAX ? 1 : 2]++;
        assert_true(count[0] > 0 && count[1] > 0 && count[2] > side * side / 2);
        free(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surfaces),
        cmocka_unit_test(classes),
        cmocka_unit_test(shadows),
        cmocka_unit_test(pixel_sizes),
        cmocka_unit_test(places),
        cmocka_unit_test_setup_teardown(products, test_dir_make, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
