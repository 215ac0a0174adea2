/* Scenes that are worth a look: ground, clouds and their shadows at plausible reflectances, and
 * what is true of each point.
 *
 * Everything is a function of easting, northing and seed, in absolute projection metres. So
 * neighbouring products of one zone continue one another. A pixel of 10 m holds the value at its
 * centre, rounded. A pixel of 20 or 60 m holds the mean of the 4 or 36 values in it, rounded once.
 *
 *   cumulus  summer: fields, forests, villages, lakes, rivers under broken cumulus with shadows
 *   snow     winter: mountains with snow, forests, fog in valleys, some cumulus, thin cirrus
 *   sea      coast: sea with shallows and sediment, islands; haze, cirrus, some cumulus
 *
 * testdata/weather/spectra.h says where the reflectances come from. */
#ifndef SUBSCENE_TESTDATA_WEATHER_H
#define SUBSCENE_TESTDATA_WEATHER_H

#include <stdint.h>

#include "testdata/weather/coast.h"
#include "testdata/weather/relief.h"
#include "testdata/weather/sky.h"
#include "testdata/weather/spectra.h"

enum weather_kind { WEATHER_CUMULUS, WEATHER_SNOW, WEATHER_SEA, WEATHER_KINDS };

/* The codes of the dataset's Label. */
enum weather_class {
    WEATHER_MISSING,
    WEATHER_CLEAR,
    WEATHER_SHADOW,
    WEATHER_SEMI_TRANSPARENT,
    WEATHER_CLOUD
};

/* One thread at a time. */
struct weather {
    enum weather_kind kind;
    struct sky sky;
    struct land land;
    struct relief relief;
    struct coast coast;
};

/* The sky of a kind: its sun, the height of its clouds. */
const struct sky_look *weather_sky(enum weather_kind kind);

void weather_init(struct weather *w, enum weather_kind kind, uint32_t seed);

struct weather_point {
    struct ground ground;
    struct air air;
};

/* What is at a point. */
void weather_at(struct weather *w, double e, double n, struct weather_point *p);

/* The first that holds:
 *     CLOUD             low clouds hide at least 60 % of the ground
 *     SEMI_TRANSPARENT  they hide at least 15 %, or cirrus is at least 0.1, or haze at least 0.65
 *     CLOUD_SHADOW      at least 40 % of the sunlight is missing
 *     CLEAR             else
 * Shadow of mountains is CLEAR. */
enum weather_class weather_class(const struct air *a);

/* The value of a band, not rounded: reflectance times 10000, in 1 … 27000; AOT and WVP times 1000;
 * colours as ESA's, 1 … 255 for a reflectance up to 0.3558. */
double weather_value(int band_id, const struct weather_point *p);

#endif
