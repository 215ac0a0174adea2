#include "io/compress/fletcher.h"

#include <string.h>

#include "core/clones.h"

/* Words are summed in LANES columns, so that compilers vectorise. In one fold of STEPS rows no sum
 * of `second` exceeds 65535 · 360 · 359 / 2 < 2^32. */
enum { LANES = 16, STEPS = 360, FOLD = LANES * STEPS };

struct lanes {
    uint32_t first[LANES], second[LANES];
};

SIMD_CLONES static void add_rows(const unsigned char *words, size_t rows, struct lanes *out)
{
    uint32_t first[LANES] = {0}, second[LANES] = {0};
    for (size_t i = 0; i < rows; i++) {
        uint16_t w[LANES];
        memcpy(w, words + i * sizeof w, sizeof w);
        for (int k = 0; k < LANES; k++) {
            second[k] += first[k];
            first[k] += w[k];
        }
    }
    memcpy(out->first, first, sizeof first);
    memcpy(out->second, second, sizeof second);
}

/* Modulo 65535, where 0 stands only for a sum of zeros, as HDF5's folding leaves it. */
static uint64_t reduce(uint64_t v)
{
    while (v > 0xffff)
        v = (v & 0xffff) + (v >> 16);
    return v;
}

struct sums {
    uint64_t first, second;
};

/* Word w of row i, column k counts (rows − i) · LANES − k times in the second sum. */
static void add_fold(struct sums *s, const unsigned char *words, size_t rows)
{
    struct lanes l;
    uint64_t first = 0, second = 0;
    add_rows(words, rows, &l);
    for (uint64_t k = 0; k < LANES; k++) {
        first += l.first[k];
        second += (uint64_t)l.second[k] * LANES + (LANES - k) * l.first[k];
    }
    s->second = reduce(s->second + s->first * (rows * LANES) + second);
    s->first = reduce(s->first + first);
}

static uint16_t swapped(uint64_t v) { return (uint16_t)((v << 8 & 0xff00) | v >> 8); }

/* HDF5 reads words big-endian. To swap the bytes of all words is to multiply by 256 modulo 65535,
 * which swaps the bytes of the sums. So little-endian words will do, and one swap at the end. */
uint32_t fletcher32(const void *data, size_t len)
{
    const unsigned char *at = data;
    struct sums s = {0, 0};
    size_t words = len / 2;
    while (words >= LANES) {
        size_t n = words < FOLD ? words / LANES * LANES : FOLD;
        add_fold(&s, at, n / LANES);
        at += 2 * n;
        words -= n;
    }
    for (; words > 0; words--, at += 2) {
        s.first = reduce(s.first + (at[0] | (uint64_t)at[1] << 8));
        s.second = reduce(s.second + s.first);
    }
    return (uint32_t)swapped(s.second) << 16 | swapped(s.first);
}

void fletcher32_append(void *chunk, size_t len)
{
    uint32_t sum = fletcher32(chunk, len);
    unsigned char *at = (unsigned char *)chunk + len;
    for (int i = 0; i < FLETCHER_BYTES; i++)
        at[i] = (unsigned char)(sum >> 8 * i);
}

int fletcher32_matches(const void *chunk, size_t len)
{
    uint32_t sum = 0;
    for (int i = 0; i < FLETCHER_BYTES; i++)
        sum |= (uint32_t)((const unsigned char *)chunk)[len + (size_t)i] << 8 * i;
    return sum == fletcher32(chunk, len);
}
