/* A georeferenced raster: a UTM zone, the outer corner of the upper-left pixel, square pixels,
 * north up. */
#ifndef SUBSCENE_CORE_GEOGRID_H
#define SUBSCENE_CORE_GEOGRID_H

#include <stddef.h>
#include <stdint.h>

struct geogrid {
    int32_t epsg; /* 326zz north, 327zz south */
    double ulx_m, uly_m; /* outer corner of the upper-left pixel, projection metres */
    double pixel_m; /* side of a pixel */
    int32_t width, height;
};

/* The grid with the same corner and extent and another pixel. Sides are rounded up, so every source
 * pixel is covered. */
struct geogrid geogrid_with_pixel(const struct geogrid *g, int32_t pixel_m);

/* UTM zone 1 … 60 and hemisphere of an EPSG code; 0 if it is not WGS 84 / UTM. */
int geogrid_utm_zone(int32_t epsg, int *is_north);

/* Writes the zone as OGC WKT 1 (EPSG registry, WGS 84 / UTM) to `buf`. Returns its length, or 0 if
 * `epsg` is not a UTM zone or the buffer is too small. 1024 bytes are enough.
 *
 * PROJ gives the same text (tests/unit/io/geo/test_wkt.c compares all 120 zones). It is written by
 * hand because it is part of the bytes of each file. They must not depend on PROJ's version, nor on
 * its database. */
size_t geogrid_wkt(int32_t epsg, char *buf, size_t size);

#endif
