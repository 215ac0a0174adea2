/* Reads NetCDF4 files through HDF5, their underlying format. Opening takes a tenth of netCDF-C's
 * time, because netCDF-C reads the metadata of all variables. Only HDF5 gives access to stored
 * chunks. A file that opens here may still be rejected by netCDF-C (io/netcdf/ncfile.h).
 *
 * Threads: any thread may call any function (they lock). One thread at a time may use an h5file. */
#ifndef SUBSCENE_IO_NETCDF_H5FILE_H
#define SUBSCENE_IO_NETCDF_H5FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "core/view.h"

struct h5file;

/* Errors: ERR_INPUT (missing, truncated, not HDF5; reading it crashes: io/netcdf/examine.h),
 * ERR_TEMPORARY. */
int h5file_open(const char *path, struct h5file **out, struct err *e) MUST_CHECK;
void h5file_close(struct h5file *f);

/* HDF5's identifier of the file, for io/netcdf/head_nc.c. */
int64_t h5file_id(const struct h5file *f);

/* The names of all variables, and of dimensions without a variable, in creation order, or by name
 * if the file does not record that order. Free with strlist_clear; empty after an error. ERR_INPUT:
 * cannot be read. */
int h5file_names(struct h5file *f, struct strlist *names, struct err *e) MUST_CHECK;

/* True if there is a variable of that name with two dimensions and unsigned bytes. */
bool h5file_is_byte_raster(struct h5file *f, const char *var);

/* Attributes; `var` NULL means the file. Reads a text: netCDF characters or one string. False if
 * there is no attribute of that name and kind, or it does not fit. */
bool h5file_text(struct h5file *f, const char *var, const char *name, char *buf, size_t size);

/* Reads one integer of the file, whatever its width and byte order. */
bool h5file_int(struct h5file *f, const char *name, int32_t *out);

/* Reads unsigned bytes. `*n` is first the capacity of `values`, then the number read; 0 if there is
 * no such attribute. False if it has another kind, does not fit, or cannot be read. */
bool h5file_bytes(struct h5file *f, const char *var, const char *name, uint8_t *values, size_t *n);

/* Reads all attributes and discards them (io/netcdf/examine.h). ERR_INPUT: one cannot be read. */
int h5file_read_attributes(struct h5file *f, const char *var, struct err *e) MUST_CHECK;

#endif
