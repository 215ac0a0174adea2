#include "stages/jobs/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* `ctx` is the JSON document; NULL: print lines of text. */
static void on_fault(void *ctx, const struct verify_fault *fault)
{
    struct jsonout *j = ctx;
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
    size_t (*faults_of)[FAULT_KINDS]; /* by operand; NULL if memory is short */
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
    if (all->faults_of)
        memcpy(all->faults_of[folder], r->faults_of, sizeof r->faults_of);
}

/* Checks all folders. Adds the results to `all` and returns the exit status. */
static int verify_all(const struct settings *s, struct jsonout *j, struct verified *all)
{
    struct resources resources;
    resources_find(s, &resources);
    struct verify_observer observer = {on_begin, on_file, on_fault, j};
    int status = 0;
    for (int i = 0; i < s->n_operands; i++) {
        struct verify_result result;
        struct err err = ERR_INIT;
        int r =
            verify_folder(s->operands[i], resources.threads, stop_signal, &observer, &result, &err);
        console_progress_end();
        add_result(all, i, &result);
        if (r == ERR_STOPPED)
            return 128 + stop_signal();
        if (r)
            status = command_fail(&err);
    }
    if (status)
        return status;
    return all->sum.faults > 0 ? 1 : 0;
}

/* ---- the kinds of faults, and what mends them ---- */

static void json_kinds(struct jsonout *j, const struct settings *s, const struct verified *all)
{
    jsonout_array(j, "kinds");
    for (int i = 0; all->faults_of && i < s->n_operands; i++)
        for (int k = 1; k < FAULT_KINDS; k++) {
            char command[FAULT_TEXT];
            if (all->faults_of[i][k] == 0)
                continue;
            fault_command((enum fault_kind)k, s->operands[i], command);
            jsonout_object(j, NULL);
            jsonout_string(j, "folder", s->operands[i]);
            jsonout_string(j, "kind", fault_names[k]);
            jsonout_int(j, "count", (int64_t)all->faults_of[i][k]);
            jsonout_string(j, "command", command);
            jsonout_end_object(j);
        }
    jsonout_end_array(j);
}

static void log_kinds(const struct settings *s, const struct verified *all)
{
    for (int i = 0; all->faults_of && i < s->n_operands; i++)
        for (int k = 1; k < FAULT_KINDS; k++) {
            char line[FAULT_TEXT];
            if (all->faults_of[i][k] == 0)
                continue;
            fault_summary((enum fault_kind)k, all->faults_of[i][k], s->operands[i], line);
            log_message(LOG_INFO, "", "%s", line);
        }
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

int cmd_verify(const struct settings *s)
{
    struct jsonout j = {0};
    struct verified all = {.faults_of = mem_zalloc((size_t)s->n_operands, sizeof *all.faults_of)};
    const struct verify_result *sum = &all.sum;
    struct err err = ERR_INIT;
    if (stop_install(&err))
        return command_fail(&err);
    jsonout_object(&j, NULL);
    jsonout_array(&j, "faults");
    int status = verify_all(s, s->json ? &j : NULL, &all);
    jsonout_end_array(&j);
    jsonout_int(&j, "manifests", (int64_t)sum->manifests);
    jsonout_int(&j, "files", (int64_t)sum->files);
    jsonout_int(&j, "fault_count", (int64_t)sum->faults);
    json_kinds(&j, s, &all);
    json_numbers(&j, sum);
    json_counts(&j, sum);
    jsonout_end_object(&j);
    if (s->json && j.text.failed)
        status = err_exit_status(ERR_TEMPORARY);
    else if (s->json)
        console_result(j.text.s);
    jsonout_clear(&j);
    if (sum->manifests + sum->faults > 0)
        log_message(LOG_INFO, "",
                    "%zu file%s of %zu manifest%s: %zu fault%s, %zu file%s cannot be read",
                    sum->files, text_s(sum->files), sum->manifests, text_s(sum->manifests),
                    sum->faults, text_s(sum->faults), sum->unreadable, text_s(sum->unreadable));
    log_kinds(s, &all);
    log_numbers(sum);
    log_months(&sum->count);
    log_classes(&sum->count);
    free(all.faults_of);
    return status;
}
