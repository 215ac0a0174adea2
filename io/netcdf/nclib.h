/* What io/netcdf/ncmake.c, io/netcdf/ncfile.c and io/netcdf/h5file.c share of netCDF-C and HDF5;
 * nobody else includes this, and nobody else the libraries.
 *
 * Neither library may be used by two threads at once: every call is made between nclib_lock and
 * nclib_unlock. */
#ifndef SUBSCENE_IO_NETCDF_NCLIB_H
#define SUBSCENE_IO_NETCDF_NCLIB_H

#include <hdf5.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include "io/netcdf/ncspec.h"

void nclib_lock(void);
void nclib_unlock(void);

/* The errno with which the system refused something that HDF5 wanted of it since nclib_lock
 * (ENOMEM: memory); 0: it did not. Of the same thread, after nclib_unlock too. */
int nclib_cause(void);

/* A file that the system does not let one read is not damaged: where `r` is ERR_INPUT and the cause
 * is such (no memory, too many open files, a disk's error), says that, as err_sys does. Returns the
 * code. */
int nclib_blame(int r, struct err *e);

/* netCDF-C 4.9.0 forgets to close a property list of every file that it opens, 2 kB each, and a
 * type of every file that it makes. Between two marks, made before it opens the file and after it
 * did (or after it closed it), HDF5's numbers tell which these are: nclib_sweep closes them, after
 * the file is closed. Under the lock. */
struct nclib_mark {
    hid_t list, type;
};
struct nclib_mark nclib_mark(void);
void nclib_sweep(struct nclib_mark from, struct nclib_mark to);

/* From now on HDF5 gives memory back at once, and what malloc gives out is never zeros by chance:
 * for a process that is to die of files on which HDF5 trips. */
void nclib_forget(void);

/* Indexed by enum nc_kind. */
extern const nc_type nclib_type[];

#endif
