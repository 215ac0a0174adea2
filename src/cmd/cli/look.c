#include "stages/jobs/look_page.h"

#include "cmd/cli/arguments.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"

static void on_begin(void *ctx, const char *product, size_t subscenes)
{
    (void)ctx;
    log_message(LOG_DEBUG, product, "%zu subscene%s", subscenes, text_s(subscenes));
    console_progress_begin("look", subscenes);
}

static void on_step(void *ctx)
{
    (void)ctx;
    console_progress_step(true);
}

static int check_operands(const struct settings *s, struct err *e)
{
    for (int i = 0; i < s->n_operands; i++)
        if (arguments_is_product(s->operands[i]))
            return err_set(e, ERR_USAGE,
                           "%s is a product; look shows output folders, so convert it first: "
                           "subscene run %s -o OUT",
                           s->operands[i], s->operands[i]);
    return 0;
}

static void report(const struct look_page_result *r)
{
    console_result(r->page);
    log_message(LOG_INFO, "", "%zu subscene%s of %zu product%s", r->subscenes, text_s(r->subscenes),
                r->products, text_s(r->products));
    if (r->gaps > 0)
        log_message(LOG_WARNING, "",
                    "%zu subscene%s could not be read; subscene verify lists the faults", r->gaps,
                    text_s(r->gaps));
}

int cmd_look(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct look_page_result result;
    struct resources resources;
    const struct look_page_observer observer = {on_begin, on_step, NULL};
    if (check_operands(s, &err) || stop_install(&err))
        return command_fail(&err);
    resources_find(s, &resources);
    const struct look_page_options options = {.output = s->output,
                                              .by = (enum rank_by)s->by,
                                              .threads = resources.threads,
                                              .stopped = stop_signal};
    int r = look_page_make(s->operands, (size_t)s->n_operands, &options, &observer, &result, &err);
    console_progress_end();
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    if (r)
        return command_fail(&err);
    report(&result);
    return result.gaps > 0 || result.left_out > 0 ? 1 : 0;
}
