/* Clouds: fields of cumulus with the shadows that they cast, cirrus in fibres, haze. */
#ifndef SUBSCENE_TESTDATA_WEATHER_SKY_H
#define SUBSCENE_TESTDATA_WEATHER_SKY_H

#include "testdata/weather/noise.h"
#include "testdata/weather/spectra.h"

/* Where the sun is, in degrees as in the metadata (azimuth clockwise from north), and as a
 * direction: to_east² + to_north² is 1, tangent is that of the zenith angle. */
struct sun {
    double zenith_deg, azimuth_deg;
    double to_east, to_north, tangent;
};

/* What kind of sky it is. */
struct sky_look {
    struct sun sun;
    double scarcity; /* cumulus: 0 is half of the sky, 1 hardly any */
    double clusters; /* how much this differs over five to fifty kilometres */
    double height_m; /* of the cumulus over the ground */
    double dimmest; /* brightness of their thin parts; the ground lights them from below */
    double cirrus_scarcity, cirrus_most;
    double haze_least, haze_most;
};

/* Cumulus; see sky.c. One for the clouds, one for their shadows: both ask for places in a row. */
struct puffs {
    struct noise front, cover, cluster;
    struct fractal shape;
};

struct sky {
    const struct sky_look *look;
    struct puffs clouds, shadows;
    struct noise bend_east, bend_north;
    struct fractal patch, fibre, haze;
};

void sky_init(struct sky *s, const struct sky_look *look, uint32_t seed);

/* All that is over a point. The shadow of a cloud at (e, n) lies at sky_shadow_offset from it. */
void sky_at(struct sky *s, double e, double n, struct air *a);
void sky_shadow_offset(const struct sky_look *look, double *east_m, double *north_m);

#endif
