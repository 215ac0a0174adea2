/* Finds the end of the metadata in a file of this program, where its samples begin.
 * io/folder/filesum.h keeps a checksum of the metadata. Any thread. */
#ifndef SUBSCENE_IO_NETCDF_HEAD_NC_H
#define SUBSCENE_IO_NETCDF_HEAD_NC_H

#include "io/folder/filesum.h"
#include "io/netcdf/h5file.h"

/* Fills `out` for the open file at `path`. The head is known if the stored values of all rasters
 * fill the rest of the file, as this program writes it. For a file that another tool wrote again,
 * only the size is known. ERR_INPUT, ERR_TEMPORARY. */
int head_nc_sum(struct h5file *f, const char *path, struct filesum *out, struct err *e) MUST_CHECK;

#endif
