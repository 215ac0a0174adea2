/* Class layers of subscene files: unsigned bytes with flag_values and flag_meanings, behind the bands and before x, y and crs.
 *
 * Any thread, but two never on one path. */
#ifndef SUBSCENE_IO_LAYERS_H
#define SUBSCENE_IO_LAYERS_H

#include "core/classes.h"
#include "io/ncfile.h"

struct layer {
    const struct class_map *map; /* names and describes it */
    const uint8_t *px; /* size × size, row after row */
};

/* Makes the file at `path` again with n layers (in the order of schema_layer_order, at most SCHEMA_LAYERS_MAX) added, or put in the place of those of
 * their names, in one step (io/outfile.h); new ones
 * go where that order has them, so that the file is the one that would have been made with it. All else stays as it is: the other variables'
 * stored bytes, their attributes, and the order of everything. `size` is the side of the file's rasters. Errors: ERR_INPUT (damaged, or not
 * as subscene writes files: says what), ERR_TEMPORARY, ERR_OUTPUT. */
int layers_put(const char *path, const struct layer *layer, size_t n, int32_t size, struct err *e) MUST_CHECK;

/* Has the file a variable of that name? */
bool layers_has(struct ncfile *f, const char *name);

/* The class layers of the file in its order, with their flags; `*out` is freed with free(), and NULL where there are none. ERR_INPUT: a layer whose flags are not
 * understood. */
int layers_list(struct ncfile *f, struct class_layer **out, size_t *n, struct err *e) MUST_CHECK;

/* The values of a layer, size × size. ERR_INPUT: missing, damaged. */
int layers_read(struct ncfile *f, const char *name, int32_t size, uint8_t *px, struct err *e) MUST_CHECK;

/* Can the layer be read, and is every value one of its flag_values, where it has these? ERR_INPUT names code and pixel. */
int layers_check(struct ncfile *f, const char *name, int32_t size, struct err *e) MUST_CHECK;

#endif
