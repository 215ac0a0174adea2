/* Checks that a subscene's variables follow io/netcdf/schema.h: the bands, then the class layers,
 * then x, y and crs, which must give the same place. */
#ifndef SUBSCENE_STAGES_CHECK_CONFORM_H
#define SUBSCENE_STAGES_CHECK_CONFORM_H

#include "core/band.h"
#include "io/netcdf/ncfile.h"

/* Properties of the file that conform_check finds. Starts as {0}. */
struct conform_shape {
    bool georeferenced;
    int32_t size; /* px */
    bool is_unreadable; /* set by the caller if a later read fails */
};

/* Errors: ERR_INPUT (the message names the first violation), ERR_TEMPORARY. */
int conform_check(struct ncfile *f, band_set bands, struct conform_shape *s,
                  struct err *e) MUST_CHECK;

#endif
