/* filters/mq: the test sequence that the makers of the MQ coder published (ITU-T T.88 H.2), data
 * that end anywhere, and markers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "filters/mq.h"

static const uint8_t coded[] = {0x84, 0xC7, 0x3B, 0xFC, 0xE1, 0xA1, 0x43, 0x04, 0x02, 0x20,
                                0x00, 0x00, 0x41, 0x0D, 0xBB, 0x86, 0xF4, 0x31, 0x7F, 0xFF,
                                0x88, 0xFF, 0x37, 0x47, 0x1A, 0xDB, 0x6A, 0xDF, 0xFF, 0xAC};
static const uint8_t plain[] = {0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xC0, 0x03, 0x52, 0x87,
                                0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x82, 0xC0, 0x20, 0x00, 0xFC, 0xD7,
                                0x9E, 0xF6, 0xBF, 0x7F, 0xED, 0x90, 0x4F, 0x46, 0xA3, 0xBF};

static void decode(const uint8_t *data, uint32_t len, uint8_t *out, size_t bytes)
{
    struct mq_table t;
    mq_table_init(&t);
    uint64_t context = mq_context(&t, 0);
    struct mq m = mq_begin(data, len);
    for (size_t i = 0; i < bytes; i++) {
        out[i] = 0;
        for (int b = 0; b < 8; b++)
            out[i] = (uint8_t)(out[i] << 1 | mq_decode(&m, &t, &context));
    }
}

static void published(void **state)
{
    (void)state;
    uint8_t out[sizeof plain];
    decode(coded, sizeof coded, out, sizeof out);
    assert_memory_equal(out, plain, sizeof plain);
    /* FF AC is a marker: what stands behind it is not read */
    uint8_t longer[64];
    memset(longer, 0x5A, sizeof longer);
    memcpy(longer, coded, sizeof coded);
    decode(longer, sizeof longer, out, sizeof out);
    assert_memory_equal(out, plain, sizeof plain);
    /* behind the end come ones, which the marker stands for */
    decode(coded, sizeof coded - 2, out, sizeof out);
    assert_memory_equal(out, plain, sizeof plain);
}

/* Reading many bytes at once, and one by one near the end, is the same. */
static void ends(void **state)
{
    (void)state;
    uint8_t data[200], padded[sizeof data + 16], a[400], b[400];
    uint32_t seed = 3;
    for (size_t i = 0; i < sizeof data; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = seed >> 28 == 0 ? 0xFF : (uint8_t)(seed >> 24);
    }
    for (uint32_t len = 0; len <= sizeof data; len++) {
        memset(padded, 0xFF, sizeof padded); /* FF FF: a marker, so ones without end */
        memcpy(padded, data, len);
        decode(data, len, a, sizeof a);
        decode(padded, len + 16, b, sizeof b);
        assert_memory_equal(a, b, sizeof a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(published), cmocka_unit_test(ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
