/* Two-dimensional variables of NetCDF4 files: how they are stored, and their rows, read through
 * HDF5.
 *
 * Threads: as io/netcdf/h5file.h. */
#ifndef SUBSCENE_IO_NETCDF_H5RASTER_H
#define SUBSCENE_IO_NETCDF_H5RASTER_H

#include "io/netcdf/h5file.h"
#include "io/netcdf/h5raster.h"

/* What a value of a variable is. The number is its size in bytes. */
enum h5raster_value { H5RASTER_BYTE = 1, H5RASTER_USHORT = 2, H5RASTER_FLOAT = 4 };

/* How a two-dimensional variable is stored. Other tools may have written it again in any way. */
struct h5raster {
    int32_t width, height;
    int32_t chunk_rows; /* > 0: chunks have all columns and this many rows, and h5raster_read
                         * gives them out as they are stored. 0: HDF5 unpacks them */
    bool shuffled, deflated, summed; /* of such a chunk: the filters 2, 1 and 3, in this order */
    size_t unpack_bytes; /* memory that HDF5 takes to unpack one of its chunks; 0: none */
};

/* ERR_INPUT with the reason: the variable is missing, not two-dimensional, of other values, packed
 * with scale_factor or add_offset, not complete, or no library here can unpack it. */
int h5raster_describe(struct h5file *f, const char *var, enum h5raster_value value,
                      struct h5raster *out, struct err *e) MUST_CHECK;

/* A chunk as it is stored. */
struct h5raster_chunk {
    struct h5raster how;
    void *bytes; /* free(); NULL: there is none */
    size_t len;
};

/* Which rows, and room for them. */
struct h5raster_rows {
    const char *var;
    enum h5raster_value value;
    struct rect px; /* all columns; some rows */
    bool whole; /* px is all of the variable, or it is an error */
    void *values;
    size_t room; /* bytes that `values` has; at least those of px */
};

/* Reads rows: either into `values` (row by row, in this machine's byte order), or, where they are
 * the first rows of one stored chunk whose values fit into `room`, as that chunk, for the caller to
 * unpack outside of the lock (io/netcdf/raster_nc.h). Errors as above; ERR_INPUT: damaged, or of
 * another width; ERR_TEMPORARY. */
int h5raster_read(struct h5file *f, const struct h5raster_rows *wanted, struct h5raster_chunk *out,
                  struct err *e) MUST_CHECK;

#endif
