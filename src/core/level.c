#include "core/level.h"

#include <stddef.h>
#include <string.h>

#define B10        ((band_set)1 << 10)
#define ATMOSPHERE ((band_set)1 << BAND_AOT | (band_set)1 << BAND_WVP)

const struct level_def level_table[LEVEL_COUNT] = {
    {"L1C", "Level-1C", "MTD_MSIL1C.xml", "RADIO_ADD_OFFSET", BAND_SET_SPECTRAL,
     BAND_SET_SPECTRAL | BAND_SET_TCI},
    /* B10 (cirrus) does not see the ground */
    {"L2A", "Level-2A", "MTD_MSIL2A.xml", "BOA_ADD_OFFSET", BAND_SET_SPECTRAL & ~B10,
     (BAND_SET_SPECTRAL & ~B10) | ATMOSPHERE | BAND_SET_TCI},
};

const struct level_def *level_find(const char *name)
{
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (strcmp(name, level_table[i].name) == 0)
            return &level_table[i];
    return NULL;
}

const struct level_def *level_of_xml(const char *file)
{
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (strcmp(file, level_table[i].xml) == 0)
            return &level_table[i];
    return NULL;
}
