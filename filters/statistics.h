/* What is in a subscene's samples, in integers: exact, and the same in whatever order they are
 * added. */
#ifndef SUBSCENE_FILTERS_STATISTICS_H
#define SUBSCENE_FILTERS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Of the samples of one band that are not 0 (no data). */
struct band_stats {
    int64_t count;
    int64_t sum;
    uint16_t min, max; /* of no meaning when count is 0 */
};

#define BAND_STATS_INIT ((struct band_stats){0, 0, UINT16_MAX, 0})

void band_stats_add(struct band_stats *s, const uint16_t *dn, size_t n);

/* Clears mask[i] where dn[i] is no data: after all bands it marks the pixels at which every band
 * has data. */
void valid_mask_and(uint8_t *mask, const uint16_t *dn, size_t n);
int64_t valid_mask_count(const uint8_t *mask, size_t n);

#endif
