#include "testdata/geotiff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "core/mem.h"

enum { TAG_PIXEL_SCALE = 33550, TAG_TIEPOINT = 33922, TAG_KEYS = 34735, TAG_KEY_TEXTS = 34737 };

static void add_tags(TIFF *t)
{
    static char scale[] = "ModelPixelScale", tiepoint[] = "ModelTiepoint",
                keys[] = "GeoKeyDirectory", texts[] = "GeoAsciiParams";
    static const TIFFFieldInfo fields[] = {
        {TAG_PIXEL_SCALE, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, scale},
        {TAG_TIEPOINT, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, tiepoint},
        {TAG_KEYS, -1, -1, TIFF_SHORT, FIELD_CUSTOM, 1, 1, keys},
        {TAG_KEY_TEXTS, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, texts},
    };
    TIFFMergeFieldInfo(t, fields, sizeof fields / sizeof *fields);
}

/* Each key: number, the tag that holds its value (0: here), count, the value or its index. */
static void put_place(TIFF *t, const struct geotiff_format *f)
{
    char texts[64];
    int citation = snprintf(texts, sizeof texts, "WGS 84 / UTM zone %d%c|", (int)(f->epsg % 100),
                            f->epsg / 100 == 326 ? 'N' : 'S');
    snprintf(texts + citation, sizeof texts - (size_t)citation, "WGS 84|");
    const double scale[3] = {f->pixel_m, f->pixel_m, 0}, tie[6] = {0, 0, 0, f->ulx_m, f->uly_m, 0};
    const uint16_t at = (uint16_t)citation;
    const uint16_t keys[][4] = {
        {1, 1, 0, 7}, /* version, number of keys */
        {1024, 0, 1, 1}, /* projected */
        {1025, 0, 1, 1}, /* pixels are areas */
        {1026, TAG_KEY_TEXTS, at, 0},
        {2049, TAG_KEY_TEXTS, 7, at},
        {2054, 0, 1, 9102}, /* degrees */
        {3072, 0, 1, (uint16_t)f->epsg},
        {3076, 0, 1, 9001}, /* metres */
    };
    add_tags(t);
    TIFFSetField(t, TAG_PIXEL_SCALE, 3, scale);
    TIFFSetField(t, TAG_TIEPOINT, 6, tie);
    TIFFSetField(t, TAG_KEYS, (int)(sizeof keys / sizeof keys[0][0]), keys);
    TIFFSetField(t, TAG_KEY_TEXTS, texts);
}

static void put_format(TIFF *t, const struct geotiff_format *f)
{
    static const uint16_t compression[] = {COMPRESSION_NONE, COMPRESSION_LZW,
                                           COMPRESSION_ADOBE_DEFLATE};
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, (uint32_t)f->width);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, (uint32_t)f->height);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(t, TIFFTAG_COMPRESSION, compression[f->compression]);
    if (f->tiled) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, (uint32_t)f->block);
        TIFFSetField(t, TIFFTAG_TILELENGTH, (uint32_t)f->block);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, (uint32_t)f->block);
    }
}

/* Writes block by block, from left to right and down. Tiles at the right and lower border are
 * padded with zeros. */
static bool put_blocks(TIFF *t, const struct geotiff_format *f, geotiff_pixels *pixels,
                       const void *context, uint8_t *block)
{
    struct rect image = {0, 0, f->width, f->height};
    int32_t w = f->tiled ? f->block : f->width, h = f->block;
    size_t stride = (size_t)w;
    uint32_t index = 0;
    for (int32_t y = 0; y < f->height; y += h)
        for (int32_t x = 0; x < f->width; x += w, index++) {
            struct rect part = rect_intersect((struct rect){x, y, w, h}, image);
            memset(block, 0, stride * (size_t)h);
            pixels(context, part, block, stride);
            tmsize_t n = (tmsize_t)(stride * (size_t)(f->tiled ? h : part.h));
            if ((f->tiled ? TIFFWriteEncodedTile(t, index, block, n)
                          : TIFFWriteEncodedStrip(t, index, block, n)) != n)
                return false;
        }
    return TIFFFlush(t); /* writes the last bytes and the directory; closing reports no error */
}

int geotiff_write(const char *path, const struct geotiff_format *f, geotiff_pixels *pixels,
                  const void *context, struct err *e)
{
    uint8_t *block = mem_alloc((size_t)f->block, (size_t)(f->tiled ? f->block : f->width));
    if (!block)
        return err_nomem(e, (unsigned long long)f->block * (unsigned long long)f->width);
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    errno = 0;
    TIFF *t = TIFFOpen(path, "w");
    int rc = t ? 0 : err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", path);
    if (t) {
        put_format(t, f);
        put_place(t, f);
        errno = 0;
        if (!put_blocks(t, f, pixels, context, block))
            rc = err_sys(e, ERR_OUTPUT, errno ? errno : EIO, "%s: cannot write", path);
        TIFFClose(t);
    }
    free(block);
    return rc;
}
