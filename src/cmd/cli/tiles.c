/* The commands cut and write: tile files, and subscenes made of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/resources.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"
#include "stages/jobs/cut_job.h"
#include "stages/jobs/write_job.h"

static void on_begin(void *ctx, const char *product, size_t total)
{
    (void)ctx;
    console_progress_begin_product(product, total);
}

static void on_subscene(void *ctx, enum run_outcome outcome, const char *path)
{
    const struct run_result *r = ctx;
    if (outcome == RUN_WOULD_MAKE)
        console_result(path);
    if (outcome == RUN_FAILED)
        log_message(LOG_ERROR, r->product, "%s: not made: its input is damaged", path);
    console_progress_step(outcome != RUN_SKIPPED);
}

/* The report, and the exit status. */
static int finish(int failed, const struct run_result *r, const struct run_options *o,
                  const struct err *e)
{
    console_progress_end();
    /* of a call that was refused there is nothing to count */
    if (r->total > 0 && (failed == 0 || r->made + r->skipped + r->rejected + r->failed > 0)) {
        if (!o->dry_run && failed == 0)
            console_result(r->folder);
        log_message(LOG_INFO, r->product,
                    "%zu subscene%s: %zu %s, %zu already there, %zu below --min-valid, %zu failed",
                    r->total, text_s(r->total), r->made, o->dry_run ? "to make" : "made",
                    r->skipped, r->rejected, r->failed);
        if (r->labelled > 0)
            log_message(LOG_INFO, r->product, "%zu of those that were there got class layers",
                        r->labelled);
        if (r->drawn > 0)
            log_message(LOG_INFO, r->product, "%zu of those that were there got pictures",
                        r->drawn);
    }
    if (failed == ERR_STOPPED)
        return 128 + stop_signal();
    if (failed == 0)
        return 0;
    int status = command_fail(e);
    return r->failed > 0 && r->made + r->skipped > 0 ? 1 : status;
}

/* ---- cut ---- */

/* Band files that are open, as rasters. */
struct band_files {
    struct ncfile *file[BAND_COUNT];
    struct band_source raster[BAND_COUNT];
    struct stage_meta meta; /* of the first; bands, offsets and wavelengths of all */
};

static void close_bands(struct band_files *b)
{
    for (int i = 0; i < BAND_COUNT; i++)
        ncfile_close(b->file[i]);
}

/* Adds a file whose metadata is `meta`; the bands but one are compared as if both had the same. */
static int join(struct band_files *all, const struct stage_meta *meta, struct err *e)
{
    struct stage_meta here = *meta;
    int b = band_set_nth(meta->params.bands, 0);
    if (all->meta.params.bands == 0) {
        all->meta = *meta;
        return 0;
    }
    if (band_in(all->meta.params.bands, b))
        return err_set(e, ERR_USAGE, "band %s is given twice", band_table[b].name);
    here.params.bands = all->meta.params.bands;
    here.params.deflate = all->meta.params.deflate; /* of the file, not of what is in it */
    if (stage_nc_same(&all->meta, &here, e)) {
        e->code = ERR_INPUT;
        return ERR_INPUT;
    }
    all->meta.params.bands |= meta->params.bands;
    all->meta.product.band[b] = meta->product.band[b];
    return 0;
}

static int open_band(struct band_files *all, const char *path, struct err *e)
{
    struct ncfile *f;
    struct stage_meta meta;
    int failed = ncfile_open(path, &f, e);
    if (failed)
        return failed;
    failed = stage_nc_read(f, &meta, e);
    if (failed == 0 && meta.kind != STAGE_RESAMPLED)
        failed = err_set(e, ERR_INPUT, "was made by %s; cut takes the files of resample",
                         stage_names[meta.kind]);
    if (failed == 0)
        failed = join(all, &meta, e);
    int b = failed == 0 ? band_set_nth(meta.params.bands, 0) : 0;
    if (failed == 0)
        failed = band_source_of_file(f, &meta, b, &all->raster[b], e);
    if (failed)
        ncfile_close(f);
    else
        all->file[b] = f;
    return failed;
}

static int open_bands(const struct settings *s, struct band_files *all, struct err *e)
{
    for (int i = 0; i < s->n_operands; i++) {
        if (open_band(all, s->operands[i], e) == 0)
            continue;
        if (strncmp(e->msg, s->operands[i], strlen(s->operands[i])) != 0)
            err_wrap(e, "%s", s->operands[i]);
        return i > 0 ? err_wrap(e, "does not belong to %s", s->operands[0]) : (int)e->code;
    }
    return 0;
}

static int cut_bands(const struct settings *s, struct band_files *all, const struct run_options *o,
                     struct run_result *result, struct err *e)
{
    const struct run_observer observer = {
        .begin = on_begin, .subscene = on_subscene, .ctx = result};
    struct params params;
    int failed = command_stage_params(s, &params, e);
    if (failed)
        return failed;
    struct stage_meta meta = all->meta;
    meta.kind = STAGE_CUT;
    meta.params.size = params.size;
    meta.params.overlap = params.overlap;
    meta.params.edge = params.edge;
    meta.params.deflate = params.deflate;
    return cut_job_run(all->raster, &meta, o, &observer, result, e);
}

static struct run_options options_of(const struct settings *s, struct resources *resources)
{
    resources_find(s, resources);
    return (struct run_options){.output = s->output,
                                .min_valid = s->min_valid,
                                .png = s->png,
                                .overwrite = s->overwrite,
                                .dry_run = s->dry_run,
                                .threads = resources->threads,
                                .memory_limit = resources->memory,
                                .memory_from = resources->memory_refusal,
                                .lock = {.timeout_s = s->lock_timeout_s, .job = resources->job},
                                .stopped = stop_signal};
}

int cmd_cut(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct band_files all = {0};
    struct run_result result = {0};
    struct resources resources;
    struct run_options options = options_of(s, &resources);
    int failed = command_output(s, &err);
    if (failed == 0)
        failed = command_selection(s, &options.selection, &err);
    if (failed == 0)
        failed = stop_install(&err);
    if (failed == 0)
        failed = open_bands(s, &all, &err);
    if (failed == 0)
        failed = cut_bands(s, &all, &options, &result, &err);
    close_bands(&all);
    command_selection_clear(&options.selection);
    return finish(failed, &result, &options, &err);
}

/* ---- write ---- */

int cmd_write(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct run_result result = {0};
    struct resources resources;
    struct run_options options = options_of(s, &resources);
    struct params params = {0};
    struct command_layers layers = {0};
    char timestamp[32];
    const struct run_observer observer = {
        .begin = on_begin, .subscene = on_subscene, .ctx = &result};
    int failed = command_output(s, &err);
    if (failed == 0)
        failed = command_params(s, &params, &err);
    if (failed == 0)
        failed = command_layout(s, &options.layout, &err);
    if (failed == 0)
        failed = command_timestamp(timestamp, &options.timestamp, &err);
    if (failed == 0)
        failed = stop_install(&err);
    if (failed == 0)
        failed = command_layers_open(s, false, &layers, &err);
    options.layers = &layers.request;
    struct write_request request = {.path = s->operands,
                                    .n = (size_t)s->n_operands,
                                    .profile = params.profile,
                                    .deflate = params.deflate,
                                    .product = s->product};
    if (failed == 0)
        failed = write_job_run(&request, &options, &observer, &result, &err);
    command_layers_clear(&layers);
    return finish(failed, &result, &options, &err);
}
