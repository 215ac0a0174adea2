#include "stages/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"

/* Width of a resampling task: enough for the filters to work in peace, small enough for many threads. */
enum { PIECE_PX = 1024 };

/* Code, libraries, their tables and heaps, the product's metadata: measured about 25 MB. */
static const size_t PROGRAM_BYTES = 32U << 20;

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

int plan_lattice(const struct product *p, const struct params *params, struct geogrid *target, struct lattice *lattice,
                 struct err *e)
{
    *target = geogrid_with_pixel(&p->grid[PRODUCT_GRID_10], params->resolution_m);
    return lattice_init(lattice, params->size, params->overlap, params->edge, target->width, target->height, e);
}

struct rect plan_cell_px(const struct plan *p, struct cell c)
{
    struct rect raster = {0, 0, p->target.width, p->target.height};
    return rect_intersect(lattice_cell(&p->lattice, c.x, c.y), raster);
}

struct rect plan_tiles_of(const struct plan *p, int band, struct rect target_px)
{
    if (rect_is_empty(target_px))
        return (struct rect){0, 0, 0, 0};
    return raster_tiles(&p->band[band].raster, resample_source_rect(p->band[band].resample, target_px));
}

size_t plan_piece_count(const struct plan *p, const struct plan_strip *s, int band)
{
    int32_t w = p->band[band].piece_w;
    return (size_t)((s->px.x + s->px.w - 1) / w - s->px.x / w + 1);
}

struct rect plan_piece(const struct plan *p, const struct plan_strip *s, int band, size_t i)
{
    int32_t w = p->band[band].piece_w;
    struct rect column = {(s->px.x / w + (int32_t)i) * w, s->px.y, w, s->px.h}, wanted = {0, 0, 0, 0};
    if (s->n == 0)
        return rect_intersect(s->px, column);
    for (size_t c = s->first; c < s->first + s->n; c++)
        wanted = rect_union(wanted, rect_intersect(plan_cell_px(p, p->cell[c]), column));
    return wanted;
}

/* ---- making ---- */

static int take_cells(struct plan *p, const struct cell *cells, size_t n, struct err *e)
{
    p->cell = mem_alloc(n, sizeof *p->cell);
    p->strip = mem_alloc(n, sizeof *p->strip);
    if (!p->cell || !p->strip)
        return err_nomem(e, n * (sizeof *p->cell + sizeof *p->strip));
    memcpy(p->cell, cells, n * sizeof *cells);
    p->n_cells = n;
    qsort(p->cell, n, sizeof *p->cell, cell_by_row_and_column);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || p->cell[i].y != p->cell[i - 1].y)
            p->strip[p->n_strips++] = (struct plan_strip){.first = i};
        struct plan_strip *s = &p->strip[p->n_strips - 1];
        s->n++;
        s->px = rect_union(s->px, plan_cell_px(p, p->cell[i]));
        p->strip_w = max32(p->strip_w, s->px.w);
        p->strip_h = max32(p->strip_h, s->px.h);
    }
    return 0;
}

/* Strips of whole rows. */
static int take_rows(struct plan *p, int32_t rows, struct err *e)
{
    size_t n = (size_t)((p->target.height + rows - 1) / rows);
    p->strip = mem_alloc(n, sizeof *p->strip);
    if (!p->strip)
        return err_nomem(e, n * sizeof *p->strip);
    struct rect raster = {0, 0, p->target.width, p->target.height};
    for (int32_t i = 0; i < (int32_t)n; i++)
        p->strip[i] =
            (struct plan_strip){.px = rect_intersect((struct rect){0, i * rows, p->target.width, rows}, raster)};
    p->n_strips = (int32_t)n;
    p->strip_w = p->target.width;
    p->strip_h = p->strip[0].px.h;
    return 0;
}

static struct resample_spec spec_of(const struct plan_request *q, int band_id)
{
    const struct params *params = q->params;
    const struct raster *raster = &q->raster[band_id];
    int32_t native_m = band_table[band_id].pixel_m;
    bool pass = q->as_it_is != NULL;
    return (struct resample_spec){
        .src_w = raster->width,
        .src_h = raster->height,
        .up = pass ? 1 : max32(1, native_m / params->resolution_m),
        .down = pass ? 1 : max32(1, params->resolution_m / native_m),
        .kernel = kernel_find(params->filter),
        .lobes = params->lobes,
        .engine = strcmp(params->engine, "direct") == 0 ? RESAMPLE_DIRECT : RESAMPLE_FFT,
        .nodata = q->product->nodata,
        .saturated = q->product->saturated,
        .offset = pass || params->keep_offset ? 0 : q->product->band[band_id].offset,
    };
}

static int plan_one_band(struct plan *p, const struct plan_request *q, int band_id, struct err *e)
{
    struct resample_spec spec = spec_of(q, band_id);
    struct plan_band *b = &p->band[p->n_bands];
    *b = (struct plan_band){.band_id = band_id, .raster = q->raster[band_id]};
    int r = resample_plan_create(&spec, &b->resample, e);
    if (r)
        return err_wrap(e, "band %s", band_table[band_id].name);
    p->n_bands++;
    int32_t block = resample_block_width(b->resample);
    b->piece_w = (PIECE_PX + block - 1) / block * block;
    return 0;
}

/* The tile rows of a band that strip s needs: first and how many. */
static struct rect strip_tiles(const struct plan *p, const struct plan_strip *s, int band)
{
    return plan_tiles_of(p, band, s->px);
}

/* Do all tile rows that strips k − lead + 1 … k need have a slot of their own among n? Row r lives in slot r mod n. */
static bool window_fits(const struct plan *p, int band, int32_t k, int32_t n)
{
    for (int32_t i = max32(0, k - p->lead_decode + 1); i <= k; i++) {
        struct rect t = strip_tiles(p, &p->strip[i], band);
        struct rect u = strip_tiles(p, &p->strip[k], band);
        for (int32_t row = t.y; row < t.y + t.h; row++)
            for (int32_t other = u.y; other < u.y + u.h; other++)
                if (row != other && row % n == other % n)
                    return false;
    }
    return true;
}

static int32_t slots_needed(const struct plan *p, int band)
{
    int32_t n = 1;
    for (int32_t k = 0; k < p->n_strips; k++)
        while (!window_fits(p, band, k, n))
            n++;
    return n;
}

static size_t worker_bytes(const struct plan *p)
{
    size_t decode = 0, filter = 0;
    for (int b = 0; b < p->n_bands; b++) {
        size_t d = p->band[b].raster.read_bytes;
        decode = d > decode ? d : decode;
        filter += resample_work_bytes(p->band[b].resample);
    }
    return decode + filter;
}

static void plan_memory(struct plan *p)
{
    struct plan_memory *m = &p->memory;
    m->sources = 0;
    for (int b = 0; b < p->n_bands; b++) {
        const struct raster *raster = &p->band[b].raster;
        p->band[b].slots = slots_needed(p, b);
        m->sources += (size_t)p->band[b].slots * (size_t)raster->tile_h * (size_t)raster->width * sizeof(uint16_t);
    }
    m->strips =
        (size_t)p->lead_resample * (size_t)p->n_bands * (size_t)p->strip_w * (size_t)p->strip_h * sizeof(uint16_t);
    m->per_worker = worker_bytes(p);
    m->program = PROGRAM_BYTES;
    m->total = m->sources + m->strips + m->per_worker * (size_t)p->threads + m->per_writer * (size_t)p->writers +
               m->cells + m->program;
}

/* From the roomiest plan to the tightest. */
static int fit(struct plan *p, size_t limit, struct err *e)
{
    static const struct {
        int32_t decode, resample;
    } leads[] = {
        {2, 2},
        {2, 1},
        {1, 1}
    };
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        p->lead_decode = leads[i].decode;
        p->lead_resample = leads[i].resample;
        plan_memory(p);
        if (limit == 0 || p->memory.total <= limit)
            return 0;
    }
    const struct plan_memory *m = &p->memory;
    return err_set(e, ERR_USAGE,
                   "--memory %zuM is too little: this needs %zuM, of that %zuM for each of %d threads; fewer threads, "
                   "fewer bands or another "
                   "--size need less",
                   limit >> 20, (m->total >> 20) + 1, ((m->per_worker + m->per_writer) >> 20) + 1, p->threads);
}

int plan_create(const struct plan_request *q, struct plan *out, struct err *e)
{
    *out = (struct plan){.product = q->product, .params = q->params, .threads = q->threads};
    int r = 0;
    if (q->strip_rows > 0)
        out->target = q->as_it_is ? *q->as_it_is
                                  : geogrid_with_pixel(&q->product->grid[PRODUCT_GRID_10], q->params->resolution_m);
    else
        r = plan_lattice(q->product, q->params, &out->target, &out->lattice, e);
    if (r == 0)
        r = q->strip_rows > 0 ? take_rows(out, q->strip_rows, e) : take_cells(out, q->cells, q->n_cells, e);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++)
        if (band_in(q->params->bands, b))
            r = plan_one_band(out, q, b, e);
    out->writers = q->strip_rows > 0 || (size_t)q->threads < q->n_cells ? q->threads : (int)q->n_cells;
    out->memory.per_writer = q->sink_bytes;
    out->memory.cells = q->n_cells * q->cell_bytes;
    if (r == 0)
        r = fit(out, q->memory_limit, e);
    if (r)
        plan_clear(out);
    else
        log_message(LOG_DEBUG, q->product->name, "plan: %d strips of at most %d x %d px, %d threads, %zu MiB",
                    out->n_strips, out->strip_w, out->strip_h, out->threads, (out->memory.total >> 20) + 1);
    return r;
}

void plan_clear(struct plan *p)
{
    for (int b = 0; b < p->n_bands; b++)
        resample_plan_destroy(p->band[b].resample);
    free(p->cell);
    free(p->strip);
    *p = (struct plan){0};
}
