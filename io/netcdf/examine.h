/* The door for NetCDF files that this process did not make. HDF5 1.10 crashes on some damaged
 * files. So each file is first read by a process that may die of it, with the same calls, and only
 * then opened here. h5file_open and ncfile_open call examine; nobody else needs to.
 *
 * A file that was examined is not examined again while its device, inode, size and times stay.
 *
 * Threads: examine from any thread. */
#ifndef SUBSCENE_IO_NETCDF_EXAMINE_H
#define SUBSCENE_IO_NETCDF_EXAMINE_H

#include "core/err.h"

/* Who reads it first. Without one, files are opened at once. Before any file is opened. */
typedef int examine_fn(void *ctx, const char *path, struct err *e);
void examine_with(examine_fn *ask, void *ctx);

/* The file at `path` is known to be as it was written: it need not be examined. */
void examine_trust(const char *path);

/* ERR_INPUT, with the path: the file is missing, damaged, or reading it crashes. It is then not
 * opened here at all, for HDF5 crashes most of all where it gives up in the middle.
 * ERR_TEMPORARY. */
int examine(const char *path, struct err *e) MUST_CHECK;

/* What the other process does: reads all that describes the file, and its small variables. */
int examine_here(const char *path, struct err *e) MUST_CHECK;

#endif
