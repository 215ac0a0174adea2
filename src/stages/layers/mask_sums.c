#include "stages/layers/mask_sums.h"

#include <stdlib.h>

#include "core/mem.h"

void mask_sums_clear(struct mask_sums *s)
{
    free(s->tile);
    free(s->tile_is_known);
    *s = (struct mask_sums){.is_known = false};
}

void mask_sums_set(struct mask_sums *s, const void *data, size_t len)
{
    s->whole = CHECKSUM_INIT;
    checksum_add(&s->whole, data, len);
    s->is_known = true;
}

int mask_sums_of_file(struct mask_sums *s, struct source_file *f, struct checksum *out,
                      struct err *e)
{
    if (!s->is_known) {
        s->whole = CHECKSUM_INIT;
        int r = source_file_sum(f, 0, source_file_size(f), &s->whole, e);
        if (r)
            return r;
        s->is_known = true;
    }
    *out = s->whole;
    return 0;
}

static int reserve(struct mask_sums *s, size_t tiles, struct err *e)
{
    if (s->tile_is_known)
        return 0;
    free(s->tile);
    s->tile = mem_alloc(tiles, sizeof *s->tile);
    s->tile_is_known = s->tile ? mem_zalloc(tiles, sizeof *s->tile_is_known) : NULL;
    return s->tile_is_known ? 0 : err_nomem(e, tiles * sizeof *s->tile);
}

static int add_tile(struct mask_sums *s, const struct jp2 *j, int32_t t, struct checksum *out,
                    struct err *e)
{
    char text[CHECKSUM_TEXT_SIZE];
    if (!s->tile_is_known[t]) {
        s->tile[t] = CHECKSUM_INIT;
        int r = jp2_sum_tile(j, t, &s->tile[t], e);
        if (r)
            return r;
        s->tile_is_known[t] = true;
    }
    checksum_format(s->tile[t], text); /* not the numbers: their bytes depend on the machine */
    checksum_add(out, text, sizeof text - 1);
    return 0;
}

int mask_sums_of_tiles(struct mask_sums *s, const struct jp2 *j, struct rect window,
                       struct checksum *out, struct err *e)
{
    const struct jp2_info *i = jp2_info(j);
    int r = reserve(s, (size_t)i->tiles_x * (size_t)i->tiles_y, e);
    if (r)
        return r;
    *out = CHECKSUM_INIT;
    jp2_sum_header(j, out);
    if (rect_is_empty(window))
        return 0;
    const int32_t last_x = (window.x + window.w - 1) / i->tile_w,
                  last_y = (window.y + window.h - 1) / i->tile_h;
    for (int32_t y = window.y / i->tile_h; y <= last_y; y++)
        for (int32_t x = window.x / i->tile_w; x <= last_x; x++) {
            r = add_tile(s, j, y * i->tiles_x + x, out, e);
            if (r)
                return r;
        }
    return 0;
}
