/* Draws three bands of digital numbers as red, green and blue.
 *
 * A band has one stretch for a whole product, so that neighbouring subscenes match and clouds stay
 * white: from the 2nd to the 98th percentile of its measured numbers, as in filters/picture.h.
 *
 * Any thread, no state. */
#ifndef SUBSCENE_FILTERS_COMPOSITE_H
#define SUBSCENE_FILTERS_COMPOSITE_H

#include <stddef.h>
#include <stdint.h>

/* Numbers of a band, counted. Start with zeros. No-data (0) and saturation (65535) do not count. */
struct composite_counts {
    uint64_t count[65536];
};
void composite_count(struct composite_counts *c, const uint16_t *dn, size_t n);

/* The 2nd and the 98th percentile by nearest rank; both 0 if nothing was counted. */
struct composite_stretch {
    uint16_t low, high;
};
struct composite_stretch composite_stretch_of(const struct composite_counts *c);

/* The grey of every number, by channel. */
struct composite_tables {
    uint8_t grey[3][65536];
};
void composite_tables_init(struct composite_tables *t, const struct composite_stretch stretch[3]);

/* Draws n pixels of three bands into `rgb`, 3 · n bytes. A pixel without data in one of the bands
 * is black (0, 0, 0); every other one is at least (1, 1, 1). */
void composite_draw(const struct composite_tables *t, const uint16_t *const dn[3], size_t n,
                    uint8_t *rgb);

/* The same for all pixels of a product, with the stretch of these numbers. The caller need not
 * initialise the memory. */
struct composite_work {
    struct composite_counts counts;
    struct composite_tables tables;
};
void composite_draw_whole(struct composite_work *w, const uint16_t *const dn[3], size_t n,
                          uint8_t *rgb);

#endif
