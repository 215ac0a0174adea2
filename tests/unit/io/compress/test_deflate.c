/* The streams of io/compress/deflate: the same bytes from any memory, whole, found among other
 * bytes. */
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

/* The next stream of LEN bytes from *at on. */
static void next_of(const struct hay *h, size_t *at, unsigned char *out)
{
    struct err e = ERR_INIT;
    size_t len = 0;
    do
        assert_int_equal(inflate_next(h->bytes, h->len, at, out, LEN, &len, &e), 0);
    while (*at > 0 && len != LEN);
}

static void test_finds_whole_streams(void **state)
{
    (void)state;
    for (int level = 1; level <= 9; level++) {
        struct hay *h = calloc(1, sizeof *h);
        unsigned char out[LEN];
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
        next_of(h, &at, out);
        assert_int_equal(at, first_end);
        assert_int_equal(out[1], 1);
        next_of(h, &at, out);
        assert_int_equal(at, last_end);
        assert_int_equal(out[1], 6);
        next_of(h, &at, out);
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
        size_t at = 0, len;
        assert_int_equal(inflate_next("\x78\x9c", n, &at, out, LEN, &len, &e), 0);
        assert_int_equal(at, 0);
    }
}

/* Planes of floats, or ramps, which some match searches take differently at other addresses. */
static void fill(unsigned char *b, size_t n, unsigned kind)
{
    for (size_t i = 0; i < n; i++)
        b[i] = (unsigned char)(kind % 3 == 0   ? i * kind >> 4
                               : kind % 3 == 1 ? (i * i * kind >> 9) % 5
                                               : 0x3d + (i > n / 2));
}

static void test_same_bytes_anywhere(void **state)
{
    (void)state;
    static unsigned char in[2][LEN + 64], out[2][2 * ROOM], back[LEN];
    struct deflater *d[2];
    struct err e = ERR_INIT;
    for (int level = 1; level <= 6; level += 5) {
        assert_int_equal(deflater_create(level, &d[0], &e), 0);
        assert_int_equal(deflater_create(level, &d[1], &e), 0);
        for (unsigned k = 0; k < 3000; k++) {
            const size_t n = 1 + k * 7 % 1023, shift = k % 64;
            size_t len[2];
            fill(in[0], 4 * n, k);
            memcpy(in[1] + shift, in[0], 4 * n);
            for (int i = 0; i < 2; i++) {
                const unsigned char *from = in[i] + (i ? shift : 0);
                len[i] = k % 2 ? deflater_run(d[i], from, 4 * n, out[i] + i, ROOM)
                               : deflater_run_planes(d[i], from, n, 4, out[i] + i, ROOM);
            }
            assert_int_equal(len[0], len[1]);
            assert_memory_equal(out[0], out[1] + 1, len[0]);
            assert_int_equal(inflate_run(out[0], len[0], back, 4 * n, &e), 0);
            assert_memory_equal(back, in[0], 4 * n);
        }
        deflater_destroy(d[0]);
        deflater_destroy(d[1]);
    }
}

/* A stream that does not fit into its room is not begun. */
static void test_no_room(void **state)
{
    (void)state;
    static unsigned char in[LEN], out[ROOM];
    struct deflater *d;
    struct err e = ERR_INIT;
    assert_int_equal(deflater_create(1, &d, &e), 0);
    fill(in, LEN, 4);
    const size_t len = deflater_run_planes(d, in, LEN / 4, 4, out, ROOM);
    assert_in_range(len, 20, LEN);
    for (size_t room = 0; room < 20; room++) {
        memset(out, 0xa5, sizeof out);
        assert_int_equal(deflater_run_planes(d, in, LEN / 4, 4, out, room), 0);
        assert_int_equal(out[room], 0xa5);
    }
    deflater_destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_whole_streams),
        cmocka_unit_test(test_nothing_to_find),
        cmocka_unit_test(test_same_bytes_anywhere),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
