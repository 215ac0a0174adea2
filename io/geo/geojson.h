/* GeoJSON (RFC 7946) as WKT.
 *
 * A geometry, a Feature or a FeatureCollection. Features without geometry ("geometry": null) and
 * empty coordinates count for nothing; positions may have an altitude and more, which are left
 * out; foreign members are ignored. Longitude comes first. A "crs" member of the format's edition
 * of 2008 is understood: "urn:ogc:def:crs:EPSG::32635", "EPSG:32635", "…:CRS84". */
#ifndef SUBSCENE_IO_GEO_GEOJSON_H
#define SUBSCENE_IO_GEO_GEOJSON_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

/* *wkt: one GEOMETRYCOLLECTION of POINT, LINESTRING and POLYGON, flat, whatever the nesting of the
 * source; "GEOMETRYCOLLECTION EMPTY" without any. Starts as {0}; free(wkt->s) in any case. *epsg:
 * of its coordinates. ERR_USAGE, with the feature and what is wrong, or line and column;
 * ERR_TEMPORARY. */
int geojson_to_wkt(const char *json, size_t len, struct text *wkt, int32_t *epsg,
                   struct err *e) MUST_CHECK;

#endif
