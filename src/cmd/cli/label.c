#include "stages/jobs/label.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cli/layer_options.h"
#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/console/disk_report.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"

static void on_begin(void *ctx, size_t subscenes)
{
    (void)ctx;
    console_progress_begin("label", subscenes);
}

static void on_subscene(void *ctx, enum label_outcome outcome, const char *path)
{
    (void)ctx;
    if (outcome != LABEL_SKIPPED)
        console_result(path);
    console_progress_step(outcome != LABEL_SKIPPED);
}

static void report(const struct settings *s, const struct label_result *r)
{
    char images[120] = "";
    if (r->images > 0)
        snprintf(images, sizeof images, "%zu image%s, %zu of them without a subscene: ", r->images,
                 text_s(r->images), r->unmatched);
    const size_t differ = r->differing.subscenes;
    log_message(LOG_INFO, "", "%s%zu subscene%s %s, %zu up to date, %zu with other layers", images,
                r->made, text_s(r->made), s->dry_run ? "to label" : "labelled",
                r->skipped > differ ? r->skipped - differ : 0, differ);
}

int cmd_label(const struct settings *s)
{
    struct command_layers layers = {0};
    struct label_result result = {0};
    struct err err = ERR_INIT;
    struct resources resources;
    resources_find(s, &resources);
    const struct label_options options = {
        .request = &layers.request,
        .from = s->from,
        .from_unlabelled = s->given & GIVEN_UNLABELLED ? s->unlabelled : -1,
        .product = s->product,
        .overwrite = s->overwrite,
        .png = s->png,
        .dry_run = s->dry_run,
        .lock = {.timeout_s = s->lock_timeout_s, .job = resources.job},
        .stopped = stop_signal};
    const struct label_observer observer = {on_begin, on_subscene, NULL};
    int r = stop_install(&err);
    if (r || (r = command_layers_open(s, false, &layers, &err)) != 0)
        goto clear_layers;
    if (!layer_request_any(&layers.request) && !s->from) {
        r = err_set(&err, ERR_USAGE,
                    "there is no source of classes; use --cvat, --segments, --supervisely, "
                    "--raster, --product or --from");
        goto clear_layers;
    }
    r = label_folders(s->operands, (size_t)s->n_operands, &options, &observer, &result, &err);
    console_progress_end();
    if (result.made + result.skipped > 0)
        report(s, &result);
clear_layers:
    command_layers_clear(&layers);
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    if (r == 0 && s->dry_run) {
        struct disk_report space = disk_report_of(result.space, result.made, s->operands[0]);
        disk_report_log(&space);
    }
    return r ? command_fail(&err) : 0;
}
