/* filters/codeblock: any bytes give coefficients in range, whatever the size of the block; fewer
 * passes give the same coefficients, less exactly. Equal to OpenJPEG: tests/unit/stages/image. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filters/codeblock.h"

static uint32_t seed = 11;

static uint32_t draw(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static struct codeblock_work work;
enum { STRIDE = CODEBLOCK_SIDE + 2 };
static int32_t px[STRIDE * CODEBLOCK_SIDE], less[STRIDE * CODEBLOCK_SIDE];

/* Nothing is written beside the block. */
static void check_border(const struct codeblock *b, const int32_t *out)
{
    for (int y = 0; y < CODEBLOCK_SIDE; y++)
        for (int x = 0; x < STRIDE; x++)
            if ((x >= b->width || y >= b->height) && out[y * STRIDE + x] != INT32_MIN)
                fail_msg("%d x %d: column %d, row %d is written", b->width, b->height, x, y);
}

static void decode(const struct codeblock *b, int32_t *out)
{
    for (int i = 0; i < STRIDE * CODEBLOCK_SIDE; i++)
        out[i] = INT32_MIN;
    codeblock_decode(&work, b, out, STRIDE);
    check_border(b, out);
}

static void any_bytes(void **state)
{
    (void)state;
    uint8_t data[3000];
    codeblock_work_init(&work);
    for (int i = 0; i < 1500; i++) {
        const int planes = 1 + (int)(draw() % CODEBLOCK_PLANES);
        const uint32_t len = draw() % sizeof data, often = draw() % 3;
        for (uint32_t k = 0; k < len; k++)
            data[k] = often == 0 ? (uint8_t)draw() : often == 1 ? 0xFF : (uint8_t)(draw() & 3);
        struct codeblock b = {1 + (int)(draw() % CODEBLOCK_SIDE),
                              1 + (int)(draw() % CODEBLOCK_SIDE),
                              (enum codeblock_band)(draw() % CODEBLOCK_BANDS),
                              planes,
                              3 * planes - 2,
                              data,
                              len};
        decode(&b, px);
        b.passes = 1 + (int)(draw() % (uint32_t)b.passes);
        decode(&b, less);
        /* the last plane that every coefficient has reached */
        const int plane = planes - 1 - (b.passes + 2) / 3 + (b.passes % 3 != 1);
        for (int y = 0; y < b.height; y++)
            for (int x = 0; x < b.width; x++) {
                const int32_t v = px[y * STRIDE + x], w = less[y * STRIDE + x];
                assert_true(labs(v) < 1L << planes && labs(w) < 1L << planes);
                assert_true(labs(v - w) < 1L << (plane + 2));
                assert_true(w == 0 || (v < 0) == (w < 0));
            }
    }
}

static void empty(void **state)
{
    (void)state;
    codeblock_work_init(&work);
    const struct codeblock b = {.width = 5, .height = 7};
    decode(&b, px);
    for (int y = 0; y < 7; y++)
        for (int x = 0; x < 5; x++)
            assert_int_equal(px[y * STRIDE + x], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_bytes), cmocka_unit_test(empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
