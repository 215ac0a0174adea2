/* Rounding once, half to even; clamping to 1 … 65534; offsets of both signs and parities. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filters/quantise.h"

static uint16_t f32(float v, int32_t add)
{
    uint16_t out = 0;
    quantise_f32(&v, 1, add, &out);
    return out;
}

static uint16_t f64(double v, int32_t add)
{
    uint16_t out = 0;
    quantise_f64(&v, 1, add, &out);
    return out;
}

static void half_goes_to_even(void **state)
{
    (void)state;
    for (int32_t k = 2; k < 65533; k++) {
        uint16_t even = (uint16_t)(k % 2 == 0 ? k : k + 1);
        assert_int_equal(f64(k + 0.5, 0), even);
        assert_int_equal(f32((float)k + 0.5f, 0), even);
        /* the same result, with any part of it in `add` */
        assert_int_equal(f32(0.5f, k), even);
        assert_int_equal(f32(-0.5f, k + 1), even);
        assert_int_equal(f32((float)(k + 1000) + 0.5f, -1000), even);
        assert_int_equal(f32((float)(k - 12345) + 0.5f, 12345), even);
        assert_int_equal(f64((k + 1000) + 0.5, -1000), even);
        assert_int_equal(f64((k + 999) + 0.5, -999), even);
    }
}

static void rounds_to_nearest(void **state)
{
    (void)state;
    assert_int_equal(f32(100.49f, 0), 100);
    assert_int_equal(f32(100.51f, 0), 101);
    assert_int_equal(f32(-0.49f, 100), 100);
    assert_int_equal(f32(-0.51f, 100), 99);
    assert_int_equal(f64(100.499999999, 0), 100);
    assert_int_equal(f64(100.500000001, 0), 101);
    /* would be a tie if 40000 were added in float first */
    assert_int_equal(f32(0.4999f, 40000), 40000);
    assert_int_equal(f32(0.5001f, 40000), 40001);
}

static void clamps(void **state)
{
    (void)state;
    static const double low[] = {0.4, 0, -1, -65535, -1e6, -4e6};
    static const double high[] = {65534.2, 65534.5, 65535, 65536, 131072, 1e6, 4e6};
    for (size_t i = 0; i < sizeof low / sizeof *low; i++) {
        assert_int_equal(f32((float)low[i], 0), 1);
        assert_int_equal(f64(low[i], 0), 1);
        assert_int_equal(f64(low[i] + 1000, -1000), 1);
    }
    for (size_t i = 0; i < sizeof high / sizeof *high; i++) {
        assert_int_equal(f32((float)high[i], 0), 65534);
        assert_int_equal(f64(high[i], 0), 65534);
        assert_int_equal(f32((float)high[i] + 1000, -1000), 65534);
    }
    assert_int_equal(f32(1, 0), 1);
    assert_int_equal(f32(65534, 0), 65534);
    assert_int_equal(f32(1000, -1000), 1);
    assert_int_equal(f32(1002, -1000), 2);
}

static void untouched_samples(void **state)
{
    (void)state;
    assert_int_equal(quantise_dn(1234, 0), 1234);
    assert_int_equal(quantise_dn(1234, -1000), 234);
    assert_int_equal(quantise_dn(1000, -1000), 1);
    assert_int_equal(quantise_dn(3, -1000), 1);
    assert_int_equal(quantise_dn(65000, 1000), 65534);
}

/* Whatever the length and place of a row, a vectorised body and its tail must agree. */
/* All 65536 DNs at once, with the special ones where no product has them: the last rule that names
 * them wins. */
static void rows_of_untouched_samples(void **state)
{
    (void)state;
    static uint16_t dn[65536], out[65536];
    for (int i = 0; i < 65536; i++)
        dn[i] = (uint16_t)i;
    quantise_row(dn, 65536, 7, 30000, -1000, out);
    for (int i = 0; i < 65536; i++) {
        uint16_t expected = i == 7 ? 0 : i == 30000 ? 65535 : quantise_dn((uint16_t)i, -1000);
        assert_int_equal(out[i], expected);
    }
}

static void a_row_is_its_elements(void **state)
{
    (void)state;
    enum { N = 103 };
    float v[N];
    double d[N];
    for (int i = 0; i < N; i++)
        d[i] = v[i] = (float)sin(i * 1.7) * 40000.0f;
    for (int from = 0; from < 9; from++)
        for (int n = 0; n <= N - from; n++) {
            uint16_t a[N + 1], b[N + 1];
            a[n] = b[n] = 4711;
            quantise_f32(v + from, n, 20001, a);
            quantise_f64(d + from, n, 20001, b);
            for (int i = 0; i < n; i++) {
                assert_int_equal(a[i], f32(v[from + i], 20001));
                assert_int_equal(b[i], f64(d[from + i], 20001));
            }
            assert_int_equal(a[n], 4711);
            assert_int_equal(b[n], 4711);
        }
}

static void limit(void **state)
{
    (void)state;
    uint16_t dn[] = {0, 1, 254, 255, 256, 65534, 65535};
    const uint16_t limited[] = {0, 1, 254, 255, 255, 255, 255};
    quantise_limit(dn, 7, 255);
    assert_memory_equal(dn, limited, sizeof dn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_goes_to_even),
        cmocka_unit_test(rounds_to_nearest),
        cmocka_unit_test(clamps),
        cmocka_unit_test(untouched_samples),
        cmocka_unit_test(a_row_is_its_elements),
        cmocka_unit_test(rows_of_untouched_samples),
        cmocka_unit_test(limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
