/* The sea and its coast: islands of farmland, beaches, shallows, sediment, swell. */
#ifndef SUBSCENE_TESTDATA_WEATHER_COAST_H
#define SUBSCENE_TESTDATA_WEATHER_COAST_H

#include "testdata/weather/land.h"

struct coast {
    struct land land;
    struct fractal shore, beach, plume, wind, bottom;
    struct noise swell, ripple;
};

void coast_init(struct coast *c, uint32_t seed);

/* The ground at a point. */
void coast_at(struct coast *c, double e, double n, struct ground *g);

#endif
