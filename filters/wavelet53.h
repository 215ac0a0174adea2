/* One level of the inverse reversible wavelet transform 5/3 (ITU-T T.800 F.3), for all of a
 * resolution or a window of it.
 *
 *     x[2n]     = low[n] − ⌊(high[n−1] + high[n] + 2) / 4⌋      (Equation F-5)
 *     x[2n + 1] = high[n] + ⌊(x[2n] + x[2n + 2]) / 2⌋            (Equation F-6)
 *
 * over columns, then rows, mirrored at the ends of the resolution (F.3.7). A signal of one sample
 * is low[n] at an even place, high[n] / 2 at an odd one. Coordinates are those of T.800: a
 * resolution need not begin at 0, and what counts is whether a place is even.
 *
 * Sums wrap around, as OpenJPEG's do: only damaged images reach that far.
 *
 * Threads: no state; memory is the caller's. */
#ifndef SUBSCENE_FILTERS_WAVELET53_H
#define SUBSCENE_FILTERS_WAVELET53_H

#include <stddef.h>
#include <stdint.h>

/* Half-open, like struct rect of core/view.h, but by its corners. */
struct wavelet53_span {
    int32_t from, to;
};

/* The part of a sub-band that is there. `px` is the coefficient at (x, y) of the sub-band; the
 * column before a row and the one behind it may be written to. */
struct wavelet53_band {
    int32_t *px;
    ptrdiff_t stride;
    int32_t x, y;
};

enum { WAVELET53_LL, WAVELET53_HL, WAVELET53_LH, WAVELET53_HH, WAVELET53_BANDS };

struct wavelet53 {
    struct wavelet53_span columns, rows; /* the whole resolution */
    struct wavelet53_span window_columns, window_rows; /* a part of it, not empty */
    struct wavelet53_band band[WAVELET53_BANDS];
    int32_t *scratch; /* wavelet53_scratch(width of the window) values */
    void (*put)(void *ctx, int32_t y, const int32_t *row); /* a row of the window, in order */
    void *ctx;
};

/* What of the low and the high half a window needs: places n of low[n] and high[n]. Either may be
 * empty. */
struct wavelet53_span wavelet53_low(struct wavelet53_span whole, struct wavelet53_span window);
struct wavelet53_span wavelet53_high(struct wavelet53_span whole, struct wavelet53_span window);

size_t wavelet53_scratch(int32_t width);

/* Every coefficient that wavelet53_low and wavelet53_high name must be in the bands. */
void wavelet53_inverse(const struct wavelet53 *w);

#endif
