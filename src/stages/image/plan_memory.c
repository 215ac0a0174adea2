#include "stages/image/plan_memory.h"

#include <stdio.h>

#include "core/text.h"
#include "stages/image/plan_strips.h"
#include "stages/image/plan_tiles.h"

/* The least width of a strip, if the lattice is as wide. */
enum { STRIP_PX = 2560 };

/* Code, libraries with their tables and heaps, the product's metadata. Measured: about 25 MB. */
static const size_t PROGRAM_BYTES = 30U << 20;

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

static size_t worker_bytes(const struct plan *p)
{
    size_t decode = 0, filter = 0;
    for (int b = 0; b < p->n_bands; b++) {
        size_t d = p->band[b].source.read_bytes;
        decode = d > decode ? d : decode;
    }
    for (int i = 0; i < p->n_resamplers; i++)
        filter += resample_work_bytes(p->resampler[i]);
    return decode + filter;
}

void plan_memory_sum(struct plan *p, bool roomy)
{
    struct plan_memory *m = &p->memory;
    m->sources = 0;
    for (int b = 0; b < p->n_bands; b++) {
        const struct band_source *image = &p->band[b].source;
        p->band[b].slots = plan_tiles_slots(p, b, roomy);
        m->sources += (size_t)p->band[b].slots * (size_t)image->tile_h * (size_t)image->width *
                      sizeof(uint16_t);
    }
    m->strips = (size_t)p->lead_resample * (size_t)p->n_stored * (size_t)p->strip_w *
                (size_t)p->strip_h * sizeof(uint16_t);
    m->per_worker = worker_bytes(p);
    m->program = PROGRAM_BYTES;
    m->total = m->sources + m->strips + m->per_worker * (size_t)plan_workers(p) +
               m->per_writer * (size_t)p->writers + m->cells + m->masks + m->unpacked + m->program;
}

/* The lattice columns of a strip. Two strips must have enough subscenes to keep all threads
 * writing. Wide strips also have fewer filter blocks, because a border between strips splits a
 * block. */
static int32_t strip_cols(const struct plan *p)
{
    int32_t step = p->lattice.step > 0 ? p->lattice.step : 1;
    return max32(p->threads, (STRIP_PX + step - 1) / step);
}

/* Settings that decide the memory of a plan. */
struct room {
    int32_t narrower; /* the usual columns of a strip are divided by this */
    int32_t lead_resample;
    bool roomy; /* plan_tiles_slots */
    int io_threads;
};

static void take_room(struct plan *p, const struct room *room)
{
    if (p->n_cells > 0)
        plan_strips_cut(p, max32(1, strip_cols(p) / room->narrower));
    p->lead_resample = room->lead_resample;
    p->io_threads = p->n_cells > 0 ? room->io_threads : 0;
    p->writers =
        p->n_cells == 0 || (size_t)plan_workers(p) < p->n_cells ? plan_workers(p) : (int)p->n_cells;
    plan_memory_sum(p, room->roomy);
}

static int too_little(const struct plan *p, const struct plan_limits *limits, struct err *e)
{
    const struct plan_memory *m = &p->memory;
    char from[400];
    snprintf(from, sizeof from, "--memory %zuM", limits->memory >> 20);
    return err_set(e, ERR_USAGE,
                   "%s is too little: this needs %zuM at least, %zuM of it for each of %d "
                   "thread%s; use fewer threads, fewer bands or another --size",
                   limits->memory_from ? limits->memory_from : from, (m->least >> 20) + 1,
                   ((m->per_worker + m->per_writer) >> 20) + 1, p->threads,
                   text_s((size_t)p->threads));
}

int plan_memory_fit(struct plan *p, const struct plan_limits *limits, struct err *e)
{
    /* from the most memory to the least */
    static const struct room tries[] = {
        {1, 2, true, 2}, {1, 2, false, 2}, {2, 2, false, 1}, {4, 2, false, 0}, {4, 1, false, 0}};
    const size_t n = sizeof tries / sizeof *tries;
    p->lead_decode = 2;
    take_room(p, &tries[n - 1]);
    p->memory.least = p->memory.total;
    for (size_t i = 0; i < n; i++) {
        take_room(p, &tries[i]);
        if (limits->memory == 0 || p->memory.total <= limits->memory)
            return 0;
    }
    return too_little(p, limits, e);
}
