#include "filters/quantise.h"

#include <math.h>

#include "core/clones.h"

/* Adding and subtracting 1.5·2^23 rounds a float below 2^22 to an integer, half to even. Unlike
 * rintf(), this vectorises to four at a time with SSE2 alone. */
static const float ROUNDER = 12582912.0f;

static int32_t clamp(int32_t k)
{
    return k < QUANTISE_MIN ? QUANTISE_MIN : k > QUANTISE_MAX ? QUANTISE_MAX : k;
}

SIMD_CLONES void quantise_f32(const float *restrict v, int32_t n, int32_t add,
                              uint16_t *restrict out)
{
    int32_t odd = add & 1, even = add - odd;
    float odd_f = (float)odd;
    for (int32_t i = 0; i < n; i++)
        out[i] = (uint16_t)clamp((int32_t)((v[i] + odd_f + ROUNDER) - ROUNDER) + even);
}

void quantise_f64(const double *restrict v, int32_t n, int32_t add, uint16_t *restrict out)
{
    for (int32_t i = 0; i < n; i++) {
        double k = rint(v[i] + add);
        out[i] = (uint16_t)(k < QUANTISE_MIN ? QUANTISE_MIN : k > QUANTISE_MAX ? QUANTISE_MAX : k);
    }
}

SIMD_CLONES void quantise_row(const uint16_t *restrict dn, int32_t n, uint16_t nodata,
                              uint16_t saturated, int32_t add, uint16_t *restrict out)
{
    for (int32_t i = 0; i < n; i++) {
        uint16_t k = quantise_dn(dn[i], add);
        k = dn[i] == saturated ? UINT16_MAX : k;
        out[i] = dn[i] == nodata ? 0 : k;
    }
}

SIMD_CLONES void quantise_limit(uint16_t *dn, int32_t n, uint16_t most)
{
    for (int32_t i = 0; i < n; i++)
        dn[i] = dn[i] < most ? dn[i] : most;
}
