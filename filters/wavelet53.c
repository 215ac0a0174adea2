#include "filters/wavelet53.h"

#include <stdbool.h>

#include "core/clones.h"

typedef int32_t value;

/* Halves rounded down, for places that may be odd: x >> 1 of an int32_t. */
static int32_t half(int32_t x) { return x >> 1; }

static struct wavelet53_span clip(struct wavelet53_span s, int32_t from, int32_t to)
{
    s.from = s.from > from ? s.from : from;
    s.to = s.to < to ? s.to : to;
    return s;
}

/* x[2n] for x itself, and for both neighbours of an odd place. */
struct wavelet53_span wavelet53_low(struct wavelet53_span whole, struct wavelet53_span window)
{
    const struct wavelet53_span s = {half(window.from), half(window.to) + 1};
    return clip(s, half(whole.from + 1), half(whole.to + 1));
}

/* Of each of those, high[n − 1] and high[n]. */
struct wavelet53_span wavelet53_high(struct wavelet53_span whole, struct wavelet53_span window)
{
    const struct wavelet53_span low = wavelet53_low(whole, window);
    const struct wavelet53_span s = {low.from - 1, half(window.to) + 1};
    return clip(s, half(whole.from), half(whole.to));
}

/* ---- sums, which may wrap around ---- */

static inline value even(value low, value before, value behind)
{
    const uint32_t sum = (uint32_t)before + (uint32_t)behind + 2;
    return (value)((uint32_t)low - (uint32_t)((value)sum >> 2));
}

static inline value odd(value high, value before, value behind)
{
    const uint32_t sum = (uint32_t)before + (uint32_t)behind;
    return (value)((uint32_t)high + (uint32_t)((value)sum >> 1));
}

SIMD_CLONES static void make_even(value *restrict out, const value *low, const value *before,
                                  const value *behind, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = even(low[i], before[i], behind[i]);
}

SIMD_CLONES static void make_odd(value *restrict out, const value *high, const value *before,
                                 const value *behind, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = odd(high[i], before[i], behind[i]);
}

SIMD_CLONES static void interleave(value *restrict out, const value *a, const value *b, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        out[2 * i] = a[i];
        out[2 * i + 1] = b[i];
    }
}

/* ---- a row ---- */

/* Mirrors the high half at the ends of the resolution, into the columns beside it: `high` is at
 * place s.from. */
static void mirror_high(struct wavelet53_span whole, struct wavelet53_span low,
                        struct wavelet53_span s, value *high)
{
    if (s.from >= s.to)
        return;
    if (2 * low.from - 1 < whole.from)
        high[low.from - 1 - s.from] = high[low.from - s.from];
    if (2 * low.to - 1 >= whole.to)
        high[low.to - 1 - s.from] = high[low.to - 2 - s.from];
}

/* Joins even places low.from … and odd places high.from … into the window. */
static void join(struct wavelet53_span window, struct wavelet53_span low, const value *evens,
                 int32_t high_from, const value *odds, value *out)
{
    int32_t x = window.from;
    if (x & 1) {
        out[0] = odds[half(x) - high_from];
        x++;
    }
    const int32_t pairs = (window.to - x) / 2, n = half(x);
    value *at = out + (x - window.from);
    interleave(at, evens + (n - low.from), odds + (n - high_from), pairs);
    if ((window.to - x) & 1)
        at[2 * pairs] = evens[n + pairs - low.from];
}

/* One row of low and high into the window's columns. `scratch` has room for the even places and
 * one more on each side, and for the odd ones. */
static void make_row(struct wavelet53_span whole, struct wavelet53_span window,
                     const value *low_row, value *high_row, value *scratch, value *out)
{
    const struct wavelet53_span low = wavelet53_low(whole, window);
    const struct wavelet53_span high = wavelet53_high(whole, window);
    if (whole.to - whole.from == 1) {
        out[0] = whole.from & 1 ? high_row[0] / 2 : low_row[0];
        return;
    }
    const int32_t evens = low.to - low.from, first_odd = half(window.from);
    const int32_t odds = half(window.to) - first_odd;
    value *e = scratch + 1, *o = e + evens + 1;
    mirror_high(whole, low, high, high_row);
    const value *behind = high_row + (low.from - high.from);
    make_even(e, low_row, behind - 1, behind, evens);
    if (2 * low.from > whole.from)
        e[-1] = e[0]; /* the first place of the resolution is odd, or nothing reads this */
    e[evens] = e[evens - 1];
    make_odd(o, high_row + (first_odd - high.from), e + (first_odd - low.from),
             e + (first_odd - low.from) + 1, odds);
    join(window, low, e, first_odd, o, out);
}

/* ---- all rows ---- */

size_t wavelet53_scratch(int32_t width) { return (size_t)(7 * ((int64_t)width + 8)); }

/* Rows under way, each as wide as the window. */
struct rows {
    const struct wavelet53 *w;
    value *scratch;
    value *low, *even, *even_before, *high, *high_before, *odd;
};

static value *band_row(const struct wavelet53 *w, int band, int32_t x, int32_t y)
{
    const struct wavelet53_band *b = &w->band[band];
    return b->px + (y - b->y) * b->stride + (x - b->x);
}

/* Row n of the low or the high half of rows. */
static void half_row(const struct rows *r, int left, int right, int32_t n, value *out)
{
    const struct wavelet53 *w = r->w;
    const struct wavelet53_span low = wavelet53_low(w->columns, w->window_columns);
    const struct wavelet53_span high = wavelet53_high(w->columns, w->window_columns);
    make_row(w->columns, w->window_columns, band_row(w, left, low.from, n),
             band_row(w, right, high.from, n), r->scratch, out);
}

static void swap(value **a, value **b)
{
    value *c = *a;
    *a = *b;
    *b = c;
}

static void put(const struct rows *r, int32_t y, const value *row)
{
    const struct wavelet53_span window = r->w->window_rows;
    if (y >= window.from && y < window.to)
        r->w->put(r->w->ctx, y, row);
}

/* The only row of a resolution. */
static void single_row(struct rows *r, ptrdiff_t width)
{
    const int32_t y = r->w->rows.from;
    if (!(y & 1)) {
        half_row(r, WAVELET53_LL, WAVELET53_HL, half(y), r->low);
        put(r, y, r->low);
        return;
    }
    half_row(r, WAVELET53_LH, WAVELET53_HH, half(y), r->high);
    for (ptrdiff_t x = 0; x < width; x++)
        r->high[x] /= 2;
    put(r, y, r->high);
}

/* Row 2n, and 2n − 1 before it. */
static void two_rows(struct rows *r, int32_t n, ptrdiff_t width)
{
    const struct wavelet53_span rows = r->w->rows;
    const bool has_before = 2 * n - 1 >= rows.from, has_behind = 2 * n + 1 < rows.to;
    swap(&r->high, &r->high_before);
    swap(&r->even, &r->even_before);
    half_row(r, WAVELET53_LL, WAVELET53_HL, n, r->low);
    if (has_behind)
        half_row(r, WAVELET53_LH, WAVELET53_HH, n, r->high);
    const value *before = has_before ? r->high_before : r->high;
    make_even(r->even, r->low, before, has_behind ? r->high : before, width);
    if (has_before && 2 * n - 1 >= r->w->window_rows.from) {
        const bool has_even = 2 * n - 2 >= rows.from;
        make_odd(r->odd, r->high_before, has_even ? r->even_before : r->even, r->even, width);
        put(r, 2 * n - 1, r->odd);
    }
    put(r, 2 * n, r->even);
}

void wavelet53_inverse(const struct wavelet53 *w)
{
    const ptrdiff_t width = w->window_columns.to - w->window_columns.from, step = width + 8;
    struct rows r = {.w = w, .scratch = w->scratch};
    value **row[] = {&r.low, &r.even, &r.even_before, &r.high, &r.high_before, &r.odd};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        *row[i] = w->scratch + (ptrdiff_t)(i + 1) * step;
    if (w->rows.to - w->rows.from == 1) {
        single_row(&r, width);
        return;
    }
    const struct wavelet53_span low = wavelet53_low(w->rows, w->window_rows);
    if (2 * low.from - 1 >= w->rows.from)
        half_row(&r, WAVELET53_LH, WAVELET53_HH, low.from - 1, r.high);
    for (int32_t n = low.from; n < low.to; n++)
        two_rows(&r, n, width);
    if (2 * low.to - 1 < w->window_rows.to) { /* an odd row at the end of the resolution */
        make_odd(r.odd, r.high, r.even, r.even, width);
        put(&r, 2 * low.to - 1, r.odd);
    }
}
