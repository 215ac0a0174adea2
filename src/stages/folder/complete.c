#include "stages/folder/complete.h"

#include <stdlib.h>

#include "core/mem.h"
#include "exec/pipeline.h"
#include "stages/layers/addlayers.h"

struct completion {
    const struct complete_request *request;
    struct report *report;
    pthread_mutex_t lock; /* guards the manifest */
    struct manifest *manifest;
    struct complete_work {
        struct addlayers_work layers;
        struct pictures *pictures; /* made on first use */
    } * work; /* one per thread */
};

static struct layer_cell layer_cell_of(const struct complete_request *q, struct cell c)
{
    const struct rect px = q->px(q->ctx, c);
    return (struct layer_cell){c.x, c.y, px.x, px.y, q->job->params->size, NULL};
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

static int want_lacking(const struct complete_request *q, const struct layer_cell *c, struct err *e)
{
    struct addlayers_result lacks;
    char path[1024], file[256];
    int r = subscene_cell_path(q->job, c->x, c->y, path, file, e);
    if (r)
        return r;
    r = addlayers_plan(path, q->job->layers, c, false, &lacks, e);
    if (r)
        return r;
    for (size_t i = 0; i < lacks.added; i++) {
        r = layerset_want(q->job->layers, lacks.layer[i], c, e);
        if (r)
            return r;
    }
    return 0;
}

int complete_check(const struct complete_request *q, size_t missing, struct err *e)
{
    const struct layerset *set = q->job->layers;
    const struct layerset_workers workers = {q->threads, q->job->stopped};
    for (size_t i = 0; layerset_count(set) > 0 && i < q->n; i++) {
        const struct layer_cell c = layer_cell_of(q, q->cells[i]);
        int r = i < missing ? want_all(set, &c, e) : want_lacking(q, &c, e);
        if (r)
            return r;
    }
    return layerset_check(set, q->cells, q->n, q->job->params->size, workers, e);
}

/* ---- layers and pictures ---- */

static int update_row(struct completion *d, struct cell c, const struct addlayers_work *w,
                      const struct addlayers_result *did, struct err *e)
{
    pthread_mutex_lock(&d->lock);
    struct manifest_row row = *manifest_find(d->manifest, c.x, c.y);
    addlayers_row(w, d->request->job->layers, did, d->manifest, &row);
    int r = manifest_put(d->manifest, &row, e);
    pthread_mutex_unlock(&d->lock);
    return r;
}

/* Draws all pictures again, because it is not known here which are missing. */
static int draw(const struct subscene_job *job, struct complete_work *w, const char *path,
                struct cell c, struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(job, path, c);
    if (!w->pictures) {
        int r = pictures_create(job->params->size, job->params->bands, &w->pictures, e);
        if (r)
            return r;
    }
    return pictures_of_file(w->pictures, &cell, e);
}

static int complete_cell(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct completion *d = ctx;
    const struct complete_request *q = d->request;
    struct complete_work *w = &d->work[worker];
    struct cell c = q->cells[task];
    struct layer_cell cell = layer_cell_of(q, c);
    struct addlayers_result did;
    char path[1024], file[256];
    (void)batch;
    int r = subscene_cell_path(q->job, c.x, c.y, path, file, e);
    if (r)
        return r;
    r = addlayers_file(&w->layers, path, q->job->layers, &cell, false, &did, e);
    if (r)
        return r;
    r = update_row(d, c, &w->layers, &did, e);
    if (r)
        return r;
    if (q->job->png)
        r = draw(q->job, w, path, c, e);
    if (r)
        return r;
    report_subscene(d->report, did.added > 0 ? RUN_LABELLED : RUN_DRAWN, path);
    return 0;
}

int complete_cells(const struct complete_request *q, struct manifest *manifest,
                   struct report *report, struct err *e)
{
    struct completion d = {.request = q, .report = report, .manifest = manifest};
    d.work = mem_zalloc((size_t)q->threads, sizeof *d.work);
    if (!d.work)
        return err_nomem(e, (size_t)q->threads * sizeof *d.work);
    pthread_mutex_init(&d.lock, NULL);
    int r = pipeline_for(q->n, q->threads, q->job->stopped, complete_cell, &d, e);
    for (int i = 0; i < q->threads; i++) {
        addlayers_work_clear(&d.work[i].layers);
        pictures_destroy(d.work[i].pictures);
    }
    free(d.work);
    pthread_mutex_destroy(&d.lock);
    return r;
}
