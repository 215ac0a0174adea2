#include "stages/jobs/write_job.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "exec/pipeline.h"
#include "io/netcdf/stage_nc.h"
#include "stages/jobs/product_input.h"

/* A tile file and its subscene. */
struct tile {
    const char *path;
    struct cell cell;
    struct rect px;
    struct manifest_row row;
    bool made, rejected, is_damaged;
};

struct write_job {
    const struct write_request *request;
    const struct write_options *options;
    struct report report;
    struct err first_fault; /* of damaged tile files */
    struct stage_meta meta; /* of the first file */
    struct product_input input; /* of request->product */
    struct layerset *layers;
    struct params params;
    struct subscene_job job;
    struct session session; /* the product's output folder */
    struct tile *tile; /* by row, then column */
    size_t n_tiles;
    struct cell *cell; /* of the tiles, in the session's order */
    struct write_work { /* of one worker */
        struct subscene_work *subscene;
        void *scratch;
    } * work;
};

/* More threads, because some wait for the disk. */
enum { IO_THREADS = 2 };

static size_t workers(const struct write_job *w)
{
    return (size_t)w->options->threads + IO_THREADS;
}

/* Reports a damaged tile file. The others are still written. */
static void note_fault(struct write_job *w, const struct err *fault)
{
    log_message(LOG_ERROR, w->job.product->name, "%s", fault->msg);
    pthread_mutex_lock(&w->report.lock);
    if (w->first_fault.code == ERR_NONE)
        w->first_fault = *fault;
    pthread_mutex_unlock(&w->report.lock);
}

/* ---- reading the metadata ---- */

static int read_meta(const char *path, struct stage_meta *out, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = stage_nc_read(f, out, e);
    ncfile_close(f);
    if (r == 0 && out->kind != STAGE_CUT)
        r = err_set(e, ERR_INPUT, "is a file of %s; write takes the files that cut makes",
                    stage_names[out->kind]);
    return r ? err_wrap(e, "%s", path) : 0;
}

static int take_tile(struct write_job *w, size_t i, struct err *e)
{
    const char *const *path = w->request->path;
    struct stage_meta meta;
    int r = read_meta(path[i], &meta, e);
    if (r)
        return r;
    if (i == 0)
        w->meta = meta;
    else if (stage_nc_same(&w->meta, &meta, e)) {
        e->code = ERR_INPUT;
        return err_wrap(e, "%s and %s differ", path[0], path[i]);
    }
    w->tile[i] = (struct tile){.path = path[i], .cell = {meta.x, meta.y}, .px = meta.px};
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct cell s = ((const struct tile *)a)->cell, t = ((const struct tile *)b)->cell;
    return s.y != t.y ? (s.y > t.y) - (s.y < t.y) : (s.x > t.x) - (s.x < t.x);
}

static int check_twice(const struct tile *a, const struct tile *b, struct err *e)
{
    return by_place(a, b) != 0
               ? 0
               : err_set(e, ERR_INPUT, "%s and %s are the same subscene", a->path, b->path);
}

static int read_all(struct write_job *w, struct err *e)
{
    size_t n = w->request->n;
    w->tile = mem_zalloc(n, sizeof *w->tile);
    w->cell = mem_alloc(n, sizeof *w->cell);
    if (!w->tile || !w->cell)
        return err_nomem(e, n * sizeof *w->tile);
    for (size_t i = 0; i < n; i++) {
        int r = take_tile(w, i, e);
        if (r)
            return r;
    }
    qsort(w->tile, n, sizeof *w->tile, by_place);
    for (size_t i = 0; i < n; i++) {
        int r = i > 0 ? check_twice(&w->tile[i - 1], &w->tile[i], e) : 0;
        if (r)
            return r;
        w->cell[i] = w->tile[i].cell;
    }
    w->n_tiles = n;
    return 0;
}

static struct tile *find_tile(const struct write_job *w, struct cell c)
{
    struct tile key = {.cell = c};
    return bsearch(&key, w->tile, w->n_tiles, sizeof *w->tile, by_place);
}

/* ---- one subscene ---- */

/* The samples of an open tile file. */
struct tile_bands {
    struct ncfile *file;
    const struct params *params;
    void *scratch;
};

static int read_nth_band(void *ctx, int i, uint16_t *dn, struct err *e)
{
    const struct tile_bands *t = ctx;
    int b = band_set_nth(t->params->bands, i), size = t->params->size;
    struct view dst = {dn, size, size, size};
    return stage_nc_read_rows(t->file, band_table[b].name, 0, dst, t->scratch,
                              (size_t)size * (size_t)size, e);
}

static int make_of_tile(struct write_job *w, struct write_work *work, struct tile *t, struct err *e)
{
    struct tile_bands bands = {.params = &w->params, .scratch = work->scratch};
    int r = ncfile_open(t->path, &bands.file, e);
    if (r)
        return r;
    r = subscene_make(work->subscene, t->cell, t->px, (struct sample_source){read_nth_band, &bands},
                      &t->row, e);
    t->rejected = subscene_is_rejected(work->subscene);
    ncfile_close(bands.file);
    if (r == ERR_INPUT && !subscene_layers_failed(work->subscene))
        return err_wrap(e, "%s", t->path);
    return r;
}

/* Created at the first use: with many threads, only a few may ever write. */
static int create_work(const struct write_job *w, struct write_work *work, struct err *e)
{
    size_t n = (size_t)w->params.size * (size_t)w->params.size;
    if (work->subscene)
        return 0;
    if (!work->scratch && !(work->scratch = mem_alloc(n, 4)))
        return err_nomem(e, n * 4);
    return subscene_work_create(&w->job, &w->session.existing.manifest, &work->subscene, e);
}

static int open_tiles(void *ctx, int32_t batch, size_t *tasks, struct err *e)
{
    (void)batch;
    (void)e;
    *tasks = ((const struct write_job *)ctx)->session.existing.n_left;
    return 0;
}

static int make_subscene(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct write_job *w = ctx;
    struct write_work *work = &w->work[worker];
    struct tile *t = find_tile(w, w->cell[task]);
    struct err err = ERR_INIT;
    (void)batch;
    int r = create_work(w, work, e);
    if (r)
        return r;
    r = make_of_tile(w, work, t, &err);
    if (r == 0)
        return 0;
    t->is_damaged = r == ERR_INPUT && !subscene_layers_failed(work->subscene);
    if (t->is_damaged) {
        note_fault(w, &err);
        return 0;
    }
    *e = err;
    return r;
}

/* Writes the worker's subscene of the tile to `path`. A rejected one's existing file is removed. */
static int store(struct write_job *w, const struct tile *t, int worker, const char *path,
                 const char *file, struct err *e)
{
    const struct subscene_work *made = w->work[worker].subscene;
    if (t->is_damaged)
        return 0;
    if (t->rejected)
        return subscene_remove(&w->job, path, t->cell, e);
    int r = subscene_store(w->work[worker].subscene, path, t->cell, e);
    return r ? r : subscene_record_origins(made, file, w->session.existing.origins, e);
}

static int store_subscene(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct write_job *w = ctx;
    struct tile *t = find_tile(w, w->cell[task]);
    char path[1024], file[256];
    (void)batch;
    int r = subscene_cell_path(&w->job, t->cell.x, t->cell.y, path, file, e);
    if (r)
        return r;
    r = store(w, t, worker, path, file, e);
    if (r)
        return r;
    t->made = !t->is_damaged && !t->rejected;
    report_subscene(&w->report,
                    t->is_damaged ? RUN_FAILED
                    : t->rejected ? RUN_REJECTED
                                  : RUN_MADE,
                    path);
    return 0;
}

/* ---- all tiles ---- */

/* Updates the manifest's rows with the outcome of the tiles. */
static int record_tiles(struct write_job *w, struct err *e)
{
    for (size_t i = 0; i < w->n_tiles; i++) {
        const struct tile *t = &w->tile[i];
        int r = t->made ? session_put(&w->session, &t->row, e) : 0;
        if (r)
            return r;
        if (t->rejected)
            session_drop(&w->session, t->cell);
    }
    return 0;
}

static int write_left(struct write_job *w, struct err *e)
{
    const struct pipeline_step step = {
        .open = open_tiles, .task = make_subscene, .lead = 1, .wait = store_subscene};
    const struct pipeline_crew crew = {w->options->threads, IO_THREADS};
    struct err second = ERR_INIT;
    w->work = mem_zalloc(workers(w), sizeof *w->work);
    if (!w->work)
        return err_nomem(e, workers(w) * sizeof *w->work);
    int r = pipeline_run(&step, 1, 1, crew, w->options->stopped, w, e);
    if (record_tiles(w, &second))
        return report_error(w->job.product->name, r, e, &second);
    r = session_finish(&w->session, r, e);
    if (r || w->first_fault.code == ERR_NONE)
        return r;
    *e = w->first_fault;
    return e->code;
}

static int open_product(struct write_job *w, struct err *e)
{
    const char *path = w->request->product, *name = w->meta.product.name;
    if (!path)
        return 0;
    int r = product_input_open(path, &w->input, e);
    if (r || strcmp(w->input.product.name, name) == 0)
        return r;
    return err_set(e, ERR_INPUT, "%s: is product %s, but the tile files belong to %s", path,
                   w->input.product.name, name);
}

static int open_layers(struct write_job *w, struct err *e)
{
    const struct product *product = &w->meta.product;
    const struct geogrid *made = &product->grid[PRODUCT_GRID_10];
    struct geogrid target = geogrid_with_pixel(made, w->params.resolution_m);
    struct mask_frame frame = mask_frame_of(made, &target);
    int r = open_product(w, e);
    if (r || !w->options->layers)
        return r;
    return layerset_open(w->options->layers, w->input.source, product->name, &frame, &w->layers, e);
}

static int open_job(struct write_job *w, struct err *e)
{
    const struct session_options *o = &w->options->folder;
    const struct subscene_request request = {.product = &w->meta.product,
                                             .params = &w->params,
                                             .root = o->output,
                                             .layout = o->layout,
                                             .timestamp = o->timestamp,
                                             .layers = w->layers,
                                             .min_valid = o->min_valid,
                                             .png = o->png,
                                             .overwrite = o->overwrite,
                                             .drop_labels = o->drop_labels,
                                             .stopped = w->options->stopped};
    return subscene_job_init(&w->job, &request, e);
}

static int prepare(struct write_job *w, struct err *e)
{
    struct run_result *result = w->report.result;
    int r = read_all(w, e);
    if (r)
        return r;
    w->params = w->meta.params;
    w->params.profile = w->request->profile;
    w->params.deflate = w->request->deflate;
    snprintf(result->product, sizeof result->product, "%s", w->meta.product.name);
    r = open_layers(w, e);
    if (r)
        return r;
    r = open_job(w, e);
    if (r)
        return r;
    r = subscene_path(&w->job, w->job.folder, result->folder, sizeof result->folder, e);
    if (r)
        return r;
    report_begin(&w->report, result->product, w->n_tiles);
    return 0;
}

static struct rect tile_px(const void *job, struct cell c) { return find_tile(job, c)->px; }

/* The folder is locked. */
static int write_missing(struct write_job *w, struct err *e)
{
    if (session_is_unchanged(&w->session))
        return 0;
    int r = session_remove_obsolete(&w->session, e);
    return r ? r : write_left(w, e);
}

/* Makes the missing subscenes of the folder. */
static int fill_folder(struct write_job *w, struct err *e)
{
    struct session *s = &w->session;
    const struct session_px px = {tile_px, w};
    int r = session_survey(s, w->cell, w->n_tiles, e);
    if (r)
        return r;
    w->report.result->total = w->n_tiles;
    if (session_is_done(s))
        return session_leave(s, px, w->options->threads, e);
    r = session_check_layers(s, px, w->options->threads, e);
    if (r)
        return r;
    r = session_lock(s, e);
    if (r)
        return r;
    r = write_missing(w, e);
    r = session_restore(s, r, e);
    if (r)
        return r;
    return session_complete(s, px, w->options->threads, e);
}

static void clear(struct write_job *w)
{
    for (size_t i = 0; w->work && i < workers(w); i++) {
        subscene_work_destroy(w->work[i].subscene);
        free(w->work[i].scratch);
    }
    free(w->work);
    free(w->tile);
    free(w->cell);
    layerset_close(w->layers);
    product_input_close(&w->input);
    session_close(&w->session);
    report_close(&w->report);
}

int write_job_run(const struct write_request *request, const struct write_options *options,
                  const struct run_observer *observer, struct run_result *result, struct err *e)
{
    struct write_job w = {.request = request, .options = options};
    w.session = (struct session){.job = &w.job,
                                 .lock = &options->folder.lock,
                                 .report = &w.report,
                                 .dry_run = options->folder.dry_run};
    *result = (struct run_result){0};
    report_open(&w.report, observer, result);
    int r = prepare(&w, e);
    if (r == 0)
        r = fill_folder(&w, e);
    clear(&w);
    return r;
}
