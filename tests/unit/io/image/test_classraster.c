/* Masks row by row: PNG of every kind in odd portions, back and forth; cut off, damaged, changed;
 * and what each format takes, measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "io/image/classraster.h"
#include "io/image/pngfile.h"
#include "support/raw_png.h"
#include "support/tmpdir.h"

enum { W = 61, H = 47, LIMIT = 20000 };

struct mask {
    struct source_file *file;
    struct classraster *raster;
    char path[1024];
};

static int open_mask(struct mask *m, const char *name, struct err *e)
{
    tmpdir_path(&test_dir, name, m->path);
    assert_int_equal(source_file_open_plain(m->path, &m->file, e), 0);
    return classraster_open(m->file, LIMIT, LIMIT, &m->raster, e);
}

static void close_mask(struct mask *m)
{
    classraster_close(m->raster);
    source_file_close(m->file);
}

/* ---- values ---- */

static int depth; /* of the values, in bits */

static uint32_t value(uint32_t x, uint32_t y)
{
    uint32_t v = (x * 2654435761U) ^ (y * 40503U * 65537U);
    v ^= v >> 13;
    return (v * 2246822519U) >> (32 - depth);
}

static unsigned char *make_png(int bits, int colour, int interlace, size_t *len)
{
    struct raw_png p = {W, H, bits, colour, interlace, NULL, 0, 97};
    depth = bits;
    if (colour == 3 && bits > 2)
        depth = 2; /* the palette has four colours */
    unsigned char *rows = raw_png_rows(&p, value, &p.len);
    p.rows = rows;
    unsigned char *data = raw_png_make(&p, len);
    free(rows);
    return data;
}

static void assert_rows(struct classraster *r, int32_t y, int32_t n)
{
    enum { PITCH = 2 * W + 3 };
    static unsigned char px[H][PITCH];
    struct err e = ERR_INIT;
    int bytes = classraster_info(r)->bits / 8;
    memset(px, 0xaa, sizeof px);
    if (classraster_read(r, y, n, px, PITCH, &e) != 0)
        fail_msg("%s", e.msg);
    for (int32_t i = 0; i < n; i++)
        for (int32_t x = 0; x < W; x++) {
            uint16_t v = px[i][x];
            if (bytes == 2)
                memcpy(&v, &px[i][2 * x], 2);
            assert_int_equal(v, value((uint32_t)x, (uint32_t)(y + i)));
        }
    assert_int_equal(px[n - 1][bytes * W], 0xaa); /* not a byte more */
}

static void every_kind(void **state)
{
    (void)state;
    static const int bits[] = {1, 2, 4, 8, 16}, colour[] = {0, 3};
    for (int k = 0; k < 20; k++) {
        int b = bits[k / 4], c = colour[k / 2 % 2], interlace = k % 2;
        struct mask m;
        struct err e = ERR_INIT;
        size_t len;
        if (c == 3 && b == 16)
            continue;
        unsigned char *data = make_png(b, c, interlace, &len);
        tmpdir_write(&test_dir, "a.png", data, len);
        free(data);
        if (open_mask(&m, "a.png", &e) != 0)
            fail_msg("%s", e.msg);
        const struct classraster_info *i = classraster_info(m.raster);
        assert_true(i->width == W && i->height == H && i->bits == (b == 16 ? 16 : 8) &&
                    !i->has_place);
        for (int32_t y = 0; y < H; y += 5) /* 47 is no multiple of it */
            assert_rows(m.raster, y, H - y < 5 ? H - y : 5);
        assert_rows(m.raster, H - 1, 1); /* the last one again */
        assert_rows(m.raster, 0, H);
        assert_rows(m.raster, 20, 1); /* up, over some, the same again, one up */
        assert_rows(m.raster, 33, 3);
        assert_rows(m.raster, 35, 1);
        assert_rows(m.raster, 34, 2);
        close_mask(&m);
    }
}

/* ---- damage ---- */

/* Reads from the top: the row that fails, with the error. */
static int32_t first_bad_row(struct classraster *r, struct err *e)
{
    static unsigned char row[2 * W];
    for (int32_t y = 0; y < H; y++) {
        int rc = classraster_read(r, y, 1, row, sizeof row, e);
        if (rc == 0)
            continue;
        assert_int_equal(rc, ERR_INPUT);
        return y;
    }
    return -1;
}

static void assert_names(const struct mask *m, int32_t row, const char *says, const struct err *e)
{
    char wanted[1200];
    snprintf(wanted, sizeof wanted, "%s: is damaged at row %d: %s", m->path, (int)row, says);
    if (strncmp(e->msg, wanted, strlen(wanted)) != 0)
        fail_msg("\"%s\" instead of \"%s\"", e->msg, wanted);
}

static void cut_off(void **state)
{
    (void)state;
    size_t len;
    unsigned char *data = make_png(8, 0, 0, &len);
    int32_t before = -1;
    for (size_t n = len / 4; n < len; n += 151) {
        struct mask m;
        struct err e = ERR_INIT;
        tmpdir_write(&test_dir, "a.png", data, n);
        assert_int_equal(open_mask(&m, "a.png", &e), 0);
        int32_t row = first_bad_row(m.raster, &e);
        assert_true(row > 1 && row >= before && row < H);
        assert_names(&m, row, "it is cut off", &e);
        assert_rows(m.raster, 0, row); /* what is before it is still to be had */
        assert_int_equal(first_bad_row(m.raster, &e), row);
        before = row;
        close_mask(&m);
    }
    assert_true(before > H - 5);
    free(data);
}

static void damaged(void **state)
{
    (void)state;
    for (int interlace = 0; interlace < 2; interlace++) {
        size_t len;
        unsigned char *data = make_png(8, 3, interlace, &len);
        struct mask m;
        struct err e = ERR_INIT;
        data[len / 2] ^= 0x10; /* under a CRC */
        tmpdir_write(&test_dir, "a.png", data, len);
        assert_int_equal(open_mask(&m, "a.png", &e), 0);
        int32_t row = first_bad_row(m.raster, &e);
        if (interlace) {
            assert_int_equal(row, 0); /* all of it is decoded at once */
            assert_non_null(strstr(e.msg, ": is damaged at row "));
        } else {
            assert_true(row > H / 4 && row < 3 * H / 4);
            assert_names(&m, row, "", &e);
        }
        close_mask(&m);
        free(data);
    }
}

static void refused(void **state)
{
    (void)state;
    static const unsigned char rgb[] = {0, 1, 2, 3};
    size_t len;
    unsigned char *data = raw_png_make(&(struct raw_png){1, 1, 8, 2, 0, rgb, sizeof rgb, 0}, &len);
    struct mask m;
    struct err e = ERR_INIT;
    tmpdir_write(&test_dir, "a.png", data, len);
    assert_int_equal(open_mask(&m, "a.png", &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "a.png: is a colour image; gray or palette values are needed"));
    assert_null(m.raster);
    close_mask(&m);
    for (size_t n = 4; n < 33; n++) { /* the header is cut off */
        tmpdir_write(&test_dir, "a.png", data, n);
        assert_int_equal(open_mask(&m, "a.png", &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, n < 8 ? "a.png: is not a PNG image"
                                            : "a.png: is damaged: it is cut off"));
        close_mask(&m);
    }
    free(data);
}

/* A file that is replaced under the reader by another that is whole, too. */
static void changed(void **state)
{
    (void)state;
    size_t len, other_len;
    unsigned char *data = make_png(8, 0, 0, &len), *other = make_png(4, 0, 0, &other_len), row[W];
    struct source_entry entry = {"a.png", data, len};
    struct source *s;
    struct source_file *f;
    struct classraster *r;
    struct err e = ERR_INIT;
    assert_int_equal(source_open_memory(&entry, 1, &s, &e), 0);
    assert_int_equal(source_file_open(s, "a.png", &f, &e), 0);
    assert_int_equal(classraster_open(f, W, H, &r, &e), 0);
    assert_int_equal(classraster_read(r, 5, 1, row, sizeof row, &e), 0);
    assert_true(other_len < len);
    memcpy(data, other, other_len);
    assert_int_equal(classraster_read(r, 2, 1, row, sizeof row, &e), ERR_INPUT);
    assert_string_equal(e.msg, "a.png: was changed while it was read");
    classraster_close(r);
    source_file_close(f);
    source_close(s);
    free(data);
    free(other);
}

/* ---- memory ---- */

static size_t in_use(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 i = mallinfo2();
    return i.uordblks + i.hblkhd;
#else
    return 0;
#endif
}

/* Reads all of it; returns what classraster_bytes says, which must be what it takes or more. */
static size_t assert_bytes(const char *name)
{
    struct mask m;
    struct err e = ERR_INIT;
    unsigned char *row = malloc(2 * LIMIT);
    assert_non_null(row);
    size_t before = in_use(), most = 0;
    if (open_mask(&m, name, &e) != 0)
        fail_msg("%s", e.msg);
    size_t bytes = classraster_bytes(m.raster);
    for (int32_t y = 0; y < classraster_info(m.raster)->height; y += 3) {
        assert_int_equal(classraster_read(m.raster, y, 1, row, 0, &e), 0);
        size_t now = in_use();
        most = now > most ? now : most;
    }
    assert_int_equal(classraster_bytes(m.raster), bytes);
    if (most > before && most - before > bytes)
        fail_msg("%s: %zu bytes instead of %zu", name, most - before, bytes);
    close_mask(&m);
    free(row);
    return bytes;
}

static void png_bytes(void **state)
{
    (void)state;
    enum { WIDE = 10980, HIGH = 700 };
    static unsigned char px[WIDE];
    struct pngfile_picture p = {.width = WIDE, .height = HIGH, .bits = 8, .channels = 1, .px = px};
    struct pngfile_image file = {0};
    struct err e = ERR_INIT;
    for (int i = 0; i < WIDE; i++)
        px[i] = (unsigned char)(i * i >> 7);
    assert_int_equal(pngfile_encode(&p, &file, &e), 0); /* stride 0: every row is the same */
    tmpdir_write(&test_dir, "large.png", file.data, file.len);
    pngfile_image_clear(&file);
    assert_true(assert_bytes("large.png") < 256 * 1024); /* of 7.7 MB */

    depth = 4;
    struct raw_png raw = {1000, 900, 4, 0, 1, NULL, 0, 8192};
    unsigned char *rows = raw_png_rows(&raw, value, &raw.len);
    raw.rows = rows;
    size_t len;
    unsigned char *data = raw_png_make(&raw, &len);
    tmpdir_write(&test_dir, "interlaced.png", data, len);
    free(data);
    free(rows);
    assert_in_range(assert_bytes("interlaced.png"), 900000, 900000 + 256 * 1024);
}

static void make_tiff(const char *name, uint16_t compression, uint32_t tile)
{
    enum { SIDE = 2000, ROWS = 4 };
    static unsigned char px[256 * SIDE];
    char path[1024];
    TIFF *t = TIFFOpen(tmpdir_path(&test_dir, name, path), "w");
    assert_non_null(t);
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, SIDE);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, SIDE);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(t, TIFFTAG_COMPRESSION, compression);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    for (size_t i = 0; i < sizeof px; i++)
        px[i] = (unsigned char)(i * i >> 5);
    if (tile) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, tile);
        for (uint32_t i = 0; i < TIFFNumberOfTiles(t); i++)
            assert_true(TIFFWriteEncodedTile(t, i, px, (tmsize_t)(tile * tile)) > 0);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, ROWS);
        for (uint32_t i = 0; i < TIFFNumberOfStrips(t); i++)
            assert_true(TIFFWriteEncodedStrip(t, i, px, ROWS * SIDE) > 0);
    }
    TIFFClose(t);
}

static void tiff_bytes(void **state)
{
    (void)state;
    static const uint16_t compressions[] = {COMPRESSION_NONE, COMPRESSION_LZW,
                                            COMPRESSION_ADOBE_DEFLATE, COMPRESSION_ZSTD};
    for (size_t c = 0; c < sizeof compressions / sizeof compressions[0]; c++) {
        if (!TIFFIsCODECConfigured(compressions[c]))
            continue;
        size_t codec = compressions[c] == COMPRESSION_ZSTD ? 9 << 20 : 0;
        make_tiff("a.tif", compressions[c], 0);
        assert_true(assert_bytes("a.tif") < codec + 450000); /* of 4 MB */
        make_tiff("a.tif", compressions[c], 256);
        assert_in_range(assert_bytes("a.tif"), 256 * 2000, codec + 256 * 2000 + 600000);
    }
}

static void jp2_bytes(void **state)
{
    (void)state;
    size_t len;
    unsigned char *data = tmpdir_slurp(SOURCE_DIR "/tests/fuzz/corpus/jp2/tiles.jp2", &len);
    assert_non_null(data);
    tmpdir_write(&test_dir, "a.jp2", data, len);
    free(data);
    assert_in_range(assert_bytes("a.jp2"), 1000, 8 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind), cmocka_unit_test(cut_off),   cmocka_unit_test(damaged),
        cmocka_unit_test(refused),    cmocka_unit_test(changed),   cmocka_unit_test(png_bytes),
        cmocka_unit_test(tiff_bytes), cmocka_unit_test(jp2_bytes),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
