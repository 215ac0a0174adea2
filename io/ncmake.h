/* NetCDF4 files, made.
 *
 * netCDF-C and HDF5 are slow at compressing and serve one thread at a time. So a file is described first (io/ncspec.h: plain values, and chunks that
 * the caller's threads have already compressed), then made in memory under one lock: netCDF-C writes definitions and attributes, HDF5 stores the
 * chunks as they are (H5Dwrite_chunk), and the image goes out by io/outfile.h with a plain write. No library touches the file system
 * when writing, so disk errors have an errno and locks of network file systems do not matter.
 *
 * Threads: every function may be called from any thread (they lock); one ncspec belongs to one thread at a time. */
#ifndef SUBSCENE_IO_NCMAKE_H
#define SUBSCENE_IO_NCMAKE_H

#include "io/ncspec.h"

/* The file as bytes, to be freed with free(). The same spec gives the same bytes. Errors: ERR_INTERNAL, ERR_TEMPORARY. */
int ncmake_image(const struct ncspec *s, void **image, size_t *len, struct err *e) MUST_CHECK;

/* The versions of the libraries: "netCDF 4.9.0, HDF5 1.10.8". */
void ncmake_versions(char *buf, size_t size);

#endif
