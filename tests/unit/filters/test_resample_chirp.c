/* Downsampling a chirp, from a constant to the source's Nyquist frequency: what the target grid
 * cannot hold must be gone, as far as the kernel's own stop band says, and what it can hold must
 * still be there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "filters/kernel.h"
#include "filters/resample.h"

enum { WIDTH = 6000, HEIGHT = 36, LOBES = 4 };
static const double PI = 3.14159265358979323846, MEAN = 10000, AMPLITUDE = 8000;

static uint16_t source[HEIGHT][WIDTH];

/* Cycles per source pixel at column x: 0 … 0.5. */
static double frequency(double x) { return 0.5 * x / WIDTH; }

static void make_chirp(void)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            source[y][x] = (uint16_t)lrint(MEAN + AMPLITUDE * sin(2 * PI * 0.25 * x * x / WIDTH));
}

/* |H(f)| of the widened kernel, from its definition alone. */
static double response(int down, double f)
{
    double sum = 0, weighted = 0, centre = (down - 1) / 2.0, reach = LOBES * down;
    for (int m = (int)ceil(centre - reach); m <= (int)floor(centre + reach); m++) {
        double h = kernel_value(KERNEL_SINC, LOBES, (m - centre) / down);
        sum += h;
        weighted += h * cos(2 * PI * f * (m - centre));
    }
    return fabs(weighted / sum);
}

/* The most that the kernel lets through around column x: the chirp is not one frequency under the
 * kernel's length. */
static double passed(int down, double x)
{
    double most = 0;
    for (double d = -LOBES * down; d <= LOBES * down; d += 1)
        most = fmax(most, response(down, frequency(x + d)));
    return most;
}

static void resample(int down, enum resample_engine engine, double *out)
{
    struct resample_spec spec = {.src_w = WIDTH,
                                 .src_h = HEIGHT,
                                 .up = 1,
                                 .down = down,
                                 .kernel = KERNEL_SINC,
                                 .lobes = LOBES,
                                 .engine = engine,
                                 .nodata = 0,
                                 .saturated = 65535};
    struct resample_plan *plan;
    struct resample_work *work;
    struct err e = ERR_INIT;
    assert_int_equal(resample_plan_create(&spec, &plan, &e), 0);
    assert_int_equal(resample_work_create(plan, &work, &e), 0);
    struct rect row = {0, HEIGHT / down / 2, WIDTH / down, 1};
    resample_run_float(plan, work, (struct ring){source[0], WIDTH, WIDTH, HEIGHT}, row, out);
    resample_work_destroy(work);
    resample_plan_destroy(plan);
}

static void check(int down, enum resample_engine engine)
{
    static double out[WIDTH];
    double stop = 0, stop_bound = 0, pass = AMPLITUDE;
    resample(down, engine, out);
    /* away from the ends, where taps are missing */
    for (int i = LOBES + 1; i < WIDTH / down - LOBES - 1; i++) {
        double x = (i + 0.5) * down - 0.5, swing = fabs(out[i] - MEAN),
               bound = AMPLITUDE * passed(down, x);
        /* 1 DN for the rounding of the source */
        if (swing > bound + 1)
            fail_msg("down %d, column %d: %.2f DN where the kernel passes %.2f", down, i, swing,
                     bound);
        /* the kernel's stop band: a frequency that would come back as another one */
        if (frequency(x) * down > 0.9) {
            stop = fmax(stop, swing);
            stop_bound = fmax(stop_bound, bound);
        }
    }
    /* a quarter of the target's Nyquist frequency passes whole */
    pass = response(down, 0.125 / down);
    printf("down %d, %s: in the stop band %.2f of %.0f DN are left (the kernel: %.2f); the pass "
           "band keeps %.4f\n",
           down, engine == RESAMPLE_FFT ? "fft" : "direct", stop, AMPLITUDE, stop_bound, pass);
    assert_true(stop < 0.005 * AMPLITUDE);
    assert_true(pass > 0.999);
}

static void no_aliases(void **state)
{
    (void)state;
    static const int downs[] = {2, 3, 6};
    make_chirp();
    for (size_t i = 0; i < sizeof downs / sizeof *downs; i++) {
        check(downs[i], RESAMPLE_FFT);
        check(downs[i], RESAMPLE_DIRECT);
    }
}

/* The measure must be able to fail: picking every second pixel folds the upper half back. */
static void picking_aliases(void **state)
{
    (void)state;
    double most = 0;
    make_chirp();
    for (int i = WIDTH / 4; i < WIDTH / 2; i++)
        most = fmax(most, fabs(source[0][2 * i] - MEAN));
    assert_true(most > 0.9 * AMPLITUDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_aliases),
                                       cmocka_unit_test(picking_aliases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
