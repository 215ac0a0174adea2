/* Describes a NetCDF4 file as plain values: dimensions, variables, attributes, in file order.
 * io/netcdf/ncmake.h makes the file. Uses no outside library. */
#ifndef SUBSCENE_IO_NETCDF_NCSPEC_H
#define SUBSCENE_IO_NETCDF_NCSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum nc_kind {
    NC_KIND_TEXT,
    NC_KIND_UBYTE,
    NC_KIND_USHORT,
    NC_KIND_INT,
    NC_KIND_FLOAT,
    NC_KIND_DOUBLE
};

enum {
    NCSPEC_DIMS = 4,
    NCSPEC_VARS = 40,
    NCSPEC_ATTS = 560,
    NCSPEC_ARENA = 40960,
    NCSPEC_NAME = 64
};

struct ncspec_att {
    int var; /* index, or −1: the file */
    char name[NCSPEC_NAME];
    enum nc_kind kind;
    size_t n; /* elements, or characters */
    size_t offset; /* position of the value in the arena */
};

struct ncspec_var {
    char name[NCSPEC_NAME];
    enum nc_kind kind;
    int n_dims, dim[2];
    const void *values; /* n_dims < 2: the values (borrowed); NULL: not written */
    /* n_dims == 2: rows of a chunk, which has all columns; set by ncspec_chunk_rows */
    size_t chunk_rows;
    /* the whole variable as one stored chunk (borrowed); NULL: the stream of io/netcdf/ncmake.h
     * writes its chunks */
    const void *chunk;
    size_t chunk_len;
};

/* About 110 KB: allocate it, one per thread. Start with ncspec_init. After a failed ncspec_… call,
 * further calls do nothing, and ncmake_image reports the first failure. */
struct ncspec {
    int n_dims, n_vars, n_atts;
    struct {
        char name[NCSPEC_NAME];
        size_t len;
    } dim[NCSPEC_DIMS];
    struct ncspec_var var[NCSPEC_VARS];
    struct ncspec_att att[NCSPEC_ATTS];
    char arena[NCSPEC_ARENA];
    size_t arena_used;
    /* 1 … 9: chunks are shuffled zlib streams of this level; 0: chunks are plain values */
    int deflate;
    bool summed; /* chunks end with their Fletcher-32 checksum (io/compress/fletcher.h) */
    const char *fault; /* the item that did not fit */
};

enum { NCSPEC_GLOBAL = -1 };

void ncspec_init(struct ncspec *s, int deflate);
/* Returns the dimension's index. */
int ncspec_dim(struct ncspec *s, const char *name, size_t len);
/* This and the next two return the variable's index. */
int ncspec_scalar(struct ncspec *s, const char *name, enum nc_kind kind, const void *value);
int ncspec_vector(struct ncspec *s, const char *name, enum nc_kind kind, int dim,
                  const void *values);
int ncspec_raster(struct ncspec *s, const char *name, enum nc_kind kind, int dim_slow,
                  int dim_fast);
void ncspec_chunk_rows(struct ncspec *s, int var, size_t rows);
void ncspec_chunk(struct ncspec *s, int var, const void *chunk, size_t len);
void ncspec_text(struct ncspec *s, int var, const char *name, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
void ncspec_int(struct ncspec *s, int var, const char *name, int32_t value);
void ncspec_ints(struct ncspec *s, int var, const char *name, const int32_t *values, size_t n);
void ncspec_float(struct ncspec *s, int var, const char *name, float value);
void ncspec_double(struct ncspec *s, int var, const char *name, double value);
/* Values of any kind; characters too. */
void ncspec_values(struct ncspec *s, int var, const char *name, enum nc_kind kind,
                   const void *values, size_t n);

#endif
