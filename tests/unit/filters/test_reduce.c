/* Blocks of pixels against values by hand: means, majorities, partial blocks, what is special. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filters/reduce.h"

static void numbers(void **state)
{
    (void)state;
    static const uint16_t dn[25] = {1, 2, 10,    0,     5, /* */
                                    2, 2, 65535, 11,    6, /* */
                                    0, 0, 65535, 0,     0, /* */
                                    0, 0, 0,     65535, 9, /* */
                                    3, 4, 65534, 65534, 65535};
    uint16_t to[3][4];
    for (int i = 0; i < 12; i++)
        to[i / 4][i % 4] = 77;
    assert_int_equal(reduce_side(5, 2), 3);
    reduce_numbers(dn, 5, 2, &to[0][0], 4);
    /* 7 / 4 = 1.75; 10 and 11 without no-data and saturation; 5 and 6 at the edge */
    static const uint16_t want[3][4] = {{2, 11, 6, 77}, {0, 65535, 9, 77}, {4, 65534, 65535, 77}};
    assert_memory_equal(to, want, sizeof want);
    uint16_t same[25];
    reduce_numbers(dn, 5, 1, same, 5);
    assert_memory_equal(same, dn, sizeof dn);
}

static void codes(void **state)
{
    (void)state;
    static const uint8_t code[9] = {4, 4, 1, /* */
                                    3, 5, 0, /* */
                                    9, 2, 255};
    uint8_t to[4], one;
    reduce_codes(code, 3, 2, to, 2);
    assert_memory_equal(to, ((uint8_t[]){4, 0, 2, 255}), 4); /* 1 and 0: the smaller one */
    reduce_codes(code, 3, 3, &one, 1);
    assert_int_equal(one, 4);
}

static void bytes(void **state)
{
    (void)state;
    static const uint8_t byte[9] = {0, 1, 255, /* */
                                    0, 1, 255, /* */
                                    8, 9, 254};
    uint8_t to[4];
    reduce_bytes(byte, 3, 2, to, 2);
    assert_memory_equal(to, ((uint8_t[]){1, 255, 9, 254}), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(codes),
        cmocka_unit_test(bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
