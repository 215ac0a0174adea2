/* Checks NetCDF files from other processes before they are opened. HDF5 1.10 crashes on some
 * damaged files. So another process, which may crash, first reads each file with the same calls.
 * Only then is the file opened here. h5file_open and ncfile_open call examine; other code need not.
 *
 * An examined file is not examined again while its device, inode, size and times stay the same.
 *
 * Threads: any thread may call examine. */
#ifndef SUBSCENE_IO_NETCDF_EXAMINE_H
#define SUBSCENE_IO_NETCDF_EXAMINE_H

#include "core/err.h"

/* Sets the function that asks the other process. Without it, files are opened at once. Call it
 * before any file is opened. */
typedef int examine_fn(void *ctx, const char *path, struct err *e);
void examine_with(examine_fn *ask, void *ctx);

/* Marks the file at `path` as known to be unchanged: it need not be examined. */
void examine_trust(const char *path);

/* ERR_INPUT, with the path: the file is missing or damaged, or reading it crashes. Such a file is
 * never opened here, because HDF5 crashes most often when it fails midway. ERR_TEMPORARY. */
int examine(const char *path, struct err *e) MUST_CHECK;

/* Runs in the other process: reads all metadata of the file and its small variables. */
int examine_here(const char *path, struct err *e) MUST_CHECK;

#endif
