#include "cmd/console/watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/console/console.h"
#include "core/log.h"
#include "core/text.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void on_begin(void *ctx, const char *product, size_t total)
{
    struct watch *w = ctx;
    pthread_mutex_lock(&w->lock);
    snprintf(w->count.product, sizeof w->count.product, "%s", product);
    w->count.total = total;
    pthread_mutex_unlock(&w->lock);
    console_progress_begin_product(product, total);
}

static void log_subscene(const struct watch *w, enum run_outcome outcome, const char *path)
{
    const bool failed = outcome == RUN_FAILED;
    const struct log_field field[] = {{"state", failed ? "failed" : "made", 0}, {"path", path, 0}};
    const struct log_event event = {
        .name = "subscene", .field = field, .n = 2, .is_for_programs = !failed};
    if (failed)
        log_event(LOG_ERROR, w->count.product, &event,
                  "%s: not made: one of its JP2 tiles is damaged", path);
    else
        log_event(LOG_DEBUG, w->count.product, &event, "%s: made", path);
}

static void on_subscene(void *ctx, enum run_outcome outcome, const char *path)
{
    struct watch *w = ctx;
    pthread_mutex_lock(&w->lock);
    size_t *const count[] = {
        [RUN_MADE] = &w->count.made,         [RUN_LABELLED] = &w->count.skipped,
        [RUN_DRAWN] = &w->count.skipped,     [RUN_SKIPPED] = &w->count.skipped,
        [RUN_REJECTED] = &w->count.rejected, [RUN_FAILED] = &w->count.failed,
        [RUN_WOULD_MAKE] = &w->count.made};
    ++*count[outcome];
    w->count.labelled += outcome == RUN_LABELLED;
    pthread_mutex_unlock(&w->lock);
    if (outcome == RUN_WOULD_MAKE)
        console_result(path);
    if (outcome == RUN_MADE || outcome == RUN_FAILED)
        log_subscene(w, outcome, path);
    console_progress_step(outcome != RUN_SKIPPED);
}

static void on_held(void *ctx, struct folder_lock *lock)
{
    status_locked(((struct watch *)ctx)->status, lock);
}

static const char *state_of(const struct watch *w)
{
    if (!w->is_over)
        return "running";
    if (w->code == ERR_NONE)
        return "done";
    if (w->code == ERR_STOPPED)
        return "stopped";
    if (w->count.busy)
        return "busy";
    return w->count.made + w->count.skipped > 0 ? "partial" : "failed";
}

static void read_facts(void *ctx, struct status_facts *out)
{
    struct watch *w = ctx;
    pthread_mutex_lock(&w->lock);
    *out = (struct status_facts){.state = state_of(w),
                                 .count = w->count,
                                 .seconds = round((now() - w->began) * 1000) / 1000,
                                 .exit_code = w->is_over ? w->exit_code : -1,
                                 .error = w->is_over ? w->error : ""};
    pthread_mutex_unlock(&w->lock);
}

void watch_open(struct watch *w, const char *path, const struct run_options *options,
                const struct status_options *status)
{
    struct err err = ERR_INIT;
    const struct log_field field[] = {{"path", path, 0}};
    const struct log_event event = {
        .name = "product_start", .field = field, .n = 1, .is_for_programs = true};
    *w = (struct watch){.observer = {on_begin, on_subscene, on_held, w},
                        .path = path,
                        .options = options,
                        .began = now()};
    pthread_mutex_init(&w->lock, NULL);
    log_event(LOG_INFO, "", &event, "%s: begins", path);
    if (status && status_open(status, path, read_facts, w, &w->status, &err))
        log_message(LOG_WARNING, "", "%s: its status file is not written: %s", path, err.msg);
}

/* ---- the end of a product ---- */

enum { END_FIELDS = 12 };

static void fill_end(const struct watch *w, const struct status_facts *f,
                     struct log_field field[END_FIELDS])
{
    const struct log_field all[END_FIELDS] = {{"path", w->path, 0},
                                              {"folder", f->count.folder, 0},
                                              {"state", f->state, 0},
                                              {"total", NULL, (double)f->count.total},
                                              {"made", NULL, (double)f->count.made},
                                              {"skipped", NULL, (double)f->count.skipped},
                                              {"labelled", NULL, (double)f->count.labelled},
                                              {"rejected", NULL, (double)f->count.rejected},
                                              {"failed", NULL, (double)f->count.failed},
                                              {"seconds", NULL, f->seconds},
                                              {"exit_code", NULL, f->exit_code},
                                              {"error", f->error, 0}};
    memcpy(field, all, sizeof all);
}

static void log_counts(const struct watch *w, double seconds, const struct log_event *event)
{
    const struct run_result *r = &w->count;
    log_event(
        LOG_INFO, r->product, event,
        "%zu subscene%s: %zu %s, %zu already there, %zu below --min-valid, %zu failed; %.1f s",
        r->total, text_s(r->total), r->made, w->options->folder.dry_run ? "to make" : "made",
        r->skipped, r->rejected, r->failed, seconds);
    if (r->labelled > 0)
        log_message(LOG_INFO, r->product, "%zu existing subscene%s got class layers", r->labelled,
                    text_s(r->labelled));
    if (r->drawn > 0)
        log_message(LOG_INFO, r->product, "%zu existing subscene%s got pictures", r->drawn,
                    text_s(r->drawn));
}

/* Logs the counts, then the error. The last of these messages carries the event. */
static void log_end(struct watch *w)
{
    struct status_facts facts;
    struct log_field field[END_FIELDS];
    const struct run_result *r = &w->count;
    const struct log_event event = {.name = "product_end",
                                    .field = field,
                                    .n = END_FIELDS,
                                    .is_for_programs = w->is_reported && w->code && !r->product[0]};
    read_facts(w, &facts);
    fill_end(w, &facts, field);
    if (r->product[0] && (w->code == ERR_NONE || r->made + r->skipped + r->failed > 0)) {
        if (!w->options->folder.dry_run)
            console_result(r->folder);
        log_counts(w, facts.seconds, w->code == ERR_NONE ? &event : NULL);
    }
    if (w->code && r->failed > 0)
        log_event(LOG_ERROR, r->product, &event, "%zu subscene%s failed; first error: %s",
                  r->failed, text_s(r->failed), w->error);
    else if (w->code)
        log_event(LOG_ERROR, r->product, &event, "%s", w->error);
}

void watch_close(struct watch *w, const struct run_result *result, int exit_code,
                 const struct err *e)
{
    pthread_mutex_lock(&w->lock);
    w->count = *result;
    w->is_over = true;
    w->code = (int)e->code;
    w->exit_code = exit_code;
    snprintf(w->error, sizeof w->error, "%s", e->code ? e->msg : "");
    pthread_mutex_unlock(&w->lock);
    console_progress_end();
    status_close(w->status); /* first: who reads the event finds the last status */
    log_end(w);
    pthread_mutex_destroy(&w->lock);
}
