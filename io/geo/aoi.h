/* An area of interest: which rectangles of a product's grid lie in it (GEOS; coordinates by
 * io/geo/crs.h).
 *
 * The area is GeoJSON (io/geo/geojson.h) or EWKT ("SRID=32635;POLYGON((…))"; without SRID:
 * longitude, latitude). Its edges are straight in its own coordinates: rectangles are brought
 * there, not the area to the grid, so an area may be as large as it likes.
 *
 * In longitude and latitude an edge goes the short way round: from 179 to -179 it crosses the 180th
 * meridian. So does one from 179 to 181. What is cut in two there, as RFC 7946 wants it (section
 * 3.1.9), means the same. Edges of exactly 360 degrees go round the earth (io/geo/meridian.h). A
 * ring that does not close before it has gone round the earth holds the pole that it is nearer to.
 *
 * A polygon holds a rectangle when their insides have a point in common: neighbours that only touch
 * its border do not count. Points and lines hold what they touch. An aoi belongs to one thread at a
 * time. */
#ifndef SUBSCENE_IO_GEO_AOI_H
#define SUBSCENE_IO_GEO_AOI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/view.h"

struct aoi;

/* `given`: the path of a file with either of the two, or EWKT itself. Errors: ERR_USAGE (not to be
 * understood, not valid, empty, latitudes beyond 90; for files of other formats the message has the
 * command that converts them), ERR_INPUT (the file cannot be read), ERR_TEMPORARY. */
int aoi_open(const char *given, struct aoi **out, struct err *e) MUST_CHECK;
void aoi_close(struct aoi *a); /* NULL is fine */

/* *holds: does any part of the area hold the pixels `px` (not empty) of the grid? ERR_USAGE when
 * there is no way from the grid's coordinate system to the area's. */
int aoi_holds(struct aoi *a, const struct geogrid *grid, struct rect px, bool *holds,
              struct err *e) MUST_CHECK;

/* Where the area is and where the product, in the area's own coordinates, for people who wonder why
 * nothing is in it: "the area is at longitude 58.5 to 58.6, latitude 23.6 to 23.7, the product at
 * longitude …"; and where they would meet with the two numbers of each position the other way
 * round: "; did you mean longitude first?" Errors as aoi_holds. */
int aoi_describe(struct aoi *a, const struct geogrid *grid, char *buf, size_t size,
                 struct err *e) MUST_CHECK;

#endif
