/* PNG in memory: what is written is read again; kinds that only others write, byte by byte; cut,
 * damaged, too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/image/pngfile.h"
#include "support/raw_png.h"

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
    struct pngfile_image file = {0};
    fill(px, sizeof px);
    for (int k = 0; k < 4; k++) {
        struct pngfile_picture in = {
            .width = W / (k < 2 ? 1 : 3), .height = H, .bits = k % 2 ? 16 : 8};
        in.channels = k < 2 ? 1 : 3;
        in.px = px;
        in.stride = sizeof px[0];
        struct pngfile out;
        struct err e = ERR_INIT;
        assert_int_equal(pngfile_encode(&in, &file, &e), 0);
        int r = decode(file.data, file.len, &out, &e);
        if (k == 3) { /* colours of 16 bits are no mask */
            assert_int_equal(r, ERR_INPUT);
            assert_non_null(strstr(e.msg, "16-bit colours"));
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
                                     : row[3 * x] | (uint32_t)row[3 * x + 1] << 8 |
                                           (uint32_t)row[3 * x + 2] << 16;
            assert_int_equal(pngfile_value(&out, (size_t)i), want);
        }
        pngfile_clear(&out);
    }
    pngfile_image_clear(&file);
}

static size_t find(const struct pngfile_image *file, const char *chunk)
{
    size_t i = 0;
    while (i + 4 <= file->len && memcmp(file->data + i, chunk, 4) != 0)
        i++;
    assert_true(i + 4 <= file->len);
    return i;
}

/* Indices come back unchanged; the chunks hold the colours and the transparent index. */
static void palette(void **state)
{
    (void)state;
    static uint8_t px[H][W];
    struct pngfile_palette colours = {.transparent = 7};
    struct pngfile_picture in = {.width = W,
                                 .height = H,
                                 .bits = 8,
                                 .channels = 1,
                                 .px = px,
                                 .stride = W,
                                 .palette = &colours};
    struct pngfile_image file = {0};
    struct pngfile out;
    struct err e = ERR_INIT;
    fill(px, sizeof px);
    fill(colours.rgb, sizeof colours.rgb);
    assert_int_equal(pngfile_encode(&in, &file, &e), 0);
    assert_true(file.len <= pngfile_image_bytes(&in));
    assert_int_equal(decode(file.data, file.len, &out, &e), 0);
    assert_int_equal(out.kind, PNGFILE_INDEX);
    assert_memory_equal(out.px, px, sizeof px);
    pngfile_clear(&out);
    assert_memory_equal(file.data + find(&file, "PLTE") + 4, colours.rgb, sizeof colours.rgb);
    static const uint8_t alpha[8] = {255, 255, 255, 255, 255, 255, 255, 0};
    assert_memory_equal(file.data + find(&file, "tRNS") - 4, "\0\0\0\x8", 4);
    assert_memory_equal(file.data + find(&file, "tRNS") + 4, alpha, sizeof alpha);
    in.bits = 16;
    assert_int_equal(pngfile_encode(&in, &file, &e), ERR_INTERNAL);
    pngfile_image_clear(&file);
}

/* The room that a plan counts is enough for what compresses worst, and is not asked for twice. */
static void bounds(void **state)
{
    (void)state;
    static const int32_t sides[][2] = {{1, 1}, {7, 1}, {1, 300}, {64, 64}, {300, 200}};
    static uint16_t px[200][900];
    fill(px, sizeof px);
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 4; k++) {
            struct pngfile_image file = {0}, again = {0};
            struct pngfile_picture in = {.width = sides[i][0],
                                         .height = sides[i][1] > 200 ? 200 : sides[i][1],
                                         .bits = k % 2 ? 16 : 8,
                                         .channels = k < 2 ? 1 : 3,
                                         .px = px,
                                         .stride = sizeof px[0]};
            struct err e = ERR_INIT;
            assert_int_equal(pngfile_encode(&in, &file, &e), 0);
            assert_true(file.len > 0 && file.len <= pngfile_image_bytes(&in));
            assert_int_equal(file.capacity, pngfile_image_bytes(&in));
            const unsigned char *data = file.data;
            size_t len = file.len;
            assert_int_equal(pngfile_encode(&in, &again, &e), 0);
            assert_int_equal(pngfile_encode(&in, &file, &e), 0);
            assert_ptr_equal(file.data, data);
            assert_int_equal(file.len, len);
            assert_int_equal(again.len, len);
            assert_memory_equal(file.data, again.data, len);
            pngfile_image_clear(&file);
            pngfile_image_clear(&again);
        }
}

/* ---- what ours cannot write ---- */

struct bytes {
    unsigned char at[4096];
    size_t n;
};

static void make(struct bytes *b, const struct raw_png *p)
{
    unsigned char *data = raw_png_make(p, &b->n);
    assert_true(b->n <= sizeof b->at);
    memcpy(b->at, data, b->n);
    free(data);
}

static void assert_values(const struct raw_png *plan, enum pngfile_kind kind, const uint32_t *want)
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
    static const unsigned char index[] = {0, 3, 1, 0, 2, 0}, two_bits[] = {0, 0x1b, 0, 0xe4},
                               bit[] = {0, 0x50};
    static const unsigned char rgba[] = {0, 1, 2, 3, 255, 255, 255, 255, 255, 0,
                                         0, 0, 0, 0, 0,   0,   7,   0,   0,   255};
    static const unsigned char passes[] = {0, 5, 0, 6,
                                           0, 7, 8}; /* Adam7 of 2 x 2: pixel 0; pixel 1; row 1 */
    assert_values(&(struct raw_png){2, 2, 8, 3, 0, index, sizeof index, 0}, PNGFILE_INDEX,
                  (uint32_t[]){3, 1, 2, 0});
    assert_values(&(struct raw_png){4, 2, 2, 0, 0, two_bits, sizeof two_bits, 0}, PNGFILE_GRAY,
                  (uint32_t[]){0, 1, 2, 3, 3, 2, 1, 0});
    assert_values(&(struct raw_png){4, 2, 2, 3, 0, two_bits, sizeof two_bits, 0}, PNGFILE_INDEX,
                  (uint32_t[]){0, 1, 2, 3, 3, 2, 1, 0});
    assert_values(&(struct raw_png){4, 1, 1, 0, 0, bit, sizeof bit, 0}, PNGFILE_GRAY,
                  (uint32_t[]){0, 1, 0, 1});
    assert_values(&(struct raw_png){3, 1, 8, 6, 0, rgba, 13, 0}, PNGFILE_ID,
                  (uint32_t[]){1 + 512 + 3 * 65536, 0xffffff, 0});
    assert_values(&(struct raw_png){2, 2, 8, 0, 1, passes, sizeof passes, 0}, PNGFILE_GRAY,
                  (uint32_t[]){5, 6, 7, 8});
}

/* ---- opacity ---- */

static int decode_opacity(const unsigned char *data, size_t len, struct pngfile *p, struct err *e)
{
    return pngfile_decode_opacity("a.png", (struct pngfile_bytes){data, len}, 100, 100, p, e);
}

static void assert_opacity(const struct raw_png *plan, const char *want)
{
    struct bytes b;
    struct pngfile p;
    struct err e = ERR_INIT;
    make(&b, plan);
    if (decode_opacity(b.at, b.n, &p, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(p.bits, 1);
    assert_int_equal(p.width * p.height, strlen(want));
    for (size_t i = 0; want[i]; i++)
        assert_int_equal(pngfile_value(&p, i), want[i] - '0');
    pngfile_clear(&p);
    for (size_t n = 0; n < b.n; n++) {
        assert_int_equal(decode_opacity(b.at, n, &p, &e), ERR_INPUT);
        assert_null(p.px);
    }
}

static void opacity(void **state)
{
    (void)state;
    /* the colours do not matter, only alpha: of black, of what is hardly seen */
    static const unsigned char rgba[] = {0, 0, 0, 0, 255, 9, 9, 9, 0, 9, 9, 9, 1},
                               deep[] = {0, 9, 9, 0, 0, 9, 9, 0, 1, 0, 0, 1, 0},
                               gray[] = {0, 9, 0, 0, 9}, bit[] = {0, 0x50},
                               two[] = {0, 0, 0, 0, 1, 1, 0}, passes[] = {0, 5, 0, 0, 0, 0, 8};
    assert_opacity(&(struct raw_png){3, 1, 8, 6, 0, rgba, sizeof rgba, 0}, "101");
    assert_opacity(&(struct raw_png){3, 1, 16, 4, 0, deep, sizeof deep, 0}, "011");
    assert_opacity(&(struct raw_png){2, 1, 8, 4, 0, gray, sizeof gray, 0}, "01");
    assert_opacity(&(struct raw_png){4, 1, 1, 0, 0, bit, sizeof bit, 0}, "0101");
    assert_opacity(&(struct raw_png){3, 1, 16, 0, 0, two, sizeof two, 0}, "011");
    assert_opacity(&(struct raw_png){2, 2, 8, 0, 1, passes, sizeof passes, 0}, "1001");
    /* what we write */
    static const unsigned char px[] = {255, 255, 255, 255, 0, 0, 0, 0};
    struct pngfile_picture in = {
        .width = 2, .height = 1, .bits = 8, .channels = 4, .px = px, .stride = sizeof px};
    struct pngfile_image file = {0};
    struct pngfile p;
    struct err e = ERR_INIT;
    assert_int_equal(pngfile_encode(&in, &file, &e), 0);
    assert_int_equal(decode_opacity(file.data, file.len, &p, &e), 0);
    assert_int_equal(pngfile_value(&p, 0), 1);
    assert_int_equal(pngfile_value(&p, 1), 0);
    pngfile_clear(&p);
    assert_int_equal(
        pngfile_decode_opacity("a.png", (struct pngfile_bytes){file.data, file.len}, 1, 1, &p, &e),
        ERR_INPUT);
    assert_non_null(strstr(e.msg, "a.png: is 2 x 1 px, more than the 1 x 1"));
    in.channels = 3;
    in.width = 1;
    assert_int_equal(pngfile_encode(&in, &file, &e), 0);
    assert_int_equal(decode_opacity(file.data, file.len, &p, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "without alpha"));
    pngfile_image_clear(&file);
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
    static const unsigned char alpha[] = {0, 1, 2, 3, 255, 1, 2, 3, 128},
                               gray[] = {0, 1, 2, 0, 3, 4}, none[1];
    struct bytes b;
    make(&b, &(struct raw_png){2, 1, 8, 6, 0, alpha, sizeof alpha, 0});
    assert_refused(b.at, b.n, "column 1, row 0 has alpha 128");
    make(&b, &(struct raw_png){2, 1, 8, 4, 0, gray, 5, 0});
    assert_refused(b.at, b.n, "gray and alpha");
    make(&b, &(struct raw_png){101, 2, 8, 0, 0, gray, sizeof gray, 0});
    assert_refused(b.at, b.n, "is 101 x 2 px, more than the 100 x 100 that are allowed");
    make(&b, &(struct raw_png){0x7fffffff, 0x7fffffff, 16, 6, 0, gray, sizeof gray, 0});
    assert_refused(b.at, b.n, "is 2147483647 x 2147483647 px");
    make(&b, &(struct raw_png){0, 2, 8, 0, 0, gray, sizeof gray, 0});
    assert_refused(b.at, b.n, "is damaged");
    make(&b, &(struct raw_png){2, 2, 7, 0, 0, gray, sizeof gray, 0});
    assert_refused(b.at, b.n, "is damaged");
    make(&b, &(struct raw_png){2, 2, 8, 3, 0, none, 0, 0});
    assert_refused(b.at, b.n, "is damaged");
    assert_refused((const unsigned char *)"GIF89a..", 8, "is not a PNG image");
    assert_refused(none, 0, "is not a PNG image");
    make(&b, &(struct raw_png){2, 2, 8, 0, 0, gray, sizeof gray, 0});
    for (size_t n = 0; n < b.n; n++)
        assert_refused(b.at, n, n < 8 ? "is not a PNG image" : "is damaged");
    for (size_t i = 8; i < b.n; i++) {
        b.at[i] ^= 0x10;
        struct pngfile p;
        struct err e = ERR_INIT;
        assert_int_equal(decode(b.at, b.n, &p, &e), ERR_INPUT); /* every byte is under a CRC */
        b.at[i] ^= 0x10;
    }
    struct pngfile_picture wrong = {
        .width = 1, .height = 1, .bits = 4, .channels = 1, .px = none, .stride = 1};
    struct pngfile_image file = {0};
    struct err e = ERR_INIT;
    assert_int_equal(pngfile_encode(&wrong, &file, &e), ERR_INTERNAL);
    pngfile_image_clear(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip), cmocka_unit_test(opacity), cmocka_unit_test(palette),
        cmocka_unit_test(bounds),     cmocka_unit_test(kinds),   cmocka_unit_test(wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
