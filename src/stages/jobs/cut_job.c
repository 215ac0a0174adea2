#include "stages/jobs/cut_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"
#include "stages/folder/stage_file.h"
#include "stages/image/cut.h"
#include "stages/image/strips.h"

/* Buffers of one worker. */
struct tile_work {
    struct deflater *deflater; /* NULL: deflate 0 */
    uint16_t *dn;
    void *planes;
    void *packed[BAND_COUNT];
    double *axes;
    struct ncspec *spec;
    struct ncimage image;
    bool is_damaged; /* the current subscene cannot be made */
};

struct cut_job {
    const struct cut_options *options;
    struct report report;
    struct stage_meta meta;
    struct strips strips;
    struct tile_work *work;
    size_t packed_bytes;
};

static size_t samples(const struct cut_job *job)
{
    return (size_t)job->meta.params.size * (size_t)job->meta.params.size;
}

static int path_of(const struct cut_job *job, struct cell c, char path[2048], struct err *e)
{
    int n = snprintf(path, 2048, "%s/tile_%d_%d.nc", job->options->output, c.x, c.y);
    return n > 0 && n < 2048
               ? 0
               : err_set(e, ERR_OUTPUT, "%s: the path is too long", job->options->output);
}

/* ---- the last step of a strip ---- */

static int open_write(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    *tasks = ((struct cut_job *)ctx)->strips.plan.strip[strip].n;
    return 0;
}

/* Cuts and packs all bands, and makes the file's metadata. */
static void fill_spec(struct cut_job *job, int32_t strip, const struct stage_meta *meta,
                      struct tile_work *w)
{
    int band_var[BAND_COUNT];
    int32_t size = meta->params.size;
    stage_nc_describe(meta, size, w->spec, band_var, w->axes, w->axes + size);
    for (int i = 0; i < job->strips.plan.n_bands; i++) {
        cut_cell(job->strips.resample, strip, i, job->strips.plan.strip[strip].px, meta->px, w->dn);
        size_t len = stage_nc_pack(w->deflater, w->dn, samples(job), w->planes, w->packed[i],
                                   job->packed_bytes);
        ncspec_chunk(w->spec, band_var[job->strips.plan.band[i].band_id], w->packed[i], len);
    }
}

static struct cell cell_of(const struct cut_job *job, int32_t strip, size_t task)
{
    return job->strips.plan.cell[job->strips.plan.strip[strip].first + task];
}

static int make_tile(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct cut_job *job = ctx;
    struct tile_work *w = &job->work[worker];
    struct cell c = cell_of(job, strip, task);
    struct stage_meta meta = job->meta;
    meta.px = lattice_cell(&job->strips.plan.lattice, c.x, c.y);
    meta.x = c.x;
    meta.y = c.y;
    w->is_damaged = decode_cell_is_bad(job->strips.decode, c);
    if (w->is_damaged)
        return 0;
    fill_spec(job, strip, &meta, w);
    return ncmake_image(w->spec, &w->image, e) ? err_wrap(e, "tile_%d_%d.nc", c.x, c.y) : 0;
}

static int store_tile(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct cut_job *job = ctx;
    const struct tile_work *w = &job->work[worker];
    char path[2048];
    int r = path_of(job, cell_of(job, strip, task), path, e);
    if (r)
        return r;
    r = w->is_damaged ? 0 : outfile_write(path, w->image.data, w->image.len, e);
    if (r)
        return r;
    report_subscene(&job->report, w->is_damaged ? RUN_FAILED : RUN_MADE, path);
    return 0;
}

static int stream(struct cut_job *job, struct err *e)
{
    const struct pipeline_step sink = {.open = open_write, .task = make_tile, .wait = store_tile};
    int r = strips_run(&job->strips, &sink, job->options->stopped, job, e);
    if (r || job->report.result->failed == 0)
        return r;
    *e = decode_first_fault(job->strips.decode);
    return e->code;
}

/* ---- preparation ---- */

static int create_work(struct cut_job *job, struct tile_work *w, struct err *e)
{
    size_t n = samples(job);
    int level = job->meta.params.deflate;
    int r = level > 0 ? deflater_create(level, &w->deflater, e) : 0;
    if (r)
        return r;
    w->dn = mem_alloc(n, sizeof *w->dn);
    w->planes = mem_alloc(w->deflater ? n : 0, sizeof *w->dn);
    w->axes = mem_alloc((size_t)job->meta.params.size, 2 * sizeof *w->axes);
    w->spec = mem_alloc(1, sizeof *w->spec);
    bool ok = w->dn && w->planes && w->axes && w->spec;
    for (int i = 0; ok && i < job->strips.plan.n_bands; i++)
        ok = (w->packed[i] = mem_alloc(job->packed_bytes, 1)) != NULL;
    return ok ? 0 : err_nomem(e, n * sizeof *w->dn);
}

static int create_works(struct cut_job *job, struct err *e)
{
    int workers = plan_workers(&job->strips.plan);
    job->work = mem_zalloc((size_t)workers, sizeof *job->work);
    if (!job->work)
        return err_nomem(e, (size_t)workers * sizeof *job->work);
    for (int i = 0; i < workers; i++) {
        int r = create_work(job, &job->work[i], e);
        if (r)
            return r;
    }
    return 0;
}

static int make_plan(struct cut_job *job, const struct band_source sources[BAND_COUNT],
                     const struct cell *cells, size_t n, struct err *e)
{
    size_t bytes = samples(job) * sizeof(uint16_t);
    job->packed_bytes = stage_nc_packed_bound(bytes);
    struct plan_request request = {
        .product = &job->meta.product,
        .params = &job->meta.params,
        .source = sources,
        .as_it_is = &job->meta.grid,
        .cells = cells,
        .n_cells = n,
        /* the packed bands, and the file */
        .sink_bytes =
            2 * bytes + 2 * job->packed_bytes * (size_t)band_set_count(job->meta.params.bands),
        .limits = job->options->limits};
    return plan_create(&request, &job->strips.plan, e);
}

/* ---- existing files ---- */

/* A dry run reports the disk space of the files that it would make. */
static void add_space(struct cut_job *job)
{
    const struct params *p = &job->meta.params;
    disk_space_add(&job->report.result->space,
                   disk_space_of_stages(band_set_count(p->bands), p->size, p->size, p->deflate, 1));
}

/* Sorts the cells: the first *left are to be made; the others exist and are reported. */
static int survey(struct cut_job *job, struct cell *cells, size_t n, size_t *left, struct err *e)
{
    *left = 0;
    for (size_t i = 0; i < n; i++) {
        bool keep = false;
        char path[2048];
        struct cell c = cells[i];
        int r = path_of(job, c, path, e);
        if (r)
            return r;
        r = job->options->overwrite ? 0 : stage_file_check(path, &job->meta, &keep, e);
        if (r)
            return r;
        if (!keep && job->options->dry_run)
            add_space(job);
        if (keep || job->options->dry_run) {
            report_subscene(&job->report, keep ? RUN_SKIPPED : RUN_WOULD_MAKE, path);
            continue;
        }
        cells[i] = cells[*left];
        cells[(*left)++] = c;
    }
    return 0;
}

/* Lists the selected cells. An empty list causes a warning. */
static int select_cells(const struct cut_job *job, struct cell **cells, size_t *n, struct err *e)
{
    const struct params *p = &job->meta.params;
    const struct geogrid *grid = &job->meta.grid;
    struct selection selection = job->options->selection;
    struct lattice l;
    char why_none[SELECT_REASON];
    selection.product = job->meta.product.name;
    int r = lattice_init(&l, p->size, p->overlap, p->edge, grid->width, grid->height, e);
    if (r)
        return r;
    r = cells_select(&selection, grid, &l, cells, n, e);
    if (r || *n > 0)
        return r;
    cells_why_none(&selection, grid, why_none);
    log_message(LOG_WARNING, selection.product, "%s", why_none);
    return 0;
}

/* ---- the job ---- */

static int make(struct cut_job *job, const struct band_source sources[BAND_COUNT],
                const struct cell *cells, size_t n, struct err *e)
{
    int r = make_plan(job, sources, cells, n, e);
    if (r)
        return r;
    r = strips_open(&job->strips, e);
    if (r)
        return r;
    r = create_works(job, e);
    if (r)
        return r;
    r = outfile_make_folders(job->options->output, e);
    if (r)
        return r;
    r = outfile_remove_stale(job->options->output, e);
    return r ? r : stream(job, e);
}

/* A failing call removes the folder that it made, if that is empty. */
static int make_missing(struct cut_job *job, const struct band_source sources[BAND_COUNT],
                        struct cell *cells, size_t n, struct err *e)
{
    size_t left = 0, there = outfile_folders_there(job->options->output);
    report_begin(&job->report, job->report.result->product, n);
    int r = survey(job, cells, n, &left, e);
    if (r == 0 && left > 0)
        r = make(job, sources, cells, left, e);
    if (r)
        outfile_drop_folders(job->options->output, there);
    return r;
}

static void clear(struct cut_job *job)
{
    for (int i = 0; job->work && i < plan_workers(&job->strips.plan); i++) {
        struct tile_work *w = &job->work[i];
        for (int b = 0; b < BAND_COUNT; b++)
            free(w->packed[b]);
        deflater_destroy(w->deflater);
        free(w->dn);
        free(w->planes);
        free(w->axes);
        free(w->spec);
        ncimage_clear(&w->image);
    }
    free(job->work);
    strips_close(&job->strips);
    report_close(&job->report);
}

int cut_job_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                const struct cut_options *options, const struct run_observer *observer,
                struct run_result *result, struct err *e)
{
    struct cut_job job = {.options = options, .meta = *meta};
    struct cell *cells;
    size_t n;
    *result = (struct run_result){0};
    snprintf(result->product, sizeof result->product, "%s", meta->product.name);
    snprintf(result->folder, sizeof result->folder, "%s", options->output);
    int r = select_cells(&job, &cells, &n, e);
    if (r)
        return r;
    report_open(&job.report, observer, result);
    result->total = n;
    r = make_missing(&job, sources, cells, n, e);
    free(cells);
    clear(&job);
    return r;
}
