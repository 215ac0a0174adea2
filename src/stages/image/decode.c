#include "stages/image/decode.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "stages/image/plan_strips.h"
#include "stages/image/plan_tiles.h"

/* One list of tasks for each of two batches: a batch may be opened while the last tasks of the
 * previous one still run. */
enum { LISTS = 2 };

struct tile_ref {
    int band;
    int32_t tile;
};

/* If bands share an image, only the leader's slot_row, present and bad are used. */
struct band_rows {
    uint16_t *px; /* slots × tile height rows of the image's width */
    int32_t *slot_row; /* the tile row in each slot; −1: none */
    uint8_t *present; /* for each tile: it is decoded, or a task for it exists */
    uint8_t *bad; /* for each tile; stays set when the slot gets another row */
};

struct worker_part {
    struct band_reader *reader;
    struct tile_ref fault_at; /* the first bad tile of this worker, by band and number */
    struct err fault;
};

struct decode_stage {
    const struct plan *plan;
    struct band_rows rows[BAND_COUNT];
    struct tile_ref *list[LISTS];
    size_t list_cap;
    struct worker_part *worker;
};

static int32_t tile_count(const struct band_source *r) { return r->tiles_x * r->tiles_y; }

static int create_rows(const struct plan_band *b, struct band_rows *rows, struct err *e)
{
    const struct band_source *source = &b->source;
    size_t samples = (size_t)b->slots * (size_t)source->tile_h * (size_t)source->width;
    rows->px = mem_alloc(samples, sizeof *rows->px);
    rows->slot_row = mem_alloc((size_t)b->slots, sizeof *rows->slot_row);
    rows->present = mem_zalloc((size_t)tile_count(source), 1);
    rows->bad = mem_zalloc((size_t)tile_count(source), 1);
    if (!rows->px || !rows->slot_row || !rows->present || !rows->bad)
        return err_nomem(e, samples * sizeof *rows->px);
    for (int32_t i = 0; i < b->slots; i++)
        rows->slot_row[i] = -1;
    return 0;
}

static int create_parts(struct decode_stage *d, struct err *e)
{
    const struct plan *p = d->plan;
    for (int b = 0; b < p->n_bands; b++) {
        int r = create_rows(&p->band[b], &d->rows[b], e);
        if (r)
            return r;
        d->list_cap += (size_t)tile_count(&p->band[b].source);
    }
    for (int i = 0; i < LISTS; i++)
        if (!(d->list[i] = mem_alloc(d->list_cap, sizeof *d->list[i])))
            return err_nomem(e, d->list_cap * sizeof *d->list[i]);
    d->worker = mem_zalloc((size_t)plan_workers(p), sizeof *d->worker);
    if (!d->worker)
        return err_nomem(e, (size_t)plan_workers(p) * sizeof *d->worker);
    for (int i = 0; i < plan_workers(p); i++) {
        int r = band_reader_create(&d->worker[i].reader, e);
        if (r)
            return r;
    }
    return 0;
}

int decode_create(const struct plan *p, struct decode_stage **out, struct err *e)
{
    struct decode_stage *d = mem_zalloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    d->plan = p;
    int r = create_parts(d, e);
    if (r) {
        decode_destroy(d);
        return r;
    }
    *out = d;
    return 0;
}

void decode_destroy(struct decode_stage *d)
{
    if (!d)
        return;
    for (int i = 0; d->worker && i < plan_workers(d->plan); i++)
        band_reader_destroy(d->worker[i].reader);
    for (int b = 0; b < BAND_COUNT; b++) {
        free(d->rows[b].px);
        free(d->rows[b].slot_row);
        free(d->rows[b].present);
        free(d->rows[b].bad);
    }
    for (int i = 0; i < LISTS; i++)
        free(d->list[i]);
    free(d->worker);
    free(d);
}

/* Gives tile row `row` its slot. The slot's old row is discarded; the plan ensures that no strip
 * still needs it (plan_strip.after). */
static void claim_slot(const struct plan_band *b, struct band_rows *rows, int32_t row)
{
    int32_t *held = &rows->slot_row[row % b->slots];
    int32_t tiles_x = b->source.tiles_x;
    if (*held == row)
        return;
    if (*held >= 0)
        memset(rows->present + *held * tiles_x, 0, (size_t)tiles_x);
    *held = row;
}

/* Appends the tiles of a rectangle that are not in the ring yet. Returns the new length. */
static size_t list_tiles(struct decode_stage *d, int band, struct rect tiles, struct tile_ref *list,
                         size_t n)
{
    const struct plan_band *b = &d->plan->band[band];
    struct band_rows *rows = &d->rows[band];
    int32_t tiles_x = b->source.tiles_x;
    for (int32_t y = tiles.y; y < tiles.y + tiles.h; y++) {
        claim_slot(b, rows, y);
        for (int32_t x = tiles.x; x < tiles.x + tiles.w; x++) {
            int32_t tile = y * tiles_x + x;
            if (rows->present[tile] || rows->bad[tile])
                continue;
            rows->present[tile] = 1;
            list[n++] = (struct tile_ref){band, tile};
        }
    }
    return n;
}

int decode_open(struct decode_stage *d, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    const struct plan *p = d->plan;
    const struct plan_strip *s = &p->strip[strip];
    size_t n = 0;
    for (int b = 0; b < p->n_bands; b++)
        for (size_t i = 0; p->band[b].leader == b && i < plan_piece_count(p, s, b); i++)
            n = list_tiles(d, b, plan_piece_tiles(p, s, b, i), d->list[strip % LISTS], n);
    *tasks = n;
    return 0;
}

/* A view of a tile's pixels in the ring. The ring has whole tile rows, so it never wraps within a
 * tile. */
static struct view part_view(const struct decode_stage *d, int band, struct rect px)
{
    struct ring ring = decode_rows(d, band);
    return (struct view){ring_row(ring, px.y) + px.x, ring.stride, px.w, px.h};
}

/* The views that a tile is decoded into, for all bands that share its image. */
static struct jp2_planes planes_of(const struct decode_stage *d, int leader, struct rect px)
{
    struct jp2_planes to = {0};
    for (int b = leader; b < d->plan->n_bands; b++)
        if (d->plan->band[b].leader == leader)
            to.dst[d->plan->band[b].source.component] = part_view(d, b, px);
    return to;
}

static bool is_before(struct tile_ref a, struct tile_ref b)
{
    return a.band != b.band ? a.band < b.band : a.tile < b.tile;
}

static void note_fault(struct decode_stage *d, int worker, struct tile_ref at,
                       const struct err *fault)
{
    struct worker_part *w = &d->worker[worker];
    d->rows[at.band].bad[at.tile] = 1;
    log_message(LOG_ERROR, d->plan->product->name, "%s", fault->msg);
    if (w->fault.code == ERR_NONE || is_before(at, w->fault_at)) {
        w->fault = *fault;
        w->fault_at = at;
    }
}

int decode_task(struct decode_stage *d, int32_t strip, size_t task, int worker, struct err *e)
{
    struct tile_ref at = d->list[strip % LISTS][task];
    const struct plan_band *b = &d->plan->band[at.band];
    struct rect window = b->window[at.tile];
    const struct jp2_planes to = planes_of(d, at.band, window);
    int r = band_reader_read(d->worker[worker].reader, &b->source, at.tile, window, &to, e);
    if (r == 0)
        return 0;
    err_wrap(e, "band %s", band_table[b->band_id].name);
    if (r != ERR_INPUT)
        return r;
    note_fault(d, worker, at, e);
    return 0;
}

struct ring decode_rows(const struct decode_stage *d, int band)
{
    const struct plan_band *b = &d->plan->band[band];
    const struct band_source *source = &b->source;
    return (struct ring){d->rows[band].px, source->width, source->width, b->slots * source->tile_h};
}

static bool any_is_bad(const struct decode_stage *d, int band, struct rect tiles)
{
    int32_t tiles_x = d->plan->band[band].source.tiles_x;
    for (int32_t y = tiles.y; y < tiles.y + tiles.h; y++)
        for (int32_t x = tiles.x; x < tiles.x + tiles.w; x++)
            if (d->rows[d->plan->band[band].leader].bad[y * tiles_x + x])
                return true;
    return false;
}

bool decode_strip_is_bad(const struct decode_stage *d, int32_t strip)
{
    for (int b = 0; b < d->plan->n_bands; b++)
        if (any_is_bad(d, b, plan_strip_tiles(d->plan, &d->plan->strip[strip], b)))
            return true;
    return false;
}

bool decode_cell_is_bad(const struct decode_stage *d, struct cell c)
{
    for (int b = 0; b < d->plan->n_bands; b++)
        if (any_is_bad(d, b, plan_cell_tiles(d->plan, c, b)))
            return true;
    return false;
}

struct err decode_first_fault(const struct decode_stage *d)
{
    const struct worker_part *first = NULL;
    for (int i = 0; i < plan_workers(d->plan); i++) {
        const struct worker_part *w = &d->worker[i];
        if (w->fault.code == ERR_NONE)
            continue;
        if (!first || is_before(w->fault_at, first->fault_at))
            first = w;
    }
    return first ? first->fault : ERR_INIT;
}
