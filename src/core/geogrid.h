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

/* The grid of the same corner and extent with another pixel; sides are rounded up so that no source
 * pixel is lost. */
struct geogrid geogrid_with_pixel(const struct geogrid *g, int32_t pixel_m);

/* UTM zone 1…60 and hemisphere of an EPSG code, or 0 when it is not one of WGS 84 / UTM. */
int geogrid_utm_zone(int32_t epsg, int *is_north);

/* OGC WKT 1 of the zone (EPSG registry, WGS 84 / UTM), into `buf`. Returns its length, 0 when
 * `epsg` is no UTM zone or the buffer (1024 bytes are enough) is too small. */
size_t geogrid_wkt(int32_t epsg, char *buf, size_t size);

#endif
