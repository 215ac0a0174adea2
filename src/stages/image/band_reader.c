#include "stages/image/band_reader.h"

#include <stdlib.h>

#include "core/mem.h"

struct band_reader {
    struct tile_decoder *decoder;
    void *scratch; /* for chunks: grows */
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

/* Of one sample: the stored chunk and the two steps of unpacking it. */
enum { CHUNK_BYTES = 2, SCRATCH_BYTES = 4 };

/* Rows of a tile where the file's chunks are not as our files have them. */
enum { OTHER_ROWS = 256 };

static size_t chunk_samples(const struct band_source *r)
{
    return (size_t)r->width * (size_t)r->tile_h;
}

int band_source_of_file(struct ncfile *f, const struct stage_meta *m, int band_id,
                        struct band_source *out, struct err *e)
{
    struct h5raster how;
    struct band_source r = {.width = m->px.w,
                            .height = m->px.h,
                            .tile_w = m->px.w,
                            .tiles_x = 1,
                            .file = f,
                            .band = band_table[band_id].name};
    int failed = stage_nc_raster(f, r.band, &how, e);
    if (failed)
        return failed;
    int32_t rows = how.chunk_rows > 0 ? how.chunk_rows : OTHER_ROWS;
    r.tile_h = rows < r.height ? rows : r.height;
    r.tiles_y = (r.height + r.tile_h - 1) / r.tile_h;
    r.read_bytes = chunk_samples(&r) * (CHUNK_BYTES + SCRATCH_BYTES) + how.unpack_bytes;
    *out = r;
    return 0;
}

struct rect band_source_tile_rect(const struct band_source *r, int32_t t)
{
    int32_t x = t % r->tiles_x * r->tile_w, y = t / r->tiles_x * r->tile_h;
    int32_t w = r->width - x, h = r->height - y;
    return (struct rect){x, y, w < r->tile_w ? w : r->tile_w, h < r->tile_h ? h : r->tile_h};
}

struct rect band_source_tiles(const struct band_source *r, struct rect px)
{
    if (rect_is_empty(px))
        return (struct rect){0, 0, 0, 0};
    int32_t x0 = px.x / r->tile_w, x1 = (px.x + px.w - 1) / r->tile_w;
    int32_t y0 = px.y / r->tile_h, y1 = (px.y + px.h - 1) / r->tile_h;
    return (struct rect){x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

int band_reader_create(struct band_reader **out, struct err *e)
{
    struct band_reader *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    int failed = tile_decoder_create(&r->decoder, e);
    if (failed) {
        free(r);
        return failed;
    }
    *out = r;
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

bool band_source_reads_parts(const struct band_source *r) { return r->jp2 != NULL; }

int band_reader_read(struct band_reader *reader, const struct band_source *r, int32_t t,
                     struct rect window, const struct jp2_planes *to, struct err *e)
{
    const struct tile_wanted wanted = {r->jp2, t, window, r->decoder};
    if (r->jp2)
        return tile_decoder_read(reader->decoder, &wanted, to, e);
    reader->scratch = mem_scratch(reader->scratch, chunk_samples(r) * SCRATCH_BYTES,
                                  &reader->scratch_bytes, 1, e);
    if (!reader->scratch)
        return ERR_TEMPORARY;
    int failed = stage_nc_read_rows(r->file, r->band, window.y, to->dst[0], reader->scratch,
                                    chunk_samples(r), e);
    return failed ? err_wrap(e, "%s", ncfile_path(r->file)) : 0;
}
