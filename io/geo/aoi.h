/* An area of interest: tells which rectangles of a product's grid lie in the area (GEOS;
 * coordinates by io/geo/crs.h).
 *
 * The area is GeoJSON (io/geo/geojson.h) or EWKT ("SRID=32635;POLYGON((…))"; without SRID:
 * longitude, latitude). Its edges are straight in its own coordinates. The rectangles are converted
 * to the area's coordinates, so an area may be of any size.
 *
 * In longitude and latitude an edge takes the short way. From 179 to -179 it crosses the 180th
 * meridian, and so does an edge from 179 to 181. A shape that RFC 7946 (section 3.1.9) cuts in two
 * at that meridian means the same. Edges of exactly 360 degrees go round the earth
 * (io/geo/meridian.h). A ring that goes round the earth before it closes holds the nearer pole.
 *
 * A polygon holds a rectangle if their interiors share a point. A rectangle that only touches its
 * border does not count. Points and lines hold the rectangles that they touch. One thread at a time
 * may use an aoi. */
#ifndef SUBSCENE_IO_GEO_AOI_H
#define SUBSCENE_IO_GEO_AOI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/geogrid.h"
#include "core/view.h"

struct aoi;

/* `given` is the path of a file with GeoJSON or EWKT, or EWKT itself. Errors: ERR_USAGE (malformed,
 * not valid, empty, latitudes beyond 90), ERR_INPUT (the file cannot be read), ERR_TEMPORARY. For
 * files of other formats the message has the command that converts them. */
int aoi_open(const char *given, struct aoi **out, struct err *e) MUST_CHECK;
void aoi_close(struct aoi *a); /* a may be NULL */

/* *holds: any part of the area holds the pixels `px` (not empty) of the grid. ERR_USAGE: the grid's
 * coordinates cannot be converted to the area's coordinate system. */
int aoi_holds(struct aoi *a, const struct geogrid *grid, struct rect px, bool *holds,
              struct err *e) MUST_CHECK;

/* Describes the positions of area and product in the area's own coordinates, for a message when
 * nothing is selected. Example: "the area is at longitude 58.5 to 58.6, latitude 23.6 to 23.7, the
 * product at longitude …". If they would overlap with the two numbers of each position swapped, it
 * adds "; did you mean longitude first?" Errors as aoi_holds. */
int aoi_describe(struct aoi *a, const struct geogrid *grid, char *buf, size_t size,
                 struct err *e) MUST_CHECK;

#endif
