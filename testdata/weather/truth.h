/* What each mask says of a scene with weather, if the mask is right. */
#ifndef SUBSCENE_TESTDATA_WEATHER_TRUTH_H
#define SUBSCENE_TESTDATA_WEATHER_TRUTH_H

#include <stdint.h>

#include "testdata/scene.h"
#include "testdata/weather/weather.h"

/* The code of mask m for a point. Masks without a code for thin clouds count them as clouds; the
 * ones without a code for shadow count it as clear. */
uint8_t truth_code(enum scene_mask m, const struct weather_point *p);

#endif
