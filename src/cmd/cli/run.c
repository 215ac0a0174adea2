#include "stages/jobs/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/cli/commands.h"
#include "cmd/cli/console.h"
#include "cmd/cli/disk_report.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/resources.h"
#include "cmd/cli/watch.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "exec/stop.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"

/* How the products of one call ended. */
struct tally {
    size_t products, failed, partial;
    size_t count_of[ERR_INTERNAL + 1]; /* failed products by kind */
    struct disk_space space; /* of a dry run: what they would take, and how many subscenes */
    size_t subscenes;
};

/* One status for all products: of one kind when all failed alike and nothing was made; 75 whenever
 * a retry can help; else 1. */
static int exit_status(const struct tally *t)
{
    if (t->failed == 0)
        return 0;
    if (t->count_of[ERR_TEMPORARY] > 0)
        return err_exit_status(ERR_TEMPORARY);
    for (enum err_code c = ERR_USAGE; c <= ERR_INTERNAL; c++)
        if (t->count_of[c] == t->products && t->partial == 0)
            return err_exit_status(c);
    return 1;
}

/* What all products of a call have in common. */
struct call {
    const struct params *params;
    const struct run_options *options;
    const struct status_options *status; /* NULL: no status files */
    size_t max_failures; /* 0: no matter how many */
    size_t listed; /* products of all shares */
    const char *shard; /* as given */
};

static void count(struct tally *t, enum err_code code, const struct run_result *r)
{
    t->products++;
    t->space.most += r->space.most;
    t->space.typical += r->space.typical;
    t->subscenes += r->made;
    if (code == ERR_NONE)
        return;
    t->failed++;
    t->count_of[code]++;
    t->partial += r->made + r->skipped > 0;
}

/* `was_told`: the user knows already that the product cannot be opened. It is tried all the same:
 * it may be there now. */
static void run_one(const char *path, bool was_told, const struct call *c, struct tally *t)
{
    struct watch watch;
    struct run_result result;
    struct err err = ERR_INIT;
    struct tally alone = {0};
    watch_open(&watch, path, c->options, c->status);
    watch.was_told = was_told;
    int failed = run_product(path, c->params, c->options, &watch.observer, &result, &err);
    enum err_code code = failed ? err.code : ERR_NONE;
    count(t, code, &result);
    count(&alone, code, &result);
    ncmake_give_back();
    mem_give_back();
    watch_close(&watch, &result, code == ERR_STOPPED ? 128 + stop_signal() : exit_status(&alone),
                &err);
}

static int prepare(const struct settings *s, const struct resources *resources,
                   struct params *params, struct run_options *o, char timestamp[32], struct err *e)
{
    *o = (struct run_options){.folder = command_folder(s, resources),
                              .check_input = s->check_input,
                              .decoder = (enum tile_decoder_choice)s->decoder,
                              .limits = resources_limits(resources),
                              .stopped = stop_signal};
    int r = command_output(s, e);
    if (r == 0)
        r = command_shard(s, &(struct strlist){0}, e); /* refused before a list is waited for */
    if (r == 0)
        r = command_params(s, params, e);
    if (r == 0)
        r = command_layout(s, &o->folder.layout, e);
    if (r == 0)
        r = command_timestamp(timestamp, &o->folder.timestamp, e);
    return r;
}

/* What became of a list. */
static void sum_up(const struct tally *t, size_t listed)
{
    size_t left = listed - t->products, good = t->products - t->failed;
    char untried[64] = "";
    const struct log_field field[] = {{"products", NULL, (double)listed},
                                      {"good", NULL, (double)good},
                                      {"failed", NULL, (double)t->failed},
                                      {"not_tried", NULL, (double)left}};
    const struct log_event event = {
        .name = "run_end", .field = field, .n = 4, .is_for_programs = listed <= 1};
    if (left > 0) {
        log_message(LOG_ERROR, "", "--max-failures: %zu product%s failed; %zu not tried", t->failed,
                    text_s(t->failed), left);
        snprintf(untried, sizeof untried, ", %zu not tried", left);
    }
    log_event(LOG_INFO, "", &event, "%zu product%s: %zu good, %zu failed%s", listed, text_s(listed),
              good, t->failed, untried);
}

/* Of a list, or of this call's share of one. */
static void tell_none(const struct call *c)
{
    if (c->listed > 0)
        log_message(
            LOG_INFO, "",
            "--shard %s: the list is shorter, so that this share has no product: nothing to do",
            c->shard);
    else
        log_message(LOG_WARNING, "", "the list names no product: nothing to do");
}

/* Reports every product of a list that cannot be opened, before any subscene is made. Each of them
 * fails in its turn. `is_bad` has a place for each product. */
static void find_bad(const struct strlist *products, bool *is_bad)
{
    for (size_t i = 0; products->n > 1 && i < products->n && !stop_signal(); i++) {
        struct product_input input;
        struct err why = ERR_INIT;
        is_bad[i] = product_input_open(products->s[i], &input, &why) == ERR_INPUT;
        if (is_bad[i])
            log_message(LOG_ERROR, "", "%s", why.msg);
        product_input_close(&input);
    }
}

static int run_all(const struct strlist *products, const struct call *c)
{
    struct tally tally = {0};
    struct err err = ERR_INIT;
    bool *is_bad = mem_zalloc(products->n, sizeof *is_bad);
    if (!is_bad) {
        err_nomem(&err, products->n);
        return command_fail(&err);
    }
    find_bad(products, is_bad);
    for (size_t i = 0; i < products->n && !stop_signal() &&
                       (c->max_failures == 0 || tally.failed < c->max_failures);
         i++) {
        console_product(i + 1, products->n);
        run_one(products->s[i], is_bad[i], c, &tally);
    }
    free(is_bad);
    if (stop_signal())
        return 128 + stop_signal();
    if (products->n == 0)
        tell_none(c);
    if (c->options->folder.dry_run && tally.subscenes > 0) {
        struct disk_report space =
            disk_report_of(tally.space, tally.subscenes, c->options->folder.output);
        disk_report_tell(&space);
    }
    sum_up(&tally, products->n);
    return exit_status(&tally);
}

/* What belongs to one product must not be given to several. */
static int check_sources(const struct layer_request *r, size_t products, struct err *e)
{
    for (size_t i = 0; products > 1 && i < r->masks; i++)
        if (r->mask[i].file)
            return err_set(e, ERR_USAGE, "--raster %s=%s: is of one product, not of %zu",
                           r->mask[i].map.layer, r->mask[i].file, products);
    if (products > 1 && r->labels && !labels_names_products(r->labels))
        return err_set(e, ERR_USAGE,
                       "of %zu products: an image's name does not say of which it is, as "
                       "T35VLF_20200529T094041 would",
                       products);
    return 0;
}

/* The products of this call. Signals are watched only in the end: waiting for a list on stdin, they
 * end the process as they always do. */
static int list_products(const struct settings *s, struct call *c, struct strlist *out,
                         struct err *e)
{
    const struct status_options *status = c->status;
    int failed = command_products(s, out, e);
    if (failed)
        return failed;
    c->listed = out->n;
    /* of all shares, for their files lie in one folder */
    if (status)
        failed = status_prepare(status->folder, out, e);
    if (failed == 0)
        failed = command_shard(s, out, e);
    if (failed == 0)
        failed = stop_install(e);
    if (failed)
        strlist_clear(out);
    return failed;
}

int cmd_run(const struct settings *s)
{
    struct params params;
    struct resources resources;
    struct run_options options;
    struct strlist products = {0};
    struct command_layers layers = {0};
    char timestamp[32], asked[PARAMS_TEXT_SIZE];
    struct err err = ERR_INIT;
    int status;
    resources_find(s, &resources);
    int failed = prepare(s, &resources, &params, &options, timestamp, &err);
    if (failed == 0)
        failed = command_selection(s, &options.selection, &err);
    struct status_options files = {
        .folder = s->status, .options = asked, .job = resources.job, .period_s = 10};
    struct call call = {.params = &params,
                        .options = &options,
                        .max_failures = (size_t)s->max_failures,
                        .shard = s->shard};
    /* a dry run changes nothing */
    if (s->status && !s->dry_run)
        call.status = &files;
    if (failed == 0)
        failed = command_layers_open(s, true, &layers, &err);
    if (failed == 0)
        failed = outfile_check_folder(s->output, &err);
    if (failed == 0)
        failed = list_products(s, &call, &products, &err);
    if (failed == 0)
        failed = check_sources(&layers.request, products.n, &err);
    options.layers = &layers.request;
    params_format(&params, asked);
    status = failed ? command_fail(&err) : run_all(&products, &call);
    strlist_clear(&products);
    command_layers_clear(&layers);
    command_selection_clear(&options.selection);
    return status;
}
