#include "core/geogrid.h"

#include <math.h>
#include <stdio.h>

struct geogrid geogrid_with_pixel(const struct geogrid *g, int32_t pixel_m)
{
    struct geogrid r = *g;
    r.pixel_m = pixel_m;
    r.width = (int32_t)ceil(g->width * g->pixel_m / pixel_m);
    r.height = (int32_t)ceil(g->height * g->pixel_m / pixel_m);
    return r;
}

int geogrid_utm_zone(int32_t epsg, int *is_north)
{
    int32_t zone = epsg % 100;
    int32_t family = epsg / 100;
    if ((family != 326 && family != 327) || zone < 1 || zone > 60)
        return 0;
    *is_north = family == 326;
    return zone;
}

size_t geogrid_wkt(int32_t epsg, char *buf, size_t size)
{
    int is_north;
    int zone = geogrid_utm_zone(epsg, &is_north);
    if (zone == 0)
        return 0;
    int n = snprintf(
        buf, size,
        "PROJCS[\"WGS 84 / UTM zone %d%c\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\","
        "SPHEROID[\"WGS "
        "84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],"
        "PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
        "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\","
        "\"4326\"]],"
        "PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],"
        "PARAMETER[\"central_meridian\",%d],PARAMETER[\"scale_factor\",0.9996],"
        "PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",%d],"
        "UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],AXIS[\"Easting\",EAST],AXIS[\"Northing\","
        "NORTH],"
        "AUTHORITY[\"EPSG\",\"%d\"]]",
        zone, is_north ? 'N' : 'S', zone * 6 - 183, is_north ? 0 : 10000000, (int)epsg);
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
