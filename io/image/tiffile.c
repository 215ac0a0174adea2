#include "io/image/tiffile.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "core/mem.h"

#ifdef TIFFLIB_AT_LEAST /* exists since 4.5.0, like handlers per file */
#define HANDLERS_PER_FILE 1
#else
#define HANDLERS_PER_FILE 0
#endif

enum {
    TAG_PIXEL_SCALE = 33550,
    TAG_TIEPOINT = 33922,
    TAG_TRANSFORMATION = 34264,
    TAG_KEYS = 34735
};
/* GeoTIFF 1.1, 7.4 */
enum {
    KEY_MODEL_TYPE = 1024,
    MODEL_GEOGRAPHIC = 2,
    KEY_RASTER_TYPE = 1025,
    PIXEL_IS_POINT = 2,
    KEY_PROJECTED_TYPE = 3072,
    USER_DEFINED = 32767
};
enum { TILE_SIDE_MAX = 4096 };

struct tiffile {
    struct source_file *file;
    uint64_t at;
    TIFF *tiff;
    struct tiffile_info info;
    uint16_t compression;
    bool tiled;
    int32_t block_w, block_h; /* size of a tile; for strips, the width and the rows of a strip */
    unsigned char *rows, *tile; /* pixels of one row of blocks; one tile */
    int32_t held; /* the row of blocks in `rows`, or −1 */
    char msg[200]; /* the first message */
};

/* ---- libtiff's input and messages ---- */

static tmsize_t read_bytes(thandle_t handle, void *buf, tmsize_t n)
{
    struct tiffile *t = handle;
    uint64_t size = source_file_size(t->file);
    if (n <= 0 || t->at >= size)
        return 0;
    size_t len = (uint64_t)n < size - t->at ? (size_t)n : (size_t)(size - t->at);
    struct err e = ERR_INIT;
    if (source_file_pread(t->file, buf, len, t->at, &e) != 0) {
        if (t->msg[0] == '\0')
            snprintf(t->msg, sizeof t->msg, "%.190s", e.msg);
        return -1;
    }
    t->at += len;
    return (tmsize_t)len;
}

static tmsize_t write_bytes(thandle_t handle, void *buf, tmsize_t n)
{
    (void)handle;
    (void)buf;
    (void)n;
    return -1;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence)
{
    struct tiffile *t = handle;
    uint64_t base = whence == SEEK_CUR ? t->at : whence == SEEK_END ? source_file_size(t->file) : 0;
    t->at = base + offset;
    return t->at;
}

static int close_nothing(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle)
{
    return source_file_size(((struct tiffile *)handle)->file);
}

#if HANDLERS_PER_FILE
PRINTF_LIKE(4, 0)
static int on_error(TIFF *tiff, void *user, const char *module, const char *fmt, va_list ap)
{
    (void)tiff;
    (void)module;
    struct tiffile *t = user;
    if (t->msg[0] == '\0')
        vsnprintf(t->msg, sizeof t->msg, fmt, ap);
    return 1; /* stops the global handler, which would print */
}

PRINTF_LIKE(4, 0)
static int on_warning(TIFF *tiff, void *user, const char *module, const char *fmt, va_list ap)
{
    (void)tiff;
    (void)user;
    (void)module;
    (void)fmt;
    (void)ap;
    return 1;
}

static TIFF *open_quietly(struct tiffile *t)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options)
        return NULL;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 30);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, t);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, t);
    TIFF *tiff = TIFFClientOpenExt(source_file_name(t->file), "rm", t, read_bytes, write_bytes,
                                   seek_to, close_nothing, size_of, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}
#else
static TIFF *open_quietly(struct tiffile *t)
{
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    return TIFFClientOpen(source_file_name(t->file), "rm", t, read_bytes, write_bytes, seek_to,
                          close_nothing, size_of, NULL, NULL);
}
#endif

static int damaged(const struct tiffile *t, const char *where, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: is damaged or cut off: %s%s%s", source_file_name(t->file),
                   where, t->msg[0] ? ": " : "", t->msg);
}

/* ---- open ---- */

static int check_size(struct tiffile *t, int32_t max_width, int32_t max_height, struct err *e)
{
    uint32_t width = 0, height = 0;
    if (!TIFFGetField(t->tiff, TIFFTAG_IMAGEWIDTH, &width) ||
        !TIFFGetField(t->tiff, TIFFTAG_IMAGELENGTH, &height) || width == 0 || height == 0)
        return damaged(t, "it has no size", e);
    if (width > (uint32_t)max_width || height > (uint32_t)max_height)
        return err_set(e, ERR_INPUT, "%s: is %lu x %lu px, more than the %d x %d that are allowed",
                       source_file_name(t->file), (unsigned long)width, (unsigned long)height,
                       (int)max_width, (int)max_height);
    t->info.width = (int32_t)width;
    t->info.height = (int32_t)height;
    return 0;
}

static int check_samples(struct tiffile *t, struct err *e)
{
    uint16_t samples = 1, bits = 1, format = SAMPLEFORMAT_UINT, compression = COMPRESSION_NONE;
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_COMPRESSION, &compression);
    /* format VOID allows any meaning */
    bool is_unsigned = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
    if (samples != 1 || (bits != 8 && bits != 16) || !is_unsigned)
        return err_set(e, ERR_INPUT,
                       "%s: has %u band%s of %u-bit %s; one of 8 or 16 unsigned bits is needed",
                       source_file_name(t->file), samples, samples == 1 ? "" : "s", bits,
                       is_unsigned                     ? "unsigned integers"
                       : format == SAMPLEFORMAT_INT    ? "signed integers"
                       : format == SAMPLEFORMAT_IEEEFP ? "floats"
                                                       : "samples of another kind");
    if (!TIFFIsCODECConfigured(compression))
        return err_set(e, ERR_INPUT, "%s: its compression %u is not supported by this libtiff",
                       source_file_name(t->file), compression);
    t->info.bits = bits;
    t->compression = compression;
    return 0;
}

/* The values of a tag that libtiff has no name for; it makes the field from the file's own entry.
 * NULL if there are fewer than `least`. */
static const void *take_values(struct tiffile *t, uint32_t tag, TIFFDataType type, uint32_t least,
                               uint32_t *n)
{
    const TIFFField *field = TIFFFindField(t->tiff, tag, TIFF_ANY);
    const void *values = NULL;
    *n = 0;
    if (!field || TIFFFieldDataType(field) != type || !TIFFFieldPassCount(field) ||
        TIFFFieldReadCount(field) != TIFF_VARIABLE2 || !TIFFGetField(t->tiff, tag, n, &values) ||
        *n < least)
        return NULL;
    return values;
}

/* The value of a GeoKey that is one number; 0 if it is missing. */
static int geo_key(struct tiffile *t, int id)
{
    uint32_t n;
    const uint16_t *key = take_values(t, TAG_KEYS, TIFF_SHORT, 4, &n);
    for (uint32_t i = 4; key && i + 4 <= n;
         i += 4) { /* key, place of its value (0: here), count, value */
        if (key[i] == id && key[i + 1] == 0)
            return key[i + 3];
    }
    return 0;
}

/* Reads the placement: north up with square pixels in a projection. Any other placement is only
 * noted. */
static void take_place(struct tiffile *t)
{
    uint32_t n;
    const double *scale = take_values(t, TAG_PIXEL_SCALE, TIFF_DOUBLE, 2, &n);
    const double *tie = take_values(t, TAG_TIEPOINT, TIFF_DOUBLE, 6, &n);
    bool turned = take_values(t, TAG_TRANSFORMATION, TIFF_DOUBLE, 1, &n) != NULL;
    t->info.has_other_place = turned || scale || tie;
    if (turned || !scale || !tie || !isfinite(scale[0]) || !(scale[0] > 0) ||
        scale[0] != scale[1] || geo_key(t, KEY_MODEL_TYPE) == MODEL_GEOGRAPHIC)
        return;
    double shift = geo_key(t, KEY_RASTER_TYPE) == PIXEL_IS_POINT ? 0.5 : 0;
    double x = tie[3] - (tie[0] + shift) * scale[0], y = tie[4] + (tie[1] + shift) * scale[1];
    if (!isfinite(x) || !isfinite(y))
        return;
    int epsg = geo_key(t, KEY_PROJECTED_TYPE);
    t->info.has_place = true;
    t->info.has_other_place = false;
    t->info.ulx_m = x;
    t->info.uly_m = y;
    t->info.pixel_m = scale[0];
    t->info.epsg = epsg == USER_DEFINED ? 0 : epsg;
}

/* Sets the block size and allocates one row of blocks. Tiles may be larger than the image. */
static int take_blocks(struct tiffile *t, struct err *e)
{
    uint32_t w = (uint32_t)t->info.width, h = (uint32_t)t->info.height, rows = h;
    size_t bytes = (size_t)t->info.bits / 8;
    t->tiled = TIFFIsTiled(t->tiff);
    if (t->tiled) {
        if (!TIFFGetField(t->tiff, TIFFTAG_TILEWIDTH, &w) ||
            !TIFFGetField(t->tiff, TIFFTAG_TILELENGTH, &rows) || w == 0 || rows == 0 ||
            w > TILE_SIDE_MAX || rows > TILE_SIDE_MAX ||
            TIFFTileSize(t->tiff) != (tmsize_t)(bytes * w * rows))
            return damaged(t, "its tiles have no size that can be", e);
    } else {
        TIFFGetFieldDefaulted(t->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
        rows = rows < h ? rows : h;
        if (rows == 0 || TIFFScanlineSize(t->tiff) != (tmsize_t)(bytes * w))
            return damaged(t, "its strips have no size that can be", e);
    }
    t->block_w = (int32_t)w;
    t->block_h = (int32_t)rows;
    uint32_t held = rows < h ? rows : h;
    t->rows = mem_alloc(held, bytes * (size_t)t->info.width);
    t->tile = t->tiled ? mem_alloc(rows, bytes * w) : NULL;
    if (!t->rows || (t->tiled && !t->tile))
        return err_nomem(e, (unsigned long long)rows * bytes * (w + (uint32_t)t->info.width));
    return 0;
}

bool tiffile_is(const unsigned char *head, size_t len)
{
    static const char *const magic[4] = {"II*\0", "MM\0*", "II+\0", "MM\0+"};
    for (int i = 0; i < 4; i++) {
        if (len >= 4 && memcmp(head, magic[i], 4) == 0)
            return true;
    }
    return false;
}

int tiffile_open(struct source_file *f, int32_t max_width, int32_t max_height, struct tiffile **out,
                 struct err *e)
{
    *out = NULL;
    struct tiffile *t = mem_zalloc(1, sizeof *t);
    if (!t)
        return err_nomem(e, sizeof *t);
    t->file = f;
    t->held = -1;
    t->tiff = open_quietly(t);
    int r = t->tiff ? 0
                    : err_set(e, ERR_INPUT, "%s: is not a readable TIFF%s%s", source_file_name(f),
                              t->msg[0] ? ": " : "", t->msg);
    r = r ? r : check_size(t, max_width, max_height, e);
    r = r ? r : check_samples(t, e);
    r = r ? r : take_blocks(t, e);
    if (r) {
        tiffile_close(t);
        return r;
    }
    take_place(t);
    *out = t;
    return 0;
}

void tiffile_close(struct tiffile *t)
{
    if (!t)
        return;
    if (t->tiff)
        TIFFClose(t->tiff);
    free(t->rows);
    free(t->tile);
    free(t);
}

const struct tiffile_info *tiffile_info(const struct tiffile *t) { return &t->info; }

/* The decoder's state: libtiff's tables, zlib's window. The file decides the window size of LZMA
 * and ZSTD; the usual 8 MiB is counted. */
static size_t codec_bytes(uint16_t compression)
{
    switch (compression) {
    case COMPRESSION_NONE:
    case COMPRESSION_PACKBITS:
        return 0;
    case COMPRESSION_LZMA:
    case COMPRESSION_ZSTD:
        return (size_t)9 << 20;
    default:
        return (size_t)256 << 10;
    }
}

size_t tiffile_bytes(const struct tiffile *t)
{
    uint64_t longest = 0, size = source_file_size(t->file);
    uint32_t blocks = t->tiled ? TIFFNumberOfTiles(t->tiff) : TIFFNumberOfStrips(t->tiff);
    for (uint32_t b = 0; b < blocks; b++) {
        uint64_t n = TIFFGetStrileByteCount(t->tiff, b);
        longest = n > longest ? n : longest;
    }
    longest = longest < size ? longest : size;
    size_t bytes = (size_t)t->info.bits / 8,
           held = (size_t)(t->block_h < t->info.height ? t->block_h : t->info.height);
    size_t rows = held * bytes * (size_t)t->info.width;
    size_t tile = t->tiled ? (size_t)t->block_h * bytes * (size_t)t->block_w : 0;
    /* position and length of each block; the longest compressed block; libtiff's own tables */
    return sizeof *t + rows + tile + (size_t)blocks * 16 + (size_t)longest +
           codec_bytes(t->compression) + 65536;
}

/* ---- rows ---- */

static int32_t rows_of_block(const struct tiffile *t, int32_t b)
{
    int32_t left = t->info.height - b * t->block_h;
    return left < t->block_h ? left : t->block_h;
}

static int bad_block(const struct tiffile *t, int32_t b, struct err *e)
{
    char where[60];
    snprintf(where, sizeof where, "rows %d to %d", (int)(b * t->block_h),
             (int)(b * t->block_h + rows_of_block(t, b) - 1));
    return damaged(t, where, e);
}

static int load_strip(struct tiffile *t, int32_t b, struct err *e)
{
    tmsize_t wanted =
        (tmsize_t)((size_t)t->info.bits / 8 * (size_t)t->info.width * (size_t)rows_of_block(t, b));
    if (TIFFReadEncodedStrip(t->tiff, (uint32_t)b, t->rows, wanted) != wanted)
        return bad_block(t, b, e);
    return 0;
}

static int load_tiles(struct tiffile *t, int32_t b, struct err *e)
{
    size_t bytes = (size_t)t->info.bits / 8, pitch = bytes * (size_t)t->block_w,
           row = bytes * (size_t)t->info.width;
    tmsize_t wanted = (tmsize_t)(pitch * (size_t)t->block_h);
    for (int32_t x = 0; x < t->info.width; x += t->block_w) {
        uint32_t tile = TIFFComputeTile(t->tiff, (uint32_t)x, (uint32_t)(b * t->block_h), 0, 0);
        if (TIFFReadEncodedTile(t->tiff, tile, t->tile, wanted) != wanted)
            return bad_block(t, b, e);
        size_t n = x + t->block_w <= t->info.width ? pitch : bytes * (size_t)(t->info.width - x);
        for (int32_t y = 0; y < rows_of_block(t, b); y++)
            memcpy(t->rows + (size_t)y * row + bytes * (size_t)x, t->tile + (size_t)y * pitch, n);
    }
    return 0;
}

static int load(struct tiffile *t, int32_t b, struct err *e)
{
    if (t->held == b)
        return 0;
    t->held = -1;
    t->msg[0] = '\0';
    int r = t->tiled ? load_tiles(t, b, e) : load_strip(t, b, e);
    if (!r)
        t->held = b;
    return r;
}

int tiffile_read(struct tiffile *t, int32_t y, int32_t n, void *px, size_t stride, struct err *e)
{
    if (y < 0 || n < 0 || n > t->info.height - y)
        return err_set(e, ERR_INTERNAL, "%s: rows %d to %d of %d", source_file_name(t->file),
                       (int)y, (int)(y + n - 1), (int)t->info.height);
    size_t row = (size_t)t->info.bits / 8 * (size_t)t->info.width;
    for (int32_t i = 0; i < n; i++) {
        int32_t b = (y + i) / t->block_h;
        int r = load(t, b, e);
        if (r)
            return r;
        memcpy((unsigned char *)px + (size_t)i * stride,
               t->rows + (size_t)(y + i - b * t->block_h) * row, row);
    }
    return 0;
}
