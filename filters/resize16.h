/* Resizing of a square image of 16-bit samples as GraphicsMagick's ResizeImage does it (1.3 and
 * 1.4, quantum depth 16, blur 1), bit for bit: what cm_vsm does to each subscene. Pure arithmetic
 * in double.
 *
 * n samples become m: factor f = m/n; centre of sample i at c = (i + 0.5)/f; half-width s =
 * support·max(1/f, 1), at least 0.5 + 1e−12; taps t from trunc(max(c − s + 0.5, 0)) up to, without,
 * trunc(min(c + s + 0.5, n)); weight h((t − c + 0.5)·min(f, 1)), times 1/sum of the weights.
 * Columns first, rounded half up and cut to 0 … 65535, then rows, rounded again. Nothing is special
 * about 0 and 65535, nothing is done at the border but to leave taps out.
 *
 *     point, box  1 for −½ ≤ x < ½                  0, ½
 *     linear      1 − |x|                           1
 *     hermite     2|x|³ − 3x² + 1                   1
 *     hanning     0.5 + 0.5 cos πx                  1
 *     hamming     0.54 + 0.46 cos πx                1
 *     blackman    0.42 + 0.5 cos πx + 0.08 cos 2πx  1
 *     gaussian    √(2/π)·exp(−2x²)                  1.25
 *     quadratic   ¾ − x², then ½(|x| − 1.5)²        1.5
 *     cubic       B-spline                          2
 *     catrom      Mitchell-Netravali B = 0, C = ½   2
 *     mitchell    B = C = ⅓                         2
 *     lanczos     sinc(x)·sinc(x/3)                 3
 *     bessel      J₁(πx)/2x·blackman(x/3.2383)      3.2383
 *     sinc        sinc(x)·blackman(x/4)             4
 *
 * behind each its support. "undefined" is GraphicsMagick's choice: mitchell to enlarge, else
 * lanczos. The names are GraphicsMagick's; some mean other kernels than those of
 * filters/kernel.h. */
#ifndef SUBSCENE_FILTERS_RESIZE16_H
#define SUBSCENE_FILTERS_RESIZE16_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum resize16_filter {
    RESIZE16_UNDEFINED,
    RESIZE16_POINT,
    RESIZE16_BOX,
    RESIZE16_LINEAR,
    RESIZE16_CUBIC,
    RESIZE16_SINC,
    RESIZE16_HERMITE,
    RESIZE16_HANNING,
    RESIZE16_HAMMING,
    RESIZE16_BLACKMAN,
    RESIZE16_GAUSSIAN,
    RESIZE16_QUADRATIC,
    RESIZE16_CATROM,
    RESIZE16_MITCHELL,
    RESIZE16_LANCZOS,
    RESIZE16_BESSEL,
    RESIZE16_COUNT
};

extern const char *const resize16_names[RESIZE16_COUNT + 1]; /* the last one is NULL */

/* RESIZE16_COUNT when the name is unknown. */
enum resize16_filter resize16_find(const char *name);

struct resize16; /* the taps of one pair of sizes: immutable, shared by threads */

/* n × n samples to m × m, n and m from 1 to 32768. Errors: ERR_USAGE, ERR_TEMPORARY. */
int resize16_create(int32_t n, int32_t m, enum resize16_filter filter, struct resize16 **out,
                    struct err *e) MUST_CHECK;
void resize16_destroy(struct resize16 *r);
size_t resize16_bytes(int32_t n, int32_t m,
                      enum resize16_filter filter); /* what it allocates, for the memory plan, */
size_t resize16_work_bytes(int32_t n,
                           int32_t m); /* and what resize16_run works in; both grow with n */

/* `src`: n × n samples, row after row; `dst`: m × m; `work`: resize16_work_bytes bytes. None
 * overlap. */
void resize16_run(const struct resize16 *r, const uint16_t *src, void *work, uint16_t *dst);

#endif
