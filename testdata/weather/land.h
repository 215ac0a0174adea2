/* Farmland: districts of fields between roads, forests, villages, lakes and rivers. */
#ifndef SUBSCENE_TESTDATA_WEATHER_LAND_H
#define SUBSCENE_TESTDATA_WEATHER_LAND_H

#include "testdata/weather/noise.h"
#include "testdata/weather/spectra.h"

/* The districts of fields: Voronoi cells around one point in each cell of a lattice. */
struct districts {
    uint32_t seed;
    bool known; /* the points of the nine cells around (x, y) are in `point` */
    int32_t x, y;
    struct {
        double e, n;
        uint32_t hash;
    } point[9];
};

struct land {
    struct districts districts;
    struct noise bend_east, bend_north, region, wood_kind, soil, crown, grain, patchy;
    struct fractal wood, lake, river, houses;
};

void land_init(struct land *l, uint32_t seed);

/* The ground at a point. */
void land_at(struct land *l, double e, double n, struct ground *g);

#endif
