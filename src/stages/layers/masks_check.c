#include "stages/layers/masks_check.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/mem.h"
#include "exec/pipeline.h"

struct work {
    const struct masks_check *check;
    size_t parts[SCHEMA_LAYERS_MAX];
    struct mask_reader **reader; /* per worker; NULL until the first use */
    pthread_mutex_t lock; /* guards the fault */
    uint64_t place; /* of the fault; UINT64_MAX: none */
    struct err fault;
};

/* The number of readers that fit into the memory of one reader for each mask. */
static size_t readers_that_fit(const struct masks_check *c)
{
    size_t sum = 0, most = 0;
    for (size_t i = 0; i < c->n; i++) {
        const size_t bytes = mask_decoding_bytes(c->mask[i], c->size);
        sum = bytes < SIZE_MAX - sum ? sum + bytes : SIZE_MAX;
        most = bytes > most ? bytes : most;
    }
    return most > 0 ? sum / most : c->n;
}

static bool is_behind_fault(struct work *w, uint64_t place)
{
    pthread_mutex_lock(&w->lock);
    const bool behind = place >> MASK_PLACE_ROW > w->place >> MASK_PLACE_ROW;
    pthread_mutex_unlock(&w->lock);
    return behind;
}

static void note_fault(struct work *w, uint64_t place, const struct err *fault)
{
    pthread_mutex_lock(&w->lock);
    if (place < w->place) {
        w->place = place;
        w->fault = *fault;
    }
    pthread_mutex_unlock(&w->lock);
}

static int check_part(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct work *w = ctx;
    const struct masks_check *c = w->check;
    size_t i = 0;
    for (; task >= w->parts[i]; i++)
        task -= w->parts[i];
    const uint64_t mask = (uint64_t)i << MASK_PLACE_BITS;
    uint64_t place;
    (void)batch;
    if (is_behind_fault(w, mask | mask_part_place(c->mask[i], task)))
        return 0;
    int r = w->reader[worker] ? 0 : mask_reader_create(&w->reader[worker], e);
    if (r)
        return r;
    r = mask_check(c->mask[i], task, w->reader[worker], c->stopped, &place, e);
    if (r != ERR_INPUT)
        return r;
    note_fault(w, mask | place, e);
    return 0;
}

int masks_check(const struct masks_check *c, struct err *e)
{
    struct work w = {.check = c, .place = UINT64_MAX, .fault = ERR_INIT};
    const size_t fit = readers_that_fit(c);
    const int threads = c->threads > 0 && (size_t)c->threads < fit ? c->threads : (int)fit;
    size_t parts = 0;
    for (size_t i = 0; i < c->n; i++)
        parts += w.parts[i] = mask_check_begin(c->mask[i]);
    if (parts == 0)
        return 0;
    w.reader = mem_zalloc((size_t)threads, sizeof(struct mask_reader *));
    if (!w.reader)
        return err_nomem(e, (size_t)threads * sizeof(struct mask_reader *));
    pthread_mutex_init(&w.lock, NULL);
    int r = pipeline_for(parts, threads, c->stopped, check_part, &w, e);
    for (int i = 0; i < threads; i++)
        mask_reader_destroy(w.reader[i]);
    free(w.reader);
    pthread_mutex_destroy(&w.lock);
    if (r || w.fault.code == ERR_NONE)
        return r;
    *e = w.fault;
    return (int)e->code;
}
