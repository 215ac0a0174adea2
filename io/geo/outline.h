/* The outline of a rectangle of pixels in another coordinate system, and extents as text. */
#ifndef SUBSCENE_IO_GEO_OUTLINE_H
#define SUBSCENE_IO_GEO_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/view.h"
#include "io/geo/crs.h"

/* Points along each side. With these, a straight edge of a 5 km side is at most a few millimetres
 * off the true curve. */
enum { OUTLINE_SIDE_POINTS = 16, OUTLINE_POINTS = 4 * OUTLINE_SIDE_POINTS + 1 };

/* A closed ring. Longitudes are continuous: they exceed 180 degrees where the ring crosses that
 * meridian. */
struct outline {
    double x[OUTLINE_POINTS], y[OUTLINE_POINTS];
};

/* Converts the outline of the pixels `px` (not empty) of `grid` with `path`. ERR_USAGE: the outline
 * has no place in the other system. */
int outline_make(const struct geogrid *grid, struct rect px, const struct crs_path *path,
                 struct outline *out, struct err *e) MUST_CHECK;

struct extent {
    double x[2], y[2]; /* minimum, maximum */
};

struct extent outline_extent(const struct outline *o);

/* The sum of all extents added. Starts as {0}. */
struct extent_sum {
    size_t n;
    struct extent from_west, from_zero; /* with longitudes that start at -180, and at 0 degrees */
};
void extent_add(struct extent_sum *sum, const struct extent *e);

/* The narrower of the two, if in degrees: then shapes on both sides of the 180th meridian are close
 * together. */
struct extent extent_of_all(const struct extent_sum *sum, bool in_degrees);

/* "longitude 179 to -179, across the 180th meridian, latitude 1 to 2", or with easting and
 * northing. */
enum { EXTENT_TEXT = 160 };
void extent_format(const struct extent *e, bool in_degrees, char buf[EXTENT_TEXT]);

#endif
