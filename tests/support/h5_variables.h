/* Variables as other tools might store them, made with HDF5 itself. A mistake fails the test. */
#ifndef SUBSCENE_TESTS_H5_VARIABLES_H
#define SUBSCENE_TESTS_H5_VARIABLES_H

#include <stdbool.h>
#include <stdint.h>

#include <hdf5.h>

enum { H5_SIDE = 8 };

/* Byte i of a variable. */
#define H5_VALUE(i) ((uint8_t)((i)*7 + (i) / 64))

/* chunk[0] 0: in one piece. */
struct h5_stored {
    hid_t type;
    int n_dims;
    hsize_t chunk[3];
    int shuffle, deflate, checksum; /* how often; shuffle 2: after deflate */
    bool unlimited, plain_edges;
};

/* An empty file; its names come back in the order in which they were made, if `keep_order`. Close
 * it with H5Fclose. */
hid_t h5_create(const char *path, bool keep_order);

/* A variable of H5_SIDE values along each dimension. `fill`: it has the bytes H5_VALUE(i). */
void h5_add_variable(hid_t file, const char *name, struct h5_stored s, bool fill);

void h5_write_values(hid_t file, const char *name, hid_t type, const void *values);

#endif
