#include "stages/folder/complete.h"

#include <stdlib.h>

#include "core/mem.h"
#include "exec/pipeline.h"
#include "stages/layers/addlayers.h"

struct dress {
    const struct complete_request *request;
    struct report *report;
    pthread_mutex_t lock; /* guards the manifest */
    struct manifest *manifest;
    struct complete_work { /* of one thread */
        struct addlayers_work layers;
        struct pictures *pictures; /* made when they are first needed */
    } * work;
};

static struct layer_cell layer_cell_of(const struct complete_request *q, struct cell c)
{
    const struct rect px = q->px(q->ctx, c);
    return (struct layer_cell){c.x, c.y, px.x, px.y, q->job->params->size, NULL};
}

/* ---- check ---- */

static int want_all(const struct layerset *set, const struct layer_cell *c, struct err *e)
{
    int failed = 0;
    for (size_t i = 0; failed == 0 && i < layerset_count(set); i++)
        failed = layerset_want(set, i, c, e);
    return failed;
}

static int want_lacking(const struct complete_request *q, const struct layer_cell *c, struct err *e)
{
    struct addlayers_result lacks;
    char path[1024], file[256];
    int failed = subscene_cell_path(q->job, c->x, c->y, path, file, e);
    if (failed == 0)
        failed = addlayers_look(path, q->job->layers, c, false, &lacks, e);
    for (size_t i = 0; failed == 0 && i < lacks.added; i++)
        failed = layerset_want(q->job->layers, lacks.layer[i], c, e);
    return failed;
}

int complete_check(const struct complete_request *q, size_t missing, struct err *e)
{
    const struct layerset *set = q->job->layers;
    const struct layerset_crew crew = {q->threads, q->job->stopped};
    int failed = 0;
    for (size_t i = 0; failed == 0 && layerset_count(set) > 0 && i < q->n; i++) {
        const struct layer_cell c = layer_cell_of(q, q->cells[i]);
        failed = i < missing ? want_all(set, &c, e) : want_lacking(q, &c, e);
    }
    return failed ? failed : layerset_check(set, q->cells, q->n, q->job->params->size, crew, e);
}

/* ---- layers and pictures ---- */

static int update_row(struct dress *d, struct cell c, const struct addlayers_work *w,
                      const struct addlayers_result *did, struct err *e)
{
    pthread_mutex_lock(&d->lock);
    struct manifest_row row = *manifest_find(d->manifest, c.x, c.y);
    addlayers_row(w, d->request->job->layers, did, d->manifest, &row);
    int failed = manifest_put(d->manifest, &row, e);
    pthread_mutex_unlock(&d->lock);
    return failed;
}

/* All of them anew: which ones were missing is not known here. */
static int draw(const struct subscene_job *job, struct complete_work *w, const char *path,
                struct cell c, struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(job, path, c);
    int failed =
        w->pictures ? 0 : pictures_create(job->params->size, job->params->bands, &w->pictures, e);
    return failed ? failed : pictures_of_file(w->pictures, &cell, e);
}

static int complete_cell(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct dress *d = ctx;
    const struct complete_request *q = d->request;
    struct complete_work *w = &d->work[worker];
    struct cell c = q->cells[task];
    struct layer_cell cell = layer_cell_of(q, c);
    struct addlayers_result did;
    char path[1024], file[256];
    (void)batch;
    int failed = subscene_cell_path(q->job, c.x, c.y, path, file, e);
    if (failed == 0)
        failed = addlayers_file(&w->layers, path, q->job->layers, &cell, false, &did, e);
    if (failed == 0)
        failed = update_row(d, c, &w->layers, &did, e);
    if (failed == 0 && q->job->png)
        failed = draw(q->job, w, path, c, e);
    if (failed == 0)
        report_tell(d->report, did.added > 0 ? RUN_LABELLED : RUN_DRAWN, path);
    return failed;
}

int complete_cells(const struct complete_request *q, struct manifest *manifest,
                   struct report *report, struct err *e)
{
    struct dress d = {.request = q, .report = report, .manifest = manifest};
    d.work = mem_zalloc((size_t)q->threads, sizeof *d.work);
    if (!d.work)
        return err_nomem(e, (size_t)q->threads * sizeof *d.work);
    pthread_mutex_init(&d.lock, NULL);
    int failed = pipeline_for(q->n, q->threads, q->job->stopped, complete_cell, &d, e);
    for (int i = 0; i < q->threads; i++) {
        addlayers_work_clear(&d.work[i].layers);
        pictures_destroy(d.work[i].pictures);
    }
    free(d.work);
    pthread_mutex_destroy(&d.lock);
    return failed;
}
