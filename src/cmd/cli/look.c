#include "stages/jobs/look_page.h"

#include <stdbool.h>

#include "cmd/cli/arguments.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "exec/stop.h"
#include "stages/jobs/look_product.h"

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

/* Sets *products if all operands are products. ERR_USAGE: only some are. */
static int check_operands(const struct settings *s, bool *products, struct err *e)
{
    int n = 0;
    for (int i = 0; i < s->n_operands; i++)
        n += arguments_is_product(s->operands[i]);
    *products = n > 0;
    return n == 0 || n == s->n_operands
               ? 0
               : err_set(e, ERR_USAGE, "look takes either products or output folders, not both");
}

/* ---- products ---- */

static void on_picture(void *ctx, const char *path)
{
    (void)ctx;
    console_result(path);
}

/* One product that fails does not end the others. */
static int look_at_products(const struct settings *s, const struct params *params,
                            const struct composite *composite)
{
    struct resources resources;
    resources_find(s, &resources);
    const struct look_options options = {.folder = s->output ? s->output : ".",
                                         .composite = composite,
                                         .n = s->composite ? 1 : 0,
                                         .decoder = (enum tile_decoder_choice)s->decoder,
                                         .threads = resources.threads,
                                         .stopped = stop_signal};
    int r, failed = 0, status = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct err why = ERR_INIT;
        r = look_product(s->operands[i], params, &options, on_picture, NULL, &why);
        if (r == ERR_STOPPED)
            return 128 + stop_signal();
        status = r ? command_fail(&why) : status;
        failed += r != 0;
    }
    return failed > 0 && failed < s->n_operands ? 1 : status;
}

/* ---- output folders ---- */

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

static int look_at_folders(const struct settings *s, struct err *e)
{
    struct look_page_result result;
    struct resources resources;
    const struct look_page_observer observer = {on_begin, on_step, NULL};
    resources_find(s, &resources);
    const struct look_page_options options = {.output = s->output,
                                              .by = (enum rank_by)s->by,
                                              .threads = resources.threads,
                                              .stopped = stop_signal};
    int r = look_page_make(s->operands, (size_t)s->n_operands, &options, &observer, &result, e);
    console_progress_end();
    if (r == ERR_STOPPED)
        return 128 + stop_signal();
    if (r)
        return command_fail(e);
    report(&result);
    return result.gaps > 0 || result.left_out > 0 ? 1 : 0;
}

int cmd_look(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct params params;
    struct composite composite;
    bool products;
    int r = check_operands(s, &products, &err);
    if (r == 0)
        r = arguments_params(s, &params, &err);
    if (r == 0 && s->composite && (r = composite_parse(s->composite, &composite, &err)) != 0)
        err_wrap(&err, "--composite %s", s->composite);
    if (r == 0)
        r = stop_install(&err);
    if (r)
        return command_fail(&err);
    return products ? look_at_products(s, &params, &composite) : look_at_folders(s, &err);
}
