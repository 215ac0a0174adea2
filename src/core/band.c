#include "core/band.h"

#include <string.h>

const struct band_def band_table[BAND_COUNT] = {
    {"B01", "B01", "B1", 60, 442.7, BAND_REFLECTANCE, 0},
    {"B02", "B02", "B2", 10, 492.4, BAND_REFLECTANCE, 0},
    {"B03", "B03", "B3", 10, 559.8, BAND_REFLECTANCE, 0},
    {"B04", "B04", "B4", 10, 664.6, BAND_REFLECTANCE, 0},
    {"B05", "B05", "B5", 20, 704.1, BAND_REFLECTANCE, 0},
    {"B06", "B06", "B6", 20, 740.5, BAND_REFLECTANCE, 0},
    {"B07", "B07", "B7", 20, 782.8, BAND_REFLECTANCE, 0},
    {"B08", "B08", "B8", 10, 832.8, BAND_REFLECTANCE, 0},
    {"B8A", "B8A", "B8A", 20, 864.7, BAND_REFLECTANCE, 0},
    {"B09", "B09", "B9", 60, 945.1, BAND_REFLECTANCE, 0},
    {"B10", "B10", "B10", 60, 1373.5, BAND_REFLECTANCE, 0},
    {"B11", "B11", "B11", 20, 1613.7, BAND_REFLECTANCE, 0},
    {"B12", "B12", "B12", 20, 2202.4, BAND_REFLECTANCE, 0},
    {"AOT", "AOT", "", 10, 0, BAND_ATMOSPHERE, 0},
    {"WVP", "WVP", "", 10, 0, BAND_ATMOSPHERE, 0},
    {"TCI_R", "TCI", "", 10, 0, BAND_COLOUR, 0},
    {"TCI_G", "TCI", "", 10, 0, BAND_COLOUR, 1},
    {"TCI_B", "TCI", "", 10, 0, BAND_COLOUR, 2},
};

const char band_set_names[] = "B01 to B12, B8A, AOT, WVP, TCI";

int band_find(const char *name)
{
    for (int i = 0; i < BAND_COUNT; i++) {
        if (strcmp(name, band_table[i].name) == 0)
            return i;
    }
    return -1;
}

int band_set_count(band_set s)
{
    int n = 0;
    for (int i = 0; i < BAND_COUNT; i++)
        n += band_in(s, i);
    return n;
}

band_set band_set_named(const char *name)
{
    band_set s = 0;
    for (int i = 0; i < BAND_COUNT; i++)
        if (strcmp(name, band_table[i].name) == 0 || strcmp(name, band_table[i].image) == 0)
            s |= (band_set)1 << i;
    return s;
}

int band_set_nth(band_set s, int i)
{
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(s, b) && i-- == 0)
            return b;
    return -1;
}

void band_set_format(band_set s, char buf[BAND_SET_TEXT])
{
    char *at = buf;
    for (int i = 0; i < BAND_COUNT; i++) {
        size_t n = strlen(band_table[i].name);
        if (!band_in(s, i))
            continue;
        if (at != buf)
            *at++ = ',';
        memcpy(at, band_table[i].name, n);
        at += n;
    }
    *at = '\0';
}
