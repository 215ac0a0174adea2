/* The nearest-valid fill against a brute-force search that follows the header's rule word by word;
 * the marks of special pixels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filters/kernel.h"
#include "filters/nodata.h"

enum { W = 37, H = 29, UNFILLED = 777 };

static const struct nodata_rule RULE = {0, 65535};

static uint32_t seed = 12345;
static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static uint16_t brute_force(const uint16_t *px, int32_t x, int32_t y, int32_t reach)
{
    if (nodata_is_valid(RULE, px[y * W + x]))
        return px[y * W + x];
    uint16_t value = UNFILLED;
    int32_t best[4] = {0};
    bool found = false;
    for (int32_t dy = -reach; dy <= reach; dy++)
        for (int32_t dx = -reach; dx <= reach; dx++) {
            if (y + dy < 0 || y + dy >= H || x + dx < 0 || x + dx >= W ||
                !nodata_is_valid(RULE, px[(y + dy) * W + x + dx]))
                continue;
            int32_t key[4] = {dx * dx + dy * dy, abs(dy), dy, dx};
            int k = 0;
            while (found && k < 4 && key[k] == best[k])
                k++;
            if (found && (k == 4 || key[k] > best[k]))
                continue;
            found = true;
            memcpy(best, key, sizeof best);
            value = px[(y + dy) * W + x + dx];
        }
    return value;
}

/* Distinct values, so that a wrong choice shows; `percent` of them invalid. */
static void make_raster(uint16_t *px, uint32_t percent)
{
    for (int i = 0; i < W * H; i++) {
        px[i] = (uint16_t)(1000 + i);
        if (next_random() % 100 < percent)
            px[i] = next_random() % 2 ? RULE.nodata : RULE.saturated;
    }
}

static void check_fill(const uint16_t *px, struct rect part, int32_t reach)
{
    uint16_t copy[W * H], out[W * H];
    int16_t *scratch = malloc(nodata_scratch(part.w, part.h, reach) * sizeof *scratch);
    /* a smaller ring, that holds just the rows of the part and its reach; the rest of the world is
     * garbage */
    struct rect need = rect_intersect(
        (struct rect){part.x - reach, part.y - reach, part.w + 2 * reach, part.h + 2 * reach},
        (struct rect){0, 0, W, H});
    struct ring ring = {copy, W, W, need.h};
    for (int i = 0; i < W * H; i++)
        copy[i] = (uint16_t)next_random();
    for (int32_t y = need.y; y < need.y + need.h; y++)
        memcpy(ring_row(ring, y) + need.x, px + y * W + need.x, (size_t)need.w * sizeof *px);
    struct nodata_job job = {RULE, W, H, part, reach, UNFILLED};
    nodata_fill(&job, ring, scratch, out);
    for (int32_t y = 0; y < part.h; y++)
        for (int32_t x = 0; x < part.w; x++)
            assert_int_equal(out[y * part.w + x], brute_force(px, part.x + x, part.y + y, reach));
    free(scratch);
}

static void fill_is_the_brute_force(void **state)
{
    (void)state;
    static const uint32_t percents[] = {0, 3, 50, 90, 98, 100};
    static const int32_t reaches[] = {0, 1, 2, 4, 11, 60};
    uint16_t px[W * H];
    for (size_t p = 0; p < sizeof percents / sizeof *percents; p++)
        for (size_t r = 0; r < sizeof reaches / sizeof *reaches; r++)
            for (int repeat = 0; repeat < 4; repeat++) {
                make_raster(px, percents[p]);
                struct rect part = {(int32_t)(next_random() % W), (int32_t)(next_random() % H), 0,
                                    0};
                part.w = 1 + (int32_t)(next_random() % (uint32_t)(W - part.x));
                part.h = 1 + (int32_t)(next_random() % (uint32_t)(H - part.y));
                check_fill(px, repeat ? part : (struct rect){0, 0, W, H}, reaches[r]);
            }
}

static void fill_of_wedges_and_single_pixels(void **state)
{
    (void)state;
    uint16_t px[W * H];
    for (int slope = 1; slope <= 3; slope++) {
        for (int i = 0; i < W * H; i++)
            px[i] = (uint16_t)(i % W * slope > i / W + 10 ? 0 : 1000 + i);
        check_fill(px, (struct rect){0, 0, W, H}, 4);
        check_fill(px, (struct rect){3, 2, 20, 20}, 24);
    }
    memset(px, 0, sizeof px);
    px[14 * W + 20] = 4321;
    check_fill(px, (struct rect){0, 0, W, H}, 5);
    check_fill(px, (struct rect){0, 0, W, H}, 40);
}

static void census(void **state)
{
    (void)state;
    uint16_t px[W * H];
    make_raster(px, 30);
    struct rect part = {5, 3, 21, 17};
    int64_t valid = 0, sum = 0;
    for (int32_t y = 3; y < 20; y++)
        for (int32_t x = 5; x < 26; x++)
            if (nodata_is_valid(RULE, px[y * W + x])) {
                valid++;
                sum += px[y * W + x];
            }
    struct nodata_census c = nodata_count(RULE, (struct ring){px, W, W, H}, part);
    assert_int_equal(c.valid, valid);
    assert_int_equal(c.sum, sum);
}

/* Longer than what 32-bit sums bear, were they not cut. */
static void census_of_a_long_row(void **state)
{
    (void)state;
    enum { LONG = 200000 };
    uint16_t *px = malloc(LONG * sizeof *px);
    for (int i = 0; i < LONG; i++)
        px[i] = 65534;
    struct nodata_census c =
        nodata_count(RULE, (struct ring){px, LONG, LONG, 1}, (struct rect){0, 0, LONG, 1});
    assert_int_equal(c.valid, LONG);
    assert_int_equal(c.sum, (int64_t)LONG * 65534);
    free(px);
}

static void check_marks(const uint16_t *px, int32_t up, int32_t down)
{
    int32_t tw = (W * up + down - 1) / down, th = (H * up + down - 1) / down;
    uint16_t out[W * 6];
    struct nodata_grid grid = {{0, 65535}, up, down, W, H};
    struct ring ring = {(uint16_t *)(uintptr_t)px, W, W, H};
    for (int32_t y = 0; y < th; y++)
        for (int32_t x0 = 0; x0 < tw; x0 += 5) {
            for (int32_t i = 0; i < tw - x0; i++)
                out[i] = 5;
            nodata_mark_row(&grid, ring, x0, y, tw - x0, out);
            for (int32_t i = 0; i < tw - x0; i++) {
                int32_t sx = kernel_centre(up, down, x0 + i), sy = kernel_centre(up, down, y);
                uint16_t under = sx < W && sy < H ? px[sy * W + sx] : 0;
                assert_int_equal(out[i], under == 0 ? 0 : under == 65535 ? 65535 : 5);
            }
        }
}

static void marks_follow_the_centres(void **state)
{
    (void)state;
    uint16_t px[W * H];
    make_raster(px, 40);
    for (int32_t f = 1; f <= 6; f++) {
        check_marks(px, f, 1);
        check_marks(px, 1, f);
    }
}

static void no_data_wins_over_saturated(void **state)
{
    (void)state;
    uint16_t px[2] = {7, 7}, out[2] = {5, 5};
    struct nodata_grid grid = {{7, 7}, 1, 1, 2, 1};
    nodata_mark_row(&grid, (struct ring){px, 2, 2, 1}, 0, 0, 2, out);
    assert_int_equal(out[0], NODATA_DN);
    assert_int_equal(out[1], NODATA_DN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fill_is_the_brute_force),
        cmocka_unit_test(fill_of_wedges_and_single_pixels),
        cmocka_unit_test(census),
        cmocka_unit_test(census_of_a_long_row),
        cmocka_unit_test(marks_follow_the_centres),
        cmocka_unit_test(no_data_wins_over_saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
