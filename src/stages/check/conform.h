/* Are a subscene's variables what io/netcdf/schema.h says: the bands, class layers behind them,
 * then x, y and crs, and the place that these three give? */
#ifndef SUBSCENE_STAGES_CHECK_CONFORM_H
#define SUBSCENE_STAGES_CHECK_CONFORM_H

#include "core/band.h"
#include "io/netcdf/ncfile.h"

/* What a file is like, once its shape is known to be right. Starts as {0}. */
struct conform_shape {
    bool georeferenced;
    int32_t size;
    bool is_unreadable; /* found out later */
};

/* ERR_INPUT: what is not as it should be; ERR_TEMPORARY. */
int conform_check(struct ncfile *f, band_set bands, struct conform_shape *s,
                  struct err *e) MUST_CHECK;

#endif
