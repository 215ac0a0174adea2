/* io/image/jp2: a part of a tile has the pixels that the whole tile has there, wherever it lies and
 * whatever wavelet made it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/jp2_image.h"
#include "support/tmpdir.h"

#define CORPUS SOURCE_DIR "/tests/fuzz/corpus/jp2/"
#define DATA   SOURCE_DIR "/../shared/data/"

static uint32_t seed = 99;

/* 0 … n − 1 */
static int32_t pick(int32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int32_t)((seed >> 8) % (uint32_t)n);
}

/* Often at the tile's edges, often small, sometimes all of it. */
static struct rect pick_window(struct rect tile)
{
    int32_t w = pick(3)   ? 1 + pick(tile.w)
                : pick(2) ? 1
                          : tile.w,
            h = pick(3)   ? 1 + pick(tile.h)
                : pick(2) ? 1
                          : tile.h;
    int32_t x = pick(3) ? pick(tile.w - w + 1) : pick(2) ? 0 : tile.w - w;
    int32_t y = pick(3) ? pick(tile.h - h + 1) : pick(2) ? 0 : tile.h - h;
    return (struct rect){tile.x + x, tile.y + y, w, h};
}

static void check_window(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct rect r,
                         const uint16_t *whole)
{
    struct err e = ERR_INIT;
    int32_t width = jp2_info(j)->width;
    uint16_t *part = malloc((size_t)r.w * (size_t)r.h * sizeof *part);
    assert_non_null(part);
    if (jp2_decode_tile(d, j, t, r, (struct view){part, r.w, r.w, r.h}, &e) != 0)
        fail_msg("tile %d, %d x %d at %d, %d: %s", t, r.w, r.h, r.x, r.y, e.msg);
    for (int32_t y = 0; y < r.h; y++)
        if (memcmp(part + (ptrdiff_t)y * r.w, whole + (ptrdiff_t)(r.y + y) * width + r.x,
                   (size_t)r.w * sizeof *part) != 0)
            fail_msg("tile %d, %d x %d at %d, %d: row %d differs", t, r.w, r.h, r.x, r.y, y);
    free(part);
}

static void check_image(const char *path, int32_t w, int32_t h, int windows)
{
    size_t len;
    unsigned char *data = jp2_image_slurp(path, &len);
    struct jp2_image m;
    struct jp2_decoder *d;
    struct err e = ERR_INIT;
    int32_t side[2] = {w, h};
    if (jp2_image_open(&m, data, len, side, &e) != 0)
        fail_msg("%s: %s", path, e.msg);
    uint16_t *whole = jp2_image_pixels(jp2_info(m.jp2));
    assert_int_equal(jp2_image_decode_all(m.jp2, 1, whole, &e), 0);
    assert_int_equal(jp2_decoder_create(&d, &e), 0);
    for (int i = 0; i < windows; i++) {
        int32_t t = pick(jp2_info(m.jp2)->tiles_x * jp2_info(m.jp2)->tiles_y);
        check_window(d, m.jp2, t, pick_window(jp2_tile_rect(m.jp2, t)), whole);
    }
    jp2_decoder_destroy(d);
    free(whole);
    jp2_image_close(&m);
    free(data);
}

static void small_images(void **state)
{
    (void)state;
    check_image(CORPUS "tiles.jp2", 75, 50, 400);
    check_image(CORPUS "parts.j2k", 75, 50, 400);
    check_image(CORPUS "tlm.jp2", 75, 50, 400);
}

static void real_images(void **state)
{
    (void)state;
    static const char l1c[] =
        DATA "real/S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE/GRANULE/"
             "L1C_T18LTM_A034442_20220125T152341/IMG_DATA/T18LTM_20220125T151701_B10.jp2";
    static const char small[] =
        DATA "cm_vsm/S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441.SAFE/GRANULE/"
             "L1C_T35VLF_A025773_20200529T094035/IMG_DATA/T35VLF_20200529T094041_B05.jp2";
    if (!tmpdir_have(l1c) || !tmpdir_have(small))
        skip();
    check_image(l1c, 1830, 1830, 150);
    check_image(small, 549, 549, 60);
}

/* What is not inside of the tile is a mistake of the caller, and told as one. */
static void windows_that_are_none(void **state)
{
    (void)state;
    size_t len;
    unsigned char *data = jp2_image_slurp(CORPUS "tiles.jp2", &len);
    struct jp2_image m;
    struct jp2_decoder *d;
    struct err e = ERR_INIT;
    int32_t side[2] = {75, 50};
    uint16_t px[64 * 64];
    assert_int_equal(jp2_image_open(&m, data, len, side, &e), 0);
    assert_int_equal(jp2_decoder_create(&d, &e), 0);
    struct rect tile = jp2_tile_rect(m.jp2, 0);
    const struct rect bad[] = {{tile.x + 1, tile.y, tile.w, tile.h},
                               {tile.x, tile.y, 0, 1},
                               {tile.x - 1, tile.y, 2, 1},
                               {tile.x, tile.y, tile.w + 1, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(jp2_decode_tile(d, m.jp2, 0, bad[i],
                                         (struct view){px, bad[i].w, bad[i].w, bad[i].h}, &e),
                         ERR_INTERNAL);
    jp2_decoder_destroy(d);
    jp2_image_close(&m);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(small_images),
                                       cmocka_unit_test(real_images),
                                       cmocka_unit_test(windows_that_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
