#include "stages/image/band_reader.h"

#include <stdlib.h>

#include "core/mem.h"

struct band_reader {
    struct tile_decoder *decoder;
    void *scratch; /* for chunks; grows when needed */
    size_t scratch_bytes;
};

struct band_source band_source_of_jp2(const struct jp2 *j, int component,
                                      enum tile_decoder_choice decoder)
{
    const struct jp2_info *i = jp2_info(j);
    return (struct band_source){.width = i->width,
                                .height = i->height,
                                .tile_w = i->tile_w,
                                .tile_h = i->tile_h,
                                .tiles_x = i->tiles_x,
                                .tiles_y = i->tiles_y,
                                .read_bytes = tile_decoder_bytes(j),
                                .jp2 = j,
                                .component = component,
                                .decoder = decoder};
}

/* Bytes per sample: of the stored chunk, and of the buffers for the two steps of unpacking. */
enum { CHUNK_BYTES = 2, SCRATCH_BYTES = 4 };

/* The rows of a tile if the file was not written by this program and its chunks are not whole
 * rows. */
enum { OTHER_ROWS = 256 };

static size_t chunk_samples(const struct band_source *s)
{
    return (size_t)s->width * (size_t)s->tile_h;
}

int band_source_of_file(struct ncfile *f, const struct stage_meta *m, int band_id,
                        struct band_source *out, struct err *e)
{
    struct h5raster raster;
    struct band_source s = {.width = m->px.w,
                            .height = m->px.h,
                            .tile_w = m->px.w,
                            .tiles_x = 1,
                            .file = f,
                            .band = band_table[band_id].name};
    int r = stage_nc_raster(f, s.band, &raster, e);
    if (r)
        return r;
    int32_t rows = raster.chunk_rows > 0 ? raster.chunk_rows : OTHER_ROWS;
    s.tile_h = rows < s.height ? rows : s.height;
    s.tiles_y = (s.height + s.tile_h - 1) / s.tile_h;
    s.read_bytes = chunk_samples(&s) * (CHUNK_BYTES + SCRATCH_BYTES) + raster.unpack_bytes;
    *out = s;
    return 0;
}

struct rect band_source_tile_rect(const struct band_source *s, int32_t t)
{
    int32_t x = t % s->tiles_x * s->tile_w, y = t / s->tiles_x * s->tile_h;
    int32_t w = s->width - x, h = s->height - y;
    return (struct rect){x, y, w < s->tile_w ? w : s->tile_w, h < s->tile_h ? h : s->tile_h};
}

struct rect band_source_tiles(const struct band_source *s, struct rect px)
{
    if (rect_is_empty(px))
        return (struct rect){0, 0, 0, 0};
    int32_t x0 = px.x / s->tile_w, x1 = (px.x + px.w - 1) / s->tile_w;
    int32_t y0 = px.y / s->tile_h, y1 = (px.y + px.h - 1) / s->tile_h;
    return (struct rect){x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

int band_reader_create(struct band_reader **out, struct err *e)
{
    struct band_reader *reader = mem_zalloc(1, sizeof *reader);
    if (!reader)
        return err_nomem(e, sizeof *reader);
    int r = tile_decoder_create(&reader->decoder, e);
    if (r) {
        free(reader);
        return r;
    }
    *out = reader;
    return 0;
}

void band_reader_destroy(struct band_reader *r)
{
    if (!r)
        return;
    tile_decoder_destroy(r->decoder);
    free(r->scratch);
    free(r);
}

bool band_source_reads_parts(const struct band_source *s) { return s->jp2 != NULL; }

int band_reader_read(struct band_reader *reader, const struct band_source *s, int32_t t,
                     struct rect window, const struct jp2_planes *to, struct err *e)
{
    const struct tile_wanted wanted = {s->jp2, {t, window, 0}, s->decoder};
    if (s->jp2)
        return tile_decoder_read(reader->decoder, &wanted, to, e);
    reader->scratch = mem_scratch(reader->scratch, chunk_samples(s) * SCRATCH_BYTES,
                                  &reader->scratch_bytes, 1, e);
    if (!reader->scratch)
        return ERR_TEMPORARY;
    int r = stage_nc_read_rows(s->file, s->band, window.y, to->dst[0], reader->scratch,
                               chunk_samples(s), e);
    return r ? err_wrap(e, "%s", ncfile_path(s->file)) : 0;
}
