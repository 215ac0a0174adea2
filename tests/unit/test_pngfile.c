/* PNG in memory: what is written is read again; kinds that only others write, byte by byte; cut, damaged, too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/pngfile.h"

enum { W = 37, H = 23 };

static int decode(const unsigned char *data, size_t len, struct pngfile *p, struct err *e)
{
    return pngfile_decode("a.png", (struct pngfile_bytes){data, len}, 100, 100, p, e);
}

static void fill(void *px, size_t n)
{
    uint32_t random = 11;
    for (size_t i = 0; i < n; i++) {
        random = random * 1664525 + 1013904223;
        ((unsigned char *)px)[i] = (unsigned char)(random >> 20);
    }
}

static void round_trip(void **state)
{
    (void)state;
    static uint16_t px[H][W + 5];
    fill(px, sizeof px);
    for (int k = 0; k < 4; k++) {
        struct pngfile_picture in = {.width = W / (k < 2 ? 1 : 3), .height = H, .bits = k % 2 ? 16 : 8};
        in.channels = k < 2 ? 1 : 3;
        in.px = px;
        in.stride = sizeof px[0];
        unsigned char *data;
        size_t len;
        struct pngfile out;
        struct err e = ERR_INIT;
        assert_int_equal(pngfile_encode(&in, &data, &len, &e), 0);
        int r = decode(data, len, &out, &e);
        if (k == 3) { /* colours of 16 bits are no mask */
            assert_int_equal(r, ERR_INPUT);
            assert_non_null(strstr(e.msg, "16-bit colours"));
            free(data);
            continue;
        }
        assert_int_equal(r, 0);
        assert_int_equal(out.kind, k == 2 ? PNGFILE_ID : PNGFILE_GRAY);
        assert_int_equal(out.width, in.width);
        assert_int_equal(out.height, H);
        for (int32_t i = 0; i < out.width * H; i++) {
            const unsigned char *row = (const unsigned char *)px[i / out.width];
            int32_t x = i % out.width;
            uint32_t want = k == 0   ? row[x]
                            : k == 1 ? px[i / out.width][x]
                                     : row[3 * x] | (uint32_t)row[3 * x + 1] << 8 | (uint32_t)row[3 * x + 2] << 16;
            assert_int_equal(pngfile_value(&out, (size_t)i), want);
        }
        pngfile_clear(&out);
        free(data);
    }
}

/* ---- a PNG writer for what ours cannot write: stored deflate blocks, no filter ---- */

struct bytes {
    unsigned char at[4096];
    size_t n;
};

static void put(struct bytes *b, const void *data, size_t n)
{
    assert_true(b->n + n <= sizeof b->at);
    memcpy(b->at + b->n, data, n);
    b->n += n;
}

static void put32(struct bytes *b, uint32_t v)
{
    put(b,
        (unsigned char[]){(unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8),
                          (unsigned char)v},
        4);
}

static void put_chunk(struct bytes *b, const char *type, const void *data, size_t n)
{
    put32(b, (uint32_t)n);
    size_t begin = b->n;
    put(b, type, 4);
    put(b, data, n);
    uint32_t c = 0xffffffff;
    for (size_t i = begin; i < b->n; i++) {
        c ^= b->at[i];
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320U : 0);
    }
    put32(b, ~c);
}

struct plan {
    uint32_t width, height;
    int bits, colour, interlace;
    const unsigned char *rows; /* with a filter byte each */
    size_t len;
};

static void make(struct bytes *b, const struct plan *p)
{
    static const unsigned char palette[] = {9, 9, 9, 200, 0, 0, 0, 200, 0, 0, 0, 200};
    struct bytes header = {.n = 0}, zlib = {.n = 0};
    b->n = 0;
    put(b, "\x89PNG\r\n\x1a\n", 8);
    put32(&header, p->width);
    put32(&header, p->height);
    put(&header, (unsigned char[]){(unsigned char)p->bits, (unsigned char)p->colour, 0, 0, (unsigned char)p->interlace},
        5);
    put_chunk(b, "IHDR", header.at, header.n);
    if (p->colour == 3)
        put_chunk(b, "PLTE", palette, sizeof palette);
    put(&zlib, "\x78\x01\x01", 3);
    put(&zlib,
        (unsigned char[]){(unsigned char)p->len, (unsigned char)(p->len >> 8), (unsigned char)~p->len,
                          (unsigned char)(~p->len >> 8)},
        4);
    put(&zlib, p->rows, p->len);
    uint32_t s = 1, t = 0;
    for (size_t i = 0; i < p->len; i++) {
        s = (s + p->rows[i]) % 65521;
        t = (t + s) % 65521;
    }
    put32(&zlib, t << 16 | s);
    put_chunk(b, "IDAT", zlib.at, zlib.n);
    put_chunk(b, "IEND", "", 0);
}

static void assert_values(const struct plan *plan, enum pngfile_kind kind, const uint32_t *want)
{
    struct bytes b;
    struct pngfile p;
    struct err e = ERR_INIT;
    make(&b, plan);
    if (decode(b.at, b.n, &p, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(p.kind, kind);
    for (size_t i = 0; i < plan->width * plan->height; i++)
        assert_int_equal(pngfile_value(&p, i), want[i]);
    pngfile_clear(&p);
}

static void kinds(void **state)
{
    (void)state;
    static const unsigned char index[] = {0, 3, 1, 0, 2, 0}, two_bits[] = {0, 0x1b, 0, 0xe4}, bit[] = {0, 0x50};
    static const unsigned char rgba[] = {0, 1, 2, 3, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 255};
    static const unsigned char passes[] = {0, 5, 0, 6, 0, 7, 8}; /* Adam7 of 2 x 2: pixel 0; pixel 1; row 1 */
    assert_values(&(struct plan){2, 2, 8, 3, 0, index, sizeof index}, PNGFILE_INDEX, (uint32_t[]){3, 1, 2, 0});
    assert_values(&(struct plan){4, 2, 2, 0, 0, two_bits, sizeof two_bits}, PNGFILE_GRAY,
                  (uint32_t[]){0, 1, 2, 3, 3, 2, 1, 0});
    assert_values(&(struct plan){4, 2, 2, 3, 0, two_bits, sizeof two_bits}, PNGFILE_INDEX,
                  (uint32_t[]){0, 1, 2, 3, 3, 2, 1, 0});
    assert_values(&(struct plan){4, 1, 1, 0, 0, bit, sizeof bit}, PNGFILE_GRAY, (uint32_t[]){0, 1, 0, 1});
    assert_values(&(struct plan){3, 1, 8, 6, 0, rgba, 13}, PNGFILE_ID, (uint32_t[]){1 + 512 + 3 * 65536, 0xffffff, 0});
    assert_values(&(struct plan){2, 2, 8, 0, 1, passes, sizeof passes}, PNGFILE_GRAY, (uint32_t[]){5, 6, 7, 8});
}

static void assert_refused(const unsigned char *data, size_t len, const char *says)
{
    struct pngfile p;
    struct err e = ERR_INIT;
    int r = decode(data, len, &p, &e);
    if (r != ERR_INPUT || strncmp(e.msg, "a.png: ", 7) != 0 || !strstr(e.msg, says))
        fail_msg("%d, \"%s\" instead of \"%s\"", r, e.msg, says);
    assert_null(p.px);
}

static void wrong_ones(void **state)
{
    (void)state;
    static const unsigned char alpha[] = {0, 1, 2, 3, 255, 1, 2, 3, 128}, gray[] = {0, 1, 2, 0, 3, 4}, none[1];
    struct bytes b;
    make(&b, &(struct plan){2, 1, 8, 6, 0, alpha, sizeof alpha});
    assert_refused(b.at, b.n, "column 1, row 0 has alpha 128");
    make(&b, &(struct plan){2, 1, 8, 4, 0, gray, 5});
    assert_refused(b.at, b.n, "gray and alpha");
    make(&b, &(struct plan){101, 2, 8, 0, 0, gray, sizeof gray});
    assert_refused(b.at, b.n, "is 101 x 2 px, more than the 100 x 100 that are allowed");
    make(&b, &(struct plan){0x7fffffff, 0x7fffffff, 16, 6, 0, gray, sizeof gray});
    assert_refused(b.at, b.n, "is 2147483647 x 2147483647 px");
    make(&b, &(struct plan){0, 2, 8, 0, 0, gray, sizeof gray});
    assert_refused(b.at, b.n, "is damaged");
    make(&b, &(struct plan){2, 2, 7, 0, 0, gray, sizeof gray});
    assert_refused(b.at, b.n, "is damaged");
    make(&b, &(struct plan){2, 2, 8, 3, 0, none, 0});
    assert_refused(b.at, b.n, "is damaged");
    assert_refused((const unsigned char *)"GIF89a..", 8, "is not a PNG image");
    assert_refused(none, 0, "is not a PNG image");
    make(&b, &(struct plan){2, 2, 8, 0, 0, gray, sizeof gray});
    for (size_t n = 0; n < b.n; n++)
        assert_refused(b.at, n, n < 8 ? "is not a PNG image" : "is damaged");
    for (size_t i = 8; i < b.n; i++) {
        b.at[i] ^= 0x10;
        struct pngfile p;
        struct err e = ERR_INIT;
        assert_int_equal(decode(b.at, b.n, &p, &e), ERR_INPUT); /* every byte is under a CRC */
        b.at[i] ^= 0x10;
    }
    struct pngfile_picture wrong = {.width = 1, .height = 1, .bits = 4, .channels = 1, .px = none, .stride = 1};
    unsigned char *data;
    size_t len;
    struct err e = ERR_INIT;
    assert_int_equal(pngfile_encode(&wrong, &data, &len, &e), ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(kinds),
        cmocka_unit_test(wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
