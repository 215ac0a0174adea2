/* GeoTIFF masks of one 8-bit band, with the tags that GDAL writes (libtiff).
 *
 * The GeoKeys are written by hand: libgeotiff is not a dependency (io/image/tiffile.h says why).
 *
 * Sources: TIFF 6.0; OGC GeoTIFF 1.1. */
#ifndef SUBSCENE_TESTDATA_GEOTIFF_H
#define SUBSCENE_TESTDATA_GEOTIFF_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

enum geotiff_compression { GEOTIFF_NONE, GEOTIFF_LZW, GEOTIFF_DEFLATE };

struct geotiff_format {
    int32_t width, height;
    int32_t epsg; /* 326zz or 327zz */
    int32_t ulx_m, uly_m, pixel_m; /* ulx, uly: the outer corner */
    enum geotiff_compression compression;
    int32_t block; /* rows of a strip; with `tiled` the side of the tiles, a multiple of 16 */
    bool tiled;
};

/* Fills `out` with the pixels `part`, which is inside the image. Rows are `stride` bytes apart. */
typedef void geotiff_pixels(const void *context, struct rect part, uint8_t *out, size_t stride);

/* Writes one file. After an error a partial file may remain. One thread at a time. */
MUST_CHECK int geotiff_write(const char *path, const struct geotiff_format *f,
                             geotiff_pixels *pixels, const void *context, struct err *e);

#endif
