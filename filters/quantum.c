#include "filters/quantum.h"

#include "core/clones.h"

/* Scales a fraction 0 … 1 to a whole number, rounded down. */
static inline uint16_t of_fraction(float f) { return (uint16_t)(int32_t)((double)f * 65535.0); }

SIMD_CLONES void quantum_load16(const uint16_t *restrict dn, int32_t n, uint16_t *restrict out)
{
    for (int32_t i = 0; i < n; i++)
        out[i] = of_fraction((float)(int32_t)dn[i] * (1 / 65535.0F));
}

void quantum_load8(const uint16_t *v, int32_t n, uint16_t *out)
{
    for (int32_t i = 0; i < n; i++)
        out[i] = of_fraction((float)(int32_t)v[i] * (1 / 255.0F));
}

void quantum_load8_tiled(const uint16_t *v, int32_t n, uint16_t *out)
{
    for (int32_t i = 0; i < n; i++)
        out[i] = (uint16_t)(257 * v[i]);
}

void quantum_store8(const uint16_t *q, int32_t n, uint16_t *out)
{
    for (int32_t i = 0; i < n; i++)
        out[i] = (uint16_t)((float)(q[i] * 255) / 65535.0F);
}
