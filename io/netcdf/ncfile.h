/* NetCDF4 files, read by netCDF-C.
 *
 * Threads: every function may be called from any thread (they lock); one ncfile belongs to one
 * thread at a time. */
#ifndef SUBSCENE_IO_NETCDF_NCFILE_H
#define SUBSCENE_IO_NETCDF_NCFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "io/netcdf/h5file.h"
#include "io/netcdf/ncspec.h"

struct ncfile;

/* Errors: ERR_INPUT (missing, cut off, not NetCDF4), ERR_TEMPORARY. */
int ncfile_open(const char *path, struct ncfile **out, struct err *e) MUST_CHECK;
void ncfile_close(struct ncfile *f);

/* As it was opened, for messages. */
const char *ncfile_path(const struct ncfile *f);

/* The same file for what only HDF5 gives, and what it gives faster: until ncfile_close. */
struct h5file *ncfile_h5(struct ncfile *f);

int ncfile_var_count(struct ncfile *f);
int ncfile_find(struct ncfile *f,
                const char *name); /* the variable of that name; −1: there is none */
/* Name, kind, dimension names and sizes of variable i, in the file's order. */
struct ncfile_var {
    char name[257];
    enum nc_kind kind;
    bool known_kind;
    int n_dims;
    char dim_name[2][257];
    size_t dim_len[2];
};
int ncfile_var_at(struct ncfile *f, int i, struct ncfile_var *out, struct err *e) MUST_CHECK;

/* Attributes; `var` NULL is the file. false when there is none of that name and kind or it does not
 * fit. A text is characters or one string: some tools write the one, some the other. */
bool ncfile_text(struct ncfile *f, const char *var, const char *name, char *buf, size_t size);
bool ncfile_number(struct ncfile *f, const char *var, const char *name, double *value);

/* All values of a one-dimensional variable of n doubles. */
int ncfile_read_doubles(struct ncfile *f, const char *var, double *values, size_t n,
                        struct err *e) MUST_CHECK;

/* For copying a file: attribute i of variable `var` (−1: of the file), in the file's order.
 * ERR_INPUT: it is of no kind of ours, or cannot be read. */
struct ncfile_att {
    char name[257];
    enum nc_kind kind;
    size_t n; /* elements, or characters */
    void *values; /* free() */
};
int ncfile_att_count(struct ncfile *f, int var);
int ncfile_att_at(struct ncfile *f, int var, int i, struct ncfile_att *out,
                  struct err *e) MUST_CHECK;

/* All values of variable `var` of a known kind with at most one dimension, as they are; `*values`
 * is freed with free(). */
int ncfile_read_values(struct ncfile *f, int var, void **values, struct err *e) MUST_CHECK;

/* The level with which a variable is deflated; 0: not at all. */
int ncfile_deflate_level(struct ncfile *f, int var);

#endif
