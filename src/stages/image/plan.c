#include "stages/image/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "stages/image/plan_memory.h"
#include "stages/image/plan_strips.h"
#include "stages/image/plan_tiles.h"

/* The width of a resampling task in target pixels, rounded up to whole filter blocks: wide enough
 * for efficient filtering, narrow enough to give every thread a task. */
enum { PIECE_PX = 1024 };

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

int plan_lattice(const struct product *p, const struct params *params, struct geogrid *target,
                 struct lattice *lattice, struct err *e)
{
    *target = geogrid_with_pixel(&p->grid[PRODUCT_GRID_10], params->resolution_m);
    if (params->compat)
        return lattice_init_windows(lattice, params_cut(params), params->overlap, target->width,
                                    target->height, e);
    return lattice_init(lattice, params->size, params->overlap, params->edge, target->width,
                        target->height, e);
}

static struct resample_spec spec_of(const struct plan_request *q, int band_id)
{
    const struct params *params = q->params;
    const struct band_source *source = &q->source[band_id];
    int32_t native_m = band_table[band_id].pixel_m;
    bool unchanged = q->as_it_is != NULL;
    return (struct resample_spec){
        .src_w = source->width,
        .src_h = source->height,
        .up = unchanged ? 1 : max32(1, native_m / params->resolution_m),
        .down = unchanged ? 1 : max32(1, params->resolution_m / native_m),
        .kernel = kernel_find(params->filter),
        .lobes = params->lobes,
        .engine = strcmp(params->engine, "direct") == 0 ? RESAMPLE_DIRECT : RESAMPLE_FFT,
        .nodata = q->product->nodata,
        .saturated = q->product->saturated,
        .offset = unchanged || params->keep_offset ? 0 : q->product->band[band_id].offset,
        .most = band_is_byte(band_id) ? UINT8_MAX : 0,
    };
}

static bool resample_alike(const struct resample_spec *a, const struct resample_spec *b)
{
    return a->src_w == b->src_w && a->src_h == b->src_h && a->up == b->up && a->down == b->down &&
           a->offset == b->offset &&
           a->most == b->most; /* kernel, engine and special values are the same for all bands */
}

/* Finds the resampler with this specification, or makes a new one. */
static int find_resampler(struct plan *p, const struct resample_spec *spec,
                          struct resample_spec *known, int *index, struct err *e)
{
    for (*index = 0; *index < p->n_resamplers; ++*index)
        if (resample_alike(spec, &known[*index]))
            return 0;
    int r = resample_plan_create(spec, &p->resampler[*index], e);
    if (r == 0)
        known[p->n_resamplers++] = *spec;
    return r;
}

/* The leader of the plan's last band (plan_band.leader). Both have the same rows, windows and
 * resampling. */
static int find_leader(const struct plan *p)
{
    const struct jp2 *jp2 = p->band[p->n_bands].source.jp2;
    for (int b = 0; jp2 && b < p->n_bands; b++)
        if (p->band[b].source.jp2 == jp2)
            return b;
    return p->n_bands;
}

/* Sets resampler, piece width and storage of the plan's last band. */
static int plan_resampling(struct plan *p, const struct plan_request *q,
                           struct resample_spec *known, struct err *e)
{
    struct plan_band *b = &p->band[p->n_bands];
    struct resample_spec spec = spec_of(q, b->band_id);
    int r = find_resampler(p, &spec, known, &b->resampler, e);
    if (r)
        return err_wrap(e, "band %s", band_table[b->band_id].name);
    const struct resample_plan *resampler = p->resampler[b->resampler];
    int32_t block = resample_block_width(resampler);
    b->piece_w = (PIECE_PX + block - 1) / block * block;
    b->stored = resample_picks(resampler) ? -1 : p->n_stored++;
    return 0;
}

static int plan_bands(struct plan *p, const struct plan_request *q, struct err *e)
{
    struct resample_spec known[BAND_COUNT];
    for (int id = 0; id < BAND_COUNT; id++) {
        if (!band_in(q->params->bands, id))
            continue;
        p->band[p->n_bands] = (struct plan_band){
            .band_id = id, .source = q->source[id], .resampler = -1, .stored = -1};
        p->band[p->n_bands].leader = find_leader(p);
        int r = q->params->compat ? 0 : plan_resampling(p, q, known, e);
        if (r)
            return r;
        p->n_bands++;
    }
    return 0;
}

/* Sets the target grid, and its cells or rows to make. */
static int plan_target(struct plan *p, const struct plan_request *q, struct err *e)
{
    if (q->strip_rows > 0) {
        const struct geogrid *grid = &q->product->grid[PRODUCT_GRID_10];
        p->target = q->as_it_is ? *q->as_it_is : geogrid_with_pixel(grid, q->params->resolution_m);
        return plan_strips_take_rows(p, q->strip_rows, e);
    }
    int r = plan_lattice(q->product, q->params, &p->target, &p->lattice, e);
    return r ? r : plan_strips_take_cells(p, q->cells, q->n_cells, e);
}

int plan_create(const struct plan_request *q, struct plan *out, struct err *e)
{
    *out = (struct plan){.product = q->product, .params = q->params, .threads = q->limits.threads};
    out->memory.per_writer = q->sink_bytes;
    out->memory.cells = q->n_cells * q->cell_bytes;
    out->memory.masks = q->other_bytes;
    out->memory.unpacked = q->unpacked_bytes;
    int r = plan_target(out, q, e);
    if (r)
        goto clear;
    r = plan_bands(out, q, e);
    if (r)
        goto clear;
    r = plan_memory_fit(out, &q->limits, e);
    if (r)
        goto clear;
    r = plan_tiles_waits(out, e);
    if (r)
        goto clear;
    r = plan_tiles_windows(out, e);
    if (r)
        goto clear;
    log_message(LOG_DEBUG, q->product->name,
                "plan: %d strips of at most %d x %d px, %d threads, %zu MiB", out->n_strips,
                out->strip_w, out->strip_h, out->threads, (out->memory.total >> 20) + 1);
    return 0;
clear:
    plan_clear(out);
    return r;
}

void plan_clear(struct plan *p)
{
    for (int i = 0; i < p->n_resamplers; i++)
        resample_plan_destroy(p->resampler[i]);
    for (int b = 0; b < p->n_bands; b++)
        free(p->band[b].window);
    free(p->cell);
    free(p->strip);
    *p = (struct plan){0};
}
