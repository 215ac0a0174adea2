/* Where a class raster lies on the target grid of a product. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_PLACE_H
#define SUBSCENE_STAGES_LAYERS_MASK_PLACE_H

#include "core/geogrid.h"
#include "filters/classify.h"
#include "io/image/classraster.h"
#include "stages/image/tile_decoder.h"

/* The place and size of the product that masks belong to. */
struct mask_frame {
    struct geogrid target; /* the subscenes' grid; only epsg, corner and pixel count */
    int32_t width_m, height_m; /* of the product */
    bool is_assumed; /* the size is assumed, not known */
    enum tile_decoder_choice decoder; /* of masks that are JPEG 2000 images */
};

/* The frame of a product whose 10 m grid is known. */
struct mask_frame mask_frame_of(const struct geogrid *product, const struct geogrid *target);

struct mask_place {
    int32_t origin_x, origin_y; /* the raster's corner on the target grid */
    struct classify_grid grid; /* from there */
};

/* `file` is for messages. ERR_INPUT: the raster has another size than the product; it is not on the
 * product, or between its pixels. */
int mask_place_find(const char *file, const struct classraster_info *info,
                    const struct mask_frame *f, struct mask_place *out, struct err *e) MUST_CHECK;

#endif
