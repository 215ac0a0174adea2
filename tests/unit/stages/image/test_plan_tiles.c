/* Which tiles a plan needs, which pixels of them, and what waits for what: numbers by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/image/plan_strips.h"
#include "stages/image/plan_tiles.h"
#include "support/plan_rig.h"

static struct plan_rig rig;

static band_set band(const char *name) { return (band_set)1 << band_find(name); }

static void expect(struct rect is, int32_t x, int32_t y, int32_t w, int32_t h)
{
    assert_int_equal(is.x, x);
    assert_int_equal(is.y, y);
    assert_int_equal(is.w, w);
    assert_int_equal(is.h, h);
}

/* 4 × 4 cells of 256 px on 4 × 4 tiles of B02, 2 × 2 of B05. */
static void make(struct plan *p)
{
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    plan_rig_plan(&rig, p);
    assert_int_equal(p->n_strips, 4);
}

static void tiles_under_strips_and_cells(void **state)
{
    (void)state;
    struct plan p;
    make(&p);
    for (int32_t k = 0; k < 4; k++)
        expect(plan_strip_tiles(&p, &p.strip[k], 0), 0, k, 4, 1);
    /* rows 0 … 127, 128 … 255, … of 20 m, and 3 on either side for the filter */
    expect(plan_strip_tiles(&p, &p.strip[0], 1), 0, 0, 2, 1);
    expect(plan_strip_tiles(&p, &p.strip[1], 1), 0, 0, 2, 2);
    expect(plan_strip_tiles(&p, &p.strip[2], 1), 0, 0, 2, 2);
    expect(plan_strip_tiles(&p, &p.strip[3], 1), 0, 1, 2, 1);
    expect(plan_cell_tiles(&p, (struct cell){2, 1}, 0), 2, 1, 1, 1);
    expect(plan_cell_tiles(&p, (struct cell){0, 0}, 1), 0, 0, 1, 1);
    expect(plan_cell_tiles(&p, (struct cell){1, 3}, 1), 0, 1, 2, 1);
    plan_clear(&p);
}

static void rows_that_are_held(void **state)
{
    (void)state;
    struct plan p;
    make(&p);
    assert_int_equal(plan_tiles_slots(&p, 0, false), 1);
    assert_int_equal(plan_tiles_slots(&p, 0, true), 2);
    assert_int_equal(plan_tiles_slots(&p, 1, false), 2);
    assert_int_equal(plan_tiles_slots(&p, 1, true), 2);
    plan_clear(&p);
}

static void expect_waits(struct plan *p, int32_t slots, const int32_t after[4])
{
    struct err e = ERR_INIT;
    p->band[0].slots = slots;
    p->band[1].slots = 2; /* both rows: never in the way */
    assert_int_equal(plan_tiles_waits(p, &e), 0);
    for (int32_t k = 0; k < 4; k++)
        assert_int_equal(p->strip[k].after, after[k]);
}

static void strips_wait_for_slots(void **state)
{
    (void)state;
    struct plan p;
    make(&p);
    expect_waits(&p, 1, (const int32_t[]){-1, 0, 1, 2});
    expect_waits(&p, 2, (const int32_t[]){-1, -1, 0, 1});
    expect_waits(&p, 3, (const int32_t[]){-1, -1, -1, 0});
    expect_waits(&p, 4, (const int32_t[]){-1, -1, -1, -1});
    plan_clear(&p);
}

/* One cell of 64 px: in a corner of a tile, and over the corner of four. */
static void parts_of_tiles(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02"), 1024, 256, 64);
    rig.cell[0] = (struct cell){5, 1};
    rig.request.n_cells = 1;
    plan_rig_plan(&rig, &p);
    expect(p.band[0].window[1], 5 * 64, 64, 64, 64);
    assert_true(rect_is_empty(p.band[0].window[0]));
    assert_true(rect_is_empty(p.band[0].window[5]));
    plan_clear(&p);
    rig.params.size = 192; /* cell (1, 1): 192 … 383 */
    rig.cell[0] = (struct cell){1, 1};
    plan_rig_plan(&rig, &p);
    expect(p.band[0].window[0], 192, 192, 64, 64);
    expect(p.band[0].window[1], 256, 192, 128, 64);
    expect(p.band[0].window[4], 192, 256, 64, 128);
    expect(p.band[0].window[5], 256, 256, 128, 128);
    plan_clear(&p);
}

/* Over three quarters of a tile, and readers that cannot read parts. */
static void whole_tiles(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02"), 1024, 256, 230); /* 230² of 256²: 0.81 */
    rig.cell[0] = (struct cell){0, 0};
    rig.request.n_cells = 1;
    plan_rig_plan(&rig, &p);
    expect(p.band[0].window[0], 0, 0, 256, 256);
    plan_clear(&p);
    rig.params.size = 200; /* 0.61 */
    plan_rig_plan(&rig, &p);
    expect(p.band[0].window[0], 0, 0, 200, 200);
    plan_clear(&p);
    rig.source[band_find("B02")].jp2 = NULL;
    plan_rig_plan(&rig, &p);
    expect(p.band[0].window[0], 0, 0, 256, 256);
    plan_clear(&p);
}

static void windows_of_cm_vsm(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    rig.params.compat = COMPAT_CM_VSM;
    plan_rig_take_all(&rig);
    plan_rig_plan(&rig, &p);
    expect(plan_cell_window(&p, 0, (struct cell){1, 2}), 256, 512, 256, 256);
    expect(plan_cell_window(&p, 1, (struct cell){1, 2}), 128, 256, 128, 128);
    expect(plan_cell_tiles(&p, (struct cell){1, 2}, 1), 0, 1, 1, 1); /* no filter reaches further */
    plan_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_under_strips_and_cells),
        cmocka_unit_test(rows_that_are_held),
        cmocka_unit_test(strips_wait_for_slots),
        cmocka_unit_test(parts_of_tiles),
        cmocka_unit_test(whole_tiles),
        cmocka_unit_test(windows_of_cm_vsm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
