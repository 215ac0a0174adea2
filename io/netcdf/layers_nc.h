/* Class layers of subscene files: unsigned bytes with flag_values and flag_meanings, after the
 * bands and before x, y and crs.
 *
 * Any thread; two threads must never use the same path. */
#ifndef SUBSCENE_IO_NETCDF_LAYERS_NC_H
#define SUBSCENE_IO_NETCDF_LAYERS_NC_H

#include "core/classes.h"
#include "io/folder/filesum.h"
#include "io/netcdf/ncfile.h"

struct layer {
    const struct class_map *map; /* defines its name and attributes */
    const uint8_t *px; /* size × size, row by row */
    const struct class_origin *origin; /* NULL: not known */
};

/* Rewrites the file at `path` with n layers added, or replaced if they have names of existing
 * layers, in one step (io/folder/outfile.h). The layers come in the order of schema_layer_order, at
 * most SCHEMA_LAYERS_MAX. New layers go to their place in that order, so the file equals one that
 * was made with them. Other variables keep their stored bytes, attributes and order. `size` is the
 * side of the file's rasters. `sum` (may be NULL) receives the sum of the new file. Errors:
 * ERR_INPUT (damaged, or not written as subscene writes files; the message says why),
 * ERR_TEMPORARY, ERR_OUTPUT. */
int layers_put(const char *path, const struct layer *layer, size_t n, int32_t size,
               struct filesum *sum, struct err *e) MUST_CHECK;

/* Writes a file with n class layers and nothing else, to keep them; in the order of
 * schema_layer_order. Errors: ERR_TEMPORARY, ERR_OUTPUT. */
int layers_save(const char *path, const struct layer *layer, size_t n, int32_t size,
                struct err *e) MUST_CHECK;

/* True if the file has a variable of that name. */
bool layers_has(struct ncfile *f, const char *name);

/* The names of the file's class layers, in its order. Free with strlist_clear; empty after an
 * error. */
int layers_names(struct h5file *f, struct strlist *out, struct err *e) MUST_CHECK;

/* Describes layers with their flags: layers_describe_one the one of that name, layers_describe
 * those with these names, layers_list all in the file. Free `out->s` with free(); it is NULL if
 * there are none, and after an error. ERR_INPUT: a layer has malformed flags. */
int layers_describe_one(struct h5file *f, const char *name, struct class_layer *out,
                        struct err *e) MUST_CHECK;
int layers_describe(struct h5file *f, const struct strlist *names, struct class_layers *out,
                    struct err *e) MUST_CHECK;
int layers_list(struct h5file *f, struct class_layers *out, struct err *e) MUST_CHECK;

/* The class map that a layer says it has: its name, its title, its flags and their
 * default colours. It has no codes, and pixels without data keep theirs. */
void layers_map(struct h5file *f, const struct class_layer *layer, struct class_map *out);

/* Where the layer comes from, as the file says. What it does not say is "". */
void layers_origin(struct h5file *f, const char *layer, struct class_origin *out);

/* Reads the values of a layer, size × size. ERR_INPUT: missing, damaged. */
int layers_read(struct h5file *f, const char *name, int32_t size, uint8_t *px,
                struct err *e) MUST_CHECK;

/* Checks that every value of the layer, size × size, is one of its flags. A layer without flags
 * passes. ERR_INPUT names code and pixel. */
int layers_check(const struct class_layer *layer, const uint8_t *px, int32_t size,
                 struct err *e) MUST_CHECK;

#endif
