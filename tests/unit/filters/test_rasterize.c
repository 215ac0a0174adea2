/* Polygons and run masks into rasters: by hand, against plain rules, and large ones. What GDAL
 * makes of them is tests/stages/test_rasterize.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "filters/rasterize.h"

enum { W = 12, H = 8 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Paints 1 on a raster of zeros and compares it with rows of '.' and '#'. */
static void assert_painted(const struct point *v, size_t n, const char *const rows[H])
{
    static uint8_t px[H][W], scratch[H * W];
    size_t end[1] = {n};
    struct polygon p = {v, end, 1};
    memset(px, 0, sizeof px);
    rasterize_polygon(&p, 1, (struct byte_part){&px[0][0], W, {0, 0, W, H}}, scratch);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            if (px[y][x] != (rows[y][x] == '#'))
                fail_msg("row %d, column %d", y, x);
            assert_int_equal(scratch[y * W + x], 0);
        }
    }
}

static void pixel_centres_decide(void **state)
{
    (void)state;
    static const char *const square[H] = {"............", ".##.........", ".##.........",
                                          "............", "............", "............",
                                          "............", "............"};
    static const char *const none[H] = {"............", "............", "............",
                                        "............", "............", "............",
                                        "............", "............"};
    static const char *const centres[H] = {"............", "..##........", "..##........",
                                           "..##........", "............", "............",
                                           "............", "............"};
    static const char *const triangle[H] = {".....#......", "....###.....", "...#####....",
                                            "..#######...", ".#########..", "###########.",
                                            "............", "............"};
    static const char *const all[H] = {"############", "############", "############",
                                       "############", "############", "############",
                                       "############", "############"};
    assert_painted((struct point[]){{1, 1}, {3, 1}, {3, 3}, {1, 3}}, 4, square);
    assert_painted((struct point[]){{1.4, 1.4}, {2.6, 1.4}, {2.6, 2.6}, {1.4, 2.6}, {1.4, 1.4}}, 5,
                   square);
    assert_painted((struct point[]){{1.6, 1.6}, {2.4, 1.6}, {2.4, 2.4}, {1.6, 2.4}}, 4, none);
    /* through centres: left ones are out, the others in, whichever way the ring runs */
    assert_painted((struct point[]){{1.5, 1.5}, {3.5, 1.5}, {3.5, 3.5}, {1.5, 3.5}}, 4, centres);
    assert_painted((struct point[]){{1.5, 3.5}, {3.5, 3.5}, {3.5, 1.5}, {1.5, 1.5}}, 4, centres);
    assert_painted((struct point[]){{5.5, 0}, {11.5, 6}, {-0.5, 6}}, 3, triangle);
    assert_painted((struct point[]){{-1e7, -1e7}, {1e7, -1e7}, {1e7, 1e7}, {-1e7, 1e7}}, 4, all);
    /* on the image nothing */
    assert_painted((struct point[]){{20, 1}, {30, 1}, {30, 30}}, 3, none);
    assert_painted((struct point[]){{1, -9}, {9, -9}, {9, -1}}, 3, none);
    /* hardly polygons */
    assert_painted((struct point[]){{1, 1}, {9, 7}}, 2, none);
    assert_painted((struct point[]){{1, 1}}, 1, none);
    assert_painted((struct point[]){{3, 3}, {3, 3}, {3, 3}}, 3, none);
}

static void rings_and_parts(void **state)
{
    (void)state;
    static const struct point v[] = {{1, 1},   {30, 1},  {30, 30}, {1, 30},  {10, 10}, {10, 20},
                                     {20, 20}, {20, 10}, {14, 14}, {16, 14}, {16, 16}, {14, 16}};
    static const size_t end[] = {4, 8, 12};
    struct polygon p = {v, end, 3};
    static uint8_t whole[32][32], part[8][40], scratch[32 * 32];
    rasterize_polygon(&p, 7, (struct byte_part){&whole[0][0], 32, {0, 0, 32, 32}}, scratch);
    assert_int_equal(whole[5][5], 7);
    assert_int_equal(whole[12][12], 0); /* a hole */
    assert_int_equal(whole[15][15], 7); /* an island in it */
    assert_int_equal(whole[0][5], 0);
    for (int y = 0; y <= 24; y += 8) {
        for (int x = 0; x <= 20; x += 5) {
            memset(part, 0, sizeof part);
            rasterize_polygon(&p, 7, (struct byte_part){&part[0][3], 40, {x, y, 12, 8}}, scratch);
            for (int r = 0; r < 8; r++) {
                assert_memory_equal(&part[r][3], &whole[y + r][x], 12);
                assert_int_equal(part[r][2], 0);
                assert_int_equal(part[r][15], 0);
            }
        }
    }
    rasterize_polygon(&(struct polygon){v, end, 0}, 9,
                      (struct byte_part){&whole[0][0], 32, {0, 0, 32, 32}}, scratch);
    assert_int_equal(whole[5][5], 7);
}

/* A ring of a million vertices with a jagged edge: of every row both crossings are known. */
static void a_million_vertices(void **state)
{
    (void)state;
    enum { N = 1000000, SIDE = 512 };
    struct point *v = malloc(N * sizeof *v);
    uint8_t *px = calloc(SIDE * SIDE, 1), *scratch = calloc(SIDE * SIDE, 1);
    assert_true(v && px && scratch);
    uint32_t random = 7;
    for (int i = 0; i < N; i++) {
        double a = 2 * 3.14159265358979 * i / N,
               r = 200 + (double)(next_random(&random) % 1000) / 1e4;
        v[i] = (struct point){256 + r * cos(a), 256 + r * sin(a)};
    }
    size_t end[1] = {N};
    struct polygon p = {v, end, 1};
    rasterize_polygon(&p, 3, (struct byte_part){px, SIDE, {0, 0, SIDE, SIDE}}, scratch);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            double d = hypot(x + 0.5 - 256, y + 0.5 - 256);
            if (d < 199.9 || d > 200.2)
                assert_int_equal(px[y * SIDE + x], d < 199.9 ? 3 : 0);
        }
    }
    free(v);
    free(px);
    free(scratch);
}

/* Pixel by pixel. */
static int is_inside(const struct run_mask *m, int x, int y)
{
    if (x < m->window.x || y < m->window.y || x >= m->window.x + m->window.w ||
        y >= m->window.y + m->window.h)
        return 0;
    int64_t at = (int64_t)(y - m->window.y) * m->window.w + (x - m->window.x), sum = 0;
    for (size_t i = 0; i < m->runs; i++) {
        sum += m->run[i];
        if (at < sum)
            return (int)(i % 2);
    }
    return 0;
}

static void runs_against_pixels(void **state)
{
    (void)state;
    uint32_t random = 3, run[40];
    for (int k = 0; k < 2000; k++) {
        struct run_mask m = {.run = run, .runs = next_random(&random) % 40};
        m.window = (struct rect){
            (int32_t)(next_random(&random) % 14) - 4, (int32_t)(next_random(&random) % 10) - 4,
            (int32_t)(next_random(&random) % 14) + 1, (int32_t)(next_random(&random) % 10) + 1};
        for (size_t i = 0; i < m.runs; i++)
            run[i] = k % 10 == 0 ? next_random(&random) << 8
                                 : next_random(&random) % 12; /* 0 is a run too */
        uint8_t px[H][W] = {{0}};
        struct rect part = {k % 3, k % 5, W - 3, H - 5};
        rasterize_runs(&m, 5, (struct byte_part){&px[part.y][part.x], W, part});
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                bool on_part =
                    x >= part.x && y >= part.y && x < part.x + part.w && y < part.y + part.h;
                assert_int_equal(px[y][x], on_part && is_inside(&m, x, y) ? 5 : 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixel_centres_decide),
        cmocka_unit_test(rings_and_parts),
        cmocka_unit_test(a_million_vertices),
        cmocka_unit_test(runs_against_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
