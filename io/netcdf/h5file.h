/* NetCDF4 files as what they are below: HDF5. Opened in a tenth of the time that netCDF-C takes,
 * which reads all that describes the variables; and only HDF5 gives chunks out as they are stored.
 * What can be read here may still be none that netCDF-C opens: io/netcdf/ncfile.h finds that out.
 *
 * Threads: every function may be called from any thread (they lock); one h5file belongs to one
 * thread at a time. */
#ifndef SUBSCENE_IO_NETCDF_H5FILE_H
#define SUBSCENE_IO_NETCDF_H5FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "core/view.h"

struct h5file;

/* Errors: ERR_INPUT (missing, cut off, not HDF5; reading it crashes: io/netcdf/examine.h),
 * ERR_TEMPORARY. */
int h5file_open(const char *path, struct h5file **out, struct err *e) MUST_CHECK;
void h5file_close(struct h5file *f);

/* HDF5's number of it, for io/netcdf/head_nc.c. */
int64_t h5file_id(const struct h5file *f);

/* The names of all variables, and of dimensions that are none, in the order in which they were
 * made; by name in a file that does not keep it. Freed with strlist_clear; empty after an error.
 * ERR_INPUT: cannot be read. */
int h5file_names(struct h5file *f, struct strlist *names, struct err *e) MUST_CHECK;

/* Is there a variable of that name, of two dimensions and unsigned bytes? */
bool h5file_is_byte_raster(struct h5file *f, const char *var);

/* Attributes; `var` NULL is the file. The text of what netCDF calls characters, or of one string:
 * false when there is none of that name and kind, or it does not fit. */
bool h5file_text(struct h5file *f, const char *var, const char *name, char *buf, size_t size);

/* Unsigned bytes: `*n` says how many `values` has room for, and then how many there are; 0 when
 * there is no such attribute. false: it is of another kind, does not fit, or cannot be read. */
bool h5file_bytes(struct h5file *f, const char *var, const char *name, uint8_t *values, size_t *n);

/* Reads all attributes and forgets them (io/netcdf/examine.h). ERR_INPUT: one cannot be read. */
int h5file_read_attributes(struct h5file *f, const char *var, struct err *e) MUST_CHECK;

#endif
