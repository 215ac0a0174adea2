/* Resizes a square image of 16-bit samples exactly as GraphicsMagick's ResizeImage (1.3 and 1.4,
 * quantum depth 16, blur 1), bit for bit. cm_vsm resizes each subscene this way. Pure arithmetic in
 * double.
 *
 * For n samples resized to m:
 *   factor      f = m/n
 *   centre      c = (i + 0.5)/f, for sample i
 *   half-width  s = support·max(1/f, 1), at least 0.5 + 1e−12
 *   taps        t from trunc(max(c − s + 0.5, 0)) to trunc(min(c + s + 0.5, n)) − 1
 *   weight      h((t − c + 0.5)·min(f, 1)), divided by the sum of the weights
 * Columns come first, rounded half up and clamped to 0 … 65535; then rows, rounded again. 0 and
 * 65535 are ordinary values. At the border the taps outside the image are dropped.
 *
 * filter      h(x)                              support
 * point, box  1 for −½ ≤ x < ½                  0, ½
 * linear      1 − |x|                           1
 * hermite     2|x|³ − 3x² + 1                   1
 * hanning     0.5 + 0.5 cos πx                  1
 * hamming     0.54 + 0.46 cos πx                1
 * blackman    0.42 + 0.5 cos πx + 0.08 cos 2πx  1
 * gaussian    √(2/π)·exp(−2x²)                  1.25
 * quadratic   ¾ − x², then ½(|x| − 1.5)²        1.5
 * cubic       B-spline                          2
 * catrom      Mitchell-Netravali B = 0, C = ½   2
 * mitchell    B = C = ⅓                         2
 * lanczos     sinc(x)·sinc(x/3)                 3
 * bessel      J₁(πx)/2x·blackman(x/3.2383)      3.2383
 * sinc        sinc(x)·blackman(x/4)             4
 *
 * "undefined" is GraphicsMagick's choice: mitchell to enlarge, else lanczos. The names are
 * GraphicsMagick's; some name other kernels in filters/kernel.h. */
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

/* Returns RESIZE16_COUNT if the name is unknown. */
enum resize16_filter resize16_find(const char *name);

struct resize16; /* the taps of one pair of sizes: immutable, shared by threads */

/* Prepares the resizing of n × n samples to m × m; n and m are 1 … 32768. Errors: ERR_USAGE,
 * ERR_TEMPORARY. */
int resize16_create(int32_t n, int32_t m, enum resize16_filter filter, struct resize16 **out,
                    struct err *e) MUST_CHECK;
void resize16_destroy(struct resize16 *r);
/* Bytes that resize16_create allocates, for the memory plan. Grows with n. */
size_t resize16_bytes(int32_t n, int32_t m, enum resize16_filter filter);
/* Bytes of the `work` buffer of resize16_run. Grows with n. */
size_t resize16_work_bytes(int32_t n, int32_t m);

/* `src` holds n × n samples, row by row; `dst` holds m × m; `work` has resize16_work_bytes bytes.
 * The three must not overlap. */
void resize16_run(const struct resize16 *r, const uint16_t *src, void *work, uint16_t *dst);

#endif
