/* NetCDF4 files as what they are below: HDF5. Opened in a tenth of the time that netCDF-C takes, which reads all that describes the variables; and only HDF5 gives
 * chunks out as they are stored. What can be read here may still be none that netCDF-C opens: io/netcdf/ncfile.h finds that out.
 *
 * Threads: every function may be called from any thread (they lock); one h5file belongs to one thread at a time. */
#ifndef SUBSCENE_IO_NETCDF_H5FILE_H
#define SUBSCENE_IO_NETCDF_H5FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "core/view.h"

struct h5file;

/* Errors: ERR_INPUT (missing, cut off, not HDF5; reading it crashes: io/netcdf/examine.h), ERR_TEMPORARY. */
int h5file_open(const char *path, struct h5file **out, struct err *e) MUST_CHECK;
void h5file_close(struct h5file *f);

/* HDF5's number of it, for io/netcdf/head_nc.c. */
int64_t h5file_id(const struct h5file *f);

/* The names of all variables, and of dimensions that are none, in the order in which they were made; by name in a file that does not keep it. Freed with
 * strlist_clear; empty after an error. ERR_INPUT: cannot be read. */
int h5file_names(struct h5file *f, struct strlist *names, struct err *e) MUST_CHECK;

/* Is there a variable of that name, of two dimensions and unsigned bytes? */
bool h5file_is_byte_raster(struct h5file *f, const char *var);

/* Attributes; `var` NULL is the file. The text of what netCDF calls
 * characters, or of one string: false when there is none of that name and kind, or it does not fit. */
bool h5file_text(struct h5file *f, const char *var, const char *name, char *buf, size_t size);

/* Unsigned bytes: `*n` says how many `values` has room for, and then how many there are; 0 when there is no such attribute. false: it is of another kind,
 * does not fit, or cannot be read. */
bool h5file_bytes(struct h5file *f, const char *var, const char *name, uint8_t *values, size_t *n);

/* Reads all attributes and forgets them (io/netcdf/examine.h). ERR_INPUT: one cannot be read. */
int h5file_read_attributes(struct h5file *f, const char *var, struct err *e) MUST_CHECK;

/* What a value of a variable is. The number is its size in bytes. */
enum h5file_value { H5FILE_BYTE = 1, H5FILE_USHORT = 2, H5FILE_FLOAT = 4 };

/* How a two-dimensional variable is stored. Other tools may have written it again in any way. */
struct h5file_raster {
    int32_t width, height;
    int32_t chunk_rows; /* > 0: chunks have all columns and this many rows, and h5file_read_rows gives
                         * them out as they are stored. 0: HDF5 unpacks them */
    bool shuffled, deflated, summed; /* of such a chunk: the filters 2, 1 and 3, in this order */
    size_t unpack_bytes; /* memory that HDF5 takes to unpack one of its chunks; 0: none */
};

/* ERR_INPUT with the reason: the variable is missing, not two-dimensional, of other values, packed
 * with scale_factor or add_offset, not complete, or no library here can unpack it. */
int h5file_raster(struct h5file *f, const char *var, enum h5file_value value, struct h5file_raster *out,
                  struct err *e) MUST_CHECK;

/* A chunk as it is stored. */
struct h5file_packed {
    struct h5file_raster how;
    void *bytes; /* free(); NULL: there is none */
    size_t len;
};

/* Which rows, and room for them. */
struct h5file_rows {
    const char *var;
    enum h5file_value value;
    struct rect px; /* all columns; some rows */
    bool whole; /* px is all of the variable, or it is an error */
    void *values;
    size_t room; /* bytes that `values` has; at least those of px */
};

/* Reads rows: either into `values` (row by row, in this machine's byte order), or, where they are the
 * first rows of one stored chunk whose values fit into `room`, as that chunk, for the caller to
 * unpack outside of the lock (io/netcdf/raster_nc.h). Errors as above; ERR_INPUT: damaged, or of
 * another width; ERR_TEMPORARY. */
int h5file_read_rows(struct h5file *f, const struct h5file_rows *wanted, struct h5file_packed *out,
                     struct err *e) MUST_CHECK;

#endif
