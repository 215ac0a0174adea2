/* filters/wavelet53: undoes the forward transform of T.800 F.4, wherever a resolution begins; a
 * window has the samples of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filters/wavelet53.h"

enum { SIDE = 40, STRIDE = SIDE + 2 };

static uint32_t seed = 5;

static int32_t draw(int32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int32_t)((seed >> 8) % (uint32_t)n);
}

/* A place of the signal, mirrored at its ends (F.3.7). */
static int32_t mirrored(int32_t i, int32_t from, int32_t to)
{
    if (to - from == 1)
        return from;
    while (i < from || i >= to)
        i = i < from ? 2 * from - i : 2 * (to - 1) - i;
    return i;
}

static int32_t down(int32_t a, int log2) { return a >> log2; }

/* Equations F-9 and F-10, in place: low at even places, high at odd ones. `s` is at place `from`.
 */
static void forward(int32_t *s, ptrdiff_t step, int32_t from, int32_t to)
{
#define AT(i) s[(ptrdiff_t)(mirrored(i, from, to) - from) * step]
    if (to - from == 1) {
        if (from & 1)
            s[0] *= 2;
        return;
    }
    for (int32_t i = from; i < to; i++)
        if (i & 1)
            AT(i) -= down(AT(i - 1) + AT(i + 1), 1);
    for (int32_t i = from; i < to; i++)
        if (!(i & 1))
            AT(i) += down(AT(i - 1) + AT(i + 1) + 2, 2);
#undef AT
}

static int32_t image[SIDE * SIDE], coded[SIDE * SIDE], out[SIDE * SIDE];
static int32_t bands[WAVELET53_BANDS][STRIDE * SIDE];
static int32_t scratch[7 * (SIDE + 8)];

static struct wavelet53_span whole_columns, whole_rows, columns, rows;
static int32_t expected_row;

static void put(void *ctx, int32_t y, const int32_t *row)
{
    (void)ctx;
    assert_int_equal(y, expected_row++);
    memcpy(out + (y - rows.from) * SIDE, row, sizeof *row * (size_t)(columns.to - columns.from));
}

/* Only what the window needs is there. */
static struct wavelet53_band fill_band(int band)
{
    const struct wavelet53_span x =
        band & 1 ? wavelet53_high(whole_columns, columns) : wavelet53_low(whole_columns, columns);
    const struct wavelet53_span y =
        band & 2 ? wavelet53_high(whole_rows, rows) : wavelet53_low(whole_rows, rows);
    for (size_t i = 0; i < sizeof bands[0] / sizeof bands[0][0]; i++)
        bands[band][i] = 1 << 20;
    for (int32_t v = y.from; v < y.to; v++)
        for (int32_t u = x.from; u < x.to; u++)
            bands[band][(v - y.from) * STRIDE + 1 + (u - x.from)] =
                coded[(2 * v + (band >> 1) - whole_rows.from) * SIDE +
                      (2 * u + (band & 1) - whole_columns.from)];
    return (struct wavelet53_band){bands[band] + 1, STRIDE, x.from, y.from};
}

static void check_window(void)
{
    const int32_t w = columns.to - columns.from;
    struct wavelet53 wavelet = {whole_columns, whole_rows,         columns,
                                rows,          .scratch = scratch, .put = put};
    for (int b = 0; b < WAVELET53_BANDS; b++)
        wavelet.band[b] = fill_band(b);
    assert_true(wavelet53_scratch(w) <= sizeof scratch / sizeof *scratch);
    expected_row = rows.from;
    wavelet53_inverse(&wavelet);
    assert_int_equal(expected_row, rows.to);
    for (int32_t y = rows.from; y < rows.to; y++)
        for (int32_t x = columns.from; x < columns.to; x++)
            if (out[(y - rows.from) * SIDE + x - columns.from] !=
                image[(y - whole_rows.from) * SIDE + x - whole_columns.from])
                fail_msg("columns %d to %d, rows %d to %d: sample %d, %d differs",
                         whole_columns.from, whole_columns.to, whole_rows.from, whole_rows.to, x,
                         y);
}

static struct wavelet53_span part(struct wavelet53_span s)
{
    const int32_t from = s.from + draw(s.to - s.from);
    return (struct wavelet53_span){from, from + 1 + draw(s.to - from)};
}

static void all_places(void **state)
{
    (void)state;
    for (int i = 0; i < 4000; i++) {
        whole_columns.from = draw(5);
        whole_columns.to = whole_columns.from + 1 + draw(draw(2) ? SIDE : 3);
        whole_rows.from = draw(5);
        whole_rows.to = whole_rows.from + 1 + draw(draw(2) ? SIDE : 3);
        const int32_t w = whole_columns.to - whole_columns.from,
                      h = whole_rows.to - whole_rows.from;
        for (int32_t y = 0; y < h; y++)
            for (int32_t x = 0; x < w; x++)
                coded[y * SIDE + x] = image[y * SIDE + x] = draw(4000) - 2000;
        for (int32_t x = 0; x < w; x++) /* the other way round than the inverse */
            forward(coded + x, SIDE, whole_rows.from, whole_rows.to);
        for (int32_t y = 0; y < h; y++)
            forward(coded + y * SIDE, 1, whole_columns.from, whole_columns.to);
        columns = whole_columns;
        rows = whole_rows;
        check_window();
        columns = part(whole_columns);
        rows = part(whole_rows);
        check_window();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
