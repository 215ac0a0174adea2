/* Converts coordinates from a UTM zone to another coordinate system (PROJ).
 *
 * Coordinates are always easting, northing or longitude, latitude (degrees), whatever axis order
 * the authority defines. WGS 84 longitude and latitude (EPSG:4326) need no data file. Other systems
 * need PROJ's own database (proj.db). The network is never used. One thread at a time may use a
 * path. */
#ifndef SUBSCENE_IO_GEO_CRS_H
#define SUBSCENE_IO_GEO_CRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum { CRS_WGS84 = 4326 };

struct crs_path;

/* True if the coordinates of EPSG code `epsg` are longitudes and latitudes. False also if PROJ does
 * not know the code. */
bool crs_is_geographic(int32_t epsg);

/* From EPSG code `utm` (326zz or 327zz) to EPSG code `to`. ERR_USAGE: PROJ does not know `to` as a
 * geographic or projected system. */
int crs_path_create(int32_t utm, int32_t to, struct crs_path **out, struct err *e) MUST_CHECK;
void crs_path_destroy(struct crs_path *p); /* p may be NULL */

/* True if its results are longitudes and latitudes. */
bool crs_path_to_degrees(const struct crs_path *p);

/* Converts n points in place. ERR_USAGE: a point lies outside the domain of the other system. */
int crs_path_convert(const struct crs_path *p, double *x, double *y, size_t n,
                     struct err *e) MUST_CHECK;

#endif
