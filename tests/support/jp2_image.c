#include "support/jp2_image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "support/tmpdir.h"

int jp2_image_open(struct jp2_image *m, const void *data, size_t len, int32_t side[2],
                   struct err *e)
{
    *m = (struct jp2_image){.entry = {"x.jp2", data, len}};
    assert_int_equal(source_open_memory(&m->entry, 1, &m->source, e), 0);
    assert_int_equal(source_file_open(m->source, "x.jp2", &m->file, e), 0);
    return jp2_open(m->file, side[0], side[1], &m->jp2, e);
}

void jp2_image_close(struct jp2_image *m)
{
    jp2_close(m->jp2);
    source_file_close(m->file);
    source_close(m->source);
}

uint16_t *jp2_image_pixels(const struct jp2_info *i)
{
    uint16_t *px = malloc((size_t)i->width * (size_t)i->height * sizeof *px);
    assert_non_null(px);
    memset(px, 0xee, (size_t)i->width * (size_t)i->height * sizeof *px);
    return px;
}

int jp2_image_decode(struct jp2_decoder *d, const struct jp2 *j, int32_t t, uint16_t *px,
                     struct err *e)
{
    const struct jp2_info *i = jp2_info(j);
    struct view whole = {px, i->width, i->width, i->height};
    struct rect tile = jp2_tile_rect(j, t);
    return jp2_decode_tile(d, j, t, tile, view_part(whole, tile), e);
}

int jp2_image_decode_all(const struct jp2 *j, int32_t stride, uint16_t *px, struct err *e)
{
    struct jp2_decoder *d;
    int32_t n = jp2_info(j)->tiles_x * jp2_info(j)->tiles_y;
    int rc = 0;
    assert_int_equal(jp2_decoder_create(&d, e), 0);
    for (int32_t k = 0; k < n && !rc; k++)
        rc = jp2_image_decode(d, j, (int32_t)((int64_t)k * stride % n), px, e);
    jp2_decoder_destroy(d);
    return rc;
}

int jp2_image_try(const void *data, size_t len, int32_t side[2], struct err *e)
{
    struct jp2_image m;
    int rc = jp2_image_open(&m, data, len, side, e);
    if (!rc) {
        uint16_t *px = jp2_image_pixels(jp2_info(m.jp2));
        rc = jp2_image_decode_all(m.jp2, 1, px, e);
        free(px);
    }
    jp2_image_close(&m);
    if (rc && e->msg[0] == '\0')
        fail_msg("an error without a message");
    return rc;
}

unsigned char *jp2_image_slurp(const char *path, size_t *len)
{
    unsigned char *data = tmpdir_slurp(path, len);
    if (!data)
        fail_msg("%s cannot be read", path);
    return data;
}
