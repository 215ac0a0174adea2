/* Reduces square rasters by whole blocks of pixels, for overviews. A block that reaches beyond the
 * raster counts the pixels inside. The result has reduce_side(size, block) rows and columns, and
 * `stride` samples from row to row. */
#ifndef SUBSCENE_FILTERS_REDUCE_H
#define SUBSCENE_FILTERS_REDUCE_H

#include <stddef.h>
#include <stdint.h>

static inline int32_t reduce_side(int32_t size, int32_t block) { return (size - 1) / block + 1; }

/* The mean of the numbers that are neither 0 (no-data) nor 65535 (saturated), rounded half up. A
 * block without such a number is 65535 if one is saturated, else 0. */
void reduce_numbers(const uint16_t *dn, int32_t size, int32_t block, uint16_t *to, size_t stride);

/* The most frequent code; of equally frequent ones the smallest. */
void reduce_codes(const uint8_t *codes, int32_t size, int32_t block, uint8_t *to, size_t stride);

/* The mean of the bytes, rounded half up. */
void reduce_bytes(const uint8_t *bytes, int32_t size, int32_t block, uint8_t *to, size_t stride);

#endif
