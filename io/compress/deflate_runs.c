#include "io/compress/deflate_runs.h"

#include <string.h>

#include "core/clones.h"

/* RFC 1951, 3.2.5: the first length of codes 257 … 285, and their extra bits. */
static const uint16_t length_base[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                       15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                       67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
enum {
    LENGTH_CODES = sizeof length_base / sizeof *length_base,
    SHORTEST = 3,
    LONGEST = 258,
    END = 256
};

SIMD_CLONES size_t deflate_runs_changes(const uint8_t *in, size_t n)
{
    size_t changes = 0;
    for (size_t i = 1; i < n; i++)
        changes += in[i] != in[i - 1];
    return changes;
}

/* Collects bits, the least significant first. */
struct bits {
    uint8_t *out;
    size_t n;
    uint64_t held;
    int count;
};

static void put(struct bits *b, uint32_t value, int count)
{
    b->held |= (uint64_t)value << b->count;
    for (b->count += count; b->count >= 8; b->count -= 8, b->held >>= 8)
        b->out[b->n++] = (uint8_t)b->held;
}

/* Writes a Huffman code, the most significant bit first. */
static void put_code(struct bits *b, uint32_t code, int count)
{
    uint32_t turned = 0;
    for (int i = 0; i < count; i++)
        turned |= (code >> i & 1U) << (count - 1 - i);
    put(b, turned, count);
}

/* The fixed codes of RFC 1951, 3.2.6. */
static void put_symbol(struct bits *b, uint32_t s)
{
    if (s < 144)
        put_code(b, 0x30 + s, 8);
    else if (s < 256)
        put_code(b, 0x190 + s - 144, 9);
    else if (s < 280)
        put_code(b, s - 256, 7);
    else
        put_code(b, 0xC0 + s - 280, 8);
}

/* Repeats the previous byte `length` times. */
static void put_match(struct bits *b, uint32_t length)
{
    int code = LENGTH_CODES - 1;
    while (length_base[code] > length)
        code--;
    put_symbol(b, 257 + (uint32_t)code);
    put(b, length - length_base[code], length_extra[code]);
    put(b, 0, 5); /* distance 1 */
}

static size_t run_length(const uint8_t *in, size_t n)
{
    uint64_t all = in[0] * UINT64_C(0x0101010101010101), eight;
    size_t i = 1;
    for (; i + sizeof eight <= n; i += sizeof eight) {
        memcpy(&eight, in + i, sizeof eight);
        if (eight != all)
            break;
    }
    while (i < n && in[i] == in[0])
        i++;
    return i;
}

static void put_run(struct bits *b, uint8_t value, size_t length)
{
    put_symbol(b, value);
    for (length--; length >= SHORTEST;) {
        /* leaves 0 or at least the shortest match for the next round */
        size_t some = length <= LONGEST             ? length
                      : length < LONGEST + SHORTEST ? length - SHORTEST
                                                    : LONGEST;
        put_match(b, (uint32_t)some);
        length -= some;
    }
    while (length-- > 0)
        put_symbol(b, value);
}

size_t deflate_runs_write(const uint8_t *in, size_t n, uint8_t *out)
{
    struct bits b = {.out = out};
    put(&b, 1, 1); /* the last block, */
    put(&b, 1, 2); /* with fixed codes */
    for (size_t i = 0; i < n;) {
        size_t length = run_length(in + i, n - i);
        put_run(&b, in[i], length);
        i += length;
    }
    put_symbol(&b, END);
    put(&b, 0, 7); /* up to a whole byte */
    return b.n;
}
