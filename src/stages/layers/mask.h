/* A mask of a whole product on its way to subscenes: a raster of classes at its own resolution, or
 * the polygons of MSK_CLOUDS, brought onto any part of the target grid (filters/classify.h,
 * filters/rasterize.h).
 *
 * Memory: of a raster the rows under two rows of subscenes, and what its reader needs; never the
 * whole. Threads: any number may take from one mask; it is locked meanwhile. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_H
#define SUBSCENE_STAGES_LAYERS_MASK_H

#include "core/classes.h"
#include "core/geogrid.h"
#include "io/source/source.h"

struct mask;

/* The product that masks belong to, as far as it is known. */
struct mask_frame {
    struct geogrid target; /* the subscenes' grid; only epsg, corner and pixel count */
    int32_t width_m, height_m; /* of the product */
    bool is_assumed; /* that it has this size */
};

/* Of a product whose 10 m grid is known. */
struct mask_frame mask_frame_of(const struct geogrid *product, const struct geogrid *target);

/* Opens a mask. `source` is NULL for a file that is part of no product; both are borrowed, as is
 * the map. A raster lies where its GeoTIFF tags say; without them it covers the product, with a
 * pixel of 10, 20 or 60 m as its size tells. ERR_INPUT: damaged; of another size; not on the
 * product, or between its pixels; polygons in another projection. ERR_TEMPORARY. Not
 * thread-safe. */
int mask_open(struct source *source, const char *file, const struct class_map *map,
              const struct mask_frame *frame, struct mask **out, struct err *e) MUST_CHECK;
void mask_close(struct mask *m); /* NULL is fine */

const char *mask_file(const struct mask *m);

/* The codes of the size × size target pixels with the upper-left one at (x, y) of the target grid;
 * 0 where the mask does not reach. Rows of subscenes from north to south decode a raster once.
 * ERR_INPUT: damaged; a value that the map does not know. */
int mask_take(struct mask *m, int32_t x, int32_t y, int32_t size, uint8_t *codes,
              struct err *e) MUST_CHECK;

/* Reads all of it once: is every value in the map? Errors as mask_take, and ERR_STOPPED. */
int mask_check(struct mask *m, int (*stopped)(void), struct err *e) MUST_CHECK;

/* Does the mask reach any of these size × size target pixels? */
bool mask_reaches(const struct mask *m, int32_t x, int32_t y, int32_t size);

/* What it holds at most, for subscenes of that size. */
size_t mask_bytes(const struct mask *m, int32_t size);

#endif
