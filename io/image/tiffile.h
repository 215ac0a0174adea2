/* TIFF and GeoTIFF masks (libtiff): one band of 8- or 16-bit unsigned samples, in strips or tiles,
 * whatever the compression.
 *
 * Of several images in a file the first is read (the others are overviews). Nothing is printed:
 * what libtiff complains about ends up in the error. Libtiff before 4.5 can only report for all
 * files at once; there its messages are dropped, and the error says where but not why.
 *
 * Threads: one tiffile by one thread at a time. Sources: TIFF 6.0; OGC GeoTIFF 1.1
 * (ModelPixelScale, ModelTiepoint). */
#ifndef SUBSCENE_IO_IMAGE_TIFFILE_H
#define SUBSCENE_IO_IMAGE_TIFFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/source/source.h"

struct tiffile;

struct tiffile_info {
    int32_t width, height;
    int32_t bits; /* 8, 16 */
    bool has_place; /* north up, square pixels, in projection units */
    bool has_other_place; /* it has tags of a placement that is not like that: turned, oblong or
                             geographic */
    int32_t epsg; /* of the projection, when has_place; 0: the file does not say it */
    double ulx_m, uly_m; /* outer corner of the upper-left pixel, when has_place */
    double pixel_m;
};

/* Does the file begin as a TIFF does? */
bool tiffile_is(const unsigned char *head, size_t len);

/* `f` is borrowed and must outlive the result. The sizes are limits, checked before anything is
 * allocated: a larger image is ERR_INPUT with both named. Errors: ERR_INPUT, ERR_TEMPORARY. */
int tiffile_open(struct source_file *f, int32_t max_width, int32_t max_height, struct tiffile **out,
                 struct err *e) MUST_CHECK;
void tiffile_close(struct tiffile *t);
const struct tiffile_info *tiffile_info(const struct tiffile *t);

/* What it takes at most, whatever is read: a row of tiles or a strip, the longest compressed one,
 * libtiff's tables. Of LZMA and ZSTD their usual windows are counted; a file can ask for larger
 * ones. */
size_t tiffile_bytes(const struct tiffile *t);

/* Rows y to y + n − 1 as uint8_t or uint16_t (by info.bits), `stride` bytes from row to row. Rows
 * in ascending order decode every strip once; the memory is that of one row of tiles, or one
 * strip. */
int tiffile_read(struct tiffile *t, int32_t y, int32_t n, void *px, size_t stride,
                 struct err *e) MUST_CHECK;

#endif
