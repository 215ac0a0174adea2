#include "testdata/weather/truth.h"

/* The codes of Sen2Cor. */
enum {
    SCL_SHADOW = 3,
    SCL_PLANTS,
    SCL_BARE,
    SCL_WATER,
    SCL_CLOUD_MEDIUM = 8,
    SCL_CLOUD_HIGH,
    SCL_CIRRUS,
    SCL_SNOW
};

/* Codes by class: missing, clear, shadow, semi-transparent, cloud. */
static const uint8_t by_class[SCENE_MASKS][5] = {
    [SCENE_S2CLOUDLESS] = {0, 0, 0, 1, 1}, [SCENE_MAJA] = {0, 0, 32, 16, 2},
    [SCENE_GSFC] = {0, 1, 4, 3, 2},        [SCENE_FMSC] = {0, 0, 2, 1, 1},
    [SCENE_DLUV] = {0, 1, 1, 2, 2},
};

static uint8_t percent(double part, double most) { return (uint8_t)(clamp(part, 0, 1) * most); }

static uint8_t fmask(enum weather_class c, const struct ground *g)
{
    if (c != WEATHER_CLEAR)
        return c == WEATHER_SHADOW ? 2 : 4;
    return ground_snow(g) > 0.5 ? 3 : ground_water(g) > 0.5 ? 1 : 0;
}

static uint8_t bhc(enum weather_class c, const struct weather_point *p)
{
    if (c == WEATHER_SHADOW)
        return 4;
    if (c == WEATHER_CLEAR)
        return ground_snow(&p->ground) > 0.5 ? 7 : ground_water(&p->ground) > 0.5 ? 6 : 5;
    return p->air.cirrus > p->air.cloud ? 3 : 2;
}

static uint8_t classi(enum weather_class c, const struct ground *g)
{
    int snow = ground_snow(g) > 0.5 ? 4 : 0;
    return (uint8_t)(c == WEATHER_CLOUD ? 1 : c == WEATHER_SEMI_TRANSPARENT ? 2 : snow);
}

static uint8_t scl(enum weather_class c, const struct weather_point *p)
{
    const struct ground *g = &p->ground;
    if (c == WEATHER_CLOUD)
        return SCL_CLOUD_HIGH;
    if (c == WEATHER_SEMI_TRANSPARENT)
        return p->air.cloud > p->air.cirrus ? SCL_CLOUD_MEDIUM : SCL_CIRRUS;
    if (c == WEATHER_SHADOW)
        return SCL_SHADOW;
    return ground_snow(g) > 0.5     ? SCL_SNOW
           : ground_water(g) > 0.5  ? SCL_WATER
           : ground_plants(g) > 0.5 ? SCL_PLANTS
                                    : SCL_BARE;
}

uint8_t truth_code(enum scene_mask m, const struct weather_point *p)
{
    enum weather_class c = weather_class(&p->air);
    double hidden = p->air.cloud > p->air.cirrus ? p->air.cloud : p->air.cirrus;
    switch (m) {
    case SCENE_FMASK:
        return fmask(c, &p->ground);
    case SCENE_BHC:
        return bhc(c, p);
    case SCENE_CLASSI:
        return classi(c, &p->ground);
    case SCENE_SCL:
        return scl(c, p);
    case SCENE_PROBABILITY:
        return percent(hidden, 255);
    case SCENE_CLOUD_PROBABILITY:
        return percent(hidden, 100);
    case SCENE_SNOW_PROBABILITY:
        return percent(ground_snow(&p->ground) * (1 - hidden), 100);
    default:
        return by_class[m][c];
    }
}
