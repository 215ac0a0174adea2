/* Samples as pictures for people. */
#ifndef SUBSCENE_FILTERS_PICTURE_H
#define SUBSCENE_FILTERS_PICTURE_H

#include <stddef.h>
#include <stdint.h>

enum { PICTURE_NODATA = 0, PICTURE_DARKEST = 1, PICTURE_MIDDLE = 128, PICTURE_BRIGHTEST = 255 };

/* What a stretch works in; need not be set. */
struct picture_stretch {
    uint32_t count[65536];
    uint8_t grey[65536];
};

/* 16-bit numbers as grey: 0 (no data) is 0, 65535 (saturated) is 255. Of all others, a being the
 * 2nd and b the 98th percentile (nearest rank: the least number that so many hundredths of them do
 * not exceed), up to a is 1, from b on 255, and in between 1 + 254 · (k − a) / (b − a), rounded,
 * half up. Where a is b: 1 below it, 128 at it, 255 above it. Integers only. */
void picture_stretch(struct picture_stretch *w, const uint16_t *dn, size_t n, uint8_t *grey);

/* Numbers that are 8-bit samples already, unstretched: `px[0]`, `px[step]`, `px[2 · step]` … Step 1
 * makes a grey picture; three calls with step 3, from px, px + 1 and px + 2, make one of RGB. */
void picture_plane(const uint16_t *dn, size_t n, uint8_t *px, size_t step);

#endif
