/* Reads class masks in any of the formats that tools write, at their own resolution, row by row
 * from the top: TIFF (io/image/tiffile.h), PNG (io/image/pngfile.h), JPEG 2000 (io/image/jp2.h).
 * The first bytes of the file decide the format; its name has no effect.
 *
 * Memory: a TIFF needs one row of its tiles, or one strip. A JPEG 2000 needs one row of its tiles.
 * A PNG needs three rows, or the whole image if it is interlaced. One thread at a time. Errors:
 * ERR_INPUT with the file's name, ERR_TEMPORARY. */
#ifndef SUBSCENE_IO_IMAGE_CLASSRASTER_H
#define SUBSCENE_IO_IMAGE_CLASSRASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/source/source.h"

struct classraster;
struct jp2;

struct classraster_info {
    int32_t width, height;
    int32_t bits; /* 8: values are uint8_t; 16: uint16_t */
    bool has_place; /* a GeoTIFF with north up and square pixels */
    bool has_other_place; /* a GeoTIFF with any other placement */
    int32_t epsg; /* valid with has_place; 0: unknown */
    double ulx_m, uly_m, pixel_m; /* outer corner of the upper-left pixel; valid with has_place */
};

/* Opens a mask. Borrows `f`, which must outlive the result. The sizes are limits: a larger image is
 * rejected before anything is allocated, and the message names both sizes. A JPEG 2000 may have
 * several components (MSK_CLASSI); then a value has one bit per component. */
int classraster_open(struct source_file *f, int32_t max_width, int32_t max_height,
                     struct classraster **out, struct err *e) MUST_CHECK;
void classraster_close(struct classraster *r);
const struct classraster_info *classraster_info(const struct classraster *r);

/* The most memory that it takes for any read, its own and the library's buffers, for the memory
 * plan. Valid after opening, before most of it is allocated. */
size_t classraster_bytes(const struct classraster *r);

/* The image of a JPEG 2000, for tiles in any order (stages/layers/mask_tiles.h); NULL for other
 * formats. Owned by the raster. And the memory of one whose rows are never read. */
const struct jp2 *classraster_jp2(const struct classraster *r);
size_t classraster_index_bytes(const struct classraster *r);

/* Reads rows y to y + n − 1, `stride` bytes from row to row. Rows in ascending order are decoded
 * once. Going back is allowed; a PNG then starts again from the top. */
int classraster_read(struct classraster *r, int32_t y, int32_t n, void *px, size_t stride,
                     struct err *e) MUST_CHECK;

#endif
