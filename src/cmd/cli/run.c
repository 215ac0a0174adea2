#include "stages/jobs/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/cli/arguments.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/console/disk_report.h"
#include "cmd/console/watch.h"
#include "cmd/options/commands.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "exec/stop.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"

/* Counts how the products of a call ended. */
struct tally {
    size_t products, failed, partial;
    size_t count_of[ERR_INTERNAL + 1]; /* failed products, by error code */
    struct disk_space space; /* in a dry run: what `subscenes` would take */
    size_t subscenes;
};

/* The exit status for all products. 75: a retry can help. The status of one error code: all
 * products failed with it, and no subscene exists. Otherwise 1. */
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

/* The same for all products of a call. */
struct call {
    const struct params *params;
    const struct run_options *options;
    const struct status_options *status; /* NULL: no status files */
    size_t max_failures; /* 0: no limit */
    size_t listed; /* products in the list, of all shares */
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

/* `is_reported`: the user already knows that the product cannot be opened. It is tried again,
 * because it may exist now. */
static void run_one(const char *path, bool is_reported, const struct call *c, struct tally *t)
{
    struct watch watch;
    struct run_result result;
    struct err err = ERR_INIT;
    struct tally alone = {0};
    watch_open(&watch, path, c->options, c->status);
    watch.is_reported = is_reported;
    int r = run_product(path, c->params, c->options, &watch.observer, &result, &err);
    enum err_code code = r ? err.code : ERR_NONE;
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
    *o = (struct run_options){.folder = arguments_folder(s, resources),
                              .check_input = s->check_input,
                              .decoder = (enum tile_decoder_choice)s->decoder,
                              .limits = resources_limits(resources),
                              .stopped = stop_signal};
    int r;
    if ((r = arguments_output(s, e)) != 0)
        return r;
    /* check --shard before the list is read, which may wait for stdin */
    if ((r = arguments_shard(s, &(struct strlist){0}, e)) != 0 ||
        (r = arguments_params(s, params, e)) != 0 ||
        (r = arguments_layout(s, &o->folder.layout, e)) != 0)
        return r;
    return arguments_timestamp(timestamp, &o->folder.timestamp, e);
}

/* Reports the end of a call with `listed` products. */
static void log_end(const struct tally *t, size_t listed)
{
    size_t untried = listed - t->products, good = t->products - t->failed;
    char suffix[64] = "";
    const struct log_field field[] = {{"products", NULL, (double)listed},
                                      {"good", NULL, (double)good},
                                      {"failed", NULL, (double)t->failed},
                                      {"not_tried", NULL, (double)untried}};
    const struct log_event event = {
        .name = "run_end", .field = field, .n = 4, .is_for_programs = listed <= 1};
    if (untried > 0) {
        log_message(LOG_ERROR, "", "--max-failures: %zu product%s failed; %zu not tried", t->failed,
                    text_s(t->failed), untried);
        snprintf(suffix, sizeof suffix, ", %zu not tried", untried);
    }
    log_event(LOG_INFO, "", &event, "%zu product%s: %zu good, %zu failed%s", listed, text_s(listed),
              good, t->failed, suffix);
}

/* Reports that the list, or this call's share of it, has no product. */
static void report_no_product(const struct call *c)
{
    if (c->listed > 0)
        log_message(
            LOG_INFO, "",
            "--shard %s: the list is shorter than N, and this share has no product: nothing to do",
            c->shard);
    else
        log_message(LOG_WARNING, "", "the list names no product: nothing to do");
}

/* Reports the products of a list that cannot be opened, before any subscene is made. They fail
 * later, in the order of the list. `is_bad` has an element for each product.
 *
 * So every product is opened twice. This takes at most 1.5 ms per product (500 products of
 * make_product in memory); a run takes seconds. The alternative is to keep all products of the list
 * open. */
static void report_bad_products(const struct strlist *products, bool *is_bad)
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
    report_bad_products(products, is_bad);
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
        report_no_product(c);
    if (c->options->folder.dry_run && tally.subscenes > 0) {
        struct disk_report space =
            disk_report_of(tally.space, tally.subscenes, c->options->folder.output);
        disk_report_log(&space);
    }
    log_end(&tally, products->n);
    return exit_status(&tally);
}

/* With several products, --raster must not name a file, and the image names must name products. */
static int check_sources(const struct layer_request *r, size_t products, struct err *e)
{
    for (size_t i = 0; products > 1 && i < r->masks; i++)
        if (r->mask[i].file)
            return err_set(e, ERR_USAGE, "--raster %s=%s: a file is for one product, not for %zu",
                           r->mask[i].map.layer, r->mask[i].file, products);
    if (products > 1 && r->labels && !labels_names_products(r->labels))
        return err_set(e, ERR_USAGE,
                       "of %zu products: an image's name does not say of which it is; it needs "
                       "the product's name or a prefix as T35VLF_20200529T094041",
                       products);
    return 0;
}

/* Lists the products of this call. Signals are handled only afterwards. While the list is read from
 * stdin, they end the process at once. */
static int list_products(const struct settings *s, struct call *c, struct strlist *out,
                         struct err *e)
{
    int r = arguments_products(s, out, e);
    if (r)
        return r;
    c->listed = out->n;
    /* for the products of all shares, because their status files have one folder */
    if (c->status && (r = status_prepare(c->status->folder, out, e)) != 0)
        goto clear_list;
    if ((r = arguments_shard(s, out, e)) != 0 || (r = stop_install(e)) != 0)
        goto clear_list;
    return 0;
clear_list:
    strlist_clear(out);
    return r;
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
    int status = -1; /* `err` is set */
    resources_find(s, &resources);
    if (prepare(s, &resources, &params, &options, timestamp, &err))
        return command_fail(&err);
    params_format(&params, asked);
    const struct status_options files = {
        .folder = s->status, .options = asked, .job = resources.job, .period_s = 10};
    struct call call = {.params = &params,
                        .options = &options,
                        .status = s->status && !s->dry_run ? &files : NULL,
                        .max_failures = (size_t)s->max_failures,
                        .shard = s->shard};
    if (arguments_selection(s, &options.selection, &err))
        goto clear_selection;
    if (command_layers_open(s, true, &layers, &err))
        goto clear_layers;
    options.layers = &layers.request;
    if (outfile_check_folder(s->output, &err) == 0 &&
        list_products(s, &call, &products, &err) == 0 &&
        check_sources(&layers.request, products.n, &err) == 0)
        status = run_all(&products, &call);
    strlist_clear(&products);
clear_layers:
    command_layers_clear(&layers);
clear_selection:
    arguments_selection_clear(&options.selection);
    return status < 0 ? command_fail(&err) : status;
}
