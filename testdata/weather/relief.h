/* Mountains in winter: snow, rock on steep slopes, forests below, frozen lakes, fog in valleys. */
#ifndef SUBSCENE_TESTDATA_WEATHER_RELIEF_H
#define SUBSCENE_TESTDATA_WEATHER_RELIEF_H

#include "testdata/weather/noise.h"
#include "testdata/weather/sky.h"
#include "testdata/weather/spectra.h"

struct relief {
    const struct sun *sun;
    struct fractal bend_east, bend_north, range, crest, wood, fog, drift;
    struct noise crown;
};

void relief_init(struct relief *r, const struct sun *sun, uint32_t seed);

/* The ground at a point; adds fog to the clouds of the air. */
void relief_at(struct relief *r, double e, double n, struct ground *g, struct air *a);

#endif
