#include "core/product.h"

#include <stddef.h>

const struct level_def *product_level(const struct product *p)
{
    const struct level_def *level = level_find(p->level);
    return level ? level : &level_table[LEVEL_L1C];
}

int product_bands(const struct product *p, band_set wanted, band_set *out, struct err *e)
{
    const struct level_def *level = product_level(p);
    band_set strange = wanted & ~level->bands & ~BAND_SET_ALL;
    *out = wanted ? wanted : level->spectral;
    if (wanted == BAND_SET_ALL)
        *out = 0;
    for (int b = 0; wanted == BAND_SET_ALL && b < BAND_COUNT; b++)
        if (band_in(level->bands, b) && p->band[b].image[0])
            *out |= (band_set)1 << b;
    return strange ? err_set(e, ERR_INPUT, "band %s: products of %s have none",
                             band_table[band_set_nth(strange, 0)].name, level->title)
                   : 0;
}

const struct geogrid *product_band_grid(const struct product *p, int band_id)
{
    switch (band_table[band_id].pixel_m) {
    case 10:
        return &p->grid[PRODUCT_GRID_10];
    case 20:
        return &p->grid[PRODUCT_GRID_20];
    default:
        return &p->grid[PRODUCT_GRID_60];
    }
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : -1; }

int product_month(const struct product *p)
{
    const char *s = p->sensing_time;
    for (int i = 0; i < 4; i++) { /* also keeps the reads below inside of a short string */
        if (digit(s[i]) < 0)
            return 0;
    }
    if (s[4] != '-' || digit(s[5]) < 0 || digit(s[6]) < 0 || s[7] != '-')
        return 0;
    int month = 10 * digit(s[5]) + digit(s[6]);
    return month >= 1 && month <= 12 ? month : 0;
}

const char *product_month_name(int month)
{
    static const char *const name[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
    return month >= 1 && month <= 12 ? name[month - 1] : NULL;
}
