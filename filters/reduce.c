#include "filters/reduce.h"

#include <string.h>

/* Block (x, y): its first pixel, and its columns and rows inside the raster. */
struct block {
    size_t first;
    int32_t w, h;
};

static struct block block_at(int32_t size, int32_t block, int32_t x, int32_t y)
{
    int32_t left = x * block, top = y * block;
    return (struct block){.first = (size_t)top * (size_t)size + (size_t)left,
                          .w = size - left < block ? size - left : block,
                          .h = size - top < block ? size - top : block};
}

static uint16_t mean_number(const uint16_t *dn, int32_t size, struct block b)
{
    uint64_t sum = 0, n = 0;
    uint16_t other = 0;
    for (int32_t y = 0; y < b.h; y++) {
        const uint16_t *row = dn + b.first + (size_t)y * (size_t)size;
        for (int32_t x = 0; x < b.w; x++) {
            if (row[x] == 0 || row[x] == UINT16_MAX) {
                other |= row[x];
                continue;
            }
            sum += row[x];
            n++;
        }
    }
    return n ? (uint16_t)((sum + n / 2) / n) : other;
}

void reduce_numbers(const uint16_t *dn, int32_t size, int32_t block, uint16_t *to, size_t stride)
{
    const int32_t side = reduce_side(size, block);
    for (int32_t y = 0; y < side; y++)
        for (int32_t x = 0; x < side; x++)
            to[(size_t)y * stride + (size_t)x] = mean_number(dn, size, block_at(size, block, x, y));
}

static uint8_t frequent_code(const uint8_t *codes, int32_t size, struct block b)
{
    uint32_t count[256] = {0};
    int most = 0;
    for (int32_t y = 0; y < b.h; y++) {
        const uint8_t *row = codes + b.first + (size_t)y * (size_t)size;
        for (int32_t x = 0; x < b.w; x++)
            count[row[x]]++;
    }
    for (int i = 1; i < 256; i++)
        if (count[i] > count[most])
            most = i;
    return (uint8_t)most;
}

void reduce_codes(const uint8_t *codes, int32_t size, int32_t block, uint8_t *to, size_t stride)
{
    const int32_t side = reduce_side(size, block);
    for (int32_t y = 0; y < side; y++)
        for (int32_t x = 0; x < side; x++)
            to[(size_t)y * stride + (size_t)x] =
                frequent_code(codes, size, block_at(size, block, x, y));
}

static uint8_t mean_byte(const uint8_t *bytes, int32_t size, struct block b)
{
    uint64_t sum = 0, n = (uint64_t)b.w * (uint64_t)b.h;
    for (int32_t y = 0; y < b.h; y++) {
        const uint8_t *row = bytes + b.first + (size_t)y * (size_t)size;
        for (int32_t x = 0; x < b.w; x++)
            sum += row[x];
    }
    return (uint8_t)((sum + n / 2) / n);
}

void reduce_bytes(const uint8_t *bytes, int32_t size, int32_t block, uint8_t *to, size_t stride)
{
    const int32_t side = reduce_side(size, block);
    for (int32_t y = 0; y < side; y++)
        for (int32_t x = 0; x < side; x++)
            to[(size_t)y * stride + (size_t)x] =
                mean_byte(bytes, size, block_at(size, block, x, y));
}
