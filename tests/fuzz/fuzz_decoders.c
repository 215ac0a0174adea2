/* The project's own JPEG 2000 decoder against OpenJPEG: the bytes are an image. Whatever the own
 * one decodes, OpenJPEG must decode without a complaint, to the same samples; so must a window of
 * it, and both at lower resolutions. What it refuses is OpenJPEG's in the program, and not looked
 * at here. Images above 128 px a side are left alone. */
#include <stdlib.h>
#include <string.h>

#include "stages/image/tile_decoder.h"
#include "support/memory_jp2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE_MAX = 128, COMPONENTS = 3, TILES_MAX = 4, REDUCE_MAX = 3 };
static const size_t MEMORY_MAX = 32 << 20;

static uint16_t own[COMPONENTS * SIDE_MAX * SIDE_MAX], theirs[COMPONENTS * SIDE_MAX * SIDE_MAX];

static int decode(struct tile_decoder *d, const struct tile_wanted *wanted, uint16_t *px)
{
    struct err e = ERR_INIT;
    const struct rect r = wanted->part.window;
    const size_t n = (size_t)r.w * (size_t)r.h;
    struct jp2_planes to = {0};
    for (int c = 0; c < jp2_info(wanted->jp2)->components; c++)
        to.dst[c] = (struct view){px + (size_t)c * n, r.w, r.w, r.h};
    int failed = tile_decoder_read(d, wanted, &to, &e);
    if (failed && e.msg[0] == '\0')
        abort();
    return failed;
}

static void compare(struct tile_decoder *d, const struct jp2 *j, struct jp2_window part)
{
    const size_t n = (size_t)part.window.w * (size_t)part.window.h;
    const size_t samples = n * (size_t)jp2_info(j)->components;
    if (n == 0 || decode(d, &(struct tile_wanted){j, part, TILE_DECODER_OWN}, own) != 0)
        return;
    if (decode(d, &(struct tile_wanted){j, part, TILE_DECODER_OPENJPEG}, theirs) != 0)
        abort();
    if (memcmp(own, theirs, samples * sizeof *own) != 0)
        abort();
}

static void compare_tiles(const struct jp2 *j)
{
    struct err e = ERR_INIT;
    struct tile_decoder *d;
    const int32_t tiles = jp2_info(j)->tiles_x * jp2_info(j)->tiles_y;
    if (jp2_decode_bytes(j) > MEMORY_MAX || tile_decoder_create(&d, &e) != 0)
        return;
    for (int32_t t = 0; t < tiles && t < TILES_MAX; t++) {
        const struct rect r = jp2_tile_rect(j, t);
        if (r.w > SIDE_MAX || r.h > SIDE_MAX)
            continue;
        for (int reduce = 0; reduce <= jp2_reduce_max(j) && reduce <= REDUCE_MAX; reduce++) {
            const struct rect s = jp2_reduced(r, reduce);
            compare(d, j, (struct jp2_window){t, s, reduce});
            const int32_t w = s.w / 3, h = s.h / 2;
            compare(d, j, (struct jp2_window){t, {s.x + w, s.y + h, s.w - w, s.h - h}, reduce});
        }
    }
    tile_decoder_destroy(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_jp2 m;
    struct jp2 *j;
    struct err e = ERR_INIT;
    if (!memory_jp2_open(&m, data, size))
        return 0;
    if (jp2_open(m.file, m.width, m.height, &j, &e) == 0 ||
        jp2_open_colours(m.file, m.width, m.height, &j, &e) == 0) {
        compare_tiles(j);
        jp2_close(j);
    }
    memory_jp2_close(&m);
    return 0;
}
