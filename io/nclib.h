/* What io/ncmake.c and io/ncfile.c share of netCDF-C and HDF5; nobody else includes this, and nobody else the libraries.
 *
 * Neither library may be used by two threads at once: every call is made between nclib_lock and nclib_unlock. */
#ifndef SUBSCENE_IO_NCLIB_H
#define SUBSCENE_IO_NCLIB_H

#include <hdf5.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include "io/ncspec.h"

void nclib_lock(void);
void nclib_unlock(void);

/* Indexed by enum nc_kind. */
extern const nc_type nclib_type[];

#endif
