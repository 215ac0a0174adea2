#include "filters/kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static const double PI = 3.14159265358979323846;

/* A smaller weight is the rounding residue of a zero at the rim of the kernel. It must not widen
 * the reach. */
static const double NEGLIGIBLE = 1e-12;

const struct kernel_def kernel_table[KERNEL_COUNT] = {
    [KERNEL_SINC] = {"sinc", true, 0},
    [KERNEL_NEAREST] = {"nearest", false, 0.5},
    [KERNEL_BOX] = {"box", false, 0.5},
    [KERNEL_LINEAR] = {"linear", false, 1},
    [KERNEL_CUBIC] = {"cubic", false, 2},
    [KERNEL_CATROM] = {"catrom", false, 2},
    [KERNEL_MITCHELL] = {"mitchell", false, 2},
    [KERNEL_LANCZOS] = {"lanczos", true, 0},
    [KERNEL_HERMITE] = {"hermite", false, 1},
    [KERNEL_GAUSSIAN] = {"gaussian", false, 1.25},
    [KERNEL_QUADRATIC] = {"quadratic", false, 1.5},
    [KERNEL_HANN] = {"hann", true, 0},
    [KERNEL_HAMMING] = {"hamming", true, 0},
};

enum kernel_id kernel_find(const char *name)
{
    for (int id = 0; id < KERNEL_COUNT; id++)
        if (strcmp(kernel_table[id].name, name) == 0)
            return (enum kernel_id)id;
    return KERNEL_COUNT;
}

double kernel_support(enum kernel_id id, int lobes)
{
    return kernel_table[id].takes_lobes ? lobes : kernel_table[id].support;
}

static double sinc(double x)
{
    if (x == 0)
        return 1;
    /* sin(πk) is not 0 in floating point, but a filter must interpolate exactly */
    return x == floor(x) ? 0 : sin(PI * x) / (PI * x);
}

static double mitchell_netravali(double b, double c, double x)
{
    double x2 = x * x, x3 = x2 * x;
    if (x < 1)
        return ((12 - 9 * b - 6 * c) * x3 + (-18 + 12 * b + 6 * c) * x2 + (6 - 2 * b)) / 6;
    return ((-b - 6 * c) * x3 + (6 * b + 30 * c) * x2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) /
           6;
}

double kernel_value(enum kernel_id id, int lobes, double x)
{
    double support = kernel_support(id, lobes);
    x = fabs(x);
    if (x > support)
        return 0;
    double t = x / support;
    switch (id) {
    case KERNEL_SINC:
        return sinc(x) * (0.42 + 0.5 * cos(PI * t) + 0.08 * cos(2 * PI * t));
    case KERNEL_LANCZOS:
        return sinc(x) * sinc(t);
    case KERNEL_HANN:
        return sinc(x) * (0.5 + 0.5 * cos(PI * t));
    case KERNEL_HAMMING:
        return sinc(x) * (0.54 + 0.46 * cos(PI * t));
    case KERNEL_LINEAR:
        return 1 - x;
    case KERNEL_CUBIC:
        return mitchell_netravali(1, 0, x);
    case KERNEL_CATROM:
        return mitchell_netravali(0, 0.5, x);
    case KERNEL_MITCHELL:
        return mitchell_netravali(1.0 / 3, 1.0 / 3, x);
    case KERNEL_HERMITE:
        return (2 * x - 3) * x * x + 1;
    case KERNEL_GAUSSIAN:
        return exp(-2 * x * x) * sqrt(2 / PI);
    case KERNEL_QUADRATIC:
        return x < 0.5 ? 0.75 - x * x : 0.5 * (x - 1.5) * (x - 1.5);
    case KERNEL_NEAREST:
    case KERNEL_BOX:
    case KERNEL_COUNT:
        break;
    }
    return 1;
}

/* The weight of the source pixel m away from the anchor, before normalisation. The distance is one
 * division of exact integers. So both sides of a kernel round alike, and a tap exactly on the rim
 * is kept. */
static double raw_weight(enum kernel_id id, int lobes, const struct kernel_taps *t, int32_t phase,
                         int32_t m)
{
    if (id == KERNEL_NEAREST)
        return m == kernel_centre(t->up, t->down, phase);
    int32_t num = t->up > 1 ? 2 * t->up * m - (2 * phase + 1 - t->up) : 2 * m - (t->down - 1);
    int32_t den = t->up > 1 ? 2 * t->up : 2 * t->down;
    return kernel_value(id, lobes, (double)num / den);
}

static void find_reach(struct kernel_taps *t, enum kernel_id id, int lobes)
{
    int32_t far = ((int32_t)ceil(kernel_support(id, lobes)) + 1) * t->down;
    t->lo = t->hi = t->reach = 0;
    for (int32_t phase = 0; phase < t->up; phase++)
        for (int32_t m = -far; m <= far; m++) {
            if (fabs(raw_weight(id, lobes, t, phase, m)) < NEGLIGIBLE)
                continue;
            if (m < t->lo)
                t->lo = m;
            if (m > t->hi)
                t->hi = m;
        }
    /* the pixel under the centre is the anchor, or down/2 after it */
    int32_t left = t->down / 2 - t->lo, right = t->hi - t->down / 2;
    t->reach = left > right ? left : right;
}

static void fill_phase(struct kernel_taps *t, enum kernel_id id, int lobes, int32_t phase)
{
    int32_t count = t->hi - t->lo + 1;
    double *weight = t->weight + (ptrdiff_t)phase * count,
           *before = t->before + (ptrdiff_t)phase * (count + 1);
    double sum = 0;
    for (int32_t k = 0; k < count; k++) {
        weight[k] = raw_weight(id, lobes, t, phase, t->lo + k);
        if (fabs(weight[k]) < NEGLIGIBLE)
            weight[k] = 0;
        sum += weight[k];
    }
    before[0] = 0;
    for (int32_t k = 0; k < count; k++) {
        weight[k] /= sum;
        before[k + 1] = before[k] + weight[k];
    }
}

int kernel_taps_init(struct kernel_taps *t, enum kernel_id id, int lobes, int32_t up, int32_t down,
                     struct err *e)
{
    *t = (struct kernel_taps){.up = up, .down = down};
    find_reach(t, id, lobes);
    size_t count = (size_t)(t->hi - t->lo + 1), total = (size_t)up * (2 * count + 1);
    t->weight = mem_alloc(total, sizeof *t->weight);
    if (!t->weight)
        return err_nomem(e, total * sizeof *t->weight);
    t->before = t->weight + (size_t)up * count;
    for (int32_t phase = 0; phase < up; phase++)
        fill_phase(t, id, lobes, phase);
    return 0;
}

void kernel_taps_clear(struct kernel_taps *t)
{
    free(t->weight);
    *t = (struct kernel_taps){0};
}

double kernel_taps_inside(const struct kernel_taps *t, int32_t phase, int32_t anchor, int32_t n)
{
    int32_t first = anchor + t->lo < 0 ? -anchor : t->lo;
    int32_t last = anchor + t->hi >= n ? n - 1 - anchor : t->hi;
    if (first == t->lo && last == t->hi)
        return 1;
    const double *before = t->before + (ptrdiff_t)phase * (t->hi - t->lo + 2);
    return before[last - t->lo + 1] - before[first - t->lo];
}

int kernel_taps_response(const struct kernel_taps *t, int32_t phase, int32_t n, double (*out)[2],
                         struct err *e)
{
    const double *weight = kernel_taps_weights(t, phase);
    double(*wave)[2] = mem_alloc((size_t)n, sizeof *wave);
    if (!wave)
        return err_nomem(e, (size_t)n * sizeof *wave);
    for (int32_t k = 0; k < n; k++) {
        wave[k][0] = cos(2 * PI * k / n);
        wave[k][1] = sin(2 * PI * k / n);
    }
    for (int32_t k = 0; k < n; k++) {
        out[k][0] = out[k][1] = 0;
        for (int32_t m = 0; m <= t->hi - t->lo; m++) {
            int32_t at = (int32_t)((int64_t)k * m % n); /* exact: no angle exceeds one turn */
            out[k][0] += weight[m] * wave[at][0];
            out[k][1] += weight[m] * wave[at][1];
        }
    }
    free(wave);
    return 0;
}
