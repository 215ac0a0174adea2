#include "filters/composite.h"

#include <string.h>

#include "filters/picture.h"

enum { NODATA = 0, SATURATED = UINT16_MAX };

void composite_count(struct composite_counts *c, const uint16_t *dn, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c->count[dn[i]]++;
}

static uint16_t of_rank(const struct composite_counts *c, uint64_t rank)
{
    uint64_t sum = 0;
    uint32_t k = NODATA;
    while (sum < rank)
        sum += c->count[++k];
    return (uint16_t)k;
}

struct composite_stretch composite_stretch_of(const struct composite_counts *c)
{
    uint64_t n = 0;
    for (uint32_t k = NODATA + 1; k < SATURATED; k++)
        n += c->count[k];
    if (n == 0)
        return (struct composite_stretch){0, 0};
    return (struct composite_stretch){of_rank(c, (2 * n + 99) / 100),
                                      of_rank(c, (98 * n + 99) / 100)};
}

void composite_tables_init(struct composite_tables *t, const struct composite_stretch stretch[3])
{
    for (int channel = 0; channel < 3; channel++) {
        uint8_t *grey = t->grey[channel];
        grey[NODATA] = PICTURE_NODATA;
        grey[SATURATED] = PICTURE_BRIGHTEST;
        for (uint32_t k = NODATA + 1; k < SATURATED; k++)
            grey[k] = picture_grey(k, stretch[channel].low, stretch[channel].high);
    }
}

void composite_draw(const struct composite_tables *t, const uint16_t *const dn[3], size_t n,
                    uint8_t *rgb)
{
    for (size_t i = 0; i < n; i++, rgb += 3) {
        const uint16_t red = dn[0][i], green = dn[1][i], blue = dn[2][i];
        const uint8_t has_data = red && green && blue ? 0xFF : 0;
        rgb[0] = t->grey[0][red] & has_data;
        rgb[1] = t->grey[1][green] & has_data;
        rgb[2] = t->grey[2][blue] & has_data;
    }
}

void composite_draw_whole(struct composite_work *w, const uint16_t *const dn[3], size_t n,
                          uint8_t *rgb)
{
    struct composite_stretch stretch[3];
    for (int channel = 0; channel < 3; channel++) {
        memset(&w->counts, 0, sizeof w->counts);
        composite_count(&w->counts, dn[channel], n);
        stretch[channel] = composite_stretch_of(&w->counts);
    }
    composite_tables_init(&w->tables, stretch);
    composite_draw(&w->tables, dn, n, rgb);
}
