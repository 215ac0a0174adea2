/* Samples as pictures: the stretch against percentiles that are found by sorting, what is special,
 * and RGB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "filters/picture.h"

enum { N = 5000 };

static struct picture_stretch work;
static uint16_t dn[N];
static uint8_t grey[N];

static void stretch(size_t n)
{
    memset(&work, 0xa5, sizeof work); /* it need not be set */
    memset(grey, 0x5a, sizeof grey);
    picture_stretch(&work, dn, n, grey);
}

static int by_value(const void *a, const void *b)
{
    uint16_t s = *(const uint16_t *)a, t = *(const uint16_t *)b;
    return (s > t) - (s < t);
}

/* Nearest rank, by sorting. */
static uint32_t percentile(const uint16_t *sorted, size_t n, size_t percent)
{
    size_t rank = n * percent / 100 + (n * percent % 100 != 0);
    return sorted[rank - 1];
}

static void assert_stretched(size_t n)
{
    static uint16_t sorted[N];
    size_t valid = 0;
    for (size_t i = 0; i < n; i++)
        if (dn[i] != 0 && dn[i] != 65535)
            sorted[valid++] = dn[i];
    qsort(sorted, valid, sizeof *sorted, by_value);
    uint32_t a = valid ? percentile(sorted, valid, 2) : 1,
             b = valid ? percentile(sorted, valid, 98) : 1;
    stretch(n);
    for (size_t i = 0; i < n; i++) {
        uint32_t k = dn[i];
        double t = a == b ? 0.5 : ((double)k - a) / ((double)b - a);
        int want = k == 0       ? 0
                   : k == 65535 ? 255
                   : a == b     ? (k < a   ? 1
                                   : k > a ? 255
                                           : 128)
                   : t <= 0     ? 1
                   : t >= 1     ? 255
                                : (int)(1 + 254 * t + 0.5);
        if (grey[i] != want)
            fail_msg("sample %zu of %zu is %u: %d instead of %d", i, n, (unsigned)k, grey[i], want);
    }
}

static void like_sorting(void **state)
{
    (void)state;
    static const uint32_t ranges[][2] = {{1, 65534}, {1, 1},      {1000, 100}, {65530, 6},
                                         {0, 3},     {200, 3000}, {5, 2}};
    static const size_t counts[] = {1, 2, 49, 50, 51, 99, 100, 101, N};
    uint32_t random = 7;
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            for (size_t i = 0; i < counts[c]; i++) {
                random = random * 1664525 + 1013904223;
                dn[i] = (uint16_t)(ranges[r][0] + (random >> 12) % ranges[r][1]);
            }
            assert_stretched(counts[c]);
        }
}

/* Half of it no data and a third saturated: the picture of the rest is the same. */
static void special_values_do_not_count(void **state)
{
    (void)state;
    for (int i = 0; i < 600; i++)
        dn[i] = (uint16_t)(i % 6 < 3 ? 0 : i % 6 < 5 ? 65535 : 1000 + i);
    stretch(600);
    assert_int_equal(grey[0], 0);
    assert_int_equal(grey[3], 255);
    assert_int_equal(grey[5], 1); /* the 2nd of a hundred is 1011 */
    assert_int_equal(grey[11], 1);
    assert_int_equal(grey[17], 4); /* 1 + 254 * 6 / 576 */
    assert_int_equal(grey[599 - 12], 255);
    assert_stretched(600);
}

static void constant_and_empty(void **state)
{
    (void)state;
    memset(dn, 0, sizeof dn);
    stretch(N);
    for (int i = 0; i < N; i++)
        assert_int_equal(grey[i], 0);
    dn[17] = 4711;
    assert_stretched(N);
    assert_int_equal(grey[17], 128);
    for (int i = 0; i < N; i++)
        dn[i] = 65535;
    stretch(N);
    assert_int_equal(grey[0], 255);
    for (int i = 0; i < N; i++)
        dn[i] = 1;
    stretch(N);
    assert_int_equal(grey[N - 1], 128);
    dn[0] = 2; /* above the 98th percentile of a constant */
    stretch(N);
    assert_int_equal(grey[0], 255);
    assert_int_equal(grey[1], 128);
    stretch(0);
    assert_int_equal(grey[0], 0x5a);
}

static void colours(void **state)
{
    (void)state;
    static const uint16_t plane[3][3] = {{1, 2, 3}, {10, 20, 0}, {100, 200, 255}};
    uint8_t rgb[10] = {[9] = 77}, one[4] = {[3] = 77};
    for (size_t c = 0; c < 3; c++)
        picture_plane(plane[c], 3, rgb + c, 3);
    assert_memory_equal(rgb, ((uint8_t[]){1, 10, 100, 2, 20, 200, 3, 0, 255, 77}), 10);
    picture_plane(plane[2], 3, one, 1);
    assert_memory_equal(one, ((uint8_t[]){100, 200, 255, 77}), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(like_sorting),
        cmocka_unit_test(special_values_do_not_count),
        cmocka_unit_test(constant_and_empty),
        cmocka_unit_test(colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
