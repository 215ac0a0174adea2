/* Reads NetCDF4 files with netCDF-C.
 *
 * Threads: any thread may call any function (they lock). One thread at a time may use an ncfile. */
#ifndef SUBSCENE_IO_NETCDF_NCFILE_H
#define SUBSCENE_IO_NETCDF_NCFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "io/netcdf/h5file.h"
#include "io/netcdf/ncspec.h"

struct ncfile;

/* Errors: ERR_INPUT (missing, truncated, not NetCDF4), ERR_TEMPORARY. */
int ncfile_open(const char *path, struct ncfile **out, struct err *e) MUST_CHECK;
void ncfile_close(struct ncfile *f);

/* The path that it was opened with, for messages. */
const char *ncfile_path(const struct ncfile *f);

/* The same file through HDF5, for functions that only HDF5 has or does faster. Valid until
 * ncfile_close. */
struct h5file *ncfile_h5(struct ncfile *f);

int ncfile_var_count(struct ncfile *f);
/* The variable of that name, or −1. */
int ncfile_find(struct ncfile *f, const char *name);
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

/* Attributes; `var` NULL means the file. False if there is no attribute of that name and kind, or
 * it does not fit. A text is characters or one string; tools differ. */
bool ncfile_text(struct ncfile *f, const char *var, const char *name, char *buf, size_t size);
bool ncfile_number(struct ncfile *f, const char *var, const char *name, double *value);
bool ncfile_has(struct ncfile *f, const char *var, const char *name); /* of any kind */

/* All values of a one-dimensional variable of n doubles. */
int ncfile_read_doubles(struct ncfile *f, const char *var, double *values, size_t n,
                        struct err *e) MUST_CHECK;

/* For copying a file: attribute i of variable `var` (−1: the file), in the file's order. ERR_INPUT:
 * its kind is not in enum nc_kind, or it cannot be read. */
struct ncfile_att {
    char name[257];
    enum nc_kind kind;
    size_t n; /* elements, or characters */
    void *values; /* free() it */
};
int ncfile_att_count(struct ncfile *f, int var);
int ncfile_att_at(struct ncfile *f, int var, int i, struct ncfile_att *out,
                  struct err *e) MUST_CHECK;

/* All values, unconverted, of variable `var` with a known kind and at most one dimension. Free
 * `*values` with free(). */
int ncfile_read_values(struct ncfile *f, int var, void **values, struct err *e) MUST_CHECK;

/* The deflate level of a variable; 0: not deflated. */
int ncfile_deflate_level(struct ncfile *f, int var);

#endif
