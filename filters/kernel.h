/* Resampling kernels and their taps. Pure arithmetic, no state.
 *
 * name      h(x), |x| ≤ half-width                              width source
 * sinc      sinc(x)·(0.42 + 0.5 cos πt + 0.08 cos 2πt), t = x/L L     GM BlackmanSinc; Harris 1978
 * nearest   the source pixel that holds the centre              —
 * box       1                                                   0.5   the mean when downsampling
 * linear    1 − |x|                                             1     "triangle"
 * cubic     cubic B-spline: Mitchell–Netravali B = 1, C = 0     2     Hou & Andrews 1978
 * catrom    B = 0, C = 1/2                                      2     Keys 1981, a = −1/2
 * mitchell  B = C = 1/3                                         2     Mitchell & Netravali 1988
 * lanczos   sinc(x)·sinc(x/L)                                   L     Duchon 1979
 * hermite   2|x|³ − 3x² + 1                                     1     GM Hermite
 * gaussian  √(2/π)·exp(−2x²)                                    1.25  GM Gaussian
 * quadratic quadratic B-spline: ¾ − x², then ½(|x| − 1.5)²      1.5   GM Quadratic
 * hann      sinc(x)·(0.5 + 0.5 cos πt)                          L     Harris 1978, windows the sinc
 * hamming   sinc(x)·(0.54 + 0.46 cos πt)                        L     Harris 1978, windows the sinc
 *
 * GM is GraphicsMagick; catrom is also in Catmull & Rom 1974; Mitchell & Netravali is SIGGRAPH
 * 1988. "width" is the half-width in source pixels, L the number of lobes. sinc(x) = sin(πx)/(πx).
 * GraphicsMagick's "hanning" and "hamming" are bare windows of half-width 1. Here both names have
 * their meaning in filter design: the sinc times the window. */
#ifndef SUBSCENE_FILTERS_KERNEL_H
#define SUBSCENE_FILTERS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum kernel_id {
    KERNEL_SINC, /* Blackman-windowed sinc, the default, L = 4 */
    KERNEL_NEAREST,
    KERNEL_BOX,
    KERNEL_LINEAR,
    KERNEL_CUBIC,
    KERNEL_CATROM,
    KERNEL_MITCHELL,
    KERNEL_LANCZOS,
    KERNEL_HERMITE,
    KERNEL_GAUSSIAN,
    KERNEL_QUADRATIC,
    KERNEL_HANN,
    KERNEL_HAMMING,
    KERNEL_COUNT
};

enum { KERNEL_LOBES_MIN = 2, KERNEL_LOBES_DEFAULT = 4, KERNEL_LOBES_MAX = 64 };

struct kernel_def {
    const char *name;
    bool takes_lobes; /* --lobes sets the half-width; else it is `support` */
    double support; /* half-width in source pixels when it is fixed */
};
extern const struct kernel_def kernel_table[KERNEL_COUNT];

/* Returns KERNEL_COUNT if the name is unknown. */
enum kernel_id kernel_find(const char *name);

/* Value of the kernel at distance x (source pixels, before any widening); 0 beyond its half-width.
 * Only kernels with takes_lobes read `lobes`. KERNEL_NEAREST is not a function of the distance. Its
 * value here is the value of the box; its only tap is the source pixel under the centre. */
double kernel_value(enum kernel_id id, int lobes, double x);
double kernel_support(enum kernel_id id, int lobes);

/* The source pixel that holds the centre of target pixel i: floor((i + 0.5)·down/up). It can lie
 * past the end of the raster when `down` does not divide the size of the raster. */
static inline int32_t kernel_centre(int32_t up, int32_t down, int32_t i)
{
    return (int32_t)(((int64_t)2 * i + 1) * down / ((int64_t)2 * up));
}

/* The taps of one axis. Target pixel i has the anchor kernel_taps_anchor(i) and the phase
 * kernel_taps_phase(i). Its value is Σ weight[phase][m]·source[anchor + m] over lo ≤ m ≤ hi. The
 * weights of a phase sum to 1. Read-only after kernel_taps_init. */
struct kernel_taps {
    int32_t up, down;
    int32_t lo, hi; /* over all phases; lo ≤ 0 ≤ hi */
    int32_t reach; /* the largest distance between a tap and the source pixel under the centre */
    double *weight; /* up × (hi − lo + 1) */
    double *before; /* up × (hi − lo + 2): sums of the weights before the k-th */
};

/* `up` or `down` must be 1. Errors: ERR_TEMPORARY. */
int kernel_taps_init(struct kernel_taps *t, enum kernel_id id, int lobes, int32_t up, int32_t down,
                     struct err *e) MUST_CHECK;
void kernel_taps_clear(struct kernel_taps *t);

static inline int32_t kernel_taps_anchor(const struct kernel_taps *t, int32_t i)
{
    return t->up > 1 ? i / t->up : i * t->down;
}
static inline int32_t kernel_taps_phase(const struct kernel_taps *t, int32_t i)
{
    return i % t->up;
}
static inline const double *kernel_taps_weights(const struct kernel_taps *t, int32_t phase)
{
    return t->weight + (ptrdiff_t)phase * (t->hi - t->lo + 1);
}

/* The sum of the weights whose source pixels lie in 0 … n−1. It is exactly 1 if all of them do. */
double kernel_taps_inside(const struct kernel_taps *t, int32_t phase, int32_t anchor, int32_t n);

/* The frequency response of a phase on a circle of n samples: out[k] (re, im) = Σ
 * weight[m]·exp(+2πi·k·(m − lo)/n). It turns the transform of x into the transform of y[r] = Σ
 * weight[m]·x[r + m − lo]. Errors: ERR_TEMPORARY. */
int kernel_taps_response(const struct kernel_taps *t, int32_t phase, int32_t n, double (*out)[2],
                         struct err *e) MUST_CHECK;

#endif
