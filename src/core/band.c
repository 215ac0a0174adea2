#include "core/band.h"

#include <string.h>

const struct band_def band_table[BAND_COUNT] = {
    {"B01", "B1",  60, 442.7 },
    {"B02", "B2",  10, 492.4 },
    {"B03", "B3",  10, 559.8 },
    {"B04", "B4",  10, 664.6 },
    {"B05", "B5",  20, 704.1 },
    {"B06", "B6",  20, 740.5 },
    {"B07", "B7",  20, 782.8 },
    {"B08", "B8",  10, 832.8 },
    {"B8A", "B8A", 20, 864.7 },
    {"B09", "B9",  60, 945.1 },
    {"B10", "B10", 60, 1373.5},
    {"B11", "B11", 20, 1613.7},
    {"B12", "B12", 20, 2202.4},
};

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

int band_set_nth(band_set s, int i)
{
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(s, b) && i-- == 0)
            return b;
    return -1;
}

void band_set_format(band_set s, char buf[64])
{
    char *at = buf;
    for (int i = 0; i < BAND_COUNT; i++) {
        if (!band_in(s, i))
            continue;
        if (at != buf)
            *at++ = ',';
        memcpy(at, band_table[i].name, 3); /* every name has three letters */
        at += 3;
    }
    *at = '\0';
}
