/* Masks onto target grids: against centres in plain arithmetic, and the same pixels as
 * filters/nodata marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "filters/classify.h"
#include "filters/nodata.h"

enum { SIDE = 61 };

static void make_map(struct class_map *m)
{
    class_map_init(m);
    for (int v = 0; v < 256; v++) {
        m->known[v] = v != 200;
        m->code[v] = (uint8_t)(255 - v);
    }
}

static void centres_decide(void **state)
{
    (void)state;
    static const int32_t pixels[] = {10, 20, 60, 1, 3, 7, 25, 30, 90, 997};
    struct class_map map;
    uint8_t src[SIDE], out[400];
    make_map(&map);
    for (int i = 0; i < SIDE; i++)
        src[i] = (uint8_t)(i + 1);
    for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++) {
        for (int q = 0; q < 3; q++) {
            struct classify_grid g = classify_grid_of(pixels[p], pixels[q], SIDE, SIDE);
            g.outside = 77;
            int32_t unknown = -1, n = 370;
            classify_row(&g, &map, (struct classify_src){src, 0}, 3, n, out, &unknown);
            assert_int_equal(unknown, -1);
            for (int32_t i = 0; i < n; i++) {
                double metres = (3 + i + 0.5) * pixels[q];
                int32_t s = (int32_t)floor(metres / pixels[p]);
                assert_int_equal(out[i], s < SIDE ? 255 - (s + 1) : 77);
                assert_int_equal(classify_src_row(&g, 3 + i), s);
            }
            classify_row(&g, &map, (struct classify_src){NULL, 0}, 3, n, out, &unknown);
            assert_int_equal(out[0], 77);
            assert_int_equal(out[n - 1], 77);
        }
    }
}

/* A mask that is 0 where a band is: both must name the same target pixels. */
static void agrees_with_nodata(void **state)
{
    (void)state;
    struct class_map map;
    uint16_t band[SIDE], marked[400];
    uint8_t src[SIDE], out[400];
    make_map(&map);
    for (int i = 0; i < SIDE; i++) {
        band[i] = i * 7 % 5 == 0 ? 0 : 1000;
        src[i] = band[i] ? 1 : 0;
    }
    for (int up = 1; up <= 6; up++) {
        struct nodata_grid ng = {{0, 65535}, up, 1, SIDE, 1};
        struct classify_grid g = {up, 1, SIDE, 1, 255};
        int32_t n = SIDE * up + 9, unknown = -1;
        for (int i = 0; i < n; i++)
            marked[i] = 5;
        nodata_mark_row(&ng, (struct ring){band, SIDE, SIDE, 1}, 0, 0, n, marked);
        classify_row(&g, &map, (struct classify_src){src, 0}, 0, n, out, &unknown);
        for (int i = 0; i < n; i++)
            assert_int_equal(marked[i] == 0, out[i] == 255);
    }
}

static void unknown_values(void **state)
{
    (void)state;
    struct class_map map;
    struct classify_grid g = classify_grid_of(10, 10, 4, 1);
    uint8_t src[4] = {1, 200, 200, 2}, out[4];
    int32_t unknown = -1;
    make_map(&map);
    classify_row(&g, &map, (struct classify_src){src, 0}, 0, 4, out, &unknown);
    assert_int_equal(unknown, 200);
    assert_memory_equal(out, ((uint8_t[]){254, 0, 0, 253}), 4);
    unknown = -1;
    classify_narrow((uint16_t[]){1, 255, 300, 400}, 2, out, &unknown);
    assert_int_equal(unknown, -1);
    assert_int_equal(out[1], 255);
    classify_narrow((uint16_t[]){1, 255, 300, 400}, 4, out, &unknown);
    assert_int_equal(unknown, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(centres_decide),
        cmocka_unit_test(agrees_with_nodata),
        cmocka_unit_test(unknown_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
