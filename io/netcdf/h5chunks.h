/* Chunks of a two-dimensional HDF5 dataset: their shape and filters, and rows of them unpacked
 * here.
 *
 * HDF5 does not compare the length of what it unpacks with the size of a chunk. If either is
 * damaged, it returns whatever its memory held, without an error. Here each filter's output must
 * have the exact length.
 *
 * Source: HDF5 File Format Specification 3.0, "Filter Pipeline Message": filter 1 deflate, 2
 * shuffle, 3 Fletcher-32; writing applies them in the order of the list.
 *
 * Threads: the caller holds nclib's lock (io/netcdf/nclib.h). `set` is HDF5's identifier of an open
 * dataset (hid_t). */
#ifndef SUBSCENE_IO_NETCDF_H5CHUNKS_H
#define SUBSCENE_IO_NETCDF_H5CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/view.h"

enum { H5CHUNKS_FILTERS = 8 };

struct h5chunks {
    int32_t width, height; /* of one chunk. It can reach over the raster's right and lower edge */
    size_t value; /* bytes of one value */
    size_t bytes; /* of one chunk's values */
    bool swapped; /* values are big-endian: the caller sets it */
    bool known; /* all filters are known here. false: only HDF5 can unpack the chunks */
    bool plain_edges; /* chunks that reach over an edge have no filters */
    int n_filters;
    uint8_t filter[H5CHUNKS_FILTERS];
    bool no_parameter[H5CHUNKS_FILTERS]; /* a second shuffle filter, which HDF5 never applies */
    int32_t raster_w, raster_h;
};

/* Fills all of `out` except `swapped`. ERR_INPUT: a chunk is missing, larger than the raster or
 * than 1 GiB, deflated twice, or has a filter that HDF5 lacks here. */
int h5chunks_describe(int64_t set, int32_t raster_w, int32_t raster_h, size_t value,
                      struct h5chunks *out, struct err *e) MUST_CHECK;

/* A chunk as stored. */
struct h5chunk {
    void *bytes; /* free() it */
    size_t len;
    uint32_t left_out; /* bit i: filter i was not applied */
};

/* Reads the chunk whose first value is column x of row y. ERR_INPUT: damaged. ERR_TEMPORARY. */
int h5chunks_read(int64_t set, const struct h5chunks *c, int32_t x, int32_t y, struct h5chunk *out,
                  struct err *e) MUST_CHECK;

/* Unpacks the rows of `px`, which has all columns, into `values`, row by row, in this machine's
 * byte order. `c` is known. Takes memory of two chunks. Errors as above. */
int h5chunks_rows(int64_t set, const struct h5chunks *c, struct rect px, void *values,
                  struct err *e) MUST_CHECK;

#endif
