/* NetCDF4 files as other tools might write them: the contents are those of a spec
 * (io/netcdf/ncspec.h), choices decide how HDF5 stores them. A mistake ends the program: for fuzz
 * targets alone. */
#ifndef FUZZ_SUPPORT_H5BUILD_H
#define FUZZ_SUPPORT_H5BUILD_H

#include "io/netcdf/h5raster.h"
#include "io/netcdf/ncspec.h"
#include "support/choices.h"

enum { H5BUILD_SIDE = 40, H5BUILD_RASTERS = 4 };

/* How an attribute is stored. The first five keep its value. */
enum att_form {
    ATT_PLAIN, /* as netCDF-C writes it */
    ATT_WIDE, /* a string that brings its own length; a number of twice the bytes */
    ATT_SINGLE, /* one of a list of one; a number without a list */
    ATT_DOUBLE, /* a text with zeros behind it; a number as a double */
    ATT_BIG, /* a number in the other byte order; a text as WIDE, in UTF-8 */
    ATT_KEEPING,
    ATT_ABSENT = ATT_KEEPING,
    ATT_TWICE, /* a list with the value twice */
    ATT_CONVERTED, /* a number as a text, a text as a number */
    ATT_EMPTY,
    ATT_FORMS
};

/* A two-dimensional variable of the spec. */
struct h5build_raster {
    const char *name;
    enum h5raster_value value; /* of `values` */
    int32_t width, height;
    unsigned char values[H5BUILD_SIDE * H5BUILD_SIDE * 4]; /* row by row, in this machine's order:
                                                              what must be read from the file */
    /* what h5build_file decided */
    bool is_other; /* stored as another type: readers must refuse it */
    bool is_vague; /* changed where nothing can tell */
    bool is_whole; /* nothing is wrong with it: readers must not refuse it */
};

struct h5build {
    struct ncspec *spec;
    enum att_form form[NCSPEC_ATTS];
    struct h5build_raster raster[H5BUILD_RASTERS];
    int n_rasters;
    int without_scales; /* dimensions have no names then */
    bool is_moved; /* the axes have other values */
};

/* Makes the file at `path`. Changes the values of rasters that it does not write: they read as what
 * HDF5 fills in. */
void h5build_file(struct h5build *b, struct choices *c, const char *path);

/* HDF5 keeps memory for its next files again: after examine_here, which stops that and makes each
 * file ten times as slow. */
void h5build_keep_memory(void);

#endif
