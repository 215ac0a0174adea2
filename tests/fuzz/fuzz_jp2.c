/* JPEG 2000: boxes, headers, tile-parts and the first tile's decoding on any bytes. The expected
 * size is taken from the bytes (the first SIZ marker), so that most inputs get past that check;
 * images above 256 px a side are not decoded. */
#include <stdlib.h>

#include "support/memory_jp2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIDE_MAX = 256, MEMORY_MAX = 64 << 20 };

static void decode_first(const struct jp2 *j)
{
    struct err e = ERR_INIT;
    struct rect r = jp2_tile_rect(j, 0);
    if (r.w > SIDE_MAX || r.h > SIDE_MAX || jp2_decode_bytes(j) > MEMORY_MAX)
        return;
    uint16_t *px = malloc((size_t)r.w * (size_t)r.h * sizeof *px);
    struct jp2_decoder *d = NULL;
    if (px && jp2_decoder_create(&d, &e) == 0) {
        struct view v = {px, r.w, r.w, r.h};
        if (jp2_decode_tile(d, j, 0, r, v, &e) != 0 && e.msg[0] == '\0')
            abort();
        struct rect part = {r.x + r.w / 3, r.y + r.h / 2, r.w - r.w / 3, r.h - r.h / 2};
        struct view p = {px, part.w, part.w, part.h};
        if (jp2_decode_tile(d, j, 0, part, p, &e) != 0 && e.msg[0] == '\0')
            abort();
        jp2_decoder_destroy(d);
    }
    free(px);
}

/* Two of three colours. */
static void decode_colours(const struct jp2 *j)
{
    struct err e = ERR_INIT;
    struct rect r = jp2_tile_rect(j, 0);
    if (r.w > SIDE_MAX || r.h > SIDE_MAX || jp2_decode_bytes(j) > MEMORY_MAX)
        return;
    size_t n = (size_t)r.w * (size_t)r.h;
    uint16_t *px = malloc(2 * n * sizeof *px);
    struct jp2_decoder *d = NULL;
    if (px && jp2_decoder_create(&d, &e) == 0) {
        const struct jp2_planes to = {
            {{px, r.w, r.w, r.h}, {NULL, 0, 0, 0}, {px + n, r.w, r.w, r.h}}};
        if (jp2_decode_planes(d, j, (struct jp2_window){0, r, 0}, &to, &e) != 0 && e.msg[0] == '\0')
            abort();
        jp2_decoder_destroy(d);
    }
    free(px);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_jp2 m;
    struct jp2 *j;
    struct err e = ERR_INIT;
    if (!memory_jp2_open(&m, data, size))
        return 0;
    if (jp2_open(m.file, m.width, m.height, &j, &e) == 0) {
        decode_first(j);
        jp2_close(j);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    if (jp2_open_colours(m.file, m.width, m.height, &j, &e) == 0) {
        decode_colours(j);
        jp2_close(j);
    }
    if (jp2_open_mask(m.file, SIDE_MAX, SIDE_MAX, &j, &e) == 0) {
        decode_first(j);
        jp2_close(j);
    }
    memory_jp2_close(&m);
    return 0;
}
