/* The outline of pixels of a grid in another coordinate system, and extents in words. */
#ifndef SUBSCENE_IO_GEO_OUTLINE_H
#define SUBSCENE_IO_GEO_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/view.h"
#include "io/geo/crs.h"

/* Points along each side: a side of 5 km is then never more than a few millimetres off its curve in
 * another system. */
enum { OUTLINE_SIDE_POINTS = 16, OUTLINE_POINTS = 4 * OUTLINE_SIDE_POINTS + 1 };

/* A closed ring. Longitudes are continuous: beyond 180 degrees where it crosses that meridian. */
struct outline {
    double x[OUTLINE_POINTS], y[OUTLINE_POINTS];
};

/* The pixels `px` (not empty) of `grid`, where `path` leads. ERR_USAGE when that is nowhere. */
int outline_make(const struct geogrid *grid, struct rect px, const struct crs_path *path,
                 struct outline *out, struct err *e) MUST_CHECK;

struct extent {
    double x[2], y[2]; /* least, most */
};

struct extent outline_extent(const struct outline *o);

/* All extents that were added. Starts as {0}. */
struct extent_sum {
    size_t n;
    struct extent from_west, from_zero; /* with longitudes from -180, and from 0 degrees */
};
void extent_add(struct extent_sum *sum, const struct extent *e);

/* The narrower one, in degrees: shapes on both sides of the 180th meridian lie close together. */
struct extent extent_of_all(const struct extent_sum *sum, bool in_degrees);

/* "longitude 179 to -179, across the 180th meridian, latitude 1 to 2", or with easting and
 * northing. */
enum { EXTENT_TEXT = 160 };
void extent_format(const struct extent *e, bool in_degrees, char buf[EXTENT_TEXT]);

#endif
