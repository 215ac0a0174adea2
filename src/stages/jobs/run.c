#include "stages/jobs/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/folder/session.h"
#include "stages/image/compat_cut.h"
#include "stages/image/cut.h"
#include "stages/image/strips.h"
#include "stages/jobs/product_input.h"
#include "stages/jobs/product_plan.h"

enum cell_state { CELL_NOT_MADE, CELL_DAMAGED, CELL_IN_MEMORY, CELL_MADE, CELL_REJECTED };

/* The state of one product. */
struct run {
    struct params own; /* the caller's parameters with the bands of this product */
    const struct params *params; /* points to `own` */
    const struct run_options *options;
    struct report report;

    struct product_input input;
    struct subscene_job job;
    struct lattice lattice;
    struct session session; /* the product's output folder */
    struct strips strips;
    struct compat_cut *compat; /* params.compat */
    struct subscene_work **work; /* per worker */
    struct manifest_row *row; /* per cell of the plan; valid for cells that were made */
    enum cell_state *state; /* per cell of the plan */
};

/* ---- the last step of a strip ---- */

static int open_write(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    *tasks = ((const struct run *)ctx)->strips.plan.strip[strip].n;
    return 0;
}

struct strip_cell {
    const struct run *run;
    int32_t strip;
    int worker;
    struct cell cell;
    struct rect px;
};

static int cut_band(void *ctx, int i, uint16_t *dn, struct err *e)
{
    const struct strip_cell *c = ctx;
    const struct strips *strips = &c->run->strips;
    if (c->run->compat)
        return compat_cut_apply(c->run->compat, i, c->cell, c->worker, dn, e);
    cut_cell(strips->resample, c->strip, i, strips->plan.strip[c->strip].px, c->px, dn);
    return 0;
}

/* Created at the first use: with many threads, only a few may ever write. */
static int create_work(struct run *run, int worker, struct err *e)
{
    if (run->work[worker])
        return 0;
    return subscene_work_create(&run->job, &run->session.existing.manifest, &run->work[worker], e);
}

static int make_cell(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct run *run = ctx;
    size_t i = run->strips.plan.strip[strip].first + task;
    struct cell c = run->strips.plan.cell[i];
    struct strip_cell cell = {run, strip, worker, c, lattice_cell(&run->lattice, c.x, c.y)};
    if (decode_cell_is_bad(run->strips.decode, c)) {
        run->state[i] = CELL_DAMAGED;
        return 0;
    }
    int r = create_work(run, worker, e);
    if (r)
        return r;
    r = subscene_make(run->work[worker], c, cell.px, (struct sample_source){cut_band, &cell},
                      &run->row[i], e);
    if (r)
        return r;
    run->state[i] = subscene_is_rejected(run->work[worker]) ? CELL_REJECTED : CELL_IN_MEMORY;
    return 0;
}

/* Writes the worker's last cell to `path`. A rejected cell's existing file is removed. */
static int store(struct run *run, size_t i, int worker, const char *path, const char *file,
                 struct err *e)
{
    struct cell c = run->strips.plan.cell[i];
    if (run->state[i] == CELL_REJECTED)
        return subscene_remove(&run->job, path, c, e);
    if (run->state[i] != CELL_IN_MEMORY)
        return 0;
    int r = subscene_store(run->work[worker], path, c, e);
    run->state[i] = r ? CELL_NOT_MADE : CELL_MADE;
    return r ? r
             : subscene_record_origins(run->work[worker], file, run->session.existing.origins, e);
}

static int store_cell(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct run *run = ctx;
    size_t i = run->strips.plan.strip[strip].first + task;
    struct cell c = run->strips.plan.cell[i];
    char path[1024], file[256];
    int r = subscene_cell_path(&run->job, c.x, c.y, path, file, e);
    if (r)
        return r;
    r = store(run, i, worker, path, file, e);
    if (r)
        return r;
    report_subscene(&run->report,
                    run->state[i] == CELL_MADE       ? RUN_MADE
                    : run->state[i] == CELL_REJECTED ? RUN_REJECTED
                                                     : RUN_FAILED,
                    path);
    return 0;
}

/* Updates the manifest's rows of cells first … first + n − 1 with their outcome. */
static int record_cells(struct run *run, size_t first, size_t n, struct err *e)
{
    for (size_t i = first; i < first + n; i++) {
        int r = run->state[i] == CELL_MADE ? session_put(&run->session, &run->row[i], e) : 0;
        if (r)
            return r;
        if (run->state[i] == CELL_REJECTED)
            session_drop(&run->session, run->strips.plan.cell[i]);
    }
    return 0;
}

static int close_write(void *ctx, int32_t strip, struct err *e)
{
    struct run *run = ctx;
    const struct plan_strip *s = &run->strips.plan.strip[strip];
    int r = record_cells(run, s->first, s->n, e);
    return r ? r : session_save(&run->session, e);
}

static int stream_strips(struct run *run, struct err *e)
{
    const struct pipeline_step sink = {
        .open = open_write, .task = make_cell, .close = close_write, .wait = store_cell};
    struct err second = ERR_INIT;
    int r = strips_run(&run->strips, &sink, run->options->stopped, run, e);
    /* the cells that unfinished strips had made */
    if (r && record_cells(run, 0, run->strips.plan.n_cells, &second))
        return report_error(run->job.product->name, r, e, &second);
    r = session_finish(&run->session, r, e);
    if (r || run->report.result->failed == 0)
        return r;
    *e = decode_first_fault(run->strips.decode);
    return e->code;
}

/* ---- preparation ---- */

static bool is_planned(const struct plan *p, const struct cell *cells, size_t n)
{
    if (n != p->n_cells)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!bsearch(&cells[i], p->cell, n, sizeof *cells, cell_by_row_and_column))
            return false;
    return true;
}

static int open_bands(struct run *run, struct err *e)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(run->params->bands, b) || run->input.jp2[b])
            continue;
        int r = product_input_open_band(&run->input, b, e);
        if (r)
            return r;
    }
    return 0;
}

/* Plans the cells to make, unless the plan already is for them. */
static int plan_left(struct run *run, struct err *e)
{
    const struct session *s = &run->session;
    size_t n = s->existing.n_left;
    if (is_planned(&run->strips.plan, s->cell, n))
        return 0;
    plan_clear(&run->strips.plan);
    if (n == 0)
        return 0;
    int r = open_bands(run, e);
    if (r)
        return r;
    const struct run_options *o = run->options;
    const struct product_plan_request request = {s->cell, n, o->folder.png, o->limits};
    return product_plan(&run->input, run->params, &request, &run->strips.plan, e);
}

/* Labels without a subscene here may belong to another product of the list, or have wrong names. */
static int warn_of_unmatched(const struct run *run, const struct cell *cells, size_t n,
                             struct err *e)
{
    const struct labels *labels = run->options->layers ? run->options->layers->labels : NULL;
    int64_t image = LABELS_NONE;
    if (!labels)
        return 0;
    for (size_t i = 0; i < n; i++) {
        int r = labels_find(labels, run->job.product->name, cells[i].x, cells[i].y, &image, e);
        if (r || image != LABELS_NONE)
            return r;
    }
    log_message(LOG_WARNING, run->job.product->name,
                "none of the %zu labelled image%s belongs to one of its %zu subscene%s",
                labels_count(labels), text_s(labels_count(labels)), n, text_s(n));
    return 0;
}

/* Shrunk subscenes cannot have class layers and coordinates, because those are in pixels of the
 * target grid. */
static int check_shrunk(const struct run *run, struct err *e)
{
    const struct params *p = run->params;
    if (params_cut(p) == p->size)
        return 0;
    if (!p->compat || p->profile != PROFILE_KAPPAZETA)
        return err_set(e, ERR_USAGE,
                       "subscenes of %d px can only be shrunk to %d px with --compat and --profile "
                       "kappazeta",
                       p->cut, p->size);
    return layerset_count(run->input.layers) == 0
               ? 0
               : err_set(e, ERR_USAGE,
                         "subscenes that are shrunk from %d to %d px cannot have class layers; use "
                         "--no-masks",
                         p->cut, p->size);
}

static int open_layers(struct run *run, struct err *e)
{
    int r =
        product_input_open_layers(&run->input, run->options->layers, run->params->resolution_m, e);
    return r ? r : check_shrunk(run, e);
}

/* --check-input */
static int check_input(struct run *run, struct err *e)
{
    if (!run->options->check_input)
        return 0;
    int r = open_bands(run, e);
    if (r)
        return r;
    return product_input_check_images(&run->input, run->options->limits.threads,
                                      run->options->stopped, e);
}

static struct rect cell_px(const void *lattice, struct cell c)
{
    return lattice_cell(lattice, c.x, c.y);
}

static struct session_px px_of(const struct run *run)
{
    return (struct session_px){cell_px, &run->lattice};
}

/* Does everything that can fail before the first write: nothing on disk changes if a product or
 * mask cannot be read, or if the plan does not fit. */
static int prepare(struct run *run, struct err *e)
{
    const struct session *s = &run->session;
    const struct run_options *o = run->options;
    int r = session_check_layers(s, px_of(run), o->limits.threads, e);
    if (r || s->existing.n_left == 0)
        return r;
    r = plan_left(run, e);
    if (r || o->check_input) /* check_input has already compared them */
        return r;
    return product_input_check_archive(&run->input, o->limits.threads, o->stopped, e);
}

/* ---- the work ---- */

static int open_strips(struct run *run, struct err *e)
{
    const struct plan *p = &run->strips.plan;
    int r = strips_open(&run->strips, e);
    if (r)
        return r;
    r = run->params->compat ? compat_cut_create(p, run->strips.decode, &run->compat, e) : 0;
    if (r)
        return r;
    run->row = mem_zalloc(p->n_cells, sizeof *run->row);
    run->state = mem_zalloc(p->n_cells, sizeof *run->state);
    run->work = mem_zalloc((size_t)plan_workers(p), sizeof *run->work);
    if (!run->row || !run->state || !run->work)
        return err_nomem(e, p->n_cells * sizeof *run->row);
    return 0;
}

/* Called after the plan's memory is freed. */
static void close_strips(struct run *run)
{
    for (int i = 0; run->work && i < plan_workers(&run->strips.plan); i++)
        subscene_work_destroy(run->work[i]);
    free(run->work);
    free(run->row);
    free(run->state);
    compat_cut_destroy(run->compat);
    run->compat = NULL;
    run->work = NULL;
    run->row = NULL;
    run->state = NULL;
    strips_close(&run->strips);
}

/* The folder is locked, and the plan is for the cells that are left. */
static int make_left(struct run *run, struct err *e)
{
    bool any = run->session.existing.n_left > 0;
    int r = any ? open_strips(run, e) : 0;
    if (r)
        return r;
    r = session_remove_obsolete(&run->session, e);
    if (r)
        return r;
    r = session_finish(&run->session, 0, e);
    if (r || !any)
        return r;
    r = stream_strips(run, e);
    close_strips(run);
    return r;
}

/* Makes the missing subscenes of the folder. */
static int fill_folder(struct run *run, struct cell *cells, size_t n, struct err *e)
{
    struct session *s = &run->session;
    int r = session_survey(s, cells, n, e);
    if (r)
        return r;
    if (session_is_done(s))
        return session_leave(s, px_of(run), run->options->limits.threads, e);
    r = prepare(run, e);
    if (r)
        return r;
    r = session_lock(s, e);
    if (r)
        return r;
    r = plan_left(run, e);
    if (r)
        return r;
    r = make_left(run, e);
    r = session_restore(s, r, e);
    if (r)
        return r;
    return session_complete(s, px_of(run), run->options->limits.threads, e);
}

/* Sets the values that all subscenes share, after the layers are known. */
static int open_job(struct run *run, struct err *e)
{
    const struct session_options *o = &run->options->folder;
    const struct subscene_request request = {.product = &run->input.product,
                                             .params = run->params,
                                             .root = o->output,
                                             .layout = o->layout,
                                             .timestamp = o->timestamp,
                                             .layers = run->input.layers,
                                             .min_valid = o->min_valid,
                                             .png = o->png,
                                             .overwrite = o->overwrite,
                                             .drop_labels = o->drop_labels,
                                             .stopped = run->options->stopped};
    return subscene_job_init(&run->job, &request, e);
}

static int make_missing(struct run *run, struct cell *cells, size_t n, struct err *e)
{
    report_begin(&run->report, run->input.product.name, n);
    int r = open_layers(run, e);
    if (r)
        return r;
    r = open_job(run, e);
    if (r)
        return r;
    r = check_input(run, e);
    if (r)
        return r;
    r = warn_of_unmatched(run, cells, n, e);
    return r ? r : fill_folder(run, cells, n, e);
}

/* ---- the job ---- */

static int open_product(struct run *run, const char *path, struct err *e)
{
    const struct run_options *o = run->options;
    const struct product *p = &run->input.product;
    struct run_result *result = run->report.result;
    int r = product_input_open(path, &run->input, e);
    if (r)
        return r;
    product_input_limit_memory(&run->input, o->limits.memory);
    run->input.decoder = o->decoder;
    snprintf(result->product, sizeof result->product, "%s", p->name);
    r = product_input_bands(&run->input, run->own.bands, run->own.keep_offset, &run->own.bands, e);
    if (r)
        return r;
    params_format(run->params, result->parameters);
    return subscene_folder(o->folder.output, o->folder.layout, p, result->folder,
                           sizeof result->folder, e);
}

/* Lists the selected cells. An empty list causes a warning. */
static int select_cells(struct run *run, struct cell **cells, size_t *n, struct err *e)
{
    struct selection selection = run->options->selection;
    struct geogrid target;
    char why_none[SELECT_REASON];
    selection.product = run->input.product.name;
    int r = plan_lattice(&run->input.product, run->params, &target, &run->lattice, e);
    if (r)
        return r;
    r = cells_select(&selection, &target, &run->lattice, cells, n, e);
    if (r || *n > 0)
        return r;
    cells_why_none(&selection, &target, why_none);
    log_message(LOG_WARNING, selection.product, "%s", why_none);
    return 0;
}

static int make_product(struct run *run, const char *path, struct err *e)
{
    struct cell *cells = NULL;
    size_t n = 0;
    int r = open_product(run, path, e);
    if (r)
        return r;
    r = select_cells(run, &cells, &n, e);
    run->report.result->total = n;
    if (r == 0 && n > 0)
        r = make_missing(run, cells, n, e);
    free(cells);
    return r;
}

static void clear_run(struct run *run)
{
    close_strips(run);
    product_input_close(&run->input);
    session_close(&run->session);
    report_close(&run->report);
}

int run_product(const char *path, const struct params *params, const struct run_options *options,
                const struct run_observer *observer, struct run_result *result, struct err *e)
{
    struct run run = {.own = *params, .params = &run.own, .options = options};
    run.session = (struct session){.job = &run.job,
                                   .lock = &options->folder.lock,
                                   .report = &run.report,
                                   .dry_run = options->folder.dry_run};
    *result = (struct run_result){0};
    report_open(&run.report, observer, result);
    int r = make_product(&run, path, e);
    result->busy = r && lock_is_others(e);
    clear_run(&run);
    return r;
}
