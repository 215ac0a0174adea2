/* Longitudes of lines and rings across the 180th meridian: plain arithmetic. */
#ifndef SUBSCENE_IO_GEO_MERIDIAN_H
#define SUBSCENE_IO_GEO_MERIDIAN_H

#include <stdbool.h>
#include <stddef.h>

/* Makes n longitudes of a line continuous. Each edge takes the short way: 179 to -179 becomes 179
 * to 181. Edges of exactly 360 degrees go round the earth, as in a box from -180 to 180, unless
 * another edge is longer than 180 degrees. Returns true if a longitude changed. */
bool meridian_unwrap(double *x, size_t n);

/* Adds a multiple of 360 to n longitudes so that the westmost one is from `from` to below from +
 * 360. Returns true if this changed them. */
bool meridian_shift(double *x, size_t n, double from);

#endif
