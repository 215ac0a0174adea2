#include "testdata/weather/weather.h"

#include "core/band.h"

/* The sines and cosines are rounded; so is the tangent. */
static const struct sky_look looks[WEATHER_KINDS] = {
    [WEATHER_CUMULUS] = {.sun = {38, 151, 0.4848, -0.8746, 0.7813},
                         .scarcity = 0.35,
                         .clusters = 0.6,
                         .height_m = 1300,
                         .dimmest = 0.52,
                         .cirrus_scarcity = 0.9,
                         .cirrus_most = 0.2,
                         .haze_least = 0.02,
                         .haze_most = 0.1},
    [WEATHER_SNOW] = {.sun = {57, 163, 0.2924, -0.9563, 1.5399},
                      .scarcity = 0.66,
                      .clusters = 0.6,
                      .height_m = 800,
                      .dimmest = 0.9,
                      .cirrus_scarcity = 0.05,
                      .cirrus_most = 0.45},
    [WEATHER_SEA] = {.sun = {34, 146, 0.5592, -0.8290, 0.6745},
                     .scarcity = 0.55,
                     .clusters = 0.65,
                     .height_m = 900,
                     .dimmest = 0.56,
                     .cirrus_scarcity = 0.05,
                     .cirrus_most = 0.6,
                     .haze_least = 0.05,
                     .haze_most = 1.0},
};

const struct sky_look *weather_sky(enum weather_kind kind) { return &looks[kind]; }

void weather_init(struct weather *w, enum weather_kind kind, uint32_t seed)
{
    seed = 1 + (seed - 1) * 2654435761U; /* neighbouring seeds have no field in common */
    w->kind = kind;
    sky_init(&w->sky, &looks[kind], seed + 1700 * (uint32_t)kind);
    land_init(&w->land, seed);
    relief_init(&w->relief, &looks[kind].sun, seed);
    coast_init(&w->coast, seed);
}

void weather_at(struct weather *w, double e, double n, struct weather_point *p)
{
    sky_at(&w->sky, e, n, &p->air);
    if (w->kind == WEATHER_SNOW)
        relief_at(&w->relief, e, n, &p->ground, &p->air);
    else if (w->kind == WEATHER_SEA)
        coast_at(&w->coast, e, n, &p->ground);
    else
        land_at(&w->land, e, n, &p->ground);
}

enum weather_class weather_class(const struct air *a)
{
    if (a->cloud >= 0.6)
        return WEATHER_CLOUD;
    if (a->cloud >= 0.15 || a->cirrus >= 0.1 || a->haze >= 0.65)
        return WEATHER_SEMI_TRANSPARENT;
    return a->shadow >= 0.4 ? WEATHER_SHADOW : WEATHER_CLEAR;
}

double weather_value(int band_id, const struct weather_point *p)
{
    static const int colour_of[] = {3, 2, 1}; /* B04, B03, B02 */
    if (band_id == BAND_AOT)
        return 60 + 500 * p->air.haze;
    if (band_id == BAND_WVP)
        return 1500 + 600 * p->air.haze + 400 * p->air.cloud;
    if (band_is_byte(band_id))
        return clamp(
            spectra_reflectance(colour_of[band_table[band_id].component], &p->ground, &p->air) *
                255 / 0.3558,
            1, 255);
    return clamp(10000 * spectra_reflectance(band_id, &p->ground, &p->air), 1, 27000);
}
