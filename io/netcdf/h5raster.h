/* Two-dimensional variables of NetCDF4 files: their storage, and their rows, read through HDF5.
 *
 * Threads: as io/netcdf/h5file.h. */
#ifndef SUBSCENE_IO_NETCDF_H5RASTER_H
#define SUBSCENE_IO_NETCDF_H5RASTER_H

#include "io/netcdf/h5chunks.h"
#include "io/netcdf/h5file.h"

/* The type of a variable's values. The number is its size in bytes. */
enum h5raster_value { H5RASTER_BYTE = 1, H5RASTER_USHORT = 2, H5RASTER_FLOAT = 4 };

/* The storage of a two-dimensional variable. Other tools may have written it in any form. */
struct h5raster {
    int32_t width, height;
    /* > 0: chunks have all columns and this many rows, and h5raster_read returns them as stored. 0:
     * it unpacks them itself, or has HDF5 read them */
    int32_t chunk_rows;
    bool shuffled, deflated, summed; /* filters of such a chunk: 2, 1 and 3, in this order */
    bool by_hdf5; /* HDF5 reads the values: not in chunks, or with filters of others */
    struct h5chunks chunks;
    size_t unpack_bytes; /* memory to unpack one chunk inside h5raster_read; 0: none */
};

/* ERR_INPUT with the reason: the variable is missing, not two-dimensional, has values of another
 * type, is packed with scale_factor or add_offset, or is incomplete. Or no library here can unpack
 * it. */
int h5raster_describe(struct h5file *f, const char *var, enum h5raster_value value,
                      struct h5raster *out, struct err *e) MUST_CHECK;

/* A chunk as stored. */
struct h5raster_chunk {
    struct h5raster how;
    void *bytes; /* free() it; NULL: no chunk */
    size_t len;
};

/* The rows to read, and memory for them. */
struct h5raster_rows {
    const char *var;
    enum h5raster_value value;
    struct rect px; /* all columns of some rows */
    bool whole; /* true: px must be the whole variable */
    void *values;
    size_t room; /* capacity of `values` in bytes; at least the bytes of px */
};

/* Reads rows. If they are the first rows of one stored chunk whose values fit `room`, gives that
 * chunk. The caller then unpacks it outside the lock (io/netcdf/raster_nc.h). Otherwise reads the
 * rows into `values`, row by row, in the machine's byte order. Errors as above; ERR_INPUT: damaged,
 * or of another width; ERR_TEMPORARY. */
int h5raster_read(struct h5file *f, const struct h5raster_rows *wanted, struct h5raster_chunk *out,
                  struct err *e) MUST_CHECK;

#endif
