#include "filters/statistics.h"

#include "core/clones.h"

/* For at most 65536 samples the sums fit 32 bits, so the loop vectorises. */
enum { PIECE = 65536 };

SIMD_CLONES static void add_piece(struct band_stats *s, const uint16_t *dn, size_t n)
{
    uint32_t sum = 0, count = 0;
    uint16_t max = 0, min_less_1 = UINT16_MAX;
    for (size_t i = 0; i < n; i++) {
        sum += dn[i];
        count += dn[i] != 0;
        max = dn[i] > max ? dn[i] : max;
        /* 0 becomes 65535 and so is never the minimum */
        uint16_t less_1 = (uint16_t)(dn[i] - 1);
        min_less_1 = less_1 < min_less_1 ? less_1 : min_less_1;
    }
    s->sum += sum;
    s->count += count;
    s->max = max > s->max ? max : s->max;
    uint16_t min = (uint16_t)(min_less_1 + 1);
    if (count > 0 && min < s->min)
        s->min = min;
}

void band_stats_add(struct band_stats *s, const uint16_t *dn, size_t n)
{
    for (; n > PIECE; n -= PIECE, dn += PIECE)
        add_piece(s, dn, PIECE);
    add_piece(s, dn, n);
}

SIMD_CLONES void valid_mask_and(uint8_t *mask, const uint16_t *dn, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mask[i] = (uint8_t)(mask[i] & (dn[i] != 0));
}

SIMD_CLONES int64_t valid_mask_count(const uint8_t *mask, size_t n)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += mask[i];
    return count;
}
