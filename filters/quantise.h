/* Turns a filtered value into a stored DN: adds the offset, rounds once (half to even), clamps to 1
 * … 65534. Arithmetic never gives 0 or 65535; nodata_mark_row (filters/nodata.h) writes them. */
#ifndef SUBSCENE_FILTERS_QUANTISE_H
#define SUBSCENE_FILTERS_QUANTISE_H

#include <stdint.h>

enum { QUANTISE_MIN = 1, QUANTISE_MAX = 65534 };

/* out[i] = clamp(round(v[i] + add)). Needs |add| < 2^20. For |v| < 2^22 the rounding is exact;
 * beyond that the result is still clamped correctly.
 *
 * The filters work on values minus a constant, and `add` is that constant plus the offset. Only the
 * parity of `add` goes through float arithmetic, because ties to even need it. Adding 30000 to a
 * float would round it to 1/512 first and then a second time. The default rounding mode must be
 * set; do not compile with -ffast-math. */
void quantise_f32(const float *v, int32_t n, int32_t add, uint16_t *out);
void quantise_f64(const double *v, int32_t n, int32_t add, uint16_t *out);

/* The same for an unfiltered sample. */
static inline uint16_t quantise_dn(uint16_t dn, int32_t add)
{
    int32_t k = dn + add;
    return (uint16_t)(k < QUANTISE_MIN ? QUANTISE_MIN : k > QUANTISE_MAX ? QUANTISE_MAX : k);
}

/* Converts a row of unfiltered samples: `nodata` becomes 0, `saturated` becomes 65535, and other
 * samples go through quantise_dn. */
void quantise_row(const uint16_t *dn, int32_t n, uint16_t nodata, uint16_t saturated, int32_t add,
                  uint16_t *out);

/* Limits values to `most`. */
void quantise_limit(uint16_t *dn, int32_t n, uint16_t most);

#endif
