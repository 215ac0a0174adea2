#include "filters/resample_direct.h"

#include <stdlib.h>

#include "core/mem.h"
#include "filters/nodata.h"
#include "filters/quantise.h"

/* Target pixels computed at a time. This bounds the memory of a work and does not change the
 * result. */
enum { TILE_W = 256, TILE_H = 64 };

struct resample_direct_work {
    const struct resample_spec *spec;
    const struct kernel_taps *taps;
    /* the source samples under a tile with invalid ones filled; used only if there are invalid
     * ones */
    uint16_t *filled;
    int16_t *scratch;
    double *column_sums; /* one row of source columns */
    double *row; /* one row of the tile */
};

/* The largest number of source samples that the taps of a tile span along one axis. */
static size_t span_max(const struct kernel_taps *t, int32_t tile)
{
    return (size_t)(tile / t->up + 1) * (size_t)t->down + (size_t)(t->hi - t->lo) + 1;
}

static size_t scratch_elements(const struct kernel_taps *t)
{
    return nodata_scratch((int32_t)span_max(t, TILE_W), (int32_t)span_max(t, TILE_H), t->reach);
}

size_t resample_direct_work_bytes(const struct kernel_taps *taps)
{
    size_t w = span_max(taps, TILE_W), h = span_max(taps, TILE_H);
    return sizeof(struct resample_direct_work) + w * h * sizeof(uint16_t) +
           scratch_elements(taps) * sizeof(int16_t) + (w + TILE_W) * sizeof(double);
}

int resample_direct_work_create(const struct resample_spec *spec, const struct kernel_taps *taps,
                                struct resample_direct_work **out, struct err *e)
{
    struct resample_direct_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    size_t span = span_max(taps, TILE_W);
    w->spec = spec;
    w->taps = taps;
    w->filled = mem_alloc(span * span_max(taps, TILE_H), sizeof *w->filled);
    w->scratch = mem_alloc(scratch_elements(taps), sizeof *w->scratch);
    w->column_sums = mem_alloc(span, sizeof *w->column_sums);
    w->row = mem_alloc(TILE_W, sizeof *w->row);
    if (!w->filled || !w->scratch || !w->column_sums || !w->row) {
        resample_direct_work_destroy(w);
        return err_nomem(e, resample_direct_work_bytes(taps));
    }
    *out = w;
    return 0;
}

void resample_direct_work_destroy(struct resample_direct_work *w)
{
    if (!w)
        return;
    free(w->filled);
    free(w->scratch);
    free(w->column_sums);
    free(w->row);
    free(w);
}

int32_t resample_direct_block_width(void) { return TILE_W; }

/* The part of the raster that the taps of `dst` touch. */
static struct rect taps_rect(const struct resample_spec *spec, const struct kernel_taps *t,
                             struct rect dst)
{
    int32_t x0 = kernel_taps_anchor(t, dst.x) + t->lo,
            x1 = kernel_taps_anchor(t, dst.x + dst.w - 1) + t->hi + 1;
    int32_t y0 = kernel_taps_anchor(t, dst.y) + t->lo,
            y1 = kernel_taps_anchor(t, dst.y + dst.h - 1) + t->hi + 1;
    return rect_intersect((struct rect){x0, y0, x1 - x0, y1 - y0},
                          (struct rect){0, 0, spec->src_w, spec->src_h});
}

struct rect resample_direct_source_rect(const struct resample_spec *spec,
                                        const struct kernel_taps *taps, struct rect dst)
{
    struct rect r = taps_rect(spec, taps, dst);
    int32_t n = taps->reach;
    return rect_intersect((struct rect){r.x - n, r.y - n, r.w + 2 * n, r.h + 2 * n},
                          (struct rect){0, 0, spec->src_w, spec->src_h});
}

/* The samples under one tile, without invalid ones. */
struct samples {
    /* points at raster pixel (part.x, part.y) when `filled` is set; else unused */
    const uint16_t *px;
    struct ring ring;
    struct rect part;
    bool filled, any_invalid;
};

static const uint16_t *samples_row(const struct samples *s, int32_t y)
{
    if (s->filled)
        return s->px + (ptrdiff_t)(y - s->part.y) * s->part.w;
    return ring_row(s->ring, y) + s->part.x;
}

static struct samples gather(struct resample_direct_work *w, struct ring src, struct rect tile)
{
    const struct resample_spec *spec = w->spec;
    struct rect part = taps_rect(spec, w->taps, tile);
    struct nodata_rule rule = {spec->nodata, spec->saturated};
    struct samples s = {.ring = src, .part = part};
    int64_t valid = nodata_count(rule, src, part).valid;
    s.any_invalid = valid < (int64_t)part.w * part.h;
    if (s.any_invalid && valid > 0) {
        struct nodata_job job = {rule, spec->src_w, spec->src_h, part, w->taps->reach, 0};
        nodata_fill(&job, src, w->scratch, w->filled);
        s.px = w->filled;
        s.filled = true;
    }
    return s;
}

static void sum_columns(const struct kernel_taps *t, const struct samples *s, int32_t target_y,
                        double *restrict sums)
{
    const double *weight = kernel_taps_weights(t, kernel_taps_phase(t, target_y));
    int32_t anchor = kernel_taps_anchor(t, target_y);
    for (int32_t x = 0; x < s->part.w; x++)
        sums[x] = 0;
    for (int32_t m = t->lo; m <= t->hi; m++) {
        if (anchor + m < s->part.y || anchor + m >= s->part.y + s->part.h)
            continue; /* outside the raster; the part holds every other row */
        const uint16_t *restrict row = samples_row(s, anchor + m);
        double f = weight[m - t->lo];
        for (int32_t x = 0; x < s->part.w; x++)
            sums[x] += f * row[x];
    }
}

static double sum_row(const struct kernel_taps *t, const struct samples *s, const double *sums,
                      int32_t target_x)
{
    const double *weight = kernel_taps_weights(t, kernel_taps_phase(t, target_x));
    int32_t at = kernel_taps_anchor(t, target_x) - s->part.x;
    int32_t first = at + t->lo < 0 ? -at : t->lo,
            last = at + t->hi >= s->part.w ? s->part.w - 1 - at : t->hi;
    double sum = 0;
    for (int32_t m = first; m <= last; m++)
        sum += weight[m - t->lo] * sums[at + m];
    return sum;
}

static void emit_row(const struct resample_direct_work *w, const struct samples *s,
                     struct rect span, const struct resample_sink *sink)
{
    const struct resample_spec *spec = w->spec;
    struct rect dst = sink->dst;
    if (sink->values) {
        double *to = sink->values + (ptrdiff_t)(span.y - dst.y) * dst.w + (span.x - dst.x);
        for (int32_t i = 0; i < span.w; i++)
            to[i] = w->row[i];
        return;
    }
    uint16_t *to = view_row(sink->px, span.y - dst.y) + (span.x - dst.x);
    quantise_f64(w->row, span.w, spec->offset, to);
    if (!s->any_invalid && spec->down == 1)
        return;
    struct nodata_grid grid = {
        {spec->nodata, spec->saturated}, spec->up, spec->down, spec->src_w, spec->src_h};
    nodata_mark_row(&grid, s->ring, span.x, span.y, span.w, to);
}

static void make_tile(struct resample_direct_work *w, struct ring src, struct rect tile,
                      const struct resample_sink *sink)
{
    const struct kernel_taps *t = w->taps;
    struct samples s = gather(w, src, tile);
    for (int32_t y = tile.y; y < tile.y + tile.h; y++) {
        sum_columns(t, &s, y, w->column_sums);
        double inside_y = kernel_taps_inside(t, kernel_taps_phase(t, y), kernel_taps_anchor(t, y),
                                             w->spec->src_h);
        for (int32_t i = 0; i < tile.w; i++) {
            int32_t x = tile.x + i;
            double inside = inside_y * kernel_taps_inside(t, kernel_taps_phase(t, x),
                                                          kernel_taps_anchor(t, x), w->spec->src_w);
            double sum = sum_row(t, &s, w->column_sums, x);
            w->row[i] = inside == 1 ? sum : sum / inside;
        }
        emit_row(w, &s, (struct rect){tile.x, y, tile.w, 1}, sink);
    }
}

void resample_direct_run(struct resample_direct_work *w, struct ring src, struct resample_sink sink)
{
    struct rect dst = sink.dst;
    for (int32_t y = dst.y; y < dst.y + dst.h; y += TILE_H)
        for (int32_t x = dst.x; x < dst.x + dst.w; x += TILE_W)
            make_tile(w, src, rect_intersect((struct rect){x, y, TILE_W, TILE_H}, dst), &sink);
}
