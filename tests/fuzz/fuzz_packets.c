/* Packet headers of JPEG 2000, by structure: the first bytes choose how a tile is coded, where it
 * lies and which window is wanted, the others are its packets. Whatever they are, the blocks must
 * cover the sub-bands once, pieces must lie in the packets, and passes must fit the bit-planes;
 * then some blocks are decoded. */
#include <stdlib.h>
#include <string.h>

#include "filters/codeblock.h"
#include "io/image/j2k_packets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHOICES = 16, SIDE_MAX = 200, DECODED_MAX = 8 };

static struct j2k_style choose_style(const uint8_t *c)
{
    struct j2k_style s = {.components = c[0] & 1 ? 3 : 1,
                          .precision = 8 + (c[0] >> 1 & 7),
                          .sop = c[0] & 16,
                          .eph = c[0] & 32,
                          .order = (enum j2k_order)(c[1] % J2K_ORDERS),
                          .layers = 1 + c[2] % 7,
                          .levels = c[3] % (J2K_LEVELS_MAX + 1),
                          .block_w_log2 = 2 + c[4] % 5,
                          .block_h_log2 = 2 + (c[4] >> 4) % 5};
    for (int r = 0; r <= J2K_LEVELS_MAX; r++)
        s.precinct_log2[r] = c[5] & 1 ? 0xFF
                                      : (uint8_t)((1 + (c[6] + r * (c[5] >> 4)) % 15) << 4 |
                                                  (1 + (c[7] + r * (c[5] >> 5)) % 15));
    for (int b = 0; b < J2K_BANDS_MAX; b++)
        s.planes[b] = (c[8] + b * (c[9] & 3)) % 32;
    return s;
}

/* Every coefficient of a band is in one block. */
static void check_band(const struct j2k_tile *t, const struct j2k_resolution *res,
                       const struct j2k_band *b)
{
    int64_t covered = 0;
    const size_t n = (size_t)res->precincts_x * (size_t)res->precincts_y;
    for (size_t k = 0; k < n; k++) {
        const struct j2k_precinct *p = &t->precinct[b->first_precinct + k];
        for (size_t i = 0; i < (size_t)p->blocks_x * (size_t)p->blocks_y; i++) {
            const struct j2k_block *block = &t->block[p->first_block + i];
            const struct rect inside = rect_intersect(block->px, b->px);
            if (rect_is_empty(block->px) || memcmp(&inside, &block->px, sizeof inside) != 0 ||
                block->px.w > CODEBLOCK_SIDE || block->px.h > CODEBLOCK_SIDE)
                abort();
            covered += (int64_t)block->px.w * block->px.h;
        }
    }
    if (covered != (int64_t)b->px.w * b->px.h)
        abort();
}

static void check_block(const struct j2k_tile *t, const struct j2k_block *b, size_t len)
{
    uint64_t sum = 0;
    for (uint32_t k = b->first; k; k = t->piece[k - 1].next) {
        const struct j2k_piece *p = &t->piece[k - 1];
        if (k > t->pieces || p->offset > len || p->len > len - p->offset)
            abort();
        sum += p->len;
    }
    if (sum != b->len || (b->passes > 0 && b->passes > 3 * b->planes - 2))
        abort();
}

static void decode_some(const struct j2k_tile *t, const unsigned char *packets)
{
    static struct codeblock_work work;
    static int32_t px[CODEBLOCK_SIDE * CODEBLOCK_SIDE];
    int left = DECODED_MAX;
    codeblock_work_init(&work);
    for (size_t i = 0; i < t->blocks && left > 0; i++) {
        const struct j2k_block *b = &t->block[i];
        if (b->first == 0 || b->first != b->last || b->planes > CODEBLOCK_PLANES)
            continue;
        left--;
        const struct codeblock block = {
            b->px.w,   b->px.h,   (enum codeblock_band)(i % CODEBLOCK_BANDS),
            b->planes, b->passes, packets + t->piece[b->first - 1].offset,
            b->len};
        codeblock_decode(&work, &block, px, CODEBLOCK_SIDE);
        for (int32_t y = 0; y < b->px.h; y++)
            for (int32_t x = 0; x < b->px.w; x++)
                if (labs(px[y * CODEBLOCK_SIDE + x]) >> b->planes)
                    abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CHOICES)
        return 0;
    static struct j2k_tile t; /* its arrays are used again */
    struct err e = ERR_INIT;
    const struct j2k_style style = choose_style(data);
    const struct rect px = {data[10] * (data[14] & 7), data[11] * (data[14] >> 4),
                            1 + data[12] % SIDE_MAX, 1 + data[13] % SIDE_MAX};
    const unsigned char *packets = data + CHOICES;
    int r = j2k_tile_read(&t, &style, px, packets, size - CHOICES, &e);
    if (r != 0 && e.msg[0] == '\0')
        abort();
    if (r != 0)
        return 0;
    for (int c = 0; c < style.components; c++)
        for (int k = 0; k <= style.levels; k++)
            for (int b = 0; b < t.resolution[c][k].bands; b++)
                check_band(&t, &t.resolution[c][k], &t.resolution[c][k].band[b]);
    for (size_t i = 0; i < t.blocks; i++)
        check_block(&t, &t.block[i], size - CHOICES);
    decode_some(&t, packets);
    return 0;
}
