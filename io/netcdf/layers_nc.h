/* Class layers of subscene files: unsigned bytes with flag_values and flag_meanings, behind the
 * bands and before x, y and crs.
 *
 * Any thread, but two never on one path. */
#ifndef SUBSCENE_IO_NETCDF_LAYERS_NC_H
#define SUBSCENE_IO_NETCDF_LAYERS_NC_H

#include "core/classes.h"
#include "io/folder/filesum.h"
#include "io/netcdf/ncfile.h"

struct layer {
    const struct class_map *map; /* names and describes it */
    const uint8_t *px; /* size × size, row after row */
};

/* Makes the file at `path` again with n layers (in the order of schema_layer_order, at most
 * SCHEMA_LAYERS_MAX) added, or put in the place of those of their names, in one step
 * (io/folder/outfile.h); new ones go where that order has them, so that the file is the one that
 * would have been made with it. All else stays as it is: the other variables' stored bytes, their
 * attributes, and the order of everything. `size` is the side of the file's rasters. Errors:
 * ERR_INPUT (damaged, or not as subscene writes files: says what), ERR_TEMPORARY, ERR_OUTPUT. `sum`
 * (may be NULL) gets what filesum.h says of the new file. */
int layers_put(const char *path, const struct layer *layer, size_t n, int32_t size,
               struct filesum *sum, struct err *e) MUST_CHECK;

/* Has the file a variable of that name? */
bool layers_has(struct ncfile *f, const char *name);

/* The names of the file's class layers, in its order. Freed with strlist_clear; empty after an
 * error. */
int layers_names(struct h5file *f, struct strlist *out, struct err *e) MUST_CHECK;

/* The layers of these names, with their flags; `out->s` is freed with free(), also NULL where there
 * are none, or after an error. ERR_INPUT: a layer whose flags are not understood. layers_list: all
 * that the file has. */
int layers_describe(struct h5file *f, const struct strlist *names, struct class_layers *out,
                    struct err *e) MUST_CHECK;
int layers_list(struct h5file *f, struct class_layers *out, struct err *e) MUST_CHECK;

/* The values of a layer, size × size. ERR_INPUT: missing, damaged. */
int layers_read(struct h5file *f, const char *name, int32_t size, uint8_t *px,
                struct err *e) MUST_CHECK;

/* Is every value of the layer, size × size, one of its flags, where it has these? ERR_INPUT names
 * code and pixel. */
int layers_check(const struct class_layer *layer, const uint8_t *px, int32_t size,
                 struct err *e) MUST_CHECK;

#endif
