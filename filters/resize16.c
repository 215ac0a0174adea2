#include "filters/resize16.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clones.h"
#include "core/mem.h"

static const double PI = 3.14159265358979323846;

enum { SIDE_MAX = 32768, LANES = 64 };

struct span {
    int32_t first, n; /* taps first … first + n − 1 */
};

struct resize16 {
    int32_t n, m;
    int32_t taps; /* capacity for the weights of one sample */
    struct span *span; /* m */
    double *weight; /* m × taps */
};

/* ---- kernels: GraphicsMagick's order of operations wherever a sum can be exactly halfway between
 * two numbers ---- */

static double sinc(double x) { return x == 0 ? 1 : sin(PI * x) / (PI * x); }

static double box(double x) { return x >= -0.5 && x < 0.5; }

static double linear(double x) { return fabs(x) < 1 ? 1 - fabs(x) : 0; }

static double hermite(double x)
{
    double a = fabs(x);
    return a < 1 ? (2 * a - 3) * x * x + 1 : 0;
}

static double hanning(double x) { return 0.5 + 0.5 * cos(PI * x); }

static double hamming(double x) { return 0.54 + 0.46 * cos(PI * x); }

static double blackman(double x) { return 0.42 + 0.5 * cos(PI * x) + 0.08 * cos(2 * PI * x); }

static double gaussian(double x) { return exp(-2 * x * x) * sqrt(2 / PI); }

static double quadratic(double x)
{
    double a = fabs(x);
    return a < 0.5 ? 0.75 - a * a : a < 1.5 ? 0.5 * (a - 1.5) * (a - 1.5) : 0;
}

static double cubic(double x)
{
    double a = fabs(x);
    return a < 1 ? (4 + a * a * (3 * a - 6)) / 6 : a < 2 ? (2 - a) * (2 - a) * (2 - a) / 6 : 0;
}

static double catrom(double x)
{
    double a = fabs(x);
    return a < 1 ? 0.5 * (2 + a * a * (3 * a - 5)) : a < 2 ? 0.5 * (4 + a * (a * (5 - a) - 8)) : 0;
}

/* Mitchell & Netravali, SIGGRAPH 1988, as two polynomials of |x|. */
static double mitchell(double x)
{
    static const double B = 1.0 / 3, C = 1.0 / 3;
    double a = fabs(x);
    if (a < 1)
        return (6 - 2 * B) / 6 +
               a * a * ((-18 + 12 * B + 6 * C) / 6 + a * ((12 - 9 * B - 6 * C) / 6));
    if (a < 2)
        return (8 * B + 24 * C) / 6 +
               a * ((-12 * B - 48 * C) / 6 + a * ((6 * B + 30 * C) / 6 + a * ((-B - 6 * C) / 6)));
    return 0;
}

static double lanczos(double x) { return fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0; }

static double blackman_sinc(double x) { return blackman(x / 4) * sinc(x); }

#define BESSEL_SUPPORT 3.2383

static double blackman_bessel(double x)
{
    double jinc = x == 0 ? PI / 4 : j1(PI * x) / (2 * x);
    return blackman(x / BESSEL_SUPPORT) * jinc;
}

const char *const resize16_names[RESIZE16_COUNT + 1] = {
    "undefined", "point",    "box",      "linear",    "cubic",  "sinc",     "hermite", "hanning",
    "hamming",   "blackman", "gaussian", "quadratic", "catrom", "mitchell", "lanczos", "bessel"};

static const struct {
    double (*value)(double);
    double support;
} kernels[RESIZE16_COUNT] = {
    [RESIZE16_POINT] = {box, 0},
    [RESIZE16_BOX] = {box, 0.5},
    [RESIZE16_LINEAR] = {linear, 1},
    [RESIZE16_CUBIC] = {cubic, 2},
    [RESIZE16_SINC] = {blackman_sinc, 4},
    [RESIZE16_HERMITE] = {hermite, 1},
    [RESIZE16_HANNING] = {hanning, 1},
    [RESIZE16_HAMMING] = {hamming, 1},
    [RESIZE16_BLACKMAN] = {blackman, 1},
    [RESIZE16_GAUSSIAN] = {gaussian, 1.25},
    [RESIZE16_QUADRATIC] = {quadratic, 1.5},
    [RESIZE16_CATROM] = {catrom, 2},
    [RESIZE16_MITCHELL] = {mitchell, 2},
    [RESIZE16_LANCZOS] = {lanczos, 3},
    [RESIZE16_BESSEL] = {blackman_bessel, BESSEL_SUPPORT},
};

enum resize16_filter resize16_find(const char *name)
{
    int id = 0;
    while (id < RESIZE16_COUNT && strcmp(resize16_names[id], name) != 0)
        id++;
    return (enum resize16_filter)id;
}

/* ---- taps ---- */

static enum resize16_filter resolved(int32_t n, int32_t m, enum resize16_filter filter)
{
    return filter != RESIZE16_UNDEFINED ? filter : m > n ? RESIZE16_MITCHELL : RESIZE16_LANCZOS;
}

/* Half-width of the kernel in source samples, and the factor from source samples to the kernel's
 * own argument. */
static double reach_of(int32_t n, int32_t m, enum resize16_filter filter, double *scale)
{
    double widened = fmax(1 / ((double)m / n), 1),
           reach = widened * kernels[resolved(n, m, filter)].support;
    *scale = 1 / widened;
    if (reach > 0.5)
        return reach;
    *scale = 1;
    return 0.5 + 1e-12;
}

static int32_t taps_of(int32_t n, int32_t m, enum resize16_filter filter)
{
    double scale, taps = 2 * reach_of(n, m, filter, &scale) + 2;
    return taps < n ? (int32_t)taps : n;
}

static void fill(struct resize16 *r, int32_t i, enum resize16_filter filter)
{
    double scale, reach = reach_of(r->n, r->m, filter, &scale), sum = 0;
    double centre = (i + 0.5) / ((double)r->m / r->n);
    double (*value)(double) = kernels[resolved(r->n, r->m, filter)].value;
    double *weight = r->weight + (ptrdiff_t)i * r->taps;
    int32_t first = (int32_t)fmax(centre - reach + 0.5, 0),
            end = (int32_t)fmin(centre + reach + 0.5, r->n);
    for (int32_t k = 0; k < end - first; k++) {
        weight[k] = value(scale * ((double)(first + k) - centre + 0.5));
        sum += weight[k];
    }
    for (int32_t k = 0; k < end - first && sum != 0 && sum != 1; k++)
        weight[k] *= 1 / sum;
    r->span[i] = (struct span){first, end - first};
}

int resize16_create(int32_t n, int32_t m, enum resize16_filter filter, struct resize16 **out,
                    struct err *e)
{
    if (n < 1 || n > SIDE_MAX || m < 1 || m > SIDE_MAX || (int)filter < 0 ||
        filter >= RESIZE16_COUNT)
        return err_set(e, ERR_USAGE,
                       "resizing %d px to %d px with filter %d: 1 ... %d px are possible", (int)n,
                       (int)m, (int)filter, (int)SIDE_MAX);
    struct resize16 *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    *r = (struct resize16){.n = n, .m = m, .taps = taps_of(n, m, filter)};
    r->span = mem_alloc((size_t)m, sizeof *r->span);
    r->weight = mem_alloc((size_t)m * (size_t)r->taps, sizeof *r->weight);
    if (!r->span || !r->weight) {
        resize16_destroy(r);
        return err_nomem(e, resize16_bytes(n, m, filter));
    }
    for (int32_t i = 0; i < m; i++)
        fill(r, i, filter);
    *out = r;
    return 0;
}

void resize16_destroy(struct resize16 *r)
{
    if (!r)
        return;
    free(r->span);
    free(r->weight);
    free(r);
}

size_t resize16_bytes(int32_t n, int32_t m, enum resize16_filter filter)
{
    return sizeof(struct resize16) +
           (size_t)m * (sizeof(struct span) + (size_t)taps_of(n, m, filter) * sizeof(double));
}

size_t resize16_work_bytes(int32_t n, int32_t m)
{
    /* the finished columns, and a few of their rows transposed, before and after the second pass */
    return ((size_t)m * (size_t)n + ((size_t)n + (size_t)m) * LANES) * sizeof(uint16_t);
}

/* ---- sums ---- */

/* Half up, clamped to 0 … 65535. A sum stays far inside 32 bits: weights sum to 1 and few are
 * negative. */
static inline uint16_t rounded(double v)
{
    int32_t k = (int32_t)(v + 0.5);
    k = k < 0 ? 0 : k;
    return (uint16_t)(k > 65535 ? 65535 : k);
}

/* Adds four taps one after the other, so it rounds like a sum of single taps. */
static inline double plus4(double sum, const double *weight, const uint16_t *at, ptrdiff_t stride)
{
    sum += weight[0] * (double)(int32_t)at[0];
    sum += weight[1] * (double)(int32_t)at[stride];
    sum += weight[2] * (double)(int32_t)at[2 * stride];
    sum += weight[3] * (double)(int32_t)at[3 * stride];
    return sum;
}

/* out[x] is the sum over the taps in column x, rows `stride` apart. The sum always runs from the
 * first tap to the last; x may come in any order. */
SIMD_CLONES static void sum_rows(const double *restrict weight, int32_t taps,
                                 const uint16_t *restrict src, ptrdiff_t stride, int32_t width,
                                 uint16_t *restrict out)
{
    double sum[LANES];
    for (int32_t x = 0; x < width; x += LANES, src += LANES) {
        int32_t some = width - x < LANES ? width - x : LANES, k = 1;
        for (int32_t c = 0; c < some; c++)
            sum[c] = weight[0] * (double)(int32_t)src[c];
        for (; k + 4 <= taps; k += 4)
            for (int32_t c = 0; c < some; c++)
                sum[c] = plus4(sum[c], weight + k, src + k * stride + c, stride);
        for (; k < taps; k++)
            for (int32_t c = 0; c < some; c++)
                sum[c] += weight[k] * (double)(int32_t)src[k * stride + c];
        for (int32_t c = 0; c < some; c++)
            out[x + c] = rounded(sum[c]);
    }
}

static void pass(const struct resize16 *r, const uint16_t *src, int32_t width, ptrdiff_t stride,
                 uint16_t *out)
{
    for (int32_t i = 0; i < r->m; i++)
        sum_rows(r->weight + (ptrdiff_t)i * r->taps, r->span[i].n, src + r->span[i].first * stride,
                 stride, width, out + i * stride);
}

/* The pass along rows for a few rows: transposed, it is the pass along columns. `side`: (n + m) ×
 * LANES. */
static void pass_lanes(const struct resize16 *r, const uint16_t *src, int32_t lanes, uint16_t *side,
                       uint16_t *dst)
{
    uint16_t *out = side + (ptrdiff_t)r->n * LANES;
    for (int32_t x = 0; x < r->n; x++)
        for (int32_t l = 0; l < lanes; l++)
            side[x * LANES + l] = src[(ptrdiff_t)l * r->n + x];
    pass(r, side, lanes, LANES, out);
    for (int32_t l = 0; l < lanes; l++)
        for (int32_t i = 0; i < r->m; i++)
            dst[(ptrdiff_t)l * r->m + i] = out[i * LANES + l];
}

void resize16_run(const struct resize16 *r, const uint16_t *src, void *work, uint16_t *dst)
{
    uint16_t *columns = work, *side = columns + (ptrdiff_t)r->m * r->n;
    pass(r, src, r->n, r->n, columns);
    for (int32_t y = 0; y < r->m; y += LANES)
        pass_lanes(r, columns + (ptrdiff_t)y * r->n, r->m - y < LANES ? r->m - y : LANES, side,
                   dst + (ptrdiff_t)y * r->m);
}
