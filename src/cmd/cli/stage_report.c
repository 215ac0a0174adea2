#include "cmd/cli/stage_report.h"

#include <stdio.h>

#include "cmd/console/console.h"
#include "cmd/console/disk_report.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"

/* ---- band files ---- */

static void on_begin(void *ctx, const char *image, size_t strips)
{
    (void)ctx;
    console_progress_begin(image, strips);
}

static void on_strip(void *ctx)
{
    (void)ctx;
    console_progress_step(true);
}

static void on_done(void *ctx, enum bands_outcome outcome, const char *path)
{
    static const char *const outcome_names[] = {"made", "already there", "to make"};
    const bool *dry_run = ctx;
    console_progress_end();
    if (!*dry_run || outcome == BANDS_WOULD_MAKE)
        console_result(path);
    log_message(LOG_INFO, "", "%s: %s", path, outcome_names[outcome]);
}

struct decode_resample_observer stage_bands_observer(bool *dry_run)
{
    return (struct decode_resample_observer){on_begin, on_strip, on_done, dry_run};
}

struct decode_resample_options
stage_band_options(const struct settings *s, struct resources *resources, struct disk_tally *needed)
{
    resources_find(s, resources);
    return (struct decode_resample_options){.folder = s->output,
                                            .overwrite = s->overwrite,
                                            .dry_run = s->dry_run,
                                            .limits = resources_limits(resources),
                                            .stopped = stop_signal,
                                            .needed = needed};
}

int stage_bands_finish(int r, const struct disk_tally *needed, const char *output,
                       const struct err *e)
{
    console_progress_end();
    if (r == 0) {
        struct disk_report space = disk_report_of_files(needed, output);
        disk_report_log(&space);
    }
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    return r ? command_fail(e) : 0;
}

/* ---- tile files and subscenes ---- */

static void on_begin_product(void *ctx, const char *product, size_t total)
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

struct run_observer stage_cells_observer(struct run_result *result)
{
    return (struct run_observer){.begin = on_begin_product, .subscene = on_subscene, .ctx = result};
}

static void report_cells(const struct run_result *r, bool dry_run)
{
    log_message(LOG_INFO, r->product,
                "%zu subscene%s: %zu %s, %zu already there, %zu below --min-valid, %zu failed",
                r->total, text_s(r->total), r->made, dry_run ? "to make" : "made", r->skipped,
                r->rejected, r->failed);
    if (r->labelled > 0)
        log_message(LOG_INFO, r->product, "%zu existing subscene%s got class layers", r->labelled,
                    text_s(r->labelled));
    if (r->drawn > 0)
        log_message(LOG_INFO, r->product, "%zu existing subscene%s got pictures", r->drawn,
                    text_s(r->drawn));
}

int stage_cells_finish(int r, const struct run_result *result, const char *output, bool dry_run,
                       const struct err *e)
{
    size_t done = result->made + result->skipped;
    console_progress_end();
    if (r == 0 && result->total > 0 && !dry_run)
        console_result(result->folder);
    /* after an error before the first subscene there is nothing to count */
    if (result->total > 0 && (r == 0 || done + result->rejected + result->failed > 0))
        report_cells(result, dry_run);
    if (r == 0 && result->space.most > 0) {
        struct disk_report space = disk_report_of(result->space, result->made, output);
        disk_report_log(&space);
    }
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    if (r == 0)
        return 0;
    int status = command_fail(e);
    return result->failed > 0 && done > 0 ? 1 : status;
}
