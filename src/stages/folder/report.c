#include "stages/folder/report.h"

#include <string.h>

#include "core/log.h"

void report_open(struct report *r, const struct run_observer *observer, struct run_result *result)
{
    r->observer = observer;
    r->result = result;
    pthread_mutex_init(&r->lock, NULL);
}

void report_close(struct report *r) { pthread_mutex_destroy(&r->lock); }

void report_begin(const struct report *r, const char *product, size_t total)
{
    if (r->observer)
        r->observer->begin(r->observer->ctx, product, total);
}

int report_error(const char *product, int failed, struct err *e, const struct err *more)
{
    if (!failed)
        *e = *more;
    else if (strcmp(e->msg, more->msg) != 0)
        log_message(LOG_WARNING, product, "%s", more->msg);
    return (int)e->code;
}

void report_subscene(struct report *r, enum run_outcome outcome, const char *path)
{
    size_t *const count[] = {
        [RUN_MADE] = &r->result->made,         [RUN_LABELLED] = &r->result->skipped,
        [RUN_DRAWN] = &r->result->skipped,     [RUN_SKIPPED] = &r->result->skipped,
        [RUN_REJECTED] = &r->result->rejected, [RUN_FAILED] = &r->result->failed,
        [RUN_WOULD_MAKE] = &r->result->made};
    pthread_mutex_lock(&r->lock);
    ++*count[outcome];
    r->result->labelled += outcome == RUN_LABELLED;
    r->result->drawn += outcome == RUN_DRAWN;
    if (r->observer)
        r->observer->subscene(r->observer->ctx, outcome, path);
    pthread_mutex_unlock(&r->lock);
}

void report_locked(const struct report *r, struct folder_lock *lock)
{
    if (r->observer && r->observer->locked)
        r->observer->locked(r->observer->ctx, lock);
}

int report_subscenes(struct report *r, const struct subscene_job *job, const struct cell *cells,
                     size_t n, enum run_outcome outcome, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        char path[1024], file[256];
        int code = subscene_cell_path(job, cells[i].x, cells[i].y, path, file, e);
        if (code)
            return code;
        report_subscene(r, outcome, path);
    }
    return 0;
}
