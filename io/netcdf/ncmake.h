/* NetCDF4 files, made.
 *
 * netCDF-C and HDF5 are slow at compressing and serve one thread at a time. So a file is described
 * first (io/netcdf/ncspec.h: plain values, and chunks that the caller's threads have already
 * compressed), then made in memory under one lock: netCDF-C writes definitions and attributes, HDF5
 * stores the chunks as they are (H5Dwrite_chunk), and the image goes out by io/folder/outfile.h
 * with a plain write. No library touches the file system when writing, so disk errors have an errno
 * and locks of network file systems do not matter.
 *
 * Threads: every function may be called from any thread (they lock); one ncspec belongs to one
 * thread at a time. */
#ifndef SUBSCENE_IO_NETCDF_NCMAKE_H
#define SUBSCENE_IO_NETCDF_NCMAKE_H

#include "io/netcdf/ncspec.h"

/* A file in memory. Starts as {0}; its memory serves one file after the other and is aligned for
 * io/folder/outfile.h. */
struct ncimage {
    void *data;
    size_t len;
    size_t capacity;
    size_t head; /* the bytes before the rasters' stored values, which are all the others */
};
void ncimage_clear(struct ncimage *image);

/* The file as bytes. The same spec gives the same bytes. Errors: ERR_INTERNAL, ERR_TEMPORARY. */
int ncmake_image(const struct ncspec *s, struct ncimage *image, struct err *e) MUST_CHECK;

/* A file too large for memory: its rasters come chunk by chunk, in any order, already shuffled and
 * compressed if the spec says so, and are written by HDF5 into the file aside. Until
 * ncstream_finish nothing is at `path`. Each call locks; one stream may be used by several threads.
 * ncstream_finish and ncstream_abandon free it, whatever they return. Errors: ERR_TEMPORARY (disk
 * full), ERR_OUTPUT, ERR_INTERNAL. */
struct ncstream;
int ncstream_create(const struct ncspec *s, const char *path, struct ncstream **out,
                    struct err *e) MUST_CHECK;
int ncstream_chunk(struct ncstream *n, const char *var, int32_t row, const void *chunk, size_t len,
                   struct err *e) MUST_CHECK;
int ncstream_finish(struct ncstream *n, struct err *e) MUST_CHECK;
void ncstream_abandon(struct ncstream *n); /* NULL is fine */

/* The versions of the libraries: "netCDF 4.9.0, HDF5 1.10.8". */
void ncmake_versions(char *buf, size_t size);

/* Gives back what the library keeps for its next files: it would keep ever more over a long list.
 * Any thread. */
void ncmake_give_back(void);

#endif
