/* Reads rows of a raster in a NetCDF4 file from any tool. Chunks in this program's own form are
 * unpacked here, others by HDF5. Checksums are checked: zlib's Adler-32 of deflated chunks, HDF5's
 * Fletcher-32 if present.
 *
 * Threads: as io/netcdf/h5file.h. Unpacking holds no lock. */
#ifndef SUBSCENE_IO_NETCDF_RASTER_NC_H
#define SUBSCENE_IO_NETCDF_RASTER_NC_H

#include "io/netcdf/h5raster.h"

struct raster_nc {
    const void *values; /* in the caller's buffers, or in `owned` */
    void *owned;
};

/* Reads the rows that `wanted` names. `planes` also has wanted->room bytes. raster_nc_clear frees;
 * after an error there is nothing to free. ERR_INPUT: damaged, or stored with changed values;
 * ERR_TEMPORARY. */
int raster_nc_read(struct h5file *f, const struct h5raster_rows *wanted, void *planes,
                   struct raster_nc *out, struct err *e) MUST_CHECK;
void raster_nc_clear(struct raster_nc *r);

/* The same, with the values in wanted->values. */
int raster_nc_copy(struct h5file *f, const struct h5raster_rows *wanted, void *planes,
                   struct err *e) MUST_CHECK;

#endif
