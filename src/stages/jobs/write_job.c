#include "stages/jobs/write_job.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "exec/pipeline.h"
#include "io/netcdf/stage_nc.h"
#include "stages/folder/complete.h"
#include "stages/folder/existing.h"
#include "stages/folder/folder_lock.h"

/* A tile file and what it becomes. */
struct tile {
    const char *path;
    struct cell cell;
    struct rect px;
    struct manifest_row row;
    bool made, rejected, is_damaged;
};

struct publish {
    const struct write_request *request;
    const struct run_options *options;
    struct report report;
    struct err first_fault; /* of tile files that failed alone */
    struct stage_meta meta; /* of the first file */
    struct product_input input; /* of request->product */
    struct layerset *layers;
    struct params params;
    struct subscene_job job;
    struct folder_lock *hold; /* from before the last look at what is there */
    struct existing resume;
    struct tile *tile; /* by row, then column */
    size_t n_tiles;
    struct cell *cell; /* of the tiles; the first n_left are to be written */
    struct publish_work { /* of one worker */
        struct subscene_work *write;
        void *scratch;
    } * work;
};

/* Threads that work while others wait for the disk. */
enum { SPARE = 2 };

static size_t workers(const struct publish *p) { return (size_t)p->options->threads + SPARE; }

/* A tile file that fails alone. */
static void note_fault(struct publish *p, const struct err *fault)
{
    log_message(LOG_ERROR, p->job.product->name, "%s", fault->msg);
    pthread_mutex_lock(&p->report.lock);
    if (p->first_fault.code == ERR_NONE)
        p->first_fault = *fault;
    pthread_mutex_unlock(&p->report.lock);
}

/* ---- reading what the files say ---- */

static int read_meta(const char *path, struct stage_meta *out, struct err *e)
{
    struct ncfile *f;
    int failed = ncfile_open(path, &f, e);
    if (failed)
        return failed;
    failed = stage_nc_read(f, out, e);
    ncfile_close(f);
    if (failed == 0 && out->kind != STAGE_CUT)
        failed = err_set(e, ERR_INPUT, "was made by %s; write takes the files of cut",
                         stage_names[out->kind]);
    return failed ? err_wrap(e, "%s", path) : 0;
}

static int take_tile(struct publish *p, size_t i, struct err *e)
{
    const char *const *path = p->request->path;
    struct stage_meta meta;
    int failed = read_meta(path[i], &meta, e);
    if (failed)
        return failed;
    if (i == 0)
        p->meta = meta;
    else if (stage_nc_same(&p->meta, &meta, e)) {
        e->code = ERR_INPUT;
        return err_wrap(e, "%s and %s do not belong together", path[0], path[i]);
    }
    p->tile[i] = (struct tile){.path = path[i], .cell = {meta.x, meta.y}, .px = meta.px};
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct cell s = ((const struct tile *)a)->cell, t = ((const struct tile *)b)->cell;
    return s.y != t.y ? (s.y > t.y) - (s.y < t.y) : (s.x > t.x) - (s.x < t.x);
}

static int read_all(struct publish *p, struct err *e)
{
    size_t n = p->request->n;
    p->tile = mem_zalloc(n, sizeof *p->tile);
    p->cell = mem_alloc(n, sizeof *p->cell);
    if (!p->tile || !p->cell)
        return err_nomem(e, n * sizeof *p->tile);
    for (size_t i = 0; i < n; i++) {
        int failed = take_tile(p, i, e);
        if (failed)
            return failed;
    }
    qsort(p->tile, n, sizeof *p->tile, by_place);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && by_place(&p->tile[i - 1], &p->tile[i]) == 0)
            return err_set(e, ERR_INPUT, "%s and %s are the same subscene", p->tile[i - 1].path,
                           p->tile[i].path);
        p->cell[i] = p->tile[i].cell;
    }
    p->n_tiles = n;
    return 0;
}

static struct tile *find_tile(const struct publish *p, struct cell c)
{
    struct tile key = {.cell = c};
    return bsearch(&key, p->tile, p->n_tiles, sizeof *p->tile, by_place);
}

/* ---- writing ---- */

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

static int make_of_tile(struct publish *p, struct publish_work *w, struct tile *t, struct err *e)
{
    struct tile_bands bands = {.params = &p->params, .scratch = w->scratch};
    int failed = ncfile_open(t->path, &bands.file, e);
    if (failed)
        return failed;
    failed = subscene_make(w->write, &p->job, t->px, (const int32_t[]){t->cell.x, t->cell.y},
                           (struct sample_source){read_nth_band, &bands}, &t->row, &t->rejected, e);
    ncfile_close(bands.file);
    return failed == ERR_INPUT && !subscene_layers_failed(w->write) ? err_wrap(e, "%s", t->path)
                                                                    : failed;
}

static int create_work(const struct publish *p, struct publish_work *w, struct err *e)
{
    size_t n = (size_t)p->params.size * (size_t)p->params.size;
    if (w->write)
        return 0;
    if (!w->scratch && !(w->scratch = mem_alloc(n, 4)))
        return err_nomem(e, n * 4);
    return subscene_work_create(&p->params, layerset_count(p->layers), p->job.png, &w->write, e);
}

static int open_tiles(void *ctx, int32_t batch, size_t *tasks, struct err *e)
{
    (void)batch;
    (void)e;
    *tasks = ((struct publish *)ctx)->resume.n_left;
    return 0;
}

static int make_subscene(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct publish *p = ctx;
    struct tile *t = find_tile(p, p->cell[task]);
    struct err err = ERR_INIT;
    (void)batch;
    int failed = create_work(p, &p->work[worker], e);
    if (failed)
        return failed;
    failed = make_of_tile(p, &p->work[worker], t, &err);
    t->is_damaged = failed == ERR_INPUT && !subscene_layers_failed(p->work[worker].write);
    if (t->is_damaged) {
        note_fault(p, &err);
        return 0;
    }
    if (failed)
        *e = err;
    return failed;
}

static int store_subscene(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct publish *p = ctx;
    struct tile *t = find_tile(p, p->cell[task]);
    const int32_t xy[2] = {t->cell.x, t->cell.y};
    char path[1024], file[256];
    (void)batch;
    int failed = subscene_cell_path(&p->job, t->cell.x, t->cell.y, path, file, e);
    if (failed == 0 && !t->is_damaged)
        failed = t->rejected ? subscene_remove(&p->job, path, xy, e)
                             : subscene_store(p->work[worker].write, &p->job, path, xy, e);
    if (failed)
        return failed;
    t->made = !t->is_damaged && !t->rejected;
    report_tell(&p->report,
                t->is_damaged ? RUN_FAILED
                : t->rejected ? RUN_REJECTED
                              : RUN_MADE,
                path);
    return 0;
}

static int save_manifest(const struct publish *p, struct err *e)
{
    char path[2048];
    int failed = subscene_path(&p->job, p->job.manifest, path, sizeof path, e);
    return failed ? failed : manifest_write(&p->resume.manifest, path, e);
}

static int write_manifest(struct publish *p, struct err *e)
{
    for (size_t i = 0; i < p->n_tiles; i++) {
        const struct tile *t = &p->tile[i];
        int failed = t->made ? manifest_put(&p->resume.manifest, &t->row, e) : 0;
        if (failed)
            return failed;
        if (t->rejected)
            manifest_drop(&p->resume.manifest, t->cell.x, t->cell.y);
    }
    return save_manifest(p, e);
}

static int write_missing(struct publish *p, struct err *e)
{
    p->work = mem_zalloc(workers(p), sizeof *p->work);
    if (!p->work)
        return err_nomem(e, workers(p) * sizeof *p->work);
    int failed = existing_clear_away(&p->resume, &p->job, e);
    if (failed)
        return failed;
    const struct pipeline_step step = {
        .open = open_tiles, .task = make_subscene, .lead = 1, .wait = store_subscene};
    const struct pipeline_crew crew = {p->options->threads, SPARE};
    failed = pipeline_run(&step, 1, 1, crew, p->options->stopped, p, e);
    struct err second = ERR_INIT;
    if (write_manifest(p, &second))
        return report_error(p->job.product->name, failed, e, &second);
    if (failed == 0 && p->first_fault.code != ERR_NONE) {
        *e = p->first_fault;
        return e->code;
    }
    return failed;
}

/* ---- class layers and pictures for what is there ---- */

static struct rect cell_px(const void *publish, struct cell c) { return find_tile(publish, c)->px; }

static int dress(struct publish *p, struct err *e)
{
    size_t n = p->resume.n_bare;
    struct err second = ERR_INIT;
    const struct complete_request request = {&p->job, p->cell + p->resume.n_left, n, cell_px,
                                             p,       p->options->threads};
    int failed = n == 0 ? 0 : complete_cells(&request, &p->resume.manifest, &p->report, e);
    if (n > 0 && save_manifest(p, &second))
        failed = report_error(p->job.product->name, failed, e, &second);
    return failed;
}

/* ---- all of it ---- */

static int open_layers(struct publish *p, struct err *e)
{
    const struct product *product = &p->meta.product;
    struct mask_frame frame = mask_frame_of(&product->grid[PRODUCT_GRID_10], &p->job.target);
    const char *path = p->request->product;
    int failed = path ? product_input_open(path, &p->input, e) : 0;
    if (failed == 0 && path && strcmp(p->input.product.name, product->name) != 0)
        failed = err_set(e, ERR_INPUT, "%s: is %s, the tile files are of %s", path,
                         p->input.product.name, product->name);
    if (failed || !p->options->layers)
        return failed;
    failed =
        layerset_open(p->options->layers, p->input.source, product->name, &frame, &p->layers, e);
    p->job.layers = p->layers;
    return failed;
}

static int prepare(struct publish *p, struct err *e)
{
    int failed = read_all(p, e);
    if (failed)
        return failed;
    p->params = p->meta.params;
    p->params.profile = p->request->profile;
    p->params.deflate = p->request->deflate;
    failed = subscene_job_init(&p->job, &p->meta.product, &p->params, p->options->output,
                               p->options->layout, p->options->timestamp, e);
    p->job.min_valid = p->options->min_valid;
    p->job.png = p->options->png;
    p->job.overwrite = p->options->overwrite;
    p->job.stopped = p->options->stopped;
    snprintf(p->report.result->product, sizeof p->report.result->product, "%s",
             p->meta.product.name);
    if (failed == 0)
        failed = open_layers(p, e);
    if (failed == 0)
        failed = subscene_path(&p->job, p->job.folder, p->report.result->folder,
                               sizeof p->report.result->folder, e);
    if (failed == 0)
        report_begin(&p->report, p->report.result->product, p->n_tiles);
    return failed;
}

/* What is left to write; where there is anything, another look with the folder in hold. */
static int look(struct publish *p, struct err *e)
{
    p->job.first_look = !p->options->dry_run;
    int failed = existing_survey(&p->job, p->cell, p->n_tiles, &p->resume, e);
    if (failed || p->options->dry_run)
        return failed;
    size_t open = p->resume.n_left + p->resume.n_bare;
    if (open == 0 && !p->resume.manifest_changed) {
        folder_lock_tidy(&p->job, &p->options->lock);
        return 0;
    }
    failed = layerset_check(p->layers, p->cell, open, p->params.size, p->options->stopped, e);
    if (failed == 0)
        failed = folder_lock_open(&p->job, &p->options->lock, &p->hold, e);
    if (failed)
        return failed;
    existing_clear(&p->resume);
    p->job.first_look = false;
    return existing_survey(&p->job, p->cell, p->n_tiles, &p->resume, e);
}

static int publish(struct publish *p, struct err *e)
{
    int failed = prepare(p, e);
    if (failed == 0)
        failed = look(p, e);
    if (failed)
        return failed;
    size_t left = p->resume.n_left, open = left + p->resume.n_bare;
    p->report.result->total = p->n_tiles;
    failed =
        report_tell_cells(&p->report, &p->job, p->cell + open, p->n_tiles - open, RUN_SKIPPED, e);
    if (failed == 0 && p->options->dry_run)
        p->report.result->space =
            disk_space_of(&p->params, layerset_count(p->layers), p->job.png, open);
    if (failed == 0 && p->options->dry_run)
        return report_tell_cells(&p->report, &p->job, p->cell, open, RUN_WOULD_MAKE, e);
    p->job.columns = &p->resume.manifest;
    if (failed == 0)
        failed = layerset_columns(p->layers, &p->resume.manifest, e);
    if (failed == 0 && (left > 0 || p->resume.manifest_changed))
        failed = write_missing(p, e);
    return failed ? failed : dress(p, e);
}

int write_job_run(const struct write_request *request, const struct run_options *options,
                  const struct run_observer *observer, struct run_result *result, struct err *e)
{
    struct publish p = {.request = request, .options = options};
    *result = (struct run_result){0};
    report_open(&p.report, observer, result);
    int failed = publish(&p, e);
    for (size_t i = 0; p.work && i < workers(&p); i++) {
        subscene_work_destroy(p.work[i].write);
        free(p.work[i].scratch);
    }
    free(p.work);
    free(p.tile);
    free(p.cell);
    existing_clear(&p.resume);
    layerset_close(p.layers);
    product_input_close(&p.input);
    folder_lock_close(p.hold);
    report_close(&p.report);
    return failed;
}
