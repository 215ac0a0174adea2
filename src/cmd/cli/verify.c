#include "stages/jobs/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "core/jsonout.h"
#include "core/log.h"
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
static void on_fault(void *ctx, const char *path, const char *fault)
{
    struct jsonout *j = ctx;
    char line[10000];
    if (j) {
        jsonout_object(j, NULL);
        jsonout_string(j, "path", path);
        jsonout_string(j, "fault", fault);
        jsonout_end_object(j);
        return;
    }
    snprintf(line, sizeof line, "%s: %s", path, fault);
    console_result(line);
}

/* Checks all folders. Adds the results to `sum` and returns the exit status. */
static int verify_all(const struct settings *s, struct jsonout *j, struct verify_result *sum)
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
        sum->manifests += result.manifests;
        sum->files += result.files;
        sum->faults += result.faults;
        sum->unreadable += result.unreadable;
        for (int k = 0; k < COMPAT_COUNT; k++)
            sum->numbers[k] += result.numbers[k];
        census_add_count(&sum->count, &result.count);
        if (r == ERR_STOPPED)
            return 128 + stop_signal();
        if (r)
            status = command_fail(&err);
    }
    if (status)
        return status;
    return sum->faults > 0 ? 1 : 0;
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
    json_numbers(&j, &sum);
    json_counts(&j, &sum);
    jsonout_end_object(&j);
    if (s->json && j.text.failed)
        status = err_exit_status(ERR_TEMPORARY);
    else if (s->json)
        console_result(j.text.s);
    jsonout_clear(&j);
    if (sum.manifests + sum.faults > 0)
        log_message(LOG_INFO, "",
                    "%zu file%s of %zu manifest%s: %zu fault%s, %zu file%s cannot be read",
                    sum.files, text_s(sum.files), sum.manifests, text_s(sum.manifests), sum.faults,
                    text_s(sum.faults), sum.unreadable, text_s(sum.unreadable));
    log_numbers(&sum);
    log_months(&sum.count);
    log_classes(&sum.count);
    return status;
}
