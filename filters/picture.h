/* Converts samples to 8-bit pictures. */
#ifndef SUBSCENE_FILTERS_PICTURE_H
#define SUBSCENE_FILTERS_PICTURE_H

#include <stddef.h>
#include <stdint.h>

enum { PICTURE_NODATA = 0, PICTURE_DARKEST = 1, PICTURE_MIDDLE = 128, PICTURE_BRIGHTEST = 255 };

/* Scratch memory of a stretch. The caller need not initialise it. */
struct picture_stretch {
    uint32_t count[65536];
    uint8_t grey[65536];
};

/* Stretches 16-bit numbers to grey. 0 (no-data) becomes 0, 65535 (saturated) becomes 255. For the
 * other numbers, a is the 2nd and b the 98th percentile. Percentiles use the nearest rank: the
 * least number that this share of the numbers does not exceed.
 *   k ≤ a      1
 *   k ≥ b      255
 *   otherwise  1 + 254 · (k − a) / (b − a), rounded half up
 * If a = b: 1 below it, 128 at it, 255 above it. Integers only. */
void picture_stretch(struct picture_stretch *w, const uint16_t *dn, size_t n, uint8_t *grey);

/* The formula above: the grey of a measured number k between a and b. */
uint8_t picture_grey(uint32_t k, uint32_t a, uint32_t b);

/* Stores numbers that are 8-bit samples already, without a stretch, in px[0], px[step], px[2 ·
 * step] … Step 1 makes a grey picture. Three calls with step 3, from px, px + 1 and px + 2, make an
 * RGB picture. */
void picture_plane(const uint16_t *dn, size_t n, uint8_t *px, size_t step);

#endif
