/* TIFF and GeoTIFF masks (libtiff): one band of 8- or 16-bit unsigned samples, in strips or tiles,
 * with any compression.
 *
 * Only the first image of a file is read; the others are overviews. Prints nothing: libtiff's
 * messages become part of the error. Libtiff before 4.5 reports messages for all files together.
 * There they are dropped, and the error says where the damage is but not why.
 *
 * The three GeoKeys that count are read by hand. libgeotiff is not a dependency: it would add a
 * library and a database of projections, and only the EPSG code is compared here.
 *
 * One thread at a time may use a tiffile. Sources: TIFF 6.0; OGC GeoTIFF 1.1 (ModelPixelScale,
 * ModelTiepoint). */
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
    bool has_other_place; /* its placement tags say rotated, non-square or geographic */
    int32_t epsg; /* of the projection, with has_place; 0: not in the file */
    double ulx_m, uly_m; /* outer corner of the upper-left pixel, with has_place */
    double pixel_m;
};

/* True if the file begins like a TIFF. */
bool tiffile_is(const unsigned char *head, size_t len);

/* Borrows `f`, which must outlive the result. The sizes are limits, checked before anything is
 * allocated: a larger image is ERR_INPUT with both sizes. Errors: ERR_INPUT, ERR_TEMPORARY. */
int tiffile_open(struct source_file *f, int32_t max_width, int32_t max_height, struct tiffile **out,
                 struct err *e) MUST_CHECK;
void tiffile_close(struct tiffile *t);
const struct tiffile_info *tiffile_info(const struct tiffile *t);

/* The most memory that it takes for any read: a row of tiles or a strip, the longest compressed
 * block, libtiff's tables. For LZMA and ZSTD the usual windows are counted; a file can require
 * larger ones. */
size_t tiffile_bytes(const struct tiffile *t);

/* Reads rows y to y + n − 1 as uint8_t or uint16_t (by info.bits), `stride` bytes from row to row.
 * Rows in ascending order decode every strip once. Takes the memory of one row of tiles, or of one
 * strip. */
int tiffile_read(struct tiffile *t, int32_t y, int32_t n, void *px, size_t stride,
                 struct err *e) MUST_CHECK;

#endif
