#include "stages/verify.h"

#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/console.h"
#include "cmd/resources.h"
#include "core/jsonout.h"
#include "core/log.h"
#include "exec/stop.h"

static void on_begin(void *ctx, const char *manifest, size_t files)
{
    (void)ctx;
    console_progress_begin("verify", files);
    log_message(LOG_DEBUG, "", "%s: %zu files", manifest, files);
}

static void on_file(void *ctx)
{
    (void)ctx;
    console_progress_step();
}

/* `ctx` is the JSON document, or NULL for lines of text. */
static void on_fault(void *ctx, const char *path, const char *what)
{
    struct jsonout *j = ctx;
    char line[5100];
    if (j) {
        jsonout_object(j, NULL);
        jsonout_string(j, "path", path);
        jsonout_string(j, "fault", what);
        jsonout_end_object(j);
        return;
    }
    snprintf(line, sizeof line, "%s: %s", path, what);
    console_result(line);
}

/* All folders; the worst status counts. */
static int verify_all(const struct settings *s, struct jsonout *j, struct verify_result *sum)
{
    struct resources resources;
    resources_find(s, &resources);
    struct verify_observer observer = {on_begin, on_file, on_fault, j};
    int status = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct verify_result result;
        struct err err = ERR_INIT;
        int failed = verify_folder(s->operands[i], resources.threads, stop_signal, &observer, &result, &err);
        console_progress_end();
        sum->manifests += result.manifests;
        sum->files += result.files;
        sum->faults += result.faults;
        if (failed == ERR_STOPPED)
            return 128 + stop_signal();
        if (failed)
            status = command_fail(&err);
    }
    return status ? status : sum->faults > 0 ? 1 : 0;
}

int cmd_verify(const struct settings *s)
{
    struct jsonout j = {0};
    struct verify_result sum = {0};
    struct err err = ERR_INIT;
    if (stop_install(&err))
        return command_fail(&err);
    jsonout_object(&j, NULL);
    jsonout_array(&j, "faults");
    int status = verify_all(s, s->json ? &j : NULL, &sum);
    jsonout_end_array(&j);
    jsonout_int(&j, "manifests", (int64_t)sum.manifests);
    jsonout_int(&j, "files", (int64_t)sum.files);
    jsonout_int(&j, "fault_count", (int64_t)sum.faults);
    jsonout_end_object(&j);
    if (s->json && j.failed)
        status = err_exit_status(ERR_TEMPORARY);
    else if (s->json)
        console_result(j.text);
    jsonout_clear(&j);
    if (sum.manifests + sum.faults > 0)
        log_message(LOG_INFO, "", "%zu files of %zu manifests: %zu faults", sum.files, sum.manifests, sum.faults);
    return status;
}
