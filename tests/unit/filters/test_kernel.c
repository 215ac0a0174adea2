/* Kernels and taps: values at known points, sums, symmetry, reach, response. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "filters/kernel.h"

#define NEAR(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void names_are_found(void **state)
{
    (void)state;
    assert_int_equal(kernel_find("sinc"), KERNEL_SINC);
    assert_int_equal(kernel_find("hamming"), KERNEL_HAMMING);
    assert_int_equal(kernel_find("Sinc"), KERNEL_COUNT);
    assert_int_equal(kernel_find(""), KERNEL_COUNT);
    for (int id = 0; id < KERNEL_COUNT; id++)
        assert_int_equal(kernel_find(kernel_table[id].name), id);
}

static void values_at_known_points(void **state)
{
    (void)state;
    static const struct {
        enum kernel_id id;
        double x, value;
    } known[] = {
        {KERNEL_SINC, 0, 1},
        {KERNEL_SINC, 0.5,
         0.63661977236758134 * (0.42 + 0.5 * 0.92387953251128674 + 0.08 * 0.70710678118654752)},
        {KERNEL_SINC, 1, 0},
        {KERNEL_LANCZOS, 0.5, 0.63661977236758134 * 0.97449535840443264},
        {KERNEL_HANN, 0.5, 0.63661977236758134 * (0.5 + 0.5 * 0.92387953251128674)},
        {KERNEL_HAMMING, 0.5, 0.63661977236758134 * (0.54 + 0.46 * 0.92387953251128674)},
        {KERNEL_BOX, 0.5, 1},
        {KERNEL_BOX, 0.51, 0},
        {KERNEL_LINEAR, 0.25, 0.75},
        {KERNEL_CUBIC, 0, 2.0 / 3},
        {KERNEL_CUBIC, 1, 1.0 / 6},
        {KERNEL_CATROM, 0, 1},
        {KERNEL_CATROM, 0.5, 0.5625},
        {KERNEL_CATROM, 1.5, -0.0625},
        {KERNEL_MITCHELL, 0, 8.0 / 9},
        {KERNEL_MITCHELL, 1, 1.0 / 18},
        {KERNEL_HERMITE, 0.5, 0.5},
        {KERNEL_GAUSSIAN, 0, 0.79788456080286541},
        {KERNEL_GAUSSIAN, 1.3, 0},
        {KERNEL_QUADRATIC, 0, 0.75},
        {KERNEL_QUADRATIC, 0.5, 0.5},
        {KERNEL_QUADRATIC, 1, 0.125},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        NEAR(kernel_value(known[i].id, 4, known[i].x), known[i].value, 1e-12);
        NEAR(kernel_value(known[i].id, 4, -known[i].x), known[i].value, 1e-12);
    }
    for (int id = 0; id < KERNEL_COUNT; id++)
        assert_true(
            kernel_value((enum kernel_id)id, 4, kernel_support((enum kernel_id)id, 4) + 1e-9) == 0);
}

static void lobes_set_the_half_width(void **state)
{
    (void)state;
    NEAR(kernel_support(KERNEL_SINC, 32), 32, 0);
    NEAR(kernel_support(KERNEL_CUBIC, 32), 2, 0);
    assert_true(kernel_value(KERNEL_SINC, 4, 4.5) == 0);
    assert_true(kernel_value(KERNEL_SINC, 8, 4.5) != 0);
}

static void centres_in_half_pixels(void **state)
{
    (void)state;
    for (int32_t up = 1; up <= 6; up++)
        for (int32_t i = 0; i < 50; i++)
            assert_int_equal(kernel_centre(up, 1, i), i / up);
    for (int32_t down = 1; down <= 6; down++)
        for (int32_t i = 0; i < 50; i++)
            assert_int_equal(kernel_centre(1, down, i), (int32_t)floor((i + 0.5) * down));
}

static void check_taps(enum kernel_id id, int lobes, int32_t up, int32_t down)
{
    struct err e = ERR_INIT;
    struct kernel_taps t;
    assert_int_equal(kernel_taps_init(&t, id, lobes, up, down, &e), 0);
    for (int32_t phase = 0; phase < up; phase++) {
        const double *w = kernel_taps_weights(&t, phase);
        double sum = 0, raw = 0;
        double u = up > 1 ? (phase + 0.5) / up - 0.5 : (down - 1) / 2.0;
        for (int32_t m = t.lo; m <= t.hi; m++) {
            sum += w[m - t.lo];
            raw += kernel_value(id, lobes, (m - u) / down);
        }
        NEAR(sum, 1, 1e-13);
        for (int32_t m = t.lo; m <= t.hi && id != KERNEL_NEAREST && id != KERNEL_GAUSSIAN; m++)
            NEAR(w[m - t.lo], kernel_value(id, lobes, (m - u) / down) / raw, 1e-10);
        for (int32_t m = t.lo; m <= t.hi; m++)
            if (w[m - t.lo] != 0)
                assert_true(abs(m - kernel_centre(up, down, phase)) <= t.reach);
        /* the mirrored phase has the mirrored taps, but for the order of the sum */
        const double *v = kernel_taps_weights(&t, up - 1 - phase);
        for (int32_t m = t.lo; m <= t.hi && id != KERNEL_NEAREST; m++) {
            int32_t other = down - 1 - m;
            if (other >= t.lo && other <= t.hi)
                NEAR(w[m - t.lo], v[other - t.lo], 1e-14);
            else
                assert_true(w[m - t.lo] == 0);
        }
    }
    kernel_taps_clear(&t);
}

static void taps_of_all_kernels(void **state)
{
    (void)state;
    static const int lobes[] = {2, 4, 5, 64};
    for (int id = 0; id < KERNEL_COUNT; id++)
        for (size_t l = 0; l < sizeof lobes / sizeof *lobes; l++)
            for (int32_t f = 2; f <= 6; f++) {
                check_taps((enum kernel_id)id, lobes[l], f, 1);
                check_taps((enum kernel_id)id, lobes[l], 1, f);
            }
}

/* The Gaussian of half-width 1.25 has taps right on its rim at ×2 and ×6: they must be there on
 * both sides. */
static void taps_on_the_rim_are_kept(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct kernel_taps t;
    for (int32_t up = 2; up <= 6; up += 4) {
        assert_int_equal(kernel_taps_init(&t, KERNEL_GAUSSIAN, 4, up, 1, &e), 0);
        int on_rim = 0;
        for (int32_t phase = 0; phase < up; phase++)
            for (int32_t m = t.lo; m <= t.hi; m++)
                if (abs(2 * up * m - (2 * phase + 1 - up)) * 2 == 5 * up) {
                    assert_true(kernel_taps_weights(&t, phase)[m - t.lo] > 0);
                    on_rim++;
                }
        assert_int_equal(on_rim, 2);
        kernel_taps_clear(&t);
    }
}

static void reach_is_the_smallest(void **state)
{
    (void)state;
    static const struct {
        enum kernel_id id;
        int lobes, up, down, lo, hi, reach;
    } known[] = {
        {KERNEL_SINC, 4, 2, 1, -4, 4, 4},   {KERNEL_SINC, 4, 6, 1, -4, 4, 4},
        {KERNEL_SINC, 4, 3, 1, -4, 4, 4},   {KERNEL_LINEAR, 4, 2, 1, -1, 1, 1},
        {KERNEL_LINEAR, 4, 3, 1, -1, 1, 1}, {KERNEL_BOX, 4, 6, 1, 0, 0, 0},
        {KERNEL_BOX, 4, 1, 2, 0, 1, 1},     {KERNEL_BOX, 4, 1, 3, 0, 2, 1},
        {KERNEL_BOX, 4, 1, 6, 0, 5, 3},     {KERNEL_NEAREST, 4, 6, 1, 0, 0, 0},
        {KERNEL_LINEAR, 4, 1, 2, -1, 2, 2}, {KERNEL_SINC, 32, 2, 1, -32, 32, 32},
        {KERNEL_SINC, 4, 1, 2, -7, 8, 8},
    };
    struct err e = ERR_INIT;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct kernel_taps t;
        assert_int_equal(
            kernel_taps_init(&t, known[i].id, known[i].lobes, known[i].up, known[i].down, &e), 0);
        assert_int_equal(t.lo, known[i].lo);
        assert_int_equal(t.hi, known[i].hi);
        assert_int_equal(t.reach, known[i].reach);
        kernel_taps_clear(&t);
    }
}

static void sums_of_taps_inside(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct kernel_taps t;
    assert_int_equal(kernel_taps_init(&t, KERNEL_SINC, 4, 6, 1, &e), 0);
    for (int32_t n = 1; n < 12; n++)
        for (int32_t i = 0; i < 6 * n; i++) {
            int32_t anchor = kernel_taps_anchor(&t, i), phase = kernel_taps_phase(&t, i);
            double sum = 0;
            for (int32_t m = t.lo; m <= t.hi; m++)
                if (anchor + m >= 0 && anchor + m < n)
                    sum += kernel_taps_weights(&t, phase)[m - t.lo];
            NEAR(kernel_taps_inside(&t, phase, anchor, n), sum, 1e-14);
            assert_true(sum >
                        0.3); /* the centre's own pixel is always inside: dividing is harmless */
        }
    assert_true(kernel_taps_inside(&t, 3, 4, 9) == 1);
    kernel_taps_clear(&t);
}

static void response_of_a_constant_and_of_one_wave(void **state)
{
    (void)state;
    enum { N = 16 };
    struct err e = ERR_INIT;
    struct kernel_taps t;
    double h[N][2];
    assert_int_equal(kernel_taps_init(&t, KERNEL_CUBIC, 4, 2, 1, &e), 0);
    assert_int_equal(kernel_taps_response(&t, 1, N, h, &e), 0);
    NEAR(h[0][0], 1, 1e-14);
    NEAR(h[0][1], 0, 1e-14);
    for (int k = 0; k < N; k++) /* y[0] of x[r] = exp(2πikr/N) */
    {
        double re = 0, im = 0;
        for (int32_t m = t.lo; m <= t.hi; m++) {
            re += kernel_taps_weights(&t, 1)[m - t.lo] *
                  cos(2 * 3.14159265358979323846 * k * (m - t.lo) / N);
            im += kernel_taps_weights(&t, 1)[m - t.lo] *
                  sin(2 * 3.14159265358979323846 * k * (m - t.lo) / N);
        }
        NEAR(h[k][0], re, 1e-14);
        NEAR(h[k][1], im, 1e-14);
    }
    kernel_taps_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(values_at_known_points),
        cmocka_unit_test(lobes_set_the_half_width),
        cmocka_unit_test(centres_in_half_pixels),
        cmocka_unit_test(taps_of_all_kernels),
        cmocka_unit_test(taps_on_the_rim_are_kept),
        cmocka_unit_test(reach_is_the_smallest),
        cmocka_unit_test(sums_of_taps_inside),
        cmocka_unit_test(response_of_a_constant_and_of_one_wave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
