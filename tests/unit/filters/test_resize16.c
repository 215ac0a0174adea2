/* GraphicsMagick's resizing: against plain sums as its header states them, and what must hold for
 * any kernel. That it is what cm_vsm stored, bit for bit, is in tests/cli/compat.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/resize16.h"

static const double PI = 3.14159265358979323846;

static uint16_t *resized(const uint16_t *src, int32_t n, int32_t m, const char *filter)
{
    struct resize16 *r;
    struct err e = ERR_INIT;
    assert_int_equal(resize16_create(n, m, resize16_find(filter), &r, &e), 0);
    uint16_t *out = mem_alloc((size_t)m * (size_t)m, sizeof *out);
    void *work =
        malloc(resize16_work_bytes(n, m)); /* just as much: the sanitizer sees what is too much */
    assert_true(out && work);
    resize16_run(r, src, work, out);
    free(work);
    resize16_destroy(r);
    return out;
}

static uint16_t *noise(int32_t n, uint32_t seed)
{
    uint16_t *px = mem_alloc((size_t)n * (size_t)n, sizeof *px);
    assert_non_null(px);
    for (int32_t i = 0; i < n * n; i++) {
        seed = seed * 1664525U + 1013904223U;
        px[i] = (uint16_t)(seed >> 16);
    }
    return px;
}

static uint16_t *filled(int32_t n, uint16_t value)
{
    uint16_t *px = mem_alloc((size_t)n * (size_t)n, sizeof *px);
    assert_non_null(px);
    for (int32_t i = 0; i < n * n; i++)
        px[i] = value;
    return px;
}

static void names(void **state)
{
    (void)state;
    for (int id = 0; id < RESIZE16_COUNT; id++)
        assert_int_equal(resize16_find(resize16_names[id]), id);
    assert_null(resize16_names[RESIZE16_COUNT]);
    assert_int_equal(resize16_find("sinc"), RESIZE16_SINC);
    assert_int_equal(resize16_find("bessel"), RESIZE16_BESSEL);
    assert_int_equal(resize16_find("hann"), RESIZE16_COUNT);
    assert_int_equal(resize16_find(""), RESIZE16_COUNT);
}

static const int32_t pairs[][2] = {
    {1, 1},    {1, 2},   {2, 1},   {1, 130},  {130, 1},  {5, 5},
    {43, 256}, {64, 65}, {65, 64}, {63, 129}, {86, 512}, {100, 33},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static void a_constant_stays(void **state)
{
    (void)state;
    static const uint16_t values[] = {0, 1, 4711, 65534, 65535};
    for (int id = 0; id < RESIZE16_COUNT; id++)
        for (int p = 0; p < PAIRS; p++)
            for (int v = 0; v < 5; v++) {
                int32_t n = pairs[p][0], m = pairs[p][1];
                uint16_t *src = filled(n, values[v]), *out = resized(src, n, m, resize16_names[id]);
                for (int32_t i = 0; i < m * m; i++)
                    if (out[i] != values[v])
                        fail_msg("%s, %d to %d: %d became %d", resize16_names[id], n, m, values[v],
                                 out[i]);
                free(src);
                free(out);
            }
}

static double windowed_sinc(double x)
{
    return fabs(x) < 4
               ? sin(PI * x) / (PI * x) * (0.42 + 0.5 * cos(PI * x / 4) + 0.08 * cos(PI * x / 2))
               : 0;
}

/* Enlarged by 2, taps lie 1/4, 3/4, 5/4 … from the centre; what is negative is cut off. */
static void an_impulse_is_the_taps(void **state)
{
    (void)state;
    enum { N = 21, M = 2 * N, AT = 10, TOP = 60000 };
    uint16_t *src = filled(N, 0);
    double sum = 0;
    for (int k = -4; k < 4; k++)
        sum += windowed_sinc(k + 0.25);
    for (int32_t y = 0; y < N; y++)
        src[y * N + AT] = TOP; /* columns stay as they are */
    uint16_t *out = resized(src, N, M, "sinc");
    for (int32_t x = 0; x < M; x++) {
        double value = windowed_sinc(AT + 0.5 - (x + 0.5) / 2) / sum * TOP;
        for (int32_t y = 0; y < M; y++)
            assert_int_equal(out[y * M + x], (int)fmax(0, floor(value + 0.5)));
    }
    assert_true(out[2 * AT] > 50000 && out[2 * AT] == out[2 * AT + 1]);
    free(src);
    free(out);
}

/* ---- plain sums ---- */

static double linear(double x) { return fabs(x) < 1 ? 1 - fabs(x) : 0; }

/* One axis, one sample at a time. */
static void plain_pass(const uint16_t *src, int32_t n, int32_t m, ptrdiff_t stride, uint16_t *out,
                       ptrdiff_t out_stride)
{
    double f = (double)m / n, s = fmax(1 / f, 1);
    for (int32_t i = 0; i < m; i++) {
        double c = (i + 0.5) / f, sum = 0, value = 0;
        int32_t from = (int32_t)fmax(c - s + 0.5, 0), to = (int32_t)fmin(c + s + 0.5, n);
        for (int32_t t = from; t < to; t++)
            sum += linear((t - c + 0.5) * (1 / s));
        for (int32_t t = from; t < to; t++)
            value += linear((t - c + 0.5) * (1 / s)) * (1 / sum) * src[t * stride];
        out[i * out_stride] = (uint16_t)(value + 0.5);
    }
}

static void plain_sums(void **state)
{
    (void)state;
    for (int p = 0; p < PAIRS; p++) {
        int32_t n = pairs[p][0], m = pairs[p][1];
        uint16_t *src = noise(n, (uint32_t)p), *out = resized(src, n, m, "linear");
        uint16_t *columns = mem_alloc((size_t)n * (size_t)m, sizeof *columns), *want = filled(m, 0);
        assert_non_null(columns);
        for (int32_t x = 0; x < n; x++)
            plain_pass(src + x, n, m, n, columns + x, n);
        for (int32_t y = 0; y < m; y++)
            plain_pass(columns + (ptrdiff_t)y * n, n, m, 1, want + (ptrdiff_t)y * m, 1);
        assert_memory_equal(out, want, (size_t)m * (size_t)m * sizeof *out);
        free(src);
        free(out);
        free(columns);
        free(want);
    }
}

static void assert_same(int32_t n, int32_t m, const char *a, const char *b, bool same)
{
    uint16_t *src = noise(n, 7), *with_a = resized(src, n, m, a), *with_b = resized(src, n, m, b);
    if ((memcmp(with_a, with_b, (size_t)m * (size_t)m * sizeof *with_a) == 0) != same)
        fail_msg("%d to %d: %s and %s", n, m, a, b);
    free(src);
    free(with_a);
    free(with_b);
}

static void what_undefined_is(void **state)
{
    (void)state;
    assert_same(86, 512, "undefined", "mitchell", true);
    assert_same(512, 86, "undefined", "lanczos", true);
    assert_same(20, 20, "undefined", "lanczos", true);
    assert_same(86, 512, "box", "point", true); /* half-widths up to 1/2 are point sampling */
    assert_same(86, 43, "box", "point", false);
    assert_same(86, 512, "hanning", "hamming", false);
}

/* Of any sizes: no kernel that goes through its samples changes an image of the same size. */
static void the_same_size(void **state)
{
    (void)state;
    static const char *const interpolating[] = {"point",  "box",     "linear", "hermite",
                                                "catrom", "lanczos", "sinc"};
    for (int i = 0; i < 7; i++) {
        uint16_t *src = noise(70, 3), *out = resized(src, 70, 70, interpolating[i]);
        for (int k = 0; k < 70 * 70; k++)
            if (src[k] != out[k])
                fail_msg("%s: %d became %d", interpolating[i], src[k], out[k]);
        free(src);
        free(out);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const int32_t bad[][2] = {{0, 4}, {4, 0}, {-1, 4}, {4, 32769}};
    struct resize16 *r;
    struct err e = ERR_INIT;
    for (int i = 0; i < 4; i++)
        assert_int_equal(resize16_create(bad[i][0], bad[i][1], RESIZE16_SINC, &r, &e), ERR_USAGE);
    assert_int_equal(resize16_create(4, 4, RESIZE16_COUNT, &r, &e), ERR_USAGE);
}

static void bytes_grow(void **state)
{
    (void)state;
    for (int32_t n = 1; n < 200; n++) {
        assert_true(resize16_work_bytes(n + 1, 64) > resize16_work_bytes(n, 64));
        assert_true(resize16_bytes(n + 1, 64, RESIZE16_SINC) >=
                    resize16_bytes(n, 64, RESIZE16_SINC));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(a_constant_stays),
        cmocka_unit_test(an_impulse_is_the_taps),
        cmocka_unit_test(plain_sums),
        cmocka_unit_test(what_undefined_is),
        cmocka_unit_test(the_same_size),
        cmocka_unit_test(refusals),
        cmocka_unit_test(bytes_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
