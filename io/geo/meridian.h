/* Longitudes of lines and rings across the 180th meridian: plain arithmetic. */
#ifndef SUBSCENE_IO_GEO_MERIDIAN_H
#define SUBSCENE_IO_GEO_MERIDIAN_H

#include <stdbool.h>
#include <stddef.h>

/* Makes n longitudes of a line continuous: each edge goes the short way round, so that from 179 to
 * -179 becomes from 179 to 181. Edges of exactly 360 degrees go round the world, as in a box from
 * -180 to 180, unless another edge goes beyond 180 degrees. true: a longitude changed. */
bool meridian_unwrap(double *x, size_t n);

/* Adds a multiple of 360 to n longitudes so that the westmost is from `from` to below from + 360.
 * true: it was not there before. */
bool meridian_shift(double *x, size_t n, double from);

#endif
