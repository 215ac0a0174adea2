/* Converts GeoJSON (RFC 7946) to WKT.
 *
 * Accepts a geometry, a Feature or a FeatureCollection. Features without geometry ("geometry":
 * null) and empty coordinates are ignored. Positions may have an altitude and more numbers, which
 * are ignored. Foreign members are ignored. Longitude comes first. A "crs" member of the 2008
 * edition of the format is accepted: "urn:ogc:def:crs:EPSG::32635", "EPSG:32635", "…:CRS84". */
#ifndef SUBSCENE_IO_GEO_GEOJSON_H
#define SUBSCENE_IO_GEO_GEOJSON_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

/* *wkt: one flat GEOMETRYCOLLECTION of POINT, LINESTRING and POLYGON, whatever the nesting of the
 * source; "GEOMETRYCOLLECTION EMPTY" if there are none. It starts as {0}; always free(wkt->s).
 * *epsg: the code of its coordinates. Errors: ERR_USAGE, with the feature and the fault, or line
 * and column; ERR_TEMPORARY. */
int geojson_to_wkt(const char *json, size_t len, struct text *wkt, int32_t *epsg,
                   struct err *e) MUST_CHECK;

#endif
