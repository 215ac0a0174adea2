/* A mask of a whole product: a raster of classes with its own resolution, or the polygons of
 * MSK_CLOUDS. It gives the codes of any part of the target grid (filters/classify.h,
 * filters/rasterize.h).
 *
 * Memory: a raster needs the rows, or rows of tiles, under two rows of subscenes, and its reader's
 * buffers; never the whole raster. Threads: any number may use one mask; it locks itself. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_H
#define SUBSCENE_STAGES_LAYERS_MASK_H

#include "core/classes.h"
#include "io/compress/deflate.h"
#include "stages/layers/mask_place.h"
#include "stages/layers/mask_tiles.h"

struct mask;

/* Opens a mask. `source` is NULL for a file outside of a product. Source, file name and map are
 * borrowed. The GeoTIFF tags of a raster give its place. Without tags it must cover the product,
 * with pixels of 10, 20 or 60 m. Not thread-safe.
 *
 * Errors: ERR_INPUT (the mask is damaged, has another size, is outside of the product or between
 * its pixels; polygons in another projection), ERR_TEMPORARY. */
int mask_open(struct source *source, const char *file, const struct class_map *map,
              const struct mask_frame *frame, struct mask **out, struct err *e) MUST_CHECK;
void mask_close(struct mask *m); /* NULL is fine */

const char *mask_file(const struct mask *m);

/* The checksum of the stored bytes that give these pixels: the header and the tiles of a JPEG 2000
 * image, the whole file of any other mask. Nothing is decoded. Errors: ERR_INPUT (it cannot be
 * read), ERR_TEMPORARY. */
int mask_sum(struct mask *m, int32_t x, int32_t y, int32_t size, struct checksum *out,
             struct err *e) MUST_CHECK;

/* The codes of the size × size target pixels with the upper-left one at (x, y) of the target grid;
 * 0 outside of the mask. If rows of subscenes are taken from north to south, a raster is decoded
 * once. ERR_INPUT: the mask is damaged, or has a value that the map does not have. */
int mask_take(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes,
              struct err *e) MUST_CHECK;

/* Announces that mask_take will be called for these pixels. One thread, before all other calls.
 * ERR_TEMPORARY. */
int mask_want(struct mask *m, int32_t x, int32_t y, int32_t size, struct err *e) MUST_CHECK;

/* A check reads the wanted pixels once: is every value in the map? mask_check_begin returns the
 * number of parts; with 0 nothing is wanted. mask_check checks one of them. Different threads may
 * check different parts, each with its own reader. Errors as mask_take, and ERR_STOPPED; then
 * `*place` says where the error is. The least place of all parts is the first in the file. The bits
 * from MASK_PLACE_ROW on are the row of tiles; mask_part_place has no other bits. */
enum { MASK_PLACE_ROW = 31, MASK_PLACE_BITS = 46 };
size_t mask_check_begin(struct mask *m);
uint64_t mask_part_place(const struct mask *m, size_t part);
int mask_check(struct mask *m, size_t part, struct mask_reader *reader, int (*stopped)(void),
               uint64_t *place, struct err *e) MUST_CHECK;

/* True if the mask covers any of these size × size target pixels. */
bool mask_reaches(const struct mask *m, int32_t x, int32_t y, int32_t size);

/* The most bytes that the mask uses, for subscenes of that size. */
size_t mask_bytes(const struct mask *m, int32_t size);

/* The part of mask_bytes that the reader uses. 0: no reader is needed. */
size_t mask_decoding_bytes(const struct mask *m, int32_t size);

#endif
