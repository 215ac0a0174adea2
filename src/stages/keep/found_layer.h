/* A class layer in memory: what its file says of it, and its codes. */
#ifndef SUBSCENE_STAGES_KEEP_FOUND_LAYER_H
#define SUBSCENE_STAGES_KEEP_FOUND_LAYER_H

#include "io/netcdf/h5file.h"
#include "io/netcdf/layers_nc.h"

struct found_layer {
    struct class_map map;
    struct class_origin origin;
    uint8_t *px; /* size × size; owned */
};

/* Reads and checks a layer of an open file; found_layers_clear frees. ERR_INPUT: it is missing or
 * damaged. ERR_TEMPORARY. After an error there is nothing to free. */
int found_layer_read(struct h5file *f, const char *name, int32_t size, struct found_layer *out,
                     struct err *e) MUST_CHECK;

/* Frees the layers themselves, not the array. */
void found_layers_clear(struct found_layer *found, size_t n);

/* The same n layers in the order of a file, for layers_put and layers_save. `out` borrows. */
void found_layers_order(const struct found_layer *found, size_t n, struct layer *out);

#endif
