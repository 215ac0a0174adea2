#include "stages/jobs/repair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/jsonout.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/product.h"
#include "core/text.h"
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
    console_progress_step(true);
}

/* Where results go. */
struct printer {
    struct jsonout *json; /* NULL: lines of text */
    struct strlist mended; /* path and sentence in turn, for the JSON document */
    struct err failed; /* memory was short */
};

static void on_fault(void *ctx, const struct verify_fault *fault)
{
    struct jsonout *j = ((struct printer *)ctx)->json;
    char line[20000];
    if (j) {
        jsonout_object(j, NULL);
        jsonout_string(j, "path", fault->path);
        jsonout_string(j, "kind", fault_names[fault->kind]);
        jsonout_string(j, "fault", fault->what);
        jsonout_end_object(j);
        return;
    }
    snprintf(line, sizeof line, "%s: %s", fault->path, fault->what);
    console_result(line);
}

/* The results of a call: of all folders together, and the faults of each one. */
struct verified {
    struct verify_result sum;
    struct {
        size_t of[FAULT_KINDS]; /* of a repair what is left */
        bool is_untold; /* fault_count */
    } * faults; /* by operand; NULL if memory is short */
    size_t mended, left;
};

static void add_result(struct verified *all, int folder, const struct verify_result *r)
{
    struct verify_result *sum = &all->sum;
    sum->manifests += r->manifests;
    sum->files += r->files;
    sum->faults += r->faults;
    sum->unreadable += r->unreadable;
    for (int k = 0; k < COMPAT_COUNT; k++)
        sum->numbers[k] += r->numbers[k];
    census_add_count(&sum->count, &r->count);
    if (all->faults) {
        memcpy(all->faults[folder].of, r->faults_of, sizeof r->faults_of);
        all->faults[folder].is_untold = r->untold > 0;
    }
}

static void on_mended(void *ctx, const char *path, const char *what)
{
    struct printer *p = ctx;
    char line[20000];
    if (p->json) {
        if (strlist_add(&p->mended, path, strlen(path), &p->failed) == 0)
            (void)!strlist_add(&p->mended, what, strlen(what), &p->failed);
        return;
    }
    console_progress_end();
    snprintf(line, sizeof line, "%s: %s", path, what);
    console_result(line);
}

static int repair(const struct settings *s, int i, const struct resources *resources,
                  struct printer *printer, struct verified *all, struct err *e)
{
    char timestamp[32];
    struct repair_result result = {.mended = 0};
    struct repair_options options = {
        .product = s->product,
        .dry_run = s->dry_run,
        .threads = resources->threads,
        .limits = resources_limits(resources),
        .lock = {.timeout_s = s->lock_timeout_s, .job = resources->job},
        .stopped = stop_signal};
    const struct repair_observer observer = {
        {on_begin, on_file, on_fault, printer}, on_mended, printer};
    int r = arguments_timestamp(timestamp, &options.timestamp, e);
    if (r)
        return r;
    r = repair_folder(s->operands[i], &options, &observer, &result, e);
    add_result(all, i, &result.found);
    all->mended += result.mended;
    all->left += result.left;
    if (r == 0 && all->faults)
        memcpy(all->faults[i].of, result.left_of, sizeof result.left_of);
    return r;
}

static int verify(const struct settings *s, int i, const struct resources *resources,
                  struct printer *printer, struct verified *all, struct err *e)
{
    struct verify_result result;
    const struct verify_observer observer = {on_begin, on_file, on_fault, printer};
    int r = verify_folder(s->operands[i], resources->threads, stop_signal, &observer, &result, e);
    add_result(all, i, &result);
    all->left += result.faults;
    return r;
}

/* Checks all folders. Adds the results to `all` and returns the exit status: 75 if a retry may
 * help.
 */
static int verify_all(const struct settings *s, struct printer *printer, struct verified *all)
{
    struct resources resources;
    resources_find(s, &resources);
    int status = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct err err = ERR_INIT;
        int r = (s->repair ? repair : verify)(s, i, &resources, printer, all, &err);
        console_progress_end();
        if (r == ERR_STOPPED)
            return 128 + stop_signal();
        if (r)
            status = command_fail(&err);
    }
    if (status)
        return status;
    return all->left > 0 ? 1 : 0;
}

/* ---- the kinds of faults, and what mends them ---- */

/* dataset.csv is last: the other repairs change it. */
static const enum fault_kind order[] = {FAULT_DAMAGED,  FAULT_MISSING, FAULT_MANIFEST,
                                        FAULT_LAYERS,   FAULT_LOST,    FAULT_OTHER,
                                        FAULT_LEFTOVER, FAULT_DATASET};

static void for_each_kind(const struct settings *s, const struct verified *all,
                          void (*each)(void *ctx, const struct fault_count *f), void *ctx)
{
    for (int i = 0; all->faults && i < s->n_operands; i++)
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            const struct fault_count f = {order[k], all->faults[i].of[order[k]], s->operands[i],
                                          all->faults[i].is_untold};
            if (f.n > 0)
                each(ctx, &f);
        }
}

static void json_kind(void *ctx, const struct fault_count *f)
{
    struct jsonout *j = ctx;
    char command[FAULT_TEXT];
    fault_command(f, command);
    jsonout_object(j, NULL);
    jsonout_string(j, "folder", f->folder);
    jsonout_string(j, "kind", fault_names[f->kind]);
    jsonout_int(j, "count", (int64_t)f->n);
    jsonout_string(j, "command", command);
    jsonout_end_object(j);
}

static void log_kind(void *ctx, const struct fault_count *f)
{
    char line[FAULT_TEXT];
    (void)ctx;
    fault_summary(f, line);
    log_message(LOG_INFO, "", "%s", line);
}

/* ---- counts ---- */

static void json_counts(struct jsonout *j, const struct verify_result *r)
{
    const struct census_count *n = &r->count;
    jsonout_int(j, "unreadable", (int64_t)r->unreadable);
    jsonout_array(j, "months");
    for (int i = 0; i < CENSUS_MONTHS; i++) {
        if (n->month[i] == 0)
            continue;
        jsonout_object(j, NULL);
        jsonout_string(j, "month", product_month_name(i + 1));
        jsonout_int(j, "subscenes", (int64_t)n->month[i]);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
    jsonout_array(j, "classes");
    for (size_t i = 0; i < n->classes; i++) {
        const struct census_class *c = &n->class[i];
        jsonout_object(j, NULL);
        jsonout_string(j, "layer", c->column.layer);
        jsonout_string(j, "meaning", c->column.meaning);
        jsonout_int(j, "subscenes", (int64_t)c->subscenes);
        jsonout_double(j, c->column.is_mean ? "mean" : "mean_share", c->sum / (double)c->subscenes);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

/* Reports the numbers unless all files have those of this program. */
static void log_numbers(const struct verify_result *r)
{
    char kinds[200];
    verify_format_kinds(r->numbers, kinds, sizeof kinds);
    bool mixed = verify_kinds(r->numbers) > 1, ours = !mixed && r->numbers[COMPAT_NONE] > 0;
    if (kinds[0] && !ours)
        log_message(mixed ? LOG_WARNING : LOG_INFO, "", "numbers: %s%s", kinds,
                    mixed ? "; a model should see one kind only" : "");
}

static void json_numbers(struct jsonout *j, const struct verify_result *r)
{
    jsonout_object(j, "numbers");
    for (int i = 0; i < COMPAT_COUNT; i++)
        jsonout_int(j, i ? compat_names[i] : "own", (int64_t)r->numbers[i]);
    jsonout_end_object(j);
}

static void log_months(const struct census_count *n)
{
    struct text t = {0};
    for (int i = 0; i < CENSUS_MONTHS; i++)
        if (n->month[i] > 0)
            text_put(&t, "%s%s %zu", t.len ? ", " : "", product_month_name(i + 1), n->month[i]);
    if (n->no_month > 0)
        text_put(&t, "%sunknown month %zu", t.len ? ", " : "", n->no_month);
    if (t.len > 0 && !t.failed)
        log_message(LOG_INFO, "", "subscenes: %s", t.s);
    free(t.s);
}

/* Prints one line for each layer. The columns of a layer are adjacent. */
static void log_classes(const struct census_count *n)
{
    for (size_t i = 0, end; i < n->classes; i = end) {
        struct text t = {0};
        size_t subscenes = 0;
        for (end = i;
             end < n->classes && strcmp(n->class[end].column.layer, n->class[i].column.layer) == 0;
             end++) {
            const struct census_class *c = &n->class[end];
            text_put(&t, "%s%s %.6g", t.len ? ", " : "", c->column.meaning,
                     c->sum / (double)c->subscenes);
            subscenes = c->subscenes > subscenes ? c->subscenes : subscenes;
        }
        if (!t.failed)
            log_message(LOG_INFO, "", "%s: %zu subscene%s; mean %s: %s", n->class[i].column.layer,
                        subscenes, text_s(subscenes),
                        n->class[i].column.is_mean ? "value" : "share", t.s);
        free(t.s);
    }
}

static void json_mended(struct jsonout *j, const struct printer *p)
{
    jsonout_array(j, "mended");
    for (size_t i = 0; i + 1 < p->mended.n; i += 2) {
        jsonout_object(j, NULL);
        jsonout_string(j, "path", p->mended.s[i]);
        jsonout_string(j, "what", p->mended.s[i + 1]);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

static void json_end(struct jsonout *j, const struct settings *s, const struct printer *p,
                     const struct verified *all)
{
    const struct verify_result *sum = &all->sum;
    jsonout_end_array(j);
    if (s->repair)
        json_mended(j, p);
    jsonout_int(j, "manifests", (int64_t)sum->manifests);
    jsonout_int(j, "files", (int64_t)sum->files);
    jsonout_int(j, "fault_count", (int64_t)sum->faults);
    if (s->repair)
        jsonout_int(j, "left_count", (int64_t)all->left);
    jsonout_array(j, "kinds");
    for_each_kind(s, all, json_kind, j);
    jsonout_end_array(j);
    json_numbers(j, sum);
    json_counts(j, sum);
    jsonout_end_object(j);
}

static void log_end(const struct settings *s, const struct verified *all)
{
    const struct verify_result *sum = &all->sum;
    if (sum->manifests + sum->faults > 0)
        log_message(LOG_INFO, "",
                    "%zu file%s of %zu manifest%s: %zu fault%s, %zu file%s cannot be read",
                    sum->files, text_s(sum->files), sum->manifests, text_s(sum->manifests),
                    sum->faults, text_s(sum->faults), sum->unreadable, text_s(sum->unreadable));
    if (s->repair && s->dry_run)
        log_message(LOG_INFO, "", "%zu repair%s to make", all->mended, text_s(all->mended));
    else if (s->repair && sum->manifests + sum->faults > 0)
        log_message(LOG_INFO, "", "%zu repair%s, %zu fault%s left", all->mended,
                    text_s(all->mended), all->left, text_s(all->left));
    for_each_kind(s, all, log_kind, NULL);
    log_numbers(sum);
    log_months(&sum->count);
    log_classes(&sum->count);
}

int cmd_verify(const struct settings *s)
{
    struct jsonout j = {0};
    struct printer printer = {.json = s->json ? &j : NULL};
    struct verified all = {.left = 0};
    struct err err = ERR_INIT;
    if (stop_install(&err))
        return command_fail(&err);
    if (s->product && !s->repair) /* no error: a configuration file may have it */
        log_message(LOG_WARNING, "", "--product has no effect without --repair");
    if (s->dry_run && !s->repair)
        log_message(LOG_WARNING, "", "--dry-run has no effect without --repair");
    all.faults = mem_zalloc((size_t)s->n_operands, sizeof *all.faults);
    jsonout_object(&j, NULL);
    jsonout_array(&j, "faults");
    int status = verify_all(s, &printer, &all);
    json_end(&j, s, &printer, &all);
    if (s->json && (j.text.failed || printer.failed.code != ERR_NONE))
        status = err_exit_status(ERR_TEMPORARY);
    else if (s->json)
        console_result(j.text.s);
    jsonout_clear(&j);
    strlist_clear(&printer.mended);
    log_end(s, &all);
    free(all.faults);
    return status;
}
