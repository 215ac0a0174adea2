#include "io/image/classraster.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/image/jp2.h"
#include "io/image/pngfile.h"
#include "io/image/tiffile.h"

/* Bytes kept for each tile of a JPEG 2000: the positions of its parts. */
enum { JP2_TILE_BYTES = 64 };

struct classraster {
    struct source_file *file;
    struct classraster_info info;
    struct tiffile *tiff; /* exactly one of these three is set */
    struct pngfile_rows *png;
    struct jp2 *jp2;
    struct jp2_decoder *decoder;
    uint16_t *strip; /* the row of tiles of a JPEG 2000 that was decoded last; made when needed */
    int32_t held; /* the number of that row, or −1 */
};

/* ---- open ---- */

static int open_tiff(struct classraster *r, int32_t max_width, int32_t max_height, struct err *e)
{
    int rc = tiffile_open(r->file, max_width, max_height, &r->tiff, e);
    if (rc)
        return rc;
    const struct tiffile_info *i = tiffile_info(r->tiff);
    r->info = (struct classraster_info){.width = i->width,
                                        .height = i->height,
                                        .bits = i->bits,
                                        .has_place = i->has_place,
                                        .has_other_place = i->has_other_place,
                                        .epsg = i->epsg,
                                        .ulx_m = i->ulx_m,
                                        .uly_m = i->uly_m,
                                        .pixel_m = i->pixel_m};
    return 0;
}

static int open_png(struct classraster *r, int32_t max_width, int32_t max_height, struct err *e)
{
    int rc = pngfile_rows_open(r->file, max_width, max_height, &r->png, e);
    if (rc)
        return rc;
    const struct pngfile *i = pngfile_rows_info(r->png);
    r->info.width = i->width;
    r->info.height = i->height;
    r->info.bits = 8 * i->bytes;
    return 0;
}

static int open_jp2(struct classraster *r, int32_t max_width, int32_t max_height, struct err *e)
{
    int rc = jp2_open_mask(r->file, max_width, max_height, &r->jp2, e);
    if (rc)
        return rc;
    const struct jp2_info *i = jp2_info(r->jp2);
    r->info.width = i->width;
    r->info.height = i->height;
    r->info.bits = i->precision > 8 ? 16 : 8;
    return 0;
}

/* Files that are neither TIFF nor PNG go to the JPEG 2000 reader, which rejects and names other
 * formats. */
static int open_any(struct classraster *r, int32_t max_width, int32_t max_height, struct err *e)
{
    unsigned char head[8] = {0};
    size_t n =
        source_file_size(r->file) < sizeof head ? (size_t)source_file_size(r->file) : sizeof head;
    int rc = source_file_pread(r->file, head, n, 0, e);
    if (rc)
        return rc;
    if (tiffile_is(head, n))
        return open_tiff(r, max_width, max_height, e);
    if (n >= 4 && memcmp(head, "\x89PNG", 4) == 0)
        return open_png(r, max_width, max_height, e);
    return open_jp2(r, max_width, max_height, e);
}

int classraster_open(struct source_file *f, int32_t max_width, int32_t max_height,
                     struct classraster **out, struct err *e)
{
    *out = NULL;
    struct classraster *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    r->file = f;
    r->held = -1;
    int rc = open_any(r, max_width, max_height, e);
    if (rc)
        classraster_close(r);
    else
        *out = r;
    return rc;
}

void classraster_close(struct classraster *r)
{
    if (!r)
        return;
    tiffile_close(r->tiff);
    pngfile_rows_close(r->png);
    jp2_decoder_destroy(r->decoder);
    jp2_close(r->jp2);
    free(r->strip);
    free(r);
}

const struct classraster_info *classraster_info(const struct classraster *r) { return &r->info; }

const struct jp2 *classraster_jp2(const struct classraster *r) { return r->jp2; }

size_t classraster_index_bytes(const struct classraster *r)
{
    const struct jp2_info *i = jp2_info(r->jp2);
    return sizeof *r + (size_t)i->tiles_x * (size_t)i->tiles_y * JP2_TILE_BYTES;
}

size_t classraster_bytes(const struct classraster *r)
{
    if (r->tiff)
        return sizeof *r + tiffile_bytes(r->tiff);
    if (r->png)
        return sizeof *r + pngfile_rows_bytes(r->png);
    const struct jp2_info *i = jp2_info(r->jp2);
    size_t strip = (size_t)i->width * (size_t)i->tile_h * sizeof *r->strip,
           decoding = jp2_decode_bytes(r->jp2);
    size_t held = classraster_index_bytes(r) + strip;
    return decoding < SIZE_MAX - held ? held + decoding : SIZE_MAX;
}

/* ---- rows ---- */

static int make_strip(struct classraster *r, struct err *e)
{
    const size_t samples = (size_t)r->info.width * (size_t)jp2_info(r->jp2)->tile_h;
    if (!r->strip && !(r->strip = mem_alloc(samples, sizeof *r->strip)))
        return err_nomem(e, samples * sizeof *r->strip);
    return r->decoder ? 0 : jp2_decoder_create(&r->decoder, e);
}

static int decode_strip(struct classraster *r, int32_t strip, struct err *e)
{
    const struct jp2_info *i = jp2_info(r->jp2);
    if (r->held == strip)
        return 0;
    int failed = make_strip(r, e);
    if (failed)
        return failed;
    r->held = -1;
    for (int32_t x = 0; x < i->tiles_x; x++) {
        int32_t t = strip * i->tiles_x + x;
        struct rect tile = jp2_tile_rect(r->jp2, t);
        int rc = jp2_decode_tile(r->decoder, r->jp2, t, tile,
                                 (struct view){r->strip + tile.x, i->width, tile.w, tile.h}, e);
        if (rc)
            return rc;
    }
    r->held = strip;
    return 0;
}

static void copy_jp2_row(const struct classraster *r, const uint16_t *from, void *to)
{
    if (r->info.bits == 16) {
        memcpy(to, from, (size_t)r->info.width * sizeof *from);
        return;
    }
    for (int32_t x = 0; x < r->info.width; x++)
        ((uint8_t *)to)[x] = (uint8_t)from[x];
}

static int read_row(struct classraster *r, int32_t y, void *to, struct err *e)
{
    if (r->png)
        return pngfile_rows_read(r->png, y, to, e);
    const struct jp2_info *i = jp2_info(r->jp2);
    int rc = decode_strip(r, y / i->tile_h, e);
    if (!rc)
        copy_jp2_row(r, r->strip + (ptrdiff_t)(y % i->tile_h) * i->width, to);
    return rc;
}

int classraster_read(struct classraster *r, int32_t y, int32_t n, void *px, size_t stride,
                     struct err *e)
{
    if (y < 0 || n < 0 || n > r->info.height - y)
        return err_set(e, ERR_INTERNAL, "%s: rows %d to %d of %d", source_file_name(r->file),
                       (int)y, (int)(y + n - 1), (int)r->info.height);
    if (r->tiff)
        return tiffile_read(r->tiff, y, n, px, stride, e);
    int rc = 0;
    for (int32_t i = 0; i < n && !rc; i++)
        rc = read_row(r, y + i, (unsigned char *)px + (size_t)i * stride, e);
    return rc;
}
