#include "stages/jobs/write_job.h"

#include "cmd/cli/arguments.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/stage_report.h"
#include "cmd/options/commands.h"
#include "exec/stop.h"

int cmd_write(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct run_result result = {0};
    struct resources resources;
    resources_find(s, &resources);
    struct write_options options = {.folder = arguments_folder(s, &resources),
                                    .threads = resources.threads,
                                    .stopped = stop_signal};
    struct params params = {0};
    struct command_layers layers = {0};
    char timestamp[32];
    const struct run_observer observer = stage_cells_observer(&result);
    if (arguments_output(s, &err) || arguments_params(s, &params, &err) ||
        arguments_layout(s, &options.folder.layout, &err) ||
        arguments_timestamp(timestamp, &options.folder.timestamp, &err) || stop_install(&err))
        return command_fail(&err);
    int r = command_layers_open(s, false, &layers, &err);
    if (r)
        goto clear_layers;
    options.layers = &layers.request;
    const struct write_request request = {.path = s->operands,
                                          .n = (size_t)s->n_operands,
                                          .profile = params.profile,
                                          .deflate = params.deflate,
                                          .product = s->product};
    r = write_job_run(&request, &options, &observer, &result, &err);
clear_layers:
    command_layers_clear(&layers);
    return stage_cells_finish(r, &result, s->output, s->dry_run, &err);
}
