/* From a UTM zone into another coordinate system (PROJ).
 *
 * Coordinates are always easting, northing or longitude, latitude (degrees), whatever order the
 * authority gives the axes. To WGS 84 longitude and latitude (EPSG:4326) no data file is needed; to
 * others PROJ's own database (proj.db) must be installed. The network is never used. A path belongs
 * to one thread at a time. */
#ifndef SUBSCENE_IO_GEO_CRS_H
#define SUBSCENE_IO_GEO_CRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum { CRS_WGS84 = 4326 };

struct crs_path;

/* Are the coordinates of EPSG code `epsg` longitudes and latitudes? false also where PROJ does not
 * know it. */
bool crs_is_geographic(int32_t epsg);

/* From EPSG code `utm` (326zz or 327zz) to EPSG code `to`. ERR_USAGE when PROJ does not know `to`
 * as a geographic or projected system. */
int crs_path_create(int32_t utm, int32_t to, struct crs_path **out, struct err *e) MUST_CHECK;
void crs_path_destroy(struct crs_path *p); /* NULL is fine */

/* Are the coordinates it leads to longitudes and latitudes? */
bool crs_path_to_degrees(const struct crs_path *p);

/* Converts n points in place. ERR_USAGE when one lies where the other system is not defined. */
int crs_path_convert(const struct crs_path *p, double *x, double *y, size_t n,
                     struct err *e) MUST_CHECK;

#endif
