#include "filters/picture.h"

#include <string.h>

enum { NODATA = 0, SATURATED = UINT16_MAX };

/* Finds the least and the largest measured number and returns the number of measured samples. */
static uint64_t find_range(const uint16_t *dn, size_t n, uint32_t *min, uint32_t *max)
{
    uint64_t count = 0;
    *min = SATURATED;
    *max = NODATA;
    for (size_t i = 0; i < n; i++) {
        uint32_t k = dn[i];
        if (k == NODATA || k == SATURATED)
            continue;
        count++;
        *min = k < *min ? k : *min;
        *max = k > *max ? k : *max;
    }
    return count;
}

/* The number with this rank (from 1) among the numbers counted from `min` on. */
static uint32_t of_rank(const uint32_t *count, uint32_t min, uint64_t rank)
{
    uint64_t sum = 0;
    for (uint32_t k = min;; k++) {
        sum += count[k];
        if (sum >= rank)
            return k;
    }
}

uint8_t picture_grey(uint32_t k, uint32_t a, uint32_t b)
{
    if (a == b && k == a)
        return PICTURE_MIDDLE;
    if (k <= a)
        return PICTURE_DARKEST;
    if (k >= b)
        return PICTURE_BRIGHTEST;
    const uint32_t steps = PICTURE_BRIGHTEST - PICTURE_DARKEST;
    return (uint8_t)(PICTURE_DARKEST + (2 * steps * (k - a) + (b - a)) / (2 * (b - a)));
}

void picture_stretch(struct picture_stretch *w, const uint16_t *dn, size_t n, uint8_t *grey)
{
    uint32_t min, max;
    uint64_t count = find_range(dn, n, &min, &max);
    w->grey[NODATA] = PICTURE_NODATA;
    w->grey[SATURATED] = PICTURE_BRIGHTEST;
    if (count > 0) {
        memset(w->count + min, 0, (max - min + 1) * sizeof *w->count);
        for (size_t i = 0; i < n; i++)
            if (dn[i] != NODATA && dn[i] != SATURATED)
                w->count[dn[i]]++;
        uint32_t a = of_rank(w->count, min, (2 * count + 99) / 100),
                 b = of_rank(w->count, min, (98 * count + 99) / 100);
        for (uint32_t k = min; k <= max; k++)
            w->grey[k] = picture_grey(k, a, b);
    }
    for (size_t i = 0; i < n; i++)
        grey[i] = w->grey[dn[i]];
}

void picture_plane(const uint16_t *dn, size_t n, uint8_t *px, size_t step)
{
    for (size_t i = 0; i < n; i++)
        px[i * step] = (uint8_t)dn[i];
}
