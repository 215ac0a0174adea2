#include "stages/folder/complete.h"

#include <stdlib.h>

#include "core/mem.h"
#include "exec/pipeline.h"
#include "io/netcdf/layers_nc.h"

struct completion {
    const struct complete_request *request;
    struct complete_state *state;
    pthread_mutex_t lock; /* guards the manifest and the tally */
    struct complete_work {
        struct addlayers_work layers;
        struct picture_names names; /* of the pictures, for cells that got no layer */
        struct pictures *pictures; /* made on first use */
    } * work; /* one per thread */
};

static struct layer_cell layer_cell_of(const struct complete_request *q, struct cell c)
{
    const struct rect px = q->px(q->ctx, c);
    return (struct layer_cell){c.x, c.y, px.x, px.y, q->job->params->size, NULL};
}

/* The target of a cell, with its path and its name in the manifest. */
struct place {
    char path[1024], file[256];
    struct addlayers_target target;
};

static int find_place(const struct complete_request *q, struct cell c, struct place *out,
                      struct err *e)
{
    out->target = (struct addlayers_target){.path = out->path,
                                            .set = q->job->layers,
                                            .cell = layer_cell_of(q, c),
                                            .known = q->origins,
                                            .file = out->file};
    return subscene_cell_path(q->job, c.x, c.y, out->path, out->file, e);
}

/* ---- check ---- */

static int want_all(const struct layerset *set, const struct layer_cell *c, struct err *e)
{
    for (size_t i = 0; i < layerset_count(set); i++) {
        int r = layerset_want(set, i, c, e);
        if (r)
            return r;
    }
    return 0;
}

static int want_unsure(const struct complete_request *q, struct cell c, struct addlayers_work *w,
                       struct err *e)
{
    struct addlayers_list unsure;
    struct place place;
    int r = find_place(q, c, &place, e);
    if (r)
        return r;
    r = addlayers_unsure(w, &place.target, &unsure, e);
    for (size_t i = 0; r == 0 && i < unsure.n; i++)
        r = layerset_want(q->job->layers, unsure.layer[i], &place.target.cell, e);
    return r;
}

int complete_check(const struct complete_request *q, size_t missing, struct err *e)
{
    const struct layerset *set = q->job->layers;
    const struct layerset_workers workers = {q->threads, q->job->stopped};
    struct addlayers_work work = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && layerset_count(set) > 0 && i < q->n; i++) {
        const struct layer_cell c = layer_cell_of(q, q->cells[i]);
        r = i < missing ? want_all(set, &c, e) : want_unsure(q, q->cells[i], &work, e);
    }
    addlayers_work_clear(&work);
    return r ? r : layerset_check(set, q->cells, q->n, q->job->params->size, workers, e);
}

/* ---- layers and pictures ---- */

static int record(struct completion *d, struct cell c, const struct place *place,
                  const struct addlayers_work *w, const struct addlayers_result *did, struct err *e)
{
    struct complete_state *s = d->state;
    int r = 0;
    pthread_mutex_lock(&d->lock);
    addlayers_count(&s->tally, did);
    if (did->added.n > 0) {
        struct manifest_row row = *manifest_find(s->manifest, c.x, c.y);
        addlayers_row(w, d->request->job->layers, did, s->manifest, &row);
        r = manifest_put(s->manifest, &row, e);
    }
    pthread_mutex_unlock(&d->lock);
    const bool in_file = d->request->job->params->profile == PROFILE_GEOREF;
    return r ? r : addlayers_record(did, &place->target, in_file, d->request->origins, e);
}

/* Sets *lacks if a picture of the file does not exist. */
static int lacks_pictures(const struct subscene_job *job, struct complete_work *w,
                          const struct picture_names_cell *cell, bool *lacks, struct err *e)
{
    struct strlist layers;
    struct h5file *f;
    int r = h5file_open(cell->file, &f, e);
    if (r)
        return r;
    r = layers_names(f, &layers, e);
    h5file_close(f);
    if (r == 0)
        r = picture_names_look(&w->names, cell, e);
    *lacks = r == 0 && !pictures_are_there(&w->names, cell, job->params->bands, &layers);
    strlist_clear(&layers);
    return r;
}

/* Draws all pictures again, because it is not known here which are missing. */
static int draw(const struct subscene_job *job, struct complete_work *w,
                const struct picture_names_cell *cell, struct err *e)
{
    if (!w->pictures) {
        int r = pictures_create(job->params->size, job->params->bands, &w->pictures, e);
        if (r)
            return r;
    }
    return pictures_of_file(w->pictures, cell, e);
}

static int draw_lacking(const struct subscene_job *job, struct complete_work *w, const char *path,
                        struct cell c, bool has_new_layers, bool *drawn, struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(job, path, c);
    *drawn = has_new_layers;
    int r = has_new_layers ? 0 : lacks_pictures(job, w, &cell, drawn, e);
    return r || !*drawn ? r : draw(job, w, &cell, e);
}

static int complete_cell(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct completion *d = ctx;
    const struct complete_request *q = d->request;
    struct complete_work *w = &d->work[worker];
    struct cell c = q->cells[task];
    struct addlayers_result did;
    struct place place;
    bool drawn = false;
    (void)batch;
    int r = find_place(q, c, &place, e);
    if (r)
        return r;
    r = addlayers_plan(&w->layers, &place.target, false, &did, e);
    if (r == 0)
        r = addlayers_put(&w->layers, &place.target, &did, e);
    if (r)
        return r;
    r = record(d, c, &place, &w->layers, &did, e);
    if (r == 0 && q->job->png)
        r = draw_lacking(q->job, w, place.path, c, did.added.n > 0, &drawn, e);
    if (r)
        return r;
    report_subscene(d->state->report,
                    did.added.n > 0 ? RUN_LABELLED
                    : drawn         ? RUN_DRAWN
                                    : RUN_SKIPPED,
                    place.path);
    return 0;
}

/* ---- a dry run ---- */

static int compare_cell(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct completion *d = ctx;
    const struct complete_request *q = d->request;
    struct addlayers_result would;
    struct place place;
    (void)batch;
    int r = find_place(q, q->cells[task], &place, e);
    if (r)
        return r;
    r = addlayers_plan(&d->work[worker].layers, &place.target, false, &would, e);
    if (r)
        return r;
    pthread_mutex_lock(&d->lock);
    addlayers_count(&d->state->tally, &would);
    pthread_mutex_unlock(&d->lock);
    addlayers_log_differing(&would, &place.target);
    const bool changes = would.added.n > 0 || would.differing.n + would.confirmed.n == 0;
    report_subscene(d->state->report, changes ? RUN_WOULD_MAKE : RUN_SKIPPED, place.path);
    return 0;
}

/* ---- all cells ---- */

static int for_all(const struct complete_request *q, struct complete_state *s,
                   int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e),
                   struct err *e)
{
    struct completion d = {.request = q, .state = s};
    d.work = mem_zalloc((size_t)q->threads, sizeof *d.work);
    if (!d.work)
        return err_nomem(e, (size_t)q->threads * sizeof *d.work);
    pthread_mutex_init(&d.lock, NULL);
    int r = pipeline_for(q->n, q->threads, q->job->stopped, task, &d, e);
    for (int i = 0; i < q->threads; i++) {
        addlayers_work_clear(&d.work[i].layers);
        picture_names_clear(&d.work[i].names);
        pictures_destroy(d.work[i].pictures);
    }
    free(d.work);
    pthread_mutex_destroy(&d.lock);
    return r;
}

int complete_cells(const struct complete_request *q, struct complete_state *s, struct err *e)
{
    return for_all(q, s, complete_cell, e);
}

int complete_compare(const struct complete_request *q, struct complete_state *s, struct err *e)
{
    return for_all(q, s, compare_cell, e);
}
