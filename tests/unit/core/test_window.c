/* Where cm_vsm cuts: windows of each resolution, and its lattice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/lattice.h"
#include "core/window.h"

static void assert_window(int32_t cut, double overlap, int32_t divisor, int32_t x, int32_t start,
                          int32_t side)
{
    struct rect r = window_cell(cut, overlap, divisor, x, 0),
                t = window_cell(cut, overlap, divisor, 0, x);
    assert_int_equal(r.x, start);
    assert_int_equal(r.y, 0);
    assert_int_equal(t.y, start);
    assert_true(r.w == side && r.h == side && t.w == side && t.h == side);
}

static void published_sizes(void **state)
{
    (void)state;
    assert_window(512, 0, 1, 3, 1536, 512);
    assert_window(512, 0, 2, 3, 768, 256);
    assert_window(512, 0, 6, 0, 0, 86);
    assert_window(512, 0, 6, 1, 85, 86);
    assert_window(512, 0, 6, 2, 170, 86);
    assert_window(512, 0, 6, 3, 256, 86);
    assert_window(512, 0, 6, 21, 1792, 86); /* of 1830: it overhangs */
    assert_window(512, 0.0625, 1, 22, 10560, 512);
    assert_window(512, 0.0625, 2, 22, 5280, 256);
    assert_window(512, 0.0625, 6, 22, 1760, 85);
    assert_window(256, 0, 6, 4, 170, 43);
}

/* A float product, not a double one: 16.666666 · 3 is 50, 460.79999 · 5 is 2304. */
static void in_float(void **state)
{
    (void)state;
    assert_window(100, 0, 6, 3, 50, 17);
    assert_window(512, 0.1, 1, 1, 460, 512);
    assert_window(512, 0.1, 1, 5, 2304, 512);
    assert_window(512, 0.1, 2, 1, 230, 256);
    assert_window(512, 0.1, 6, 1, 76, 85);
    assert_window(500, 0.1, 1, 7, 3150, 500);
    assert_window(500, 0.1, 6, 1, 75, 83);
    assert_window(1, 0.5, 1, 3, 1, 1);
}

/* Windows of all cells of a full product are of few sides, next to each other, whatever size and
 * overlap. */
static void sides_hardly_differ(void **state)
{
    (void)state;
    static const int32_t divisors[] = {1, 2, 6};
    for (int32_t cut = 1; cut < 1100; cut += 7)
        for (int o = 0; o <= 50; o += 3)
            for (int d = 0; d < 3; d++) {
                int32_t least = INT32_MAX, most = 0;
                for (int32_t x = 0; x < 10980 / cut + 1; x++) {
                    struct rect r = window_cell(cut, o / 100.0, divisors[d], x, x);
                    least = r.w < least ? r.w : least;
                    most = r.w > most ? r.w : most;
                }
                if (least < 1 || most > least + 2 ||
                    most > (cut + divisors[d] - 1) / divisors[d] + 3)
                    fail_msg("size %d, overlap %d %%, divisor %d: %d to %d px", cut, o, divisors[d],
                             least, most);
            }
}

static struct lattice make(int32_t cut, double overlap, int32_t side)
{
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(lattice_init_windows(&l, cut, overlap, side, side, &e), 0);
    return l;
}

static void lattices(void **state)
{
    (void)state;
    struct lattice l = make(512, 0, 10980);
    assert_int_equal(l.cols, 22);
    assert_int_equal(l.rows, 22);
    assert_true(l.edge == EDGE_PAD && l.size == 512 && l.step == 512);
    assert_int_equal(make(512, 0.0625, 10980).cols, 23);
    assert_int_equal(make(500, 0.1, 10980).cols, 25);
    l = make(512, 0.1, 10980); /* the step is 460.8 */
    assert_int_equal(l.cols, 24);
    assert_true(lattice_step(&l) > 460.79 && lattice_step(&l) < 460.81);
    struct rect r = lattice_cell(&l, 5, 23);
    assert_true(r.x == 2304 && r.y == 10598 && r.w == 512 && r.h == 512);
}

/* Cells lie where the windows of bands of 10 m do, and the last one begins inside of the raster. */
static void cells_are_windows(void **state)
{
    (void)state;
    for (int32_t cut = 2; cut < 600; cut += 11)
        for (int o = 0; o <= 50; o += 5) {
            struct lattice l = make(cut, o / 100.0, 1098);
            for (int32_t i = 0; i < l.cols; i++)
                assert_int_equal(lattice_cell(&l, i, 0).x, window_cell(cut, o / 100.0, 1, i, 0).x);
            int32_t last = lattice_cell(&l, l.cols - 1, 0).x;
            assert_true(last < 1098 && (last + cut >= 1098 || o > 0));
        }
}

static void refusals(void **state)
{
    (void)state;
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(lattice_init_windows(&l, 0, 0, 10, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init_windows(&l, 4, 0.6, 10, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init_windows(&l, 4, 0, 0, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init_windows(&l, 1, 0.5, 10, 10, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "less than 1 px apart"));
    assert_int_equal(lattice_init_windows(&l, 2, 0.5, 10, 10, &e), 0);
    assert_int_equal(l.cols, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_sizes),     cmocka_unit_test(in_float),
        cmocka_unit_test(sides_hardly_differ), cmocka_unit_test(lattices),
        cmocka_unit_test(cells_are_windows),   cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
