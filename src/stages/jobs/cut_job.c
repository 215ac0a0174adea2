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
    bool is_damaged; /* the subscene at hand: there is no image of it */
};

struct tiles_run {
    const struct run_options *options;
    struct report report;
    struct stage_meta meta;
    struct strips strips;
    struct tile_work *work;
    size_t packed_bytes;
};

static size_t samples(const struct tiles_run *r)
{
    return (size_t)r->meta.params.size * (size_t)r->meta.params.size;
}

static int path_of(const struct tiles_run *r, struct cell c, char path[2048], struct err *e)
{
    int n = snprintf(path, 2048, "%s/tile_%d_%d.nc", r->options->output, c.x, c.y);
    return n > 0 && n < 2048
               ? 0
               : err_set(e, ERR_OUTPUT, "%s: the path is too long", r->options->output);
}

/* ---- the last step of a strip ---- */

static int open_write(void *ctx, int32_t strip, size_t *tasks, struct err *e)
{
    (void)e;
    *tasks = ((struct tiles_run *)ctx)->strips.plan.strip[strip].n;
    return 0;
}

/* Cuts and packs all bands, and describes the file around them. */
static void fill_spec(struct tiles_run *r, int32_t strip, const struct stage_meta *meta,
                      struct tile_work *w)
{
    int band_var[BAND_COUNT];
    int32_t size = meta->params.size;
    stage_nc_describe(meta, size, w->spec, band_var, w->axes, w->axes + size);
    for (int i = 0; i < r->strips.plan.n_bands; i++) {
        cut_cell(r->strips.resample, strip, i, r->strips.plan.strip[strip].px, meta->px, w->dn);
        size_t len =
            stage_nc_pack(w->deflater, w->dn, samples(r), w->planes, w->packed[i], r->packed_bytes);
        ncspec_chunk(w->spec, band_var[r->strips.plan.band[i].band_id], w->packed[i], len);
    }
}

static struct cell cell_of(const struct tiles_run *r, int32_t strip, size_t task)
{
    return r->strips.plan.cell[r->strips.plan.strip[strip].first + task];
}

static int make_tile(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct tiles_run *r = ctx;
    struct tile_work *w = &r->work[worker];
    struct cell c = cell_of(r, strip, task);
    struct stage_meta meta = r->meta;
    meta.px = lattice_cell(&r->strips.plan.lattice, c.x, c.y);
    meta.x = c.x;
    meta.y = c.y;
    w->is_damaged = decode_cell_is_bad(r->strips.decode, c);
    if (w->is_damaged)
        return 0;
    fill_spec(r, strip, &meta, w);
    return ncmake_image(w->spec, &w->image, e) ? err_wrap(e, "tile_%d_%d.nc", c.x, c.y) : 0;
}

static int store_tile(void *ctx, int32_t strip, size_t task, int worker, struct err *e)
{
    struct tiles_run *r = ctx;
    const struct tile_work *w = &r->work[worker];
    char path[2048];
    int failed = path_of(r, cell_of(r, strip, task), path, e);
    if (failed == 0 && !w->is_damaged)
        failed = outfile_write(path, w->image.data, w->image.len, e);
    if (failed == 0)
        report_tell(&r->report, w->is_damaged ? RUN_FAILED : RUN_MADE, path);
    return failed;
}

static int stream(struct tiles_run *r, struct err *e)
{
    const struct pipeline_step sink = {.open = open_write, .task = make_tile, .wait = store_tile};
    int failed = strips_run(&r->strips, &sink, r->options->stopped, r, e);
    if (failed || r->report.result->failed == 0)
        return failed;
    *e = decode_first_fault(r->strips.decode);
    return e->code;
}

/* ---- what comes before ---- */

static int create_work(struct tiles_run *r, struct tile_work *w, struct err *e)
{
    size_t n = samples(r);
    int failed =
        r->meta.params.deflate > 0 ? deflater_create(r->meta.params.deflate, &w->deflater, e) : 0;
    if (failed)
        return failed;
    w->dn = mem_alloc(n, sizeof *w->dn);
    w->planes = mem_alloc(w->deflater ? n : 0, sizeof *w->dn);
    w->axes = mem_alloc((size_t)r->meta.params.size, 2 * sizeof *w->axes);
    w->spec = mem_alloc(1, sizeof *w->spec);
    bool ok = w->dn && w->planes && w->axes && w->spec;
    for (int i = 0; ok && i < r->strips.plan.n_bands; i++)
        ok = (w->packed[i] = mem_alloc(r->packed_bytes, 1)) != NULL;
    return ok ? 0 : err_nomem(e, n * sizeof *w->dn);
}

static int create_works(struct tiles_run *r, struct err *e)
{
    int failed = 0;
    int workers = plan_workers(&r->strips.plan);
    r->work = mem_zalloc((size_t)workers, sizeof *r->work);
    if (!r->work)
        return err_nomem(e, (size_t)workers * sizeof *r->work);
    for (int i = 0; failed == 0 && i < workers; i++)
        failed = create_work(r, &r->work[i], e);
    return failed;
}

static int make_plan(struct tiles_run *r, const struct band_source sources[BAND_COUNT],
                     const struct cell *cells, size_t n, struct err *e)
{
    size_t bytes = samples(r) * sizeof(uint16_t);
    r->packed_bytes = stage_nc_packed_bound(bytes);
    struct plan_request request = {
        .product = &r->meta.product,
        .params = &r->meta.params,
        .source = sources,
        .as_it_is = &r->meta.grid,
        .cells = cells,
        .n_cells = n,
        /* the packed bands, and the file */
        .sink_bytes =
            2 * bytes + 2 * r->packed_bytes * (size_t)band_set_count(r->meta.params.bands),
        .limits = {r->options->threads, r->options->memory_limit, r->options->memory_from}};
    return plan_create(&request, &r->strips.plan, e);
}

static int make(struct tiles_run *r, const struct band_source sources[BAND_COUNT],
                const struct cell *cells, size_t n, struct err *e)
{
    int failed = make_plan(r, sources, cells, n, e);
    if (failed == 0)
        failed = strips_open(&r->strips, e);
    if (failed == 0)
        failed = create_works(r, e);
    if (failed == 0)
        failed = outfile_make_folders(r->options->output, e);
    if (failed == 0)
        failed = outfile_remove_stale(r->options->output, e);
    return failed ? failed : stream(r, e);
}

static void clear(struct tiles_run *r)
{
    for (int i = 0; r->work && i < plan_workers(&r->strips.plan); i++) {
        struct tile_work *w = &r->work[i];
        for (int b = 0; b < BAND_COUNT; b++)
            free(w->packed[b]);
        deflater_destroy(w->deflater);
        free(w->dn);
        free(w->planes);
        free(w->axes);
        free(w->spec);
        ncimage_clear(&w->image);
    }
    free(r->work);
    strips_close(&r->strips);
    report_close(&r->report);
}

/* ---- what is there ---- */

/* The first *left of `cells` are to be made; the others are there and told of. */
static int survey(struct tiles_run *r, struct cell *cells, size_t n, size_t *left, struct err *e)
{
    *left = 0;
    for (size_t i = 0; i < n; i++) {
        bool keep = false;
        char path[2048];
        struct cell c = cells[i];
        int failed = path_of(r, c, path, e);
        if (failed == 0 && !r->options->overwrite)
            failed = stage_file_look(path, &r->meta, &keep, e);
        if (failed)
            return failed;
        if (keep || r->options->dry_run) {
            report_tell(&r->report, keep ? RUN_SKIPPED : RUN_WOULD_MAKE, path);
            continue;
        }
        cells[i] = cells[*left];
        cells[(*left)++] = c;
    }
    return 0;
}

int cut_job_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                const struct run_options *options, const struct run_observer *observer,
                struct run_result *result, struct err *e)
{
    struct tiles_run r = {.options = options, .meta = *meta};
    struct selection selection = options->selection;
    struct cell *cells;
    size_t n, left = 0;
    struct lattice l;
    char why_none[SELECT_REASON];
    selection.product = meta->product.name;
    *result = (struct run_result){0};
    snprintf(result->product, sizeof result->product, "%s", meta->product.name);
    snprintf(result->folder, sizeof result->folder, "%s", options->output);
    int failed = lattice_init(&l, meta->params.size, meta->params.overlap, meta->params.edge,
                              meta->grid.width, meta->grid.height, e);
    if (failed == 0)
        failed = cells_select(&selection, &meta->grid, &l, &cells, &n, e);
    if (failed)
        return failed;
    report_open(&r.report, observer, result);
    if (n == 0) {
        cells_why_none(&selection, &meta->grid, why_none);
        log_message(LOG_WARNING, result->product, "%s", why_none);
    }
    result->total = n;
    report_begin(&r.report, result->product, n);
    size_t there = outfile_folders_there(options->output);
    failed = survey(&r, cells, n, &left, e);
    if (failed == 0 && left > 0)
        failed = make(&r, sources, cells, left, e);
    if (failed)
        outfile_drop_folders(options->output, there);
    free(cells);
    clear(&r);
    return failed;
}
