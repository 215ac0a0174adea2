#include "filters/mq.h"

#include <stdbool.h>
#include <string.h>

/* Table C.2. */
static const struct {
    uint16_t qe;
    uint8_t after_mps, after_lps;
    bool switches; /* the MPS changes with an LPS */
} TABLE[MQ_STATES / 2] = {
    {0x5601, 1, 1, true},    {0x3401, 2, 6, false},   {0x1801, 3, 9, false},
    {0x0AC1, 4, 12, false},  {0x0521, 5, 29, false},  {0x0221, 38, 33, false},
    {0x5601, 7, 6, true},    {0x5401, 8, 14, false},  {0x4801, 9, 14, false},
    {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
    {0x1C01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true},
    {0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false},
    {0x3801, 19, 17, false}, {0x3401, 20, 18, false}, {0x3001, 21, 19, false},
    {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
    {0x1C01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false},
    {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
    {0x0AC1, 31, 28, false}, {0x09C1, 32, 29, false}, {0x08A1, 33, 30, false},
    {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02A1, 36, 33, false},
    {0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false},
    {0x0085, 40, 37, false}, {0x0049, 41, 38, false}, {0x0025, 42, 39, false},
    {0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false},
    {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
};

void mq_table_init(struct mq_table *t)
{
    for (unsigned i = 0; i < MQ_STATES; i++) {
        const unsigned row = i / 2, mps = i % 2;
        const uint64_t after_mps = 2U * TABLE[row].after_mps + mps;
        const uint64_t after_lps =
            2U * TABLE[row].after_lps + (TABLE[row].switches ? 1 - mps : mps);
        t->state[i] = (uint64_t)TABLE[row].qe << 48 | after_lps << 16 | after_mps << 8 | mps;
    }
}

struct mq mq_begin(const uint8_t *data, uint32_t len)
{
    struct mq m = {.a = UINT64_C(0x8000) << 48, .next = data, .end = data, .free = 55};
    /* the first byte has none before it */
    m.c = (uint64_t)(len > 0 ? data[0] : 0xFF) << 55;
    if (len == 0) {
        static const uint8_t none[2] = {0xFF, 0xFF};
        m.next = m.end = none + 1;
        return mq_fill(m);
    }
    m.next++;
    m.end += len;
    return mq_fill(m);
}

/* Eight bytes, the first one in the highest bits. */
static uint64_t load8(const uint8_t *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Whole bytes at once, where none of them, nor the one before, is 0xFF: no bit is stuffed. */
static bool fill_fast(struct mq *m)
{
    if (m->end - m->next < 8 || m->next[-1] == 0xFF)
        return false;
    const int bytes = m->free >> 3; /* at most 7 */
    const uint64_t beyond = ~UINT64_C(0) >> (8 * bytes), x = load8(m->next);
    const uint64_t inverse = ~x | beyond; /* 0 in a byte that is 0xFF */
    const uint64_t ones = UINT64_C(0x0101010101010101);
    if ((inverse - ones) & ~inverse & (ones << 7))
        return false;
    m->c += (x & ~beyond) >> (64 - m->free);
    m->next += bytes;
    m->free -= 8 * bytes;
    return true;
}

/* A byte behind 0xFF has a stuffed bit on top, which may carry: bytes are added, not or-ed. Above
 * 0x8F it is a marker: ones follow without end, as behind the end of the data. */
struct mq mq_fill(struct mq m)
{
    if (fill_fast(&m))
        return m;
    uint8_t before = m.next[-1];
    while (m.free >= 8) {
        const bool is_end = m.next >= m.end || (before == 0xFF && *m.next > 0x8F);
        if (is_end) {
            m.free -= 8;
            m.c += UINT64_C(0xFF) << m.free;
            before = 0xFF;
            continue;
        }
        m.free -= before == 0xFF ? 7 : 8;
        m.c += (uint64_t)*m.next << m.free;
        before = *m.next++;
    }
    return m;
}
