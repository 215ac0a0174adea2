/* Shared access to netCDF-C and HDF5, for the .c files of io/netcdf. No other code includes this
 * header or the libraries.
 *
 * Only one thread may use either library at a time. Every call is made between nclib_lock and
 * nclib_unlock. */
#ifndef SUBSCENE_IO_NETCDF_NCLIB_H
#define SUBSCENE_IO_NETCDF_NCLIB_H

#include <hdf5.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include "io/netcdf/ncspec.h"

void nclib_lock(void);
void nclib_unlock(void);

/* The errno of a system call of HDF5 that failed since nclib_lock (ENOMEM: memory); 0: none failed.
 * Valid for the same thread, after nclib_unlock too. */
int nclib_cause(void);

/* A file that the system does not let the process read is not damaged. If `r` is ERR_INPUT and the
 * system is the cause, replaces the error, as err_sys does. Such causes are: out of memory, too
 * many open files, a disk error. Returns the code. */
int nclib_blame(int r, struct err *e);

/* netCDF-C 4.9.0 leaks one property list of every file that it opens (2 kB), and one type of every
 * file that it makes. Take a mark before it opens the file and another after (or after it closed
 * the file). HDF5's identifiers between the marks are the leaked ones. nclib_sweep closes them;
 * call it after the file is closed. Hold the lock. */
struct nclib_mark {
    hid_t list, type;
};
struct nclib_mark nclib_mark(void);
void nclib_sweep(struct nclib_mark from, struct nclib_mark to);

/* Makes HDF5 return memory at once, and fills memory from malloc with non-zero bytes. For the
 * process that may crash on damaged files. */
void nclib_forget(void);

/* Indexed by enum nc_kind. */
extern const nc_type nclib_type[];

#endif
