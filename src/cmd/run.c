#include "stages/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/commands.h"
#include "cmd/console.h"
#include "cmd/resources.h"
#include "core/log.h"
#include "exec/stop.h"

/* How the products of one call ended. */
struct tally {
    size_t products, failed, partial;
    size_t count_of[ERR_INTERNAL + 1]; /* failed products by kind */
};

/* Of the observer: the product under way. */
struct watched {
    char product[128];
};

static void on_begin(void *ctx, const char *product, size_t total)
{
    struct watched *w = ctx;
    snprintf(w->product, sizeof w->product, "%s", product);
    console_progress_begin(product, total);
}

static void on_subscene(void *ctx, enum run_outcome outcome, const char *path)
{
    const struct watched *w = ctx;
    if (outcome == RUN_WOULD_MAKE)
        console_result(path);
    if (outcome == RUN_FAILED)
        log_message(LOG_ERROR, w->product, "%s: not made: a JP2 tile under it is damaged", path);
    console_progress_step();
}

static void report(const struct run_result *r, const struct run_options *o, double seconds)
{
    if (!o->dry_run)
        console_result(r->folder);
    log_message(LOG_INFO, r->product,
                "%zu subscenes: %zu %s, %zu already there, %zu below --min-valid, %zu failed; %.1f s", r->total,
                r->made, o->dry_run ? "to make" : "made", r->skipped, r->rejected, r->failed, seconds);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum err_code run_one(const char *path, const struct params *params, const struct run_options *options,
                             struct tally *t)
{
    struct watched watched = {""};
    const struct run_observer observer = {on_begin, on_subscene, &watched};
    struct run_result result;
    struct err err = ERR_INIT;
    double began = now();
    int failed = run_product(path, params, options, &observer, &result, &err);
    console_progress_end();
    t->products++;
    if (result.product[0] && (failed == 0 || result.made + result.skipped + result.failed > 0))
        report(&result, options, now() - began);
    if (failed) {
        if (result.failed > 0)
            log_message(LOG_ERROR, result.product, "%zu subscenes failed; first of all: %s", result.failed, err.msg);
        else
            log_message(LOG_ERROR, result.product, "%s", err.msg);
        t->failed++;
        t->count_of[err.code]++;
        t->partial += result.made + result.skipped > 0;
    }
    return failed ? err.code : ERR_NONE;
}

/* One status for all products: of one kind when all failed alike and nothing was made; 75 whenever a retry can help; else 1. */
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

static int prepare(const struct settings *s, const struct resources *resources, struct params *params,
                   struct run_options *o, char timestamp[32], struct err *e)
{
    *o = (struct run_options){
        .output = s->output,
        .min_valid = s->min_valid,
        .overwrite = s->overwrite,
        .dry_run = s->dry_run,
        .check_input = s->check_input,
        .threads = resources->threads,
        .memory_limit = resources->memory,
        .memory_from = resources->memory_refusal,
        .lock = {.timeout_s = s->lock_timeout_s, .job = resources->job},
        .stopped = stop_signal
    };
    int r = command_output(s, e);
    if (r == 0)
        r = command_params(s, params, e);
    if (r == 0)
        r = command_layout(s, &o->layout, e);
    if (r == 0)
        r = command_timestamp(timestamp, &o->timestamp, e);
    return r;
}

static int run_all(const struct strlist *products, const struct params *params, const struct run_options *o)
{
    struct tally tally = {0};
    for (size_t i = 0; i < products->n; i++)
        if (run_one(products->s[i], params, o, &tally) == ERR_STOPPED || stop_signal())
            return 128 + stop_signal();
    if (products->n == 0)
        log_message(LOG_WARNING, "", "the list names no product: nothing to do");
    if (products->n > 1)
        log_message(LOG_INFO, "", "%zu products: %zu good, %zu failed", products->n, products->n - tally.failed,
                    tally.failed);
    return exit_status(&tally);
}

int cmd_run(const struct settings *s)
{
    struct params params;
    struct resources resources;
    struct run_options options;
    struct strlist products;
    char timestamp[32];
    struct err err = ERR_INIT;
    int status;
    resources_find(s, &resources);
    int failed = prepare(s, &resources, &params, &options, timestamp, &err);
    if (failed == 0)
        failed = command_selection(s, &options.selection, &err);
    /* signals are watched only now: waiting for a list on stdin, they end the process as they always do */
    if (failed == 0)
        failed = command_products(s, &products, &err);
    if (failed == 0 && (failed = stop_install(&err)) != 0)
        strlist_clear(&products);
    if (failed) {
        status = command_fail(&err);
    } else {
        status = run_all(&products, &params, &options);
        strlist_clear(&products);
    }
    command_selection_clear(&options.selection);
    return status;
}
