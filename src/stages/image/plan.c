#include "stages/image/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/window.h"

/* Width of a resampling task: enough for the filters to work in peace, small enough for many
 * threads. */
enum { PIECE_PX = 1024 };

/* The least width of a strip, where the lattice has so many columns. */
enum { STRIP_PX = 2560 };

/* Code, libraries, their tables and heaps, the product's metadata: measured about 25 MB. */
static const size_t PROGRAM_BYTES = 30U << 20;

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

struct rect plan_cell_px(const struct plan *p, struct cell c)
{
    struct rect raster = {0, 0, p->target.width, p->target.height};
    return rect_intersect(lattice_cell(&p->lattice, c.x, c.y), raster);
}

size_t plan_piece_count(const struct plan *p, const struct plan_strip *s, int band)
{
    if (p->params->compat)
        return s->n;
    int32_t w = p->band[band].piece_w;
    return (size_t)((s->px.x + s->px.w - 1) / w - s->px.x / w + 1);
}

struct rect plan_piece(const struct plan *p, const struct plan_strip *s, int band, size_t i)
{
    if (p->params->compat)
        return plan_cell_px(p, p->cell[s->first + i]);
    int32_t w = p->band[band].piece_w;
    struct rect column = {(s->px.x / w + (int32_t)i) * w, s->px.y, w, s->px.h},
                wanted = {0, 0, 0, 0};
    if (s->n == 0)
        return rect_intersect(s->px, column);
    for (size_t c = s->first; c < s->first + s->n; c++)
        wanted = rect_union(wanted, rect_intersect(plan_cell_px(p, p->cell[c]), column));
    return wanted;
}

/* ---- what of the images decides a part of the target grid ---- */

static struct rect source_of_px(const struct plan *p, int band, struct rect px)
{
    return rect_is_empty(px) ? px : resample_source_rect(plan_resampler(p, band), px);
}

struct rect plan_cell_window(const struct plan *p, int band, struct cell c)
{
    int32_t divisor = band_table[p->band[band].band_id].pixel_m / 10;
    return window_cell(params_cut(p->params), p->params->overlap, divisor, c.x, c.y);
}

static struct rect source_of_cell(const struct plan *p, int band, struct cell c)
{
    const struct band_source *raster = &p->band[band].raster;
    if (!p->params->compat)
        return source_of_px(p, band, plan_cell_px(p, c));
    return rect_intersect(plan_cell_window(p, band, c),
                          (struct rect){0, 0, raster->width, raster->height});
}

static struct rect source_of_piece(const struct plan *p, const struct plan_strip *s, int band,
                                   size_t i)
{
    return p->params->compat ? source_of_cell(p, band, p->cell[s->first + i])
                             : source_of_px(p, band, plan_piece(p, s, band, i));
}

static struct rect tiles_of(const struct plan *p, int band, struct rect source)
{
    return rect_is_empty(source) ? (struct rect){0, 0, 0, 0}
                                 : band_source_tiles(&p->band[band].raster, source);
}

struct rect plan_strip_tiles(const struct plan *p, const struct plan_strip *s, int band)
{
    struct rect source = {0, 0, 0, 0};
    if (!p->params->compat)
        return tiles_of(p, band, source_of_px(p, band, s->px));
    for (size_t i = 0; i < s->n; i++)
        source = rect_union(source, source_of_piece(p, s, band, i));
    return tiles_of(p, band, source);
}

struct rect plan_piece_tiles(const struct plan *p, const struct plan_strip *s, int band, size_t i)
{
    return tiles_of(p, band, source_of_piece(p, s, band, i));
}

struct rect plan_cell_tiles(const struct plan *p, struct cell c, int band)
{
    return tiles_of(p, band, source_of_cell(p, band, c));
}

/* ---- making ---- */

static int copy_cells(struct plan *p, const struct cell *cells, size_t n, struct err *e)
{
    p->cell = mem_alloc(n, sizeof *p->cell);
    p->strip = mem_alloc(n, sizeof *p->strip);
    if (!p->cell || !p->strip)
        return err_nomem(e, n * (sizeof *p->cell + sizeof *p->strip));
    memcpy(p->cell, cells, n * sizeof *cells);
    p->n_cells = n;
    qsort(p->cell, n, sizeof *p->cell, cell_by_row_and_column);
    return 0;
}

/* Strips of at most so many columns of the lattice. */
static void make_strips(struct plan *p, int32_t cols)
{
    p->n_strips = 0;
    p->strip_w = p->strip_h = 0;
    for (size_t i = 0; i < p->n_cells; i++) {
        struct plan_strip *s = p->n_strips > 0 ? &p->strip[p->n_strips - 1] : NULL;
        if (!s || p->cell[i].y != p->cell[s->first].y ||
            p->cell[i].x - p->cell[s->first].x >= cols) {
            s = &p->strip[p->n_strips++];
            *s = (struct plan_strip){.first = i};
        }
        s->n++;
        s->px = rect_union(s->px, plan_cell_px(p, p->cell[i]));
        p->strip_w = max32(p->strip_w, s->px.w);
        p->strip_h = max32(p->strip_h, s->px.h);
    }
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
        p->strip[i] = (struct plan_strip){
            .px = rect_intersect((struct rect){0, i * rows, p->target.width, rows}, raster)};
    p->n_strips = (int32_t)n;
    p->strip_w = p->target.width;
    p->strip_h = p->strip[0].px.h;
    return 0;
}

static struct resample_spec spec_of(const struct plan_request *q, int band_id)
{
    const struct params *params = q->params;
    const struct band_source *raster = &q->raster[band_id];
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
        .most = band_is_byte(band_id) ? UINT8_MAX : 0,
    };
}

static bool resample_alike(const struct resample_spec *a, const struct resample_spec *b)
{
    return a->src_w == b->src_w && a->src_h == b->src_h && a->up == b->up && a->down == b->down &&
           a->offset == b->offset &&
           a->most == b->most; /* kernel, engine and special values are those of the run */
}

/* The resampler of a specification: one that is there, or a new one. */
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

/* The band that is decoded for the last one: all that is planned of the two, rows, windows and
 * resampling, is the same. */
static int find_leader(const struct plan *p)
{
    int b = 0;
    const struct jp2 *jp2 = p->band[p->n_bands].raster.jp2;
    while (b < p->n_bands && (!jp2 || p->band[b].raster.jp2 != jp2))
        b++;
    return b;
}

static int plan_bands(struct plan *p, const struct plan_request *q, struct err *e)
{
    struct resample_spec known[BAND_COUNT];
    for (int id = 0; id < BAND_COUNT; id++) {
        if (!band_in(q->params->bands, id))
            continue;
        struct plan_band *b = &p->band[p->n_bands];
        *b = (struct plan_band){
            .band_id = id, .raster = q->raster[id], .resampler = -1, .stored = -1};
        b->leader = find_leader(p);
        if (q->params->compat) {
            p->n_bands++;
            continue;
        }
        struct resample_spec spec = spec_of(q, id);
        int r = find_resampler(p, &spec, known, &b->resampler, e);
        if (r)
            return err_wrap(e, "band %s", band_table[id].name);
        p->n_bands++;
        const struct resample_plan *resampler = p->resampler[b->resampler];
        int32_t block = resample_block_width(resampler);
        b->piece_w = (PIECE_PX + block - 1) / block * block;
        b->stored = resample_picks(resampler) ? -1 : p->n_stored++;
    }
    return 0;
}

/* ---- rows of image tiles ---- */

/* Do the tile rows of two strips have slots of their own among n? Row r lives in slot r mod n. */
static bool rows_fit(struct rect a, struct rect b, int32_t n)
{
    for (int32_t row = a.y; row < a.y + a.h; row++)
        for (int32_t other = b.y; other < b.y + b.h; other++)
            if (row != other && row % n == other % n)
                return false;
    return true;
}

/* The least that strips need one by one; `roomy`: so many that the tiles of one strip can be
 * decoded while the one before it is at work. */
static int32_t slots_needed(const struct plan *p, int band, bool roomy)
{
    int32_t n = 1;
    struct rect before = {0, 0, 0, 0};
    for (int32_t k = 0; k < p->n_strips; k++) {
        struct rect rows = plan_strip_tiles(p, &p->strip[k], band);
        while (!rows_fit(rows, rows, n) || (roomy && !rows_fit(before, rows, n)))
            n++;
        before = rows;
    }
    return n;
}

/* Goes through the strips as decoding will, and notes whom each must wait for. */
static int find_what_to_wait_for(struct plan *p, int band, struct err *e)
{
    const struct plan_band *b = &p->band[band];
    int32_t *user =
        mem_alloc((size_t)b->raster.tiles_y, sizeof *user); /* the last strip of a row of tiles */
    int32_t *held = mem_alloc((size_t)b->slots, sizeof *held); /* the row in a slot */
    if (!user || !held) {
        free(user);
        free(held);
        return err_nomem(e, (size_t)b->raster.tiles_y * sizeof *user);
    }
    for (int32_t i = 0; i < b->slots; i++)
        held[i] = -1;
    for (int32_t k = 0; k < p->n_strips; k++) {
        struct rect rows = plan_strip_tiles(p, &p->strip[k], band);
        for (int32_t row = rows.y; row < rows.y + rows.h; row++) {
            int32_t *slot = &held[row % b->slots];
            if (*slot >= 0 && *slot != row)
                p->strip[k].after = max32(p->strip[k].after, user[*slot]);
            *slot = row;
            user[row] = k;
        }
    }
    free(user);
    free(held);
    return 0;
}

/* A part of a tile that is nearly all of it is not worth the trouble. */
static struct rect worthwhile(struct rect part, struct rect tile)
{
    return 4 * (int64_t)part.w * part.h > 3 * (int64_t)tile.w * tile.h ? tile : part;
}

static void widen_windows(struct plan_band *b, struct rect source)
{
    struct rect tiles = band_source_tiles(&b->raster, source);
    for (int32_t y = tiles.y; y < tiles.y + tiles.h; y++)
        for (int32_t x = tiles.x; x < tiles.x + tiles.w; x++) {
            int32_t t = y * b->raster.tiles_x + x;
            b->window[t] = rect_union(b->window[t],
                                      rect_intersect(source, band_source_tile_rect(&b->raster, t)));
        }
}

/* What of each tile is needed, over all strips. */
static int find_windows(struct plan *p, int band, struct err *e)
{
    struct plan_band *b = &p->band[band];
    int32_t n = b->raster.tiles_x * b->raster.tiles_y;
    b->window = mem_zalloc((size_t)n, sizeof *b->window);
    if (!b->window)
        return err_nomem(e, (size_t)n * sizeof *b->window);
    for (int32_t k = 0; k < p->n_strips; k++)
        for (size_t i = 0; i < plan_piece_count(p, &p->strip[k], band); i++) {
            struct rect source = source_of_piece(p, &p->strip[k], band, i);
            if (!rect_is_empty(source))
                widen_windows(b, source);
        }
    for (int32_t t = 0; t < n; t++) {
        struct rect tile = band_source_tile_rect(&b->raster, t);
        b->window[t] = band_source_reads_parts(&b->raster) ? worthwhile(b->window[t], tile) : tile;
    }
    return 0;
}

static int plan_tiles(struct plan *p, struct err *e)
{
    int r = 0;
    for (int b = 0; r == 0 && b < p->n_bands; b++)
        r = find_windows(p, b, e);
    return r;
}

static int plan_waits(struct plan *p, struct err *e)
{
    int r = 0;
    for (int32_t k = 0; k < p->n_strips; k++)
        p->strip[k].after = -1;
    for (int b = 0; r == 0 && b < p->n_bands; b++)
        r = find_what_to_wait_for(p, b, e);
    return r;
}

/* ---- memory ---- */

static size_t worker_bytes(const struct plan *p)
{
    size_t decode = 0, filter = 0;
    for (int b = 0; b < p->n_bands; b++) {
        size_t d = p->band[b].raster.read_bytes;
        decode = d > decode ? d : decode;
    }
    for (int i = 0; i < p->n_resamplers; i++)
        filter += resample_work_bytes(p->resampler[i]);
    return decode + filter;
}

static void plan_memory(struct plan *p, bool roomy)
{
    struct plan_memory *m = &p->memory;
    m->sources = 0;
    for (int b = 0; b < p->n_bands; b++) {
        const struct band_source *raster = &p->band[b].raster;
        p->band[b].slots = slots_needed(p, b, roomy);
        m->sources += (size_t)p->band[b].slots * (size_t)raster->tile_h * (size_t)raster->width *
                      sizeof(uint16_t);
    }
    m->strips = (size_t)p->lead_resample * (size_t)p->n_stored * (size_t)p->strip_w *
                (size_t)p->strip_h * sizeof(uint16_t);
    m->per_worker = worker_bytes(p);
    m->program = PROGRAM_BYTES;
    m->total = m->sources + m->strips + m->per_worker * (size_t)plan_workers(p) +
               m->per_writer * (size_t)p->writers + m->cells + m->masks + m->unpacked + m->program;
}

/* How many columns of the lattice make a strip: enough that two strips keep all threads writing,
 * and that the filters' blocks, which are cut where strips meet, are few. */
static int32_t strip_cols(const struct plan *p)
{
    int32_t step = p->lattice.step > 0 ? p->lattice.step : 1;
    return max32(p->threads, (STRIP_PX + step - 1) / step);
}

/* How roomy a plan is. */
struct room {
    int32_t narrower; /* strips have this part of the usual columns */
    int32_t lead_resample;
    bool roomy;
    int spare; /* threads */
};

static void take_room(struct plan *p, const struct room *room)
{
    if (p->n_cells > 0)
        make_strips(p, max32(1, strip_cols(p) / room->narrower));
    p->lead_resample = room->lead_resample;
    p->spare = p->n_cells > 0 ? room->spare : 0;
    p->writers =
        p->n_cells == 0 || (size_t)plan_workers(p) < p->n_cells ? plan_workers(p) : (int)p->n_cells;
    plan_memory(p, room->roomy);
}

/* From the roomiest plan to the tightest. */
static int fit(struct plan *p, const struct plan_limits *limits, struct err *e)
{
    static const struct room tries[] = {
        {1, 2, true, 2}, {1, 2, false, 2}, {2, 2, false, 1}, {4, 2, false, 0}, {4, 1, false, 0}};
    const size_t n = sizeof tries / sizeof *tries;
    p->lead_decode = 2;
    take_room(p, &tries[n - 1]);
    p->memory.least = p->memory.total;
    for (size_t i = 0; i < n; i++) {
        take_room(p, &tries[i]);
        if (limits->memory == 0 || p->memory.total <= limits->memory)
            return plan_waits(p, e);
    }
    const struct plan_memory *m = &p->memory;
    char from[400];
    snprintf(from, sizeof from, "--memory %zuM", limits->memory >> 20);
    return err_set(e, ERR_USAGE,
                   "%s is too little: this needs %zuM at least, of that %zuM for each of %d "
                   "thread%s; fewer threads, "
                   "fewer bands or another --size need less",
                   limits->memory_from ? limits->memory_from : from, (m->least >> 20) + 1,
                   ((m->per_worker + m->per_writer) >> 20) + 1, p->threads,
                   text_s((size_t)p->threads));
}

int plan_create(const struct plan_request *q, struct plan *out, struct err *e)
{
    *out = (struct plan){.product = q->product, .params = q->params, .threads = q->limits.threads};
    int r = 0;
    if (q->strip_rows > 0)
        out->target = q->as_it_is ? *q->as_it_is
                                  : geogrid_with_pixel(&q->product->grid[PRODUCT_GRID_10],
                                                       q->params->resolution_m);
    else
        r = plan_lattice(q->product, q->params, &out->target, &out->lattice, e);
    if (r == 0)
        r = q->strip_rows > 0 ? take_rows(out, q->strip_rows, e)
                              : copy_cells(out, q->cells, q->n_cells, e);
    if (r == 0)
        r = plan_bands(out, q, e);
    out->memory.per_writer = q->sink_bytes;
    out->memory.cells = q->n_cells * q->cell_bytes;
    out->memory.masks = q->other_bytes;
    out->memory.unpacked = q->unpacked_bytes;
    if (r == 0)
        r = fit(out, &q->limits, e);
    if (r == 0)
        r = plan_tiles(out, e);
    if (r)
        plan_clear(out);
    else
        log_message(LOG_DEBUG, q->product->name,
                    "plan: %d strips of at most %d x %d px, %d threads, %zu MiB", out->n_strips,
                    out->strip_w, out->strip_h, out->threads, (out->memory.total >> 20) + 1);
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
