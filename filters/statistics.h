/* Statistics of the samples of a subscene, in integers: exact, and independent of the order of
 * addition. */
#ifndef SUBSCENE_FILTERS_STATISTICS_H
#define SUBSCENE_FILTERS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* The samples of one band that are not 0 (no-data). */
struct band_stats {
    int64_t count;
    int64_t sum;
    uint16_t min, max; /* undefined when count is 0 */
};

#define BAND_STATS_INIT ((struct band_stats){0, 0, UINT16_MAX, 0})

void band_stats_add(struct band_stats *s, const uint16_t *dn, size_t n);

/* Clears mask[i] where dn[i] is no-data. After all bands, the mask marks the pixels with data in
 * every band. */
void valid_mask_and(uint8_t *mask, const uint16_t *dn, size_t n);
int64_t valid_mask_count(const uint8_t *mask, size_t n);

#endif
