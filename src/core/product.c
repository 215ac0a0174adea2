#include "core/product.h"

#include <stddef.h>
#include <string.h>

static const char SUFFIX[] = ".SAFE";

size_t product_name_length(const char *s, size_t n)
{
    const size_t m = sizeof SUFFIX - 1;
    return n > m && memcmp(s + n - m, SUFFIX, m) == 0 ? n - m : n;
}

bool product_is_named(const struct product *p, const char *text)
{
    size_t n = strlen(p->name);
    return strncmp(text, p->name, n) == 0 && strcmp(text + n, SUFFIX) == 0;
}

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

/* "04.00" becomes 400; −1: not a number. */
static int baseline_number(const char *s)
{
    bool is = strlen(s) == 5 && s[2] == '.' && strspn(s, "0123456789.") == 5 &&
              strchr(s + 3, '.') == NULL;
    return is ? 1000 * (s[0] - '0') + 100 * (s[1] - '0') + 10 * (s[3] - '0') + s[4] - '0' : -1;
}

int product_check_offset(const struct product *p, band_set bands, struct err *e)
{
    enum { WITH_OFFSET = 400, TEST = 9999 };
    int baseline = baseline_number(p->baseline);
    const struct level_def *level = product_level(p);
    if (p->has_offset || baseline < WITH_OFFSET || baseline == TEST || !(bands & level->spectral))
        return 0;
    return err_set(e, ERR_INPUT,
                   "baseline %s has %s, but the metadata lists none: reflectance would be too "
                   "high; --offset keep takes "
                   "the numbers as they are",
                   p->baseline, level->offset);
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
    for (int i = 0; i < 4; i++) { /* also stops reads past the end of a short string */
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
    static const char *const name[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
    return month >= 1 && month <= 12 ? name[month - 1] : NULL;
}
