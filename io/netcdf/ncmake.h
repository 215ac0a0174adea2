/* Makes NetCDF4 files.
 *
 * netCDF-C and HDF5 compress slowly and serve one thread at a time. So a file is first described
 * (io/netcdf/ncspec.h: plain values, and chunks that the caller's threads have compressed). Then it
 * is made in memory under one lock. netCDF-C writes definitions and attributes, and HDF5 stores the
 * chunks unchanged (H5Dwrite_chunk). io/folder/outfile.h writes the result to disk. The libraries
 * do not touch the file system when writing. So disk errors have an errno, and locks of network
 * file systems do not matter.
 *
 * Threads: any thread may call any function (they lock). One thread at a time may use an ncspec. */
#ifndef SUBSCENE_IO_NETCDF_NCMAKE_H
#define SUBSCENE_IO_NETCDF_NCMAKE_H

#include "io/netcdf/ncspec.h"

/* A file in memory. Starts as {0}. Its memory is reused for the next file and aligned for
 * io/folder/outfile.h. */
struct ncimage {
    void *data;
    size_t len;
    size_t capacity;
    size_t head; /* bytes before the stored values of the rasters, which are the rest of the file */
};
void ncimage_clear(struct ncimage *image);

/* Makes the file as bytes. The same spec gives the same bytes. Errors: ERR_INTERNAL,
 * ERR_TEMPORARY. */
int ncmake_image(const struct ncspec *s, struct ncimage *image, struct err *e) MUST_CHECK;

/* Makes a file too large for memory. Chunks of its rasters come in any order, already shuffled and
 * compressed if the spec says so. HDF5 writes them into the file aside; `path` does not exist until
 * ncstream_finish. Each call locks, and several threads may use one stream. ncstream_finish and
 * ncstream_abandon free it in every case. Errors: ERR_TEMPORARY (disk full), ERR_OUTPUT,
 * ERR_INTERNAL. */
struct ncstream;
int ncstream_create(const struct ncspec *s, const char *path, struct ncstream **out,
                    struct err *e) MUST_CHECK;
int ncstream_chunk(struct ncstream *n, const char *var, int32_t row, const void *chunk, size_t len,
                   struct err *e) MUST_CHECK;
int ncstream_finish(struct ncstream *n, struct err *e) MUST_CHECK;
void ncstream_abandon(struct ncstream *n); /* n may be NULL */

/* The versions of the libraries: "netCDF 4.9.0, HDF5 1.10.8". */
void ncmake_versions(char *buf, size_t size);

/* Frees the memory that the library keeps for later files, which would grow over a long list. Any
 * thread. */
void ncmake_give_back(void);

#endif
