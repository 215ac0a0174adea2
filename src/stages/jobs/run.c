#include "stages/jobs/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/folder/complete.h"
#include "stages/folder/existing.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/subscene.h"
#include "stages/image/compat_cut.h"
#include "stages/image/cut.h"
#include "stages/image/strips.h"
#include "stages/jobs/product_input.h"

enum cell_state { CELL_NOT_MADE, CELL_DAMAGED, CELL_IN_MEMORY, CELL_MADE, CELL_REJECTED };

/* One product on its way. */
struct run {
    struct params own; /* the caller's, with the bands of this product */
    const struct params *params; /* these */
    const struct run_options *options;
    struct report report;

    struct product_input input;
    struct subscene_job job;
    struct lattice lattice;
    struct folder_lock *hold; /* from before the last look at what is there */
    bool is_held; /* the hold was taken */
    struct existing resume;
    struct strips strips;
    struct compat_cut *percell; /* params.compat */
    struct subscene_work **work; /* per worker */
    struct manifest_row *row; /* per cell of the plan: valid where it was made */
    enum cell_state *state; /* per cell of the plan */
    size_t unsaved; /* changes of the manifest since it was written */
};

/* ---- the last step of a strip ---- */

static int open_write(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    *tasks = ((struct run *)ctx)->strips.plan.strip[strip].n;
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
    if (c->run->percell)
        return compat_cut_apply(c->run->percell, i, c->cell, c->worker, dn, e);
    cut_cell(c->run->strips.resample, c->strip, i, c->run->strips.plan.strip[c->strip].px, c->px,
             dn);
    return 0;
}

static int make_cell(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct run *r = ctx;
    size_t i = r->strips.plan.strip[strip].first + task;
    struct cell c = r->strips.plan.cell[i];
    struct strip_cell source = {r, strip, worker, c,
                                lattice_cell(&r->strips.plan.lattice, c.x, c.y)};
    bool rejected = false;
    if (decode_cell_is_bad(r->strips.decode, c)) {
        r->state[i] = CELL_DAMAGED;
        return 0;
    }
    /* made when first needed: of many threads few may ever write */
    int failed = r->work[worker] ? 0
                                 : subscene_work_create(r->params, layerset_count(r->job.layers),
                                                        r->job.png, &r->work[worker], e);
    if (failed == 0)
        failed = subscene_make(r->work[worker], &r->job, source.px, (const int32_t[]){c.x, c.y},
                               (struct sample_source){cut_band, &source}, &r->row[i], &rejected, e);
    if (failed == 0)
        r->state[i] = rejected ? CELL_REJECTED : CELL_IN_MEMORY;
    return failed;
}

static int store_cell(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct run *r = ctx;
    size_t i = r->strips.plan.strip[strip].first + task;
    struct cell c = r->strips.plan.cell[i];
    enum run_outcome outcome = RUN_FAILED;
    char path[1024], file[256];
    int failed = subscene_cell_path(&r->job, c.x, c.y, path, file, e);
    if (failed == 0 && r->state[i] == CELL_IN_MEMORY) {
        failed = subscene_store(r->work[worker], &r->job, path, (const int32_t[]){c.x, c.y}, e);
        r->state[i] = failed ? CELL_NOT_MADE : CELL_MADE;
        outcome = RUN_MADE;
    } else if (failed == 0 && r->state[i] == CELL_REJECTED) {
        failed = subscene_remove(&r->job, path, (const int32_t[]){c.x, c.y}, e);
        outcome = RUN_REJECTED;
    }
    if (failed == 0)
        report_tell(&r->report, outcome, path);
    return failed;
}

static int write_manifest(struct run *r, struct err *e)
{
    char path[2048];
    int failed = subscene_path(&r->job, r->job.manifest, path, sizeof path, e);
    return failed ? failed : manifest_write(&r->resume.manifest, path, e);
}

/* Up to this many rows the manifest is rewritten after every strip; a longer one when it has grown
 * by an eighth, so that all the writing stays in proportion to its length. What a killed run did
 * not note, the next one reads from the files. */
enum { SMALL_MANIFEST = 4096 };

static int save_manifest(struct run *r, bool at_the_end, struct err *e)
{
    size_t n = r->resume.manifest.n;
    if (r->unsaved == 0 || (!at_the_end && n > SMALL_MANIFEST && r->unsaved < n / 8))
        return 0;
    r->unsaved = 0;
    return write_manifest(r, e);
}

/* Brings the manifest's rows up to what has become of cells first … first + n − 1. */
static int record_cells(struct run *r, size_t first, size_t n, struct err *e)
{
    for (size_t i = first; i < first + n; i++) {
        struct cell c = r->strips.plan.cell[i];
        size_t before = r->resume.manifest.n;
        int failed =
            r->state[i] == CELL_MADE ? manifest_put(&r->resume.manifest, &r->row[i], e) : 0;
        if (failed)
            return failed;
        if (r->state[i] == CELL_REJECTED)
            manifest_drop(&r->resume.manifest, c.x, c.y);
        r->unsaved += r->state[i] == CELL_MADE || r->resume.manifest.n != before;
    }
    return 0;
}

static int close_write(void *ctx, int32_t strip, struct err *e)
{
    struct run *r = ctx;
    int failed =
        record_cells(r, r->strips.plan.strip[strip].first, r->strips.plan.strip[strip].n, e);
    return failed ? failed : save_manifest(r, false, e);
}

static int stream_strips(struct run *r, struct err *e)
{
    const struct pipeline_step sink = {
        .open = open_write, .task = make_cell, .close = close_write, .wait = store_cell};
    int failed = strips_run(&r->strips, &sink, r->options->stopped, r, e);
    if (failed) {
        struct err second = ERR_INIT;
        /* what the open strips had made by then */
        if (record_cells(r, 0, r->strips.plan.n_cells, &second) || save_manifest(r, true, &second))
            return report_error(r->job.product->name, failed, e, &second);
        return failed;
    }
    failed = save_manifest(r, true, e);
    if (failed || r->report.result->failed == 0)
        return failed;
    *e = decode_first_fault(r->strips.decode);
    return e->code;
}

/* ---- what comes before ---- */

static int create_work(struct run *r, struct err *e)
{
    const struct plan *p = &r->strips.plan;
    r->row = mem_zalloc(p->n_cells, sizeof *r->row);
    r->state = mem_zalloc(p->n_cells, sizeof *r->state);
    r->work = mem_zalloc((size_t)plan_workers(p), sizeof *r->work);
    if (!r->row || !r->state || !r->work)
        return err_nomem(e, p->n_cells * sizeof *r->row);
    return 0;
}

/* Of one subscene: its row here, in the manifest (which doubles when it grows) and as text. */
enum {
    CELL_BYTES =
        4 * sizeof(struct manifest_row) + sizeof(enum cell_state) + 2 * sizeof(struct cell) + 512
};

/* Unpacked images stay in memory only where the plan has room for them. */
static int plan_with_kept(struct product_input *in, struct plan_request *request, struct plan *out,
                          struct err *e)
{
    struct err first = ERR_INIT; /* no failure yet */
    request->unpacked_bytes = product_input_kept_bytes(in);
    int failed = plan_create(request, out, &first);
    if (failed != ERR_USAGE || request->unpacked_bytes == 0) {
        if (failed)
            *e = first;
        return failed;
    }
    failed = product_input_spill(in, e);
    request->unpacked_bytes = product_input_kept_bytes(in);
    return failed ? failed : plan_create(request, out, e);
}

int run_plan(struct product_input *in, const struct params *params,
             const struct run_options *options, const struct cell *cells, size_t n,
             struct plan *out, struct err *e)
{
    struct band_source rasters[BAND_COUNT];
    if (params->compat && compat_cut_check(params, e))
        return ERR_USAGE;
    product_input_rasters(in, rasters);
    size_t shared = params->compat ? compat_cut_bytes(params) : 0;
    size_t each = params->compat ? compat_cut_worker_bytes(params) : 0;
    struct plan_request request = {
        .product = &in->product,
        .params = params,
        .raster = rasters,
        .cells = cells,
        .n_cells = n,
        .sink_bytes = subscene_work_bytes(params, layerset_count(in->layers), options->png) + each,
        .other_bytes = layerset_bytes(in->layers, params->size) + shared,
        .cell_bytes = CELL_BYTES,
        .threads = options->threads,
        .memory_limit = options->memory_limit,
        .memory_from = options->memory_from};
    return plan_with_kept(in, &request, out, e);
}

static int open_bands(struct run *r, struct err *e)
{
    int failed = 0;
    for (int b = 0; failed == 0 && b < BAND_COUNT; b++)
        if (band_in(r->params->bands, b) && !r->input.jp2[b])
            failed = product_input_open_band(&r->input, b, e);
    return failed;
}

static int open_and_plan(struct run *r, const struct cell *cells, size_t n, struct err *e)
{
    int failed = open_bands(r, e);
    return failed ? failed
                  : run_plan(&r->input, r->params, r->options, cells, n, &r->strips.plan, e);
}

static bool is_planned(const struct plan *p, const struct cell *cells, size_t n)
{
    bool same = n == p->n_cells;
    for (size_t i = 0; same && i < n; i++)
        same = bsearch(&cells[i], p->cell, n, sizeof *cells, cell_by_row_and_column) != NULL;
    return same;
}

/* Takes hold of the folder and looks again: between the first look and now another process may have
 * made some, or all. */
static int lock_and_survey(struct run *r, struct cell *cells, size_t n, struct err *e)
{
    int failed = folder_lock_open(&r->job, &r->options->lock, &r->hold, e);
    if (failed)
        return failed;
    report_held(&r->report, r->hold);
    r->is_held = true;
    existing_clear(&r->resume);
    r->job.first_look = false;
    failed = existing_survey(&r->job, cells, n, &r->resume, e);
    if (failed || is_planned(&r->strips.plan, cells, r->resume.n_left))
        return failed;
    plan_clear(&r->strips.plan);
    return r->resume.n_left == 0 ? 0 : open_and_plan(r, cells, r->resume.n_left, e);
}

/* Labels that are for nothing here may be for another product of the list, or wrongly named. */
static int warn_of_strangers(const struct run *r, const struct cell *cells, size_t n, struct err *e)
{
    const struct labels *labels = r->options->layers ? r->options->layers->labels : NULL;
    int64_t image = LABELS_NONE;
    int failed = 0;
    for (size_t i = 0; labels && failed == 0 && image == LABELS_NONE && i < n; i++)
        failed = labels_find(labels, r->job.product->name, cells[i].x, cells[i].y, &image, e);
    if (labels && failed == 0 && image == LABELS_NONE)
        log_message(LOG_WARNING, r->job.product->name,
                    "none of the %zu labelled image%s is of one of its %zu subscene%s",
                    labels_count(labels), text_s(labels_count(labels)), n, text_s(n));
    return failed;
}

/* What is left to make: planned first, then the folder is taken hold of, so that nothing on disk
 * changes for a product or a mask that cannot be read, or a plan that does not fit. */
static int look(struct run *r, struct cell *cells, size_t n, struct err *e)
{
    r->job.first_look = !r->options->dry_run;
    int failed = existing_survey(&r->job, cells, n, &r->resume, e);
    if (failed || r->options->dry_run)
        return failed;
    size_t open = r->resume.n_left + r->resume.n_bare;
    if (open == 0 && !r->resume.manifest_changed) {
        folder_lock_tidy(&r->job, &r->options->lock);
        return 0;
    }
    failed = layerset_check(r->job.layers, cells, open, r->params->size, r->options->stopped, e);
    if (failed == 0 && r->resume.n_left > 0)
        failed = open_and_plan(r, cells, r->resume.n_left, e);
    if (failed == 0 && r->resume.n_left > 0 &&
        !r->options->check_input) /* which has compared them already */
        failed =
            product_input_check_archive(&r->input, r->options->threads, r->options->stopped, e);
    return failed ? failed : lock_and_survey(r, cells, n, e);
}

static int open_strips(struct run *r, struct err *e)
{
    int failed = strips_open(&r->strips, e);
    if (failed == 0 && r->params->compat)
        failed = compat_cut_create(&r->strips.plan, r->strips.decode, &r->percell, e);
    return failed ? failed : create_work(r, e);
}

/* The plan's memory is free again. */
static void close_strips(struct run *r)
{
    for (int i = 0; r->work && i < plan_workers(&r->strips.plan); i++)
        subscene_work_destroy(r->work[i]);
    free(r->work);
    free(r->row);
    free(r->state);
    compat_cut_destroy(r->percell);
    r->percell = NULL;
    r->work = NULL;
    r->row = NULL;
    r->state = NULL;
    strips_close(&r->strips);
}

static void clear_run(struct run *r)
{
    close_strips(r);
    existing_clear(&r->resume);
    product_input_close(&r->input);
    if (r->is_held)
        report_held(&r->report, NULL);
    folder_lock_close(r->hold);
    report_close(&r->report);
}

static int make_room(struct run *r, struct err *e)
{
    int failed = existing_clear_away(&r->resume, &r->job, e);
    return failed == 0 && r->resume.manifest_changed ? write_manifest(r, e) : failed;
}

/* ---- class layers and pictures for what is there ---- */

static struct rect cell_px(const void *lattice, struct cell c)
{
    return lattice_cell(lattice, c.x, c.y);
}

static int dress(struct run *r, const struct cell *cells, size_t n, struct err *e)
{
    struct err second = ERR_INIT;
    const struct complete_request request = {&r->job, cells,       n,
                                             cell_px, &r->lattice, r->options->threads};
    int failed = complete_cells(&request, &r->resume.manifest, &r->report, e);
    r->unsaved += n;
    if (save_manifest(r, true, &second))
        failed = report_error(r->job.product->name, failed, e, &second);
    return failed;
}

/* Subscenes that are smaller than what they show have no place for masks and coordinates, which are
 * in pixels of the target grid. */
static int check_shrunk(const struct run *r, struct err *e)
{
    const struct params *p = r->params;
    if (params_cut(p) == p->size)
        return 0;
    if (!p->compat || p->profile != PROFILE_KAPPAZETA)
        return err_set(e, ERR_USAGE,
                       "subscenes of %d px are made %d px wide only for cm_vsm, in its profile",
                       p->cut, p->size);
    return layerset_count(r->input.layers) == 0
               ? 0
               : err_set(e, ERR_USAGE,
                         "subscenes that are shrunk from %d to %d px cannot have class layers "
                         "(--no-masks)",
                         p->cut, p->size);
}

/* With the cells at hand: which are there, and the rest is made. */
static int make_missing(struct run *r, struct cell *cells, size_t n, struct err *e)
{
    report_begin(&r->report, r->job.product->name, n);
    int failed =
        product_input_open_layers(&r->input, r->options->layers, r->params->resolution_m, e);
    r->job.layers = r->input.layers;
    if (failed == 0)
        failed = check_shrunk(r, e);
    if (failed == 0 && r->options->check_input)
        failed = open_bands(r, e);
    if (failed == 0 && r->options->check_input)
        failed = product_input_check_images(&r->input, r->options->threads, r->options->stopped, e);
    if (failed == 0)
        failed = warn_of_strangers(r, cells, n, e);
    if (failed == 0)
        failed = look(r, cells, n, e);
    size_t left = r->resume.n_left, is_incomplete = r->resume.n_bare;
    if (failed == 0)
        failed = layerset_columns(r->job.layers, &r->resume.manifest, e);
    r->job.columns = &r->resume.manifest;
    if (failed == 0)
        failed = report_tell_cells(&r->report, &r->job, cells + left + is_incomplete,
                                   n - left - is_incomplete, RUN_SKIPPED, e);
    if (failed == 0 && r->options->dry_run)
        r->report.result->space = disk_space_of(r->params, layerset_count(r->job.layers),
                                                r->job.png, left + is_incomplete);
    if (failed == 0 && r->options->dry_run)
        return report_tell_cells(&r->report, &r->job, cells, left + is_incomplete, RUN_WOULD_MAKE,
                                 e);
    if (failed == 0 && left > 0)
        failed = open_strips(r, e);
    if (failed == 0)
        failed = make_room(r, e);
    if (failed == 0 && left > 0)
        failed = stream_strips(r, e);
    close_strips(r);
    return failed || is_incomplete == 0 ? failed : dress(r, cells + left, is_incomplete, e);
}

static int open_product(struct run *r, const char *path, struct err *e)
{
    int failed = product_input_open(path, &r->input, e);
    if (failed)
        return failed;
    product_input_limit_memory(&r->input, r->options->memory_limit);
    r->input.decoder = r->options->decoder;
    const struct product *p = &r->input.product;
    snprintf(r->report.result->product, sizeof r->report.result->product, "%s", p->name);
    failed = product_input_bands(&r->input, r->own.bands, r->own.keep_offset, &r->own.bands, e);
    if (failed)
        return failed;
    failed = subscene_job_init(&r->job, p, r->params, r->options->output, r->options->layout,
                               r->options->timestamp, e);
    snprintf(r->report.result->parameters, sizeof r->report.result->parameters, "%s",
             r->job.parameters);
    r->job.min_valid = r->options->min_valid;
    r->job.png = r->options->png;
    r->job.overwrite = r->options->overwrite;
    r->job.stopped = r->options->stopped;
    return failed ? failed
                  : subscene_path(&r->job, r->job.folder, r->report.result->folder,
                                  sizeof r->report.result->folder, e);
}

int run_product(const char *path, const struct params *params, const struct run_options *options,
                const struct run_observer *observer, struct run_result *result, struct err *e)
{
    struct run r = {.own = *params, .params = &r.own, .options = options};
    struct geogrid target;
    struct cell *cells = NULL;
    struct selection selection = options->selection;
    size_t n = 0;
    char why_none[SELECT_REASON];
    selection.product = r.input.product.name;
    *result = (struct run_result){0};
    report_open(&r.report, observer, result);
    int failed = open_product(&r, path, e);
    if (failed == 0)
        failed = plan_lattice(&r.input.product, &r.own, &target, &r.lattice, e);
    if (failed == 0)
        failed = cells_select(&selection, &target, &r.lattice, &cells, &n, e);
    result->total = n;
    if (failed == 0 && n == 0) {
        cells_why_none(&selection, &target, why_none);
        log_message(LOG_WARNING, result->product, "%s", why_none);
    } else if (failed == 0)
        failed = make_missing(&r, cells, n, e);
    result->busy = failed && lock_is_others(e);
    free(cells);
    clear_run(&r);
    return failed;
}
