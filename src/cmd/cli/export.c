#include "stages/jobs/export.h"

#include "cmd/cli/arguments.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"
#include "io/labels/classmap.h"

static void on_begin(void *ctx, size_t steps)
{
    (void)ctx;
    console_progress_begin("export", steps);
}

static void on_step(void *ctx)
{
    (void)ctx;
    console_progress_step(true);
}

static void on_file(void *ctx, const char *path)
{
    (void)ctx;
    console_result(path);
}

static int find_composite(const struct settings *s, struct composite *out, struct err *e)
{
    const char *text = s->composite ? s->composite : composite_table[0].name;
    int r = composite_parse(text, out, e);
    return r ? err_wrap(e, "--composite %s", text) : 0;
}

static int check(const struct settings *s, struct err *e)
{
    if (!(s->given & GIVEN_FOR))
        return err_set(e, ERR_USAGE, "--for TOOL is needed: cvat, segments or supervisely");
    return arguments_output(s, e);
}

static void report(const struct settings *s, const struct export_result *r)
{
    log_message(
        LOG_INFO, "",
        "%zu image%s, %zu of them with suggestions: %zu file%s %s, %zu up to date, %zu with "
        "other contents",
        r->images, text_s(r->images), r->suggested, r->made, text_s(r->made),
        s->dry_run ? "to make" : "made", r->same, r->other);
}

static int run(const struct settings *s, struct err *e)
{
    const struct export_observer observer = {on_begin, on_step, on_file, NULL};
    struct export_result result = {0};
    struct selection tiles = {0};
    struct class_map map;
    struct composite composite;
    const struct export_options options = {.tool = (enum labels_tool)s->tool,
                                           .output = s->output,
                                           .map = &map,
                                           .tiles = &tiles,
                                           .composite = &composite,
                                           .suggest = s->suggest,
                                           .overwrite = s->overwrite,
                                           .dry_run = s->dry_run,
                                           .stopped = stop_signal};
    int r = find_composite(s, &composite, e);
    r = r ? r : classmap_get(s->map ? s->map : "label", &map, e);
    r = r ? r : arguments_selection(s, &tiles, e);
    r = r ? r : check(s, e);
    r = r ? r : export_folders(s->operands, (size_t)s->n_operands, &options, &observer, &result, e);
    console_progress_end();
    if (result.made + result.same + result.other > 0)
        report(s, &result);
    arguments_selection_clear(&tiles);
    return r;
}

int cmd_export(const struct settings *s)
{
    struct err err = ERR_INIT;
    int r = stop_install(&err);
    r = r ? r : run(s, &err);
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    return r ? command_fail(&err) : 0;
}
