/* io/compress/fletcher: against the plain sums of the definition, at every length and with sums
 * that wrap; what HDF5 makes of the same bytes is in test_h5file (rasters). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/compress/fletcher.h"

enum { LONGEST = 40000 };

static uint32_t plain(const unsigned char *at, size_t len)
{
    uint32_t first = 0, second = 0;
    for (size_t i = 0; i < len; i += 2) {
        first += (uint32_t)at[i] << 8 | (i + 1 < len ? at[i + 1] : 0);
        first = (first & 0xffff) + (first >> 16);
        second += first;
        second = (second & 0xffff) + (second >> 16);
    }
    return second << 16 | first;
}

static void same_sums(void **state)
{
    (void)state;
    static unsigned char bytes[LONGEST];
    const int kinds = 4;
    for (int kind = 0; kind < kinds; kind++) {
        uint32_t seed = 7;
        for (int i = 0; i < LONGEST; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (unsigned char)(kind == 0   ? 0
                                       : kind == 1 ? 255
                                       : kind == 2 ? i & 1
                                                   : seed >> 24);
        }
        for (size_t len = 0; len <= LONGEST; len += len < 700 ? 1 : 1907)
            assert_int_equal(fletcher32(bytes, len), plain(bytes, len));
    }
}

static void a_change_shows(void **state)
{
    (void)state;
    unsigned char bytes[200 + FLETCHER_BYTES];
    for (int i = 0; i < 200; i++)
        bytes[i] = (unsigned char)(i * 37);
    fletcher32_append(bytes, 200);
    assert_true(fletcher32_matches(bytes, 200));
    for (size_t i = 0; i < sizeof bytes * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_false(fletcher32_matches(bytes, 200));
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_sums),
        cmocka_unit_test(a_change_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
