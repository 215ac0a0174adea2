#include "stages/jobs/write_job.h"

#include "cmd/cli/commands.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/stage_report.h"
#include "exec/stop.h"

int cmd_write(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct run_result result = {0};
    struct resources resources;
    resources_find(s, &resources);
    struct write_options options = {.folder = command_folder(s, &resources),
                                    .threads = resources.threads,
                                    .stopped = stop_signal};
    struct params params = {0};
    struct command_layers layers = {0};
    char timestamp[32];
    const struct run_observer observer = stage_cells_observer(&result);
    int failed = command_output(s, &err);
    if (failed == 0)
        failed = command_params(s, &params, &err);
    if (failed == 0)
        failed = command_layout(s, &options.folder.layout, &err);
    if (failed == 0)
        failed = command_timestamp(timestamp, &options.folder.timestamp, &err);
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
    return stage_cells_finish(failed, &result, s->output, s->dry_run, &err);
}
