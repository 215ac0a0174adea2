/* Where the metadata of a file of this program end and its samples begin (io/folder/filesum.h keeps
 * a checksum of that part). Any thread. */
#ifndef SUBSCENE_IO_NETCDF_HEAD_NC_H
#define SUBSCENE_IO_NETCDF_HEAD_NC_H

#include "io/folder/filesum.h"
#include "io/netcdf/h5file.h"

/* Fills `out` for the open file, which is at `path`. Its head is known where the stored values of
 * all rasters fill the rest of the file, as this program writes it; of a file that was written
 * again by other tools only the size is. ERR_INPUT, ERR_TEMPORARY. */
int head_nc_sum(struct h5file *f, const char *path, struct filesum *out, struct err *e) MUST_CHECK;

#endif
