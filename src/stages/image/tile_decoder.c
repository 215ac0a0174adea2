#include "stages/image/tile_decoder.h"

#include <stdlib.h>
#include <string.h>

#include "core/clones.h"
#include "core/mem.h"
#include "filters/codeblock.h"
#include "filters/wavelet53.h"
#include "io/image/j2k_packets.h"

/* A rectangle of coefficients or samples in the arena, with one more column on each side. */
struct stored {
    struct rect px;
    size_t offset; /* of the first value */
    ptrdiff_t stride;
};

struct level {
    struct rect need; /* the samples of this resolution that are needed */
    struct stored band[3]; /* LL alone, or HL, LH, HH */
    struct stored out; /* the resolution's samples, as input of the next one */
};

struct tile_decoder {
    struct jp2_decoder *jp2;
    struct j2k_tile tile;
    int top; /* the highest resolution that is needed */
    struct codeblock_work *blocks;
    struct level level[J2K_LEVELS_MAX + 1];
    int32_t *arena; /* coefficients and samples of one component */
    size_t arena_cap, used;
    int32_t *colours; /* samples of three components, before the colour transform */
    size_t colours_cap;
    unsigned char *bytes; /* a code-block whose bytes are in several packets */
    size_t bytes_cap;
};

int tile_decoder_create(struct tile_decoder **out, struct err *e)
{
    struct tile_decoder *d = mem_zalloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    d->blocks = mem_alloc(1, sizeof *d->blocks);
    int r = d->blocks ? jp2_decoder_create(&d->jp2, e) : err_nomem(e, sizeof *d->blocks);
    if (r) {
        tile_decoder_destroy(d);
        return r;
    }
    codeblock_work_init(d->blocks);
    *out = d;
    return 0;
}

/* Frees the buffers whose sizes depend on the image. */
static void free_buffers(struct tile_decoder *d)
{
    j2k_tile_clear(&d->tile);
    free(d->arena);
    free(d->colours);
    free(d->bytes);
    d->arena = d->colours = NULL;
    d->bytes = NULL;
    d->arena_cap = d->colours_cap = d->bytes_cap = 0;
}

void tile_decoder_destroy(struct tile_decoder *d)
{
    if (!d)
        return;
    free_buffers(d);
    jp2_decoder_destroy(d->jp2);
    free(d->blocks);
    free(d);
}

size_t tile_decoder_bytes(const struct jp2 *j) { return jp2_decode_bytes(j); }

/* ---- the needed coefficients, and their places in the arena ---- */

static struct wavelet53_span columns(struct rect r)
{
    return (struct wavelet53_span){r.x, r.x + r.w};
}
static struct wavelet53_span rows(struct rect r) { return (struct wavelet53_span){r.y, r.y + r.h}; }

static struct rect of_spans(struct wavelet53_span x, struct wavelet53_span y)
{
    return (struct rect){x.from, y.from, x.to - x.from, y.to - y.from};
}

/* The part of a band that the part `need` of its resolution needs. orientation: 0 LL, 1 HL, 2 LH,
 * 3 HH. */
static struct rect need_of_band(struct rect whole, struct rect need, int orientation)
{
    const struct wavelet53_span x = orientation & 1 ? wavelet53_high(columns(whole), columns(need))
                                                    : wavelet53_low(columns(whole), columns(need));
    const struct wavelet53_span y = orientation & 2 ? wavelet53_high(rows(whole), rows(need))
                                                    : wavelet53_low(rows(whole), rows(need));
    return of_spans(x, y);
}

/* Reserves a place in the arena. */
static struct stored store(struct tile_decoder *d, struct rect px)
{
    struct stored s = {.px = px, .offset = d->used + 1, .stride = (ptrdiff_t)px.w + 2};
    if (!rect_is_empty(px))
        d->used += (size_t)s.stride * (size_t)px.h;
    return s;
}

/* The pixels of all code-blocks that overlap `need`. */
static struct rect whole_blocks(const struct j2k_band *b, struct rect need)
{
    if (rect_is_empty(need))
        return (struct rect){0};
    const int w = b->block_w_log2, h = b->block_h_log2;
    const int32_t x0 = need.x >> w << w, y0 = need.y >> h << h;
    const int32_t x1 = (((need.x + need.w - 1) >> w) + 1) << w;
    const int32_t y1 = (((need.y + need.h - 1) >> h) + 1) << h;
    return rect_intersect((struct rect){x0, y0, x1 - x0, y1 - y0}, b->px);
}

/* Plans the levels from the window down to the lowest resolution. Returns the number of values that
 * the arena needs. */
static size_t plan_levels(struct tile_decoder *d, int component, struct rect window)
{
    const struct j2k_resolution *res = d->tile.resolution[component];
    struct rect need = window;
    d->used = 0;
    for (int r = d->top; r >= 0; r--) {
        struct level *l = &d->level[r];
        *l = (struct level){.need = need};
        for (int b = 0; b < res[r].bands; b++) {
            const struct rect part = r > 0 ? need_of_band(res[r].px, need, b + 1) : need;
            l->band[b] = store(d, whole_blocks(&res[r].band[b], part));
        }
        if (r > 0 && r < d->top)
            l->out = store(d, need);
        if (r > 0)
            need = need_of_band(res[r].px, need, 0);
    }
    return d->used + wavelet53_scratch(window.w) + 1;
}

/* ---- coefficients ---- */

/* Returns the block's bytes in one piece. They are copied if they are in several packets. */
static int block_bytes(struct tile_decoder *d, const struct j2k_block *b,
                       const unsigned char *packets, const uint8_t **out, struct err *e)
{
    const struct j2k_piece *piece = d->tile.piece;
    if (b->first == b->last) {
        *out = b->first ? packets + piece[b->first - 1].offset : packets;
        return 0;
    }
    d->bytes = mem_scratch(d->bytes, b->len, &d->bytes_cap, 1, e);
    if (!d->bytes)
        return ERR_TEMPORARY;
    size_t n = 0;
    for (uint32_t k = b->first; k; k = piece[k - 1].next) {
        memcpy(d->bytes + n, packets + piece[k - 1].offset, piece[k - 1].len);
        n += piece[k - 1].len;
    }
    *out = d->bytes;
    return 0;
}

static int decode_block(struct tile_decoder *d, const struct j2k_block *b, int orientation,
                        const struct stored *to, const unsigned char *packets, struct err *e)
{
    static const enum codeblock_band BAND[] = {CODEBLOCK_LL_LH, CODEBLOCK_HL, CODEBLOCK_LL_LH,
                                               CODEBLOCK_HH};
    const uint8_t *data = NULL;
    if (b->planes > CODEBLOCK_PLANES)
        return err_set(e, ERR_INPUT, "a code-block has %d bit-planes", (int)b->planes);
    int r = block_bytes(d, b, packets, &data, e);
    if (r)
        return r;
    const struct codeblock block = {b->px.w, b->px.h, BAND[orientation], b->planes, b->passes,
                                    data,    b->len};
    int32_t *out = d->arena + to->offset + (b->px.y - to->px.y) * to->stride + (b->px.x - to->px.x);
    codeblock_decode(d->blocks, &block, out, to->stride);
    return 0;
}

static int decode_band(struct tile_decoder *d, const struct j2k_resolution *res, int band,
                       const struct stored *to, const unsigned char *packets, struct err *e)
{
    const int orientation = res->bands > 1 ? band + 1 : 0;
    const size_t n = (size_t)res->precincts_x * (size_t)res->precincts_y;
    for (size_t k = 0; k < n; k++) {
        const struct j2k_precinct *p = &d->tile.precinct[res->band[band].first_precinct + k];
        const size_t blocks = (size_t)p->blocks_x * (size_t)p->blocks_y;
        for (size_t i = 0; i < blocks; i++) {
            const struct j2k_block *b = &d->tile.block[p->first_block + i];
            if (rect_is_empty(rect_intersect(b->px, to->px)))
                continue;
            int r = decode_block(d, b, orientation, to, packets, e);
            if (r)
                return r;
        }
    }
    return 0;
}

/* ---- wavelet ---- */

struct copy {
    int32_t *to; /* row y */
    ptrdiff_t stride;
    int32_t y, width;
};

static void copy_row(void *ctx, int32_t y, const int32_t *row)
{
    const struct copy *c = ctx;
    memcpy(c->to + (y - c->y) * c->stride, row, sizeof *row * (size_t)c->width);
}

/* Receives the rows of a resolution. */
struct target {
    void (*put)(void *ctx, int32_t y, const int32_t *row);
    void *ctx;
};

static struct wavelet53_band band_of(const struct tile_decoder *d, const struct stored *s)
{
    return (struct wavelet53_band){d->arena + s->offset, s->stride, s->px.x, s->px.y};
}

static void transform(struct tile_decoder *d, struct rect whole, int r, struct target to)
{
    const struct level *l = &d->level[r], *below = &d->level[r - 1];
    const struct stored *low = r > 1 ? &below->out : &below->band[0];
    struct wavelet53 w = {.columns = columns(whole),
                          .rows = rows(whole),
                          .window_columns = columns(l->need),
                          .window_rows = rows(l->need),
                          .band = {band_of(d, low), band_of(d, &l->band[0]),
                                   band_of(d, &l->band[1]), band_of(d, &l->band[2])},
                          .scratch = d->arena + d->used + 1,
                          .put = to.put,
                          .ctx = to.ctx};
    wavelet53_inverse(&w);
}

/* Passes on stored samples. Used where no wavelet level is needed. */
static void put_stored(const struct tile_decoder *d, const struct stored *s, struct rect window,
                       struct target to)
{
    for (int32_t y = window.y; y < window.y + window.h; y++)
        to.put(to.ctx, y, d->arena + s->offset + (y - s->px.y) * s->stride + (window.x - s->px.x));
}

static int decode_component(struct tile_decoder *d, int component, struct rect window,
                            const unsigned char *packets, struct target to, struct err *e)
{
    const size_t values = plan_levels(d, component, window);
    d->arena = mem_scratch(d->arena, values, &d->arena_cap, sizeof *d->arena, e);
    if (!d->arena)
        return ERR_TEMPORARY;
    for (int k = 0; k <= d->top; k++) {
        const struct j2k_resolution *res = &d->tile.resolution[component][k];
        struct level *l = &d->level[k];
        for (int b = 0; b < res->bands; b++) {
            int r = decode_band(d, res, b, &l->band[b], packets, e);
            if (r)
                return r;
        }
        struct copy copy = {d->arena + l->out.offset, l->out.stride, l->need.y, l->need.w};
        if (k > 0 && !rect_is_empty(l->need))
            transform(d, res->px, k, k < d->top ? (struct target){copy_row, &copy} : to);
    }
    if (d->top == 0)
        put_stored(d, &d->level[0].band[0], window, to);
    return 0;
}

/* ---- samples (Annex G) ---- */

/* The destination of samples, with the level shift (G.1.2) and the largest value. */
struct samples {
    struct view dst;
    int32_t y, shift, max;
};

SIMD_CLONES static void put_samples(const struct samples *s, const int32_t *restrict row,
                                    uint16_t *restrict out)
{
    for (int32_t x = 0; x < s->dst.w; x++) {
        /* compared before the sum, which may overflow in a damaged image */
        const int32_t v = row[x] > s->max ? s->max : row[x] + s->shift;
        out[x] = (uint16_t)(v < 0 ? 0 : v > s->max ? s->max : v);
    }
}

static void put_row(void *ctx, int32_t y, const int32_t *row)
{
    const struct samples *s = ctx;
    put_samples(s, row, view_row(s->dst, y - s->y));
}

static struct samples samples_into(const struct j2k_style *style, struct view dst, int32_t y)
{
    return (struct samples){dst, y, 1 << (style->precision - 1), (1 << style->precision) - 1};
}

/* Inverse RCT (G.2.2), in place. Sums wrap around, as in filters/wavelet53.h. */
SIMD_CLONES static void to_colours(int32_t *restrict a, int32_t *restrict b, int32_t *restrict c,
                                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t sum = (uint32_t)b[i] + (uint32_t)c[i];
        const uint32_t green = (uint32_t)a[i] - (uint32_t)((int32_t)sum >> 2);
        a[i] = (int32_t)((uint32_t)c[i] + green);
        c[i] = (int32_t)((uint32_t)b[i] + green);
        b[i] = (int32_t)green;
    }
}

static int decode_colours(struct tile_decoder *d, struct rect window, const unsigned char *packets,
                          const struct jp2_planes *to, struct err *e)
{
    const size_t n = (size_t)window.w * (size_t)window.h;
    d->colours = mem_scratch(d->colours, 3 * n, &d->colours_cap, sizeof *d->colours, e);
    if (!d->colours)
        return ERR_TEMPORARY;
    for (int c = 0; c < 3; c++) {
        struct copy copy = {d->colours + (size_t)c * n, window.w, window.y, window.w};
        int r = decode_component(d, c, window, packets, (struct target){copy_row, &copy}, e);
        if (r)
            return r;
    }
    to_colours(d->colours, d->colours + n, d->colours + 2 * n, n);
    for (int c = 0; c < 3; c++) {
        struct samples s = samples_into(d->tile.style, to->dst[c], window.y);
        for (int32_t y = 0; to->dst[c].px && y < window.h; y++)
            put_row(&s, window.y + y, d->colours + (size_t)c * n + (size_t)y * (size_t)window.w);
    }
    return 0;
}

static int decode_window(struct tile_decoder *d, const struct tile_wanted *wanted,
                         const struct jp2_planes *to, struct err *e)
{
    const unsigned char *packets;
    size_t len;
    const struct j2k_style *style = jp2_style(wanted->jp2);
    if (style->outside)
        return err_set(e, ERR_INPUT, "has %s", style->outside);
    const struct jp2_window *part = &wanted->part;
    d->top = style->levels - part->reduce;
    if (d->top < 0)
        return err_set(e, ERR_INTERNAL, "%d of %d resolutions", part->reduce, style->levels);
    int r = jp2_read_packets(d->jp2, wanted->jp2, part->t, &packets, &len, e);
    if (r)
        return r;
    if (!packets)
        return err_set(e, ERR_INPUT, "has its own coding style");
    r = j2k_tile_read(&d->tile, style, jp2_tile_rect(wanted->jp2, part->t), packets, len, e);
    if (r)
        return r;
    if (style->colour_transform)
        return decode_colours(d, part->window, packets, to, e);
    for (int c = 0; c < style->components; c++) {
        if (!to->dst[c].px)
            continue;
        struct samples s = samples_into(style, to->dst[c], part->window.y);
        r = decode_component(d, c, part->window, packets, (struct target){put_row, &s}, e);
        if (r)
            return r;
    }
    return 0;
}

int tile_decoder_read(struct tile_decoder *d, const struct tile_wanted *wanted,
                      const struct jp2_planes *to, struct err *e)
{
    struct err why = ERR_INIT;
    if (wanted->choice == TILE_DECODER_OWN) {
        int r = decode_window(d, wanted, to, e);
        return r ? err_wrap(e, "tile %d: --decoder own", (int)wanted->part.t) : 0;
    }
    if (wanted->choice == TILE_DECODER_AUTO && decode_window(d, wanted, to, &why) == 0)
        return 0;
    free_buffers(d); /* OpenJPEG needs memory of its own */
    return jp2_decode_planes(d->jp2, wanted->jp2, wanted->part, to, e);
}
