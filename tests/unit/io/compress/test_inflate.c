/* zlib streams of an unknown length: every room, limits, what is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/compress/deflate.h"

enum { MOST = 300000 };

static unsigned char plain[MOST], packed[MOST + 1000];

static size_t pack(size_t n)
{
    struct deflater *d;
    struct err e = ERR_INIT;
    assert_int_equal(deflater_create(6, &d, &e), 0);
    size_t len = deflater_run(d, plain, n, packed, sizeof packed);
    deflater_destroy(d);
    assert_true(len > 0);
    return len;
}

static void sizes(void **state)
{
    (void)state;
    static const size_t n[] = {0, 1, 63, 64, 65, 4000, 65536, MOST};
    struct err e = ERR_INIT;
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        unsigned char *out;
        size_t len, coded = pack(n[i]);
        assert_int_equal(inflate_whole(packed, coded, MOST, &out, &len, &e), 0);
        assert_int_equal(len, n[i]);
        assert_memory_equal(out, plain, len);
        assert_int_equal(out[len], 0);
        free(out);
        /* exactly the limit, and one byte too long */
        assert_int_equal(inflate_whole(packed, coded, n[i], &out, &len, &e), 0);
        free(out);
        if (n[i] == 0)
            continue;
        assert_int_equal(inflate_whole(packed, coded, n[i] - 1, &out, &len, &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "gives more than"));
        assert_null(out);
    }
}

static void damaged(void **state)
{
    (void)state;
    unsigned char *out;
    size_t len, coded = pack(1000);
    struct err e = ERR_INIT;
    for (size_t n = 0; n < coded; n++) {
        assert_int_equal(inflate_whole(packed, n, MOST, &out, &len, &e), ERR_INPUT);
        assert_null(out);
    }
    packed[coded] = 0;
    assert_int_equal(inflate_whole(packed, coded + 1, MOST, &out, &len, &e), ERR_INPUT);
    packed[coded - 1] ^= 1;
    assert_int_equal(inflate_whole(packed, coded, MOST, &out, &len, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "damaged zlib stream"));
}

int main(void)
{
    for (size_t i = 0; i < MOST; i++)
        plain[i] = i < MOST / 2 ? (unsigned char)(i * i >> 7) : 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
