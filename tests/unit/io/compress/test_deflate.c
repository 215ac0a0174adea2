/* Finding zlib streams in bytes of any kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/compress/deflate.h"

enum { LEN = 4096, ROOM = 40000 };

struct hay {
    unsigned char bytes[ROOM];
    size_t len;
};

static void add_noise(struct hay *h, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        h->bytes[h->len++] = (unsigned char)(seed >> 24);
    }
}

/* Adds a stream of n bytes of `value`, with some others; returns its place. */
static size_t add_stream(struct hay *h, int level, size_t n, int value)
{
    static unsigned char plain[2 * LEN];
    struct deflater *d;
    struct err e = ERR_INIT;
    assert_int_equal(deflater_create(level, &d, &e), 0);
    memset(plain, value, n);
    for (size_t i = 0; i < n; i += 7)
        plain[i] = (unsigned char)(i * i);
    size_t at = h->len;
    h->len += deflater_run(d, plain, n, h->bytes + at, ROOM - at);
    deflater_destroy(d);
    return at;
}

static void test_finds_whole_streams(void **state)
{
    (void)state;
    for (int level = 1; level <= 9; level++) {
        struct hay *h = calloc(1, sizeof *h);
        unsigned char out[LEN];
        struct err e = ERR_INIT;
        size_t at = 0;
        add_noise(h, 1001, (unsigned)level);
        add_stream(h, level, LEN, 1);
        size_t first_end = h->len;
        add_stream(h, level, LEN - 1, 2);
        add_stream(h, level, LEN + 1, 3);
        size_t damaged = add_stream(h, level, LEN, 4);
        h->bytes[(damaged + h->len) / 2] ^= 0x10;
        add_noise(h, 77, 5);
        add_stream(h, level, LEN, 6);
        size_t last_end = h->len;
        add_stream(h, level, LEN, 7);
        h->len -= 1; /* cut off */
        assert_int_equal(inflate_next(h->bytes, h->len, &at, out, LEN, &e), 0);
        assert_int_equal(at, first_end);
        assert_int_equal(out[1], 1);
        assert_int_equal(inflate_next(h->bytes, h->len, &at, out, LEN, &e), 0);
        assert_int_equal(at, last_end);
        assert_int_equal(out[1], 6);
        assert_int_equal(inflate_next(h->bytes, h->len, &at, out, LEN, &e), 0);
        assert_int_equal(at, 0);
        free(h);
    }
}

static void test_nothing_to_find(void **state)
{
    (void)state;
    unsigned char out[LEN];
    struct err e = ERR_INIT;
    for (size_t n = 0; n < 3; n++) {
        size_t at = 0;
        assert_int_equal(inflate_next("\x78\x9c", n, &at, out, LEN, &e), 0);
        assert_int_equal(at, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_whole_streams),
        cmocka_unit_test(test_nothing_to_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
