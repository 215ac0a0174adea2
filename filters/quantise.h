/* From a filtered value to a stored DN: + offset, rounded once, half to even, clamped to 1 … 65534.
 * 0 and 65535 are never the result of arithmetic: they are written by nodata_mark_row
 * (filters/nodata.h). */
#ifndef SUBSCENE_FILTERS_QUANTISE_H
#define SUBSCENE_FILTERS_QUANTISE_H

#include <stdint.h>

enum { QUANTISE_MIN = 1, QUANTISE_MAX = 65534 };

/* out[i] = clamp(round(v[i] + add)). |add| < 2^20; |v| < 2^22, beyond it the result is still
 * clamped right.
 *
 * The filters work on values minus a constant; `add` is that constant plus the offset, and only its
 * parity (which ties to even need) goes through float arithmetic: adding 30000 to a float would
 * first round it to 1/512 and then a second time. The rounding is that of the default mode; do not
 * compile with -ffast-math. */
void quantise_f32(const float *v, int32_t n, int32_t add, uint16_t *out);
void quantise_f64(const double *v, int32_t n, int32_t add, uint16_t *out);

/* The same for a sample that no filter has touched. */
static inline uint16_t quantise_dn(uint16_t dn, int32_t add)
{
    int32_t k = dn + add;
    return (uint16_t)(k < QUANTISE_MIN ? QUANTISE_MIN : k > QUANTISE_MAX ? QUANTISE_MAX : k);
}

/* A row of samples that no filter has touched: the special DNs become 0 and 65535, the others go
 * through quantise_dn. */
void quantise_row(const uint16_t *dn, int32_t n, uint16_t nodata, uint16_t saturated, int32_t add,
                  uint16_t *out);

/* Values above `most` become it. */
void quantise_limit(uint16_t *dn, int32_t n, uint16_t most);

#endif
