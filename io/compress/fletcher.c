#include "io/compress/fletcher.h"

#include "core/clones.h"

/* Words are summed in LANES columns at once, in vectors (an extension of gcc and clang that every
 * target has). In one fold of STEPS rows no sum exceeds 65535 · 360 · 359 / 2 < 2^32. */
typedef uint32_t lanes __attribute__((vector_size(32)));
typedef uint32_t lanes_anywhere __attribute__((vector_size(32), aligned(1), may_alias));
enum {
    WIDTH = sizeof(lanes) / sizeof(uint32_t),
    LANES = 4 * WIDTH,
    STEPS = 360,
    FOLD = LANES * STEPS
};

/* A row is two vectors of pairs of words. Column 2i of a vector is the low word of element i. */
struct columns {
    lanes low[2], high[2];
};

SIMD_CLONES static void add_rows(const unsigned char *words, size_t rows, struct columns *sum_first,
                                 struct columns *sum_second)
{
    struct columns first = {0}, second = {0};
    for (size_t i = 0; i < rows; i++, words += sizeof(lanes) * 2) {
        const lanes_anywhere *w = (const lanes_anywhere *)words;
        for (int k = 0; k < 2; k++) {
            second.low[k] += first.low[k];
            second.high[k] += first.high[k];
            first.low[k] += w[k] & 0xffff;
            first.high[k] += w[k] >> 16;
        }
    }
    *sum_first = first;
    *sum_second = second;
}

/* Reduces modulo 65535. Only a sum of zeros gives 0, as in HDF5's folding. */
static uint64_t reduce(uint64_t v)
{
    while (v > 0xffff)
        v = (v & 0xffff) + (v >> 16);
    return v;
}

struct sums {
    uint64_t first, second;
};

/* Adds column c of one fold: word w of row i counts (rows − i) · LANES − c times in the second
 * sum. */
static void add_column(struct sums *fold, uint32_t first, uint32_t second, unsigned c)
{
    fold->first += first;
    fold->second += (uint64_t)second * LANES + (uint64_t)(LANES - c) * first;
}

static void add_fold(struct sums *s, const unsigned char *words, size_t rows)
{
    struct columns first, second;
    struct sums fold = {0, 0};
    add_rows(words, rows, &first, &second);
    for (unsigned k = 0; k < 2; k++)
        for (unsigned i = 0; i < WIDTH; i++) {
            unsigned c = 2 * (k * WIDTH + i);
            add_column(&fold, first.low[k][i], second.low[k][i], c);
            add_column(&fold, first.high[k][i], second.high[k][i], c + 1);
        }
    s->second = reduce(s->second + s->first * (rows * LANES) + fold.second);
    s->first = reduce(s->first + fold.first);
}

static uint16_t swapped(uint64_t v) { return (uint16_t)((v << 8 & 0xff00) | v >> 8); }

/* HDF5 reads words big-endian. Swapping the bytes of a word multiplies it by 256 modulo 65535. So
 * swapping the bytes of all words swaps the bytes of the sums. The loop therefore adds
 * little-endian words and swaps once at the end. */
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
    if (len % 2) { /* the upper half of a last word */
        s.first = reduce(s.first + at[0]);
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
