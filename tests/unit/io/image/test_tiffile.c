/* TIFF masks: strips and tiles, compressions, byte orders, places; what is refused; cut and damaged
 * files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "io/image/tiffile.h"
#include "support/tmpdir.h"

enum { W = 70, H = 45 };

static char path[1024];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    tmpdir_path(&test_dir, "a.tif", path);
    return 0;
}

struct plan {
    const char *mode; /* "w": the machine's order, "wb" big-endian, "w8" BigTIFF */
    int bits, compression, format, samples;
    uint32_t tile, rows; /* side of a tile, or rows of a strip */
    int place; /* 0 none, 1 areas, 2 points, 3 a transformation too, 4 scales of the wrong type */
};

static uint16_t value(const struct plan *p, uint32_t x, uint32_t y)
{
    uint32_t v = x < 9 ? 3 : x * 7919 + y * 104729; /* some that compress, some that do not */
    return (uint16_t)(p->bits == 8 ? v >> 3 & 0xff : v >> 3 & 0xffff);
}

static void set_place(TIFF *t, int kind)
{
    static char name[] = "place";
    static const TIFFFieldInfo fields[] = {
        {33550, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, name},
        {33922, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, name},
        {34264, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, name},
        {34735, -1, -1, TIFF_SHORT, FIELD_CUSTOM, 1, 1, name},
    };
    static const TIFFFieldInfo text = {33550, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, name};
    static const double scale[3] = {20, 20, 0}, tie[6] = {1, 2, 0, 300020, 6999960, 0},
                        cells[16] = {20, 5};
    static const uint16_t keys[8] = {1, 1, 0, 1, 1025, 0, 1, 2};
    if (kind == 0)
        return;
    assert_int_equal(TIFFMergeFieldInfo(t, kind == 4 ? fields + 1 : fields, kind == 4 ? 3 : 4), 0);
    if (kind == 4) {
        assert_int_equal(TIFFMergeFieldInfo(t, &text, 1), 0);
        assert_true(TIFFSetField(t, 33550, "0123456789012345678901234567890"));
    } else {
        assert_true(TIFFSetField(t, 33550, 3, scale));
    }
    assert_true(TIFFSetField(t, 33922, 6, tie));
    if (kind == 2)
        assert_true(TIFFSetField(t, 34735, 8, keys));
    if (kind == 3)
        assert_true(TIFFSetField(t, 34264, 16, cells));
}

static void put_block(TIFF *t, const struct plan *p, uint32_t x0, uint32_t y0, uint32_t index)
{
    uint32_t w = p->tile ? p->tile : W, h = p->tile ? p->tile : p->rows < H - y0 ? p->rows : H - y0;
    size_t bytes = (size_t)p->bits / 8, n = (size_t)w * h * bytes;
    unsigned char *px = calloc(n, 1);
    assert_non_null(px);
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++) {
            uint16_t v = value(p, x0 + x, y0 + y);
            unsigned char *at = px + ((size_t)y * w + x) * bytes;
            if (p->bits == 8)
                *at = (unsigned char)v;
            else
                memcpy(at, &v, sizeof v);
        }
    tmsize_t done = p->tile ? TIFFWriteEncodedTile(t, index, px, (tmsize_t)n)
                            : TIFFWriteEncodedStrip(t, index, px, (tmsize_t)n);
    assert_int_equal(done, n);
    free(px);
}

static void make(const struct plan *p)
{
    TIFF *t = TIFFOpen(path, p->mode);
    assert_non_null(t);
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, W);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, H);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, p->bits);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, p->samples);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG,
                 p->samples > 1 ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, p->format);
    TIFFSetField(t, TIFFTAG_COMPRESSION, p->compression);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    set_place(t, p->place);
    uint32_t index = 0;
    if (p->tile) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, p->tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, p->tile);
        for (uint32_t y = 0; y < H; y += p->tile)
            for (uint32_t x = 0; x < W; x += p->tile)
                put_block(t, p, x, y, index++);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, p->rows);
        for (int s = 0; s < p->samples; s++)
            for (uint32_t y = 0; y < H; y += p->rows)
                put_block(t, p, 0, y, index++);
    }
    TIFFClose(t);
}

static int open_it(struct source_file **f, struct tiffile **t, struct err *e)
{
    assert_int_equal(source_file_open_plain(path, f, e), 0);
    return tiffile_open(*f, W, H, t, e);
}

static void close_it(struct source_file *f, struct tiffile *t)
{
    tiffile_close(t);
    source_file_close(f);
}

static void assert_read(const struct plan *p)
{
    struct source_file *f;
    struct tiffile *t;
    struct err e = ERR_INIT;
    make(p);
    if (open_it(&f, &t, &e) != 0)
        fail_msg("%s", e.msg);
    const struct tiffile_info *i = tiffile_info(t);
    assert_int_equal(i->width, W);
    assert_int_equal(i->height, H);
    assert_int_equal(i->bits, p->bits);
    assert_int_equal(i->has_place, p->place == 1 || p->place == 2);
    if (i->has_place) {
        double shift = p->place == 2 ? 10 : 0;
        assert_true(i->pixel_m == 20 && i->ulx_m == 300000 - shift && i->uly_m == 7000000 + shift);
    }
    static uint16_t wide[H][W + 3];
    static uint8_t narrow[H][W + 3];
    /* pieces that are no strips, and one again */
    for (int32_t y = 0; y < H; y += 7) {
        int32_t n = H - y < 7 ? H - y : 7;
        void *to = p->bits == 8 ? (void *)narrow[y] : (void *)wide[y];
        size_t stride = p->bits == 8 ? sizeof narrow[0] : sizeof wide[0];
        assert_int_equal(tiffile_read(t, y, n, to, stride, &e), 0);
        assert_int_equal(tiffile_read(t, y / 2, 1,
                                      p->bits == 8 ? (void *)narrow[y / 2] : (void *)wide[y / 2],
                                      stride, &e),
                         0);
    }
    for (uint32_t y = 0; y < H; y++)
        for (uint32_t x = 0; x < W; x++)
            assert_int_equal(p->bits == 8 ? narrow[y][x] : wide[y][x], value(p, x, y));
    assert_int_equal(tiffile_read(t, H - 1, 2, wide, sizeof wide[0], &e), ERR_INTERNAL);
    close_it(f, t);
}

static void kinds(void **state)
{
    (void)state;
    static const char *const modes[] = {"w", "wb", "w8"};
    static const int compressions[] = {COMPRESSION_NONE,          COMPRESSION_LZW,
                                       COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
                                       COMPRESSION_LZMA,          COMPRESSION_ZSTD};
    for (int m = 0; m < 3; m++) {
        for (size_t c = 0; c < sizeof compressions / sizeof compressions[0]; c++) {
            if (!TIFFIsCODECConfigured((uint16_t)compressions[c]))
                continue;
            for (int bits = 8; bits <= 16; bits += 8) {
                struct plan p = {modes[m], bits, compressions[c], SAMPLEFORMAT_UINT, 1, 0, 1, m};
                assert_read(&p);
                p.rows = 16;
                p.place = 3;
                assert_read(&p);
                p.rows = 1000; /* one strip, and more rows in it than there are */
                p.place = 4;
                assert_read(&p);
                p.tile = 32;
                assert_read(&p);
                p.tile = 128; /* larger than the image */
                assert_read(&p);
            }
        }
    }
}

static void assert_refused(const char *says)
{
    struct source_file *f;
    struct tiffile *t;
    struct err e = ERR_INIT;
    int r = open_it(&f, &t, &e);
    if (r != ERR_INPUT || strncmp(e.msg, path, strlen(path)) != 0 || !strstr(e.msg, says))
        fail_msg("%d, \"%s\" instead of \"%s\"", r, e.msg, says);
    assert_null(t);
    source_file_close(f);
}

static void wrong_kinds(void **state)
{
    (void)state;
    make(&(struct plan){"w", 16, COMPRESSION_NONE, SAMPLEFORMAT_INT, 1, 0, 8, 0});
    assert_refused("has 1 band of 16-bit signed integers; one of 8 or 16 unsigned bits is needed");
    make(&(struct plan){"w", 8, COMPRESSION_NONE, SAMPLEFORMAT_UINT, 3, 0, 8, 0});
    assert_refused("has 3 bands of 8-bit unsigned integers");
    make(&(struct plan){"w", 32, COMPRESSION_NONE, SAMPLEFORMAT_IEEEFP, 1, 16, 8, 0});
    assert_refused("has 1 band of 32-bit floats");
    tmpdir_write(&test_dir, "a.tif", "II*\0", 4);
    assert_refused("is not a readable TIFF");
    tmpdir_write(&test_dir, "a.tif", "", 0);
    assert_refused("is not a readable TIFF");
    tmpdir_write(&test_dir, "a.tif", "\x89PNG\r\n\x1a\n", 8);
    assert_refused("is not a readable TIFF");
    make(&(struct plan){"w", 8, COMPRESSION_NONE, SAMPLEFORMAT_UINT, 1, 0, 8, 0});
    struct source_file *f;
    struct tiffile *t;
    struct err e = ERR_INIT;
    assert_int_equal(source_file_open_plain(path, &f, &e), 0);
    assert_int_equal(tiffile_open(f, W, H - 1, &t, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "is 70 x 45 px, more than the 70 x 44 that are allowed"));
    source_file_close(f);
    assert_true(tiffile_is((const unsigned char *)"II*\0x", 5));
    assert_false(tiffile_is((const unsigned char *)"II*", 3));
}

/* Opens and reads: whatever comes out, it must be an orderly answer. */
static int try_it(struct err *e)
{
    static uint16_t px[H][W];
    struct source_file *f;
    struct tiffile *t;
    int r = open_it(&f, &t, e);
    if (!r)
        r = tiffile_read(t, 0, tiffile_info(t)->height, px, sizeof px[0], e);
    close_it(f, t);
    return r;
}

static void damage(void **state)
{
    (void)state;
    for (int tiled = 0; tiled < 2; tiled++) {
        make(&(struct plan){"w", 8, COMPRESSION_LZW, SAMPLEFORMAT_UINT, 1, tiled ? 32 : 0, 8, 1});
        size_t len;
        unsigned char *data = tmpdir_slurp(path, &len);
        for (size_t n = 0; n < len; n += 13) {
            struct err e = ERR_INIT;
            tmpdir_write(&test_dir, "a.tif", data, n);
            int r = try_it(&e);
            assert_true(r == ERR_INPUT ||
                        (r == 0 && n + 400 > len)); /* what is cut off last is the place */
        }
        for (size_t i = 0; i < len; i++) {
            struct err e = ERR_INIT;
            if (i > 64 && i < len - 400 && i % 17 != 0)
                continue;
            data[i] ^= 0xff;
            tmpdir_write(&test_dir, "a.tif", data, len);
            int r = try_it(&e);
            assert_true(r == 0 || r == ERR_INPUT || r == ERR_TEMPORARY);
            data[i] ^= 0xff;
        }
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        cmocka_unit_test(wrong_kinds),
        cmocka_unit_test(damage),
    };
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
