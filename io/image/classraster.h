/* Class masks of any of the formats that tools write: TIFF (io/image/tiffile.h), PNG
 * (io/image/pngfile.h), JPEG 2000 (io/image/jp2.h), told apart by how the file begins, never by its
 * name. At their own resolution, row by row from the top.
 *
 * Memory: a TIFF needs one row of its tiles or one strip, a JPEG 2000 one row of its tiles, a PNG
 * three rows, or the whole image when it is interlaced. Threads: one at a time. Errors: ERR_INPUT
 * with the file's name, ERR_TEMPORARY. */
#ifndef SUBSCENE_IO_IMAGE_CLASSRASTER_H
#define SUBSCENE_IO_IMAGE_CLASSRASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/source/source.h"

struct classraster;

struct classraster_info {
    int32_t width, height;
    int32_t bits; /* 8: values are uint8_t; 16: uint16_t */
    bool has_place; /* of a GeoTIFF: north up, square pixels */
    bool has_other_place; /* of a GeoTIFF: any other placement */
    int32_t epsg; /* when has_place; 0: not said */
    double ulx_m, uly_m, pixel_m; /* outer corner of the upper-left pixel, when has_place */
};

/* `f` is borrowed and must outlive the result. The sizes are limits: a larger image is refused with
 * both named, before anything is allocated. Of a JPEG 2000 with several components (MSK_CLASSI) a
 * value has a bit of each. */
int classraster_open(struct source_file *f, int32_t max_width, int32_t max_height,
                     struct classraster **out, struct err *e) MUST_CHECK;
void classraster_close(struct classraster *r);
const struct classraster_info *classraster_info(const struct classraster *r);

/* What it takes at most, whatever is read, for the memory plan: its buffers and those of the
 * library. Known once it is open, when little of it is allocated yet. */
size_t classraster_bytes(const struct classraster *r);

/* Rows y to y + n − 1, `stride` bytes from row to row. Rows in ascending order are decoded once;
 * going back is right too, and of a PNG it means from the top again. */
int classraster_read(struct classraster *r, int32_t y, int32_t n, void *px, size_t stride,
                     struct err *e) MUST_CHECK;

#endif
