#include "stages/overview/reduced.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "exec/pipeline.h"

enum { NODATA = 0, SATURATED = UINT16_MAX, LARGEST = SATURATED - 1 };

/* An image at its low resolution. */
struct image {
    int band;
    int steps; /* of reduction */
    int32_t width, height;
    uint16_t *px;
    size_t first_task; /* its tiles are the tasks from here on */
};

struct reading {
    const struct reduced_request *q;
    struct image image[BAND_COUNT];
    int images;
    struct tile_decoder **decoder; /* by worker */
};

/* The steps that keep a pixel at most as large as one of the grid. */
static int steps_for(const struct band_source *s, int32_t pixel_m)
{
    const int most = jp2_reduce_max(s->jp2);
    int steps = 0;
    while (steps < most && pixel_m << (steps + 1) <= REDUCED_PIXEL_M)
        steps++;
    return steps;
}

static int prepare(struct reading *r, size_t *tasks, struct err *e)
{
    *tasks = 0;
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(r->q->bands, b))
            continue;
        const struct band_source *s = &r->q->source[b];
        struct image *image = &r->image[r->images++];
        image->band = b;
        image->steps = steps_for(s, band_table[b].pixel_m);
        const struct rect all = jp2_reduced((struct rect){0, 0, s->width, s->height}, image->steps);
        image->width = all.w;
        image->height = all.h;
        image->first_task = *tasks;
        image->px = mem_alloc((size_t)all.w * (size_t)all.h, sizeof *image->px);
        if (!image->px)
            return err_nomem(e, (size_t)all.w * (size_t)all.h * sizeof *image->px);
        *tasks += (size_t)s->tiles_x * (size_t)s->tiles_y;
    }
    return 0;
}

static int get_decoder(struct reading *r, int worker, struct tile_decoder **out, struct err *e)
{
    int failed = r->decoder[worker] ? 0 : tile_decoder_create(&r->decoder[worker], e);
    *out = r->decoder[worker];
    return failed;
}

static int read_tile(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct reading *r = ctx;
    struct tile_decoder *decoder;
    int i = 0;
    (void)batch;
    while (i + 1 < r->images && r->image[i + 1].first_task <= task)
        i++;
    const struct image *image = &r->image[i];
    const struct band_source *s = &r->q->source[image->band];
    const int32_t tile = (int32_t)(task - image->first_task);
    const struct rect part = jp2_reduced(jp2_tile_rect(s->jp2, tile), image->steps);
    if (rect_is_empty(part))
        return 0;
    struct jp2_planes to = {0};
    to.dst[s->component] = (struct view){image->px + (size_t)part.y * (size_t)image->width + part.x,
                                         image->width, part.w, part.h};
    int failed = get_decoder(r, worker, &decoder, e);
    if (failed == 0)
        failed = tile_decoder_read(
            decoder, &(struct tile_wanted){s->jp2, {tile, part, image->steps}, s->decoder}, &to, e);
    return failed ? err_wrap(e, "band %s", band_table[image->band].name) : 0;
}

/* ---- onto the grid ---- */

static uint16_t with_offset(uint16_t dn, int32_t offset)
{
    const int32_t sum = dn + offset;
    if (dn == NODATA || dn == SATURATED)
        return dn;
    return (uint16_t)(sum < 1 ? 1 : sum > LARGEST ? LARGEST : sum);
}

/* The pixel of the image under the centre of pixel i of the grid. */
static int32_t under(int32_t i, int32_t pixel_m, int steps, int32_t n)
{
    const int32_t at =
        (int32_t)(((int64_t)2 * i + 1) * REDUCED_PIXEL_M / ((int64_t)2 * pixel_m)) >> steps;
    return at < n ? at : n - 1;
}

static int place(const struct reading *r, const struct image *image, struct reduced *out,
                 struct err *e)
{
    const size_t n = (size_t)out->grid.width * (size_t)out->grid.height;
    const bool spectral = band_table[image->band].kind == BAND_REFLECTANCE;
    const int32_t pixel_m = band_table[image->band].pixel_m;
    const int32_t offset =
        spectral && !r->q->keep_offset ? r->q->product->band[image->band].offset : 0;
    uint16_t *dn = out->dn[image->band] = mem_alloc(n, sizeof *dn);
    if (!dn)
        return err_nomem(e, n * sizeof *dn);
    for (int32_t y = 0; y < out->grid.height; y++) {
        const uint16_t *row = image->px + (size_t)under(y, pixel_m, image->steps, image->height) *
                                              (size_t)image->width;
        for (int32_t x = 0; x < out->grid.width; x++)
            *dn++ = with_offset(row[under(x, pixel_m, image->steps, image->width)], offset);
    }
    return 0;
}

int reduced_read(const struct reduced_request *q, struct reduced *out, struct err *e)
{
    struct reading r = {.q = q};
    size_t tasks = 0;
    *out = (struct reduced){
        .grid = geogrid_with_pixel(&q->product->grid[PRODUCT_GRID_10], REDUCED_PIXEL_M)};
    r.decoder = mem_zalloc((size_t)q->threads, sizeof(struct tile_decoder *));
    int failed = r.decoder ? prepare(&r, &tasks, e) : err_nomem(e, (size_t)q->threads);
    if (failed == 0)
        failed = pipeline_for(tasks, q->threads, q->stopped, read_tile, &r, e);
    for (int i = 0; failed == 0 && i < r.images; i++)
        failed = place(&r, &r.image[i], out, e);
    for (int i = 0; i < r.images; i++)
        free(r.image[i].px);
    for (int i = 0; r.decoder && i < q->threads; i++)
        tile_decoder_destroy(r.decoder[i]);
    free(r.decoder);
    return failed;
}

void reduced_clear(struct reduced *r)
{
    for (int b = 0; b < BAND_COUNT; b++)
        free(r->dn[b]);
    *r = (struct reduced){.dn = {NULL}};
}

/* The first pixel of the grid whose centre is not before metre `m`. */
static int32_t first_from(int64_t m, int32_t n)
{
    const int64_t at = m <= 0 ? 0 : (2 * m + REDUCED_PIXEL_M - 1) / (2 * REDUCED_PIXEL_M);
    return at < n ? (int32_t)at : n;
}

struct rect reduced_cell(const struct reduced *r, const struct lattice *l, int scale, int32_t x,
                         int32_t y)
{
    const struct rect px = lattice_cell(l, x, y);
    const int64_t side = (int64_t)scale * 10; /* metres */
    const int32_t x0 = first_from(px.x * side, r->grid.width),
                  x1 = first_from((px.x + (int64_t)px.w) * side, r->grid.width),
                  y0 = first_from(px.y * side, r->grid.height),
                  y1 = first_from((px.y + (int64_t)px.h) * side, r->grid.height);
    return (struct rect){x0, y0, x1 - x0, y1 - y0};
}
