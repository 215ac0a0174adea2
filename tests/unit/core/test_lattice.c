/* The lattice: counts, places, edge policies, and that together the cells cover the raster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/lattice.h"

static struct lattice make(int32_t size, double overlap, enum edge_policy edge, int32_t side)
{
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(lattice_init(&l, size, overlap, edge, side, side, &e), 0);
    return l;
}

static void assert_cell(const struct lattice *l, int32_t x, int32_t y, int32_t px, int32_t py)
{
    struct rect r = lattice_cell(l, x, y);
    assert_int_equal(r.x, px);
    assert_int_equal(r.y, py);
    assert_int_equal(r.w, l->size);
    assert_int_equal(r.h, l->size);
}

static void published_lattices(void **state)
{
    (void)state;
    struct lattice plain = make(512, 0, EDGE_PAD, 10980);
    assert_int_equal(plain.cols, 22);
    assert_int_equal(plain.rows, 22);
    assert_cell(&plain, 21, 0, 10752, 0);
    struct lattice overlapping = make(512, 0.0625, EDGE_PAD, 10980);
    assert_int_equal(overlapping.step, 480);
    assert_int_equal(overlapping.cols, 23);
    assert_cell(&overlapping, 3, 22, 1440, 10560);
}

static void decimal_fractions(void **state)
{
    (void)state;
    assert_int_equal(make(100, 0.29, EDGE_PAD, 1000).step, 71);
    assert_int_equal(make(300, 0.41, EDGE_PAD, 1000).step, 177);
    assert_int_equal(make(512, 0.1, EDGE_PAD, 1000).step, 461);
}

static void edge_policies(void **state)
{
    (void)state;
    struct lattice drop = make(512, 0, EDGE_DROP, 10980);
    assert_int_equal(drop.cols, 21);
    struct lattice shift = make(512, 0, EDGE_SHIFT, 10980);
    assert_int_equal(shift.cols, 22);
    assert_cell(&shift, 21, 21, 10980 - 512, 10980 - 512);
    assert_cell(&shift, 20, 0, 10240, 0);
    struct lattice exact = make(512, 0, EDGE_SHIFT, 1024);
    assert_int_equal(exact.cols, 2);
    assert_cell(&exact, 1, 0, 512, 0);
}

/* Every pixel of the raster is in a cell; with drop, every cell is inside of the raster. */
static void covers(int32_t size, double overlap, enum edge_policy edge, int32_t side)
{
    struct lattice l = make(size, overlap, edge, side);
    char *seen = calloc((size_t)side, 1);
    assert_non_null(seen);
    for (int32_t x = 0; x < l.cols; x++) {
        struct rect r = lattice_cell(&l, x, 0);
        assert_true(r.x >= 0 && r.x < side);
        if (edge != EDGE_PAD)
            assert_true(r.x + r.w <= side);
        for (int32_t i = r.x; i < r.x + r.w && i < side; i++)
            seen[i] = 1;
    }
    if (edge != EDGE_DROP)
        assert_null(memchr(seen, 0, (size_t)side));
    free(seen);
}

static void all_pixels_are_covered(void **state)
{
    (void)state;
    static const int32_t sizes[] = {1, 2, 7, 100, 128, 255, 256};
    static const double overlaps[] = {0, 0.0625, 0.1, 0.33, 0.5};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t o = 0; o < sizeof overlaps / sizeof *overlaps; o++)
            for (enum edge_policy edge = EDGE_PAD; edge <= EDGE_SHIFT; edge++)
                for (int32_t side = 256; side < 520; side += 37)
                    covers(sizes[s], overlaps[o], edge, side);
}

static void refusals(void **state)
{
    (void)state;
    struct lattice l;
    struct err e = ERR_INIT;
    assert_int_equal(lattice_init(&l, 512, 0, EDGE_DROP, 511, 600, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "512"));
    assert_non_null(strstr(e.msg, "511"));
    assert_int_equal(lattice_init(&l, 0, 0, EDGE_PAD, 10, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init(&l, 4, 0.51, EDGE_PAD, 10, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init(&l, 4, -0.1, EDGE_PAD, 10, 10, &e), ERR_USAGE);
    assert_int_equal(lattice_init(&l, 4, 0, EDGE_PAD, 0, 10, &e), ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_lattices), cmocka_unit_test(edge_policies),
        cmocka_unit_test(decimal_fractions),  cmocka_unit_test(all_pixels_are_covered),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
