/* Counts the outcome of each subscene of a job, and calls the observer. */
#ifndef SUBSCENE_STAGES_FOLDER_REPORT_H
#define SUBSCENE_STAGES_FOLDER_REPORT_H

#include <pthread.h>
#include <stddef.h>

#include "stages/folder/disk_space.h"
#include "stages/folder/subscene.h"
#include "stages/image/plan.h"

enum run_outcome {
    RUN_MADE,
    RUN_LABELLED, /* existed, and got class layers that it lacked */
    RUN_DRAWN, /* existed, and got only pictures that it lacked */
    RUN_SKIPPED, /* existed, and did not change */
    RUN_REJECTED, /* below the least valid fraction */
    RUN_FAILED,
    RUN_WOULD_MAKE /* in a dry run: is missing or incomplete */
};

struct folder_lock;
struct run_observer {
    /* The product is open, and the job has `total` subscenes. */
    void (*begin)(void *ctx, const char *product, size_t total);
    /* Called once per subscene, from any thread; calls never overlap. */
    void (*subscene)(void *ctx, enum run_outcome outcome, const char *path);
    /* The job has locked the product's folder. `lock` is valid for folder_lock_check, on any
     * thread, until the next call, which has NULL. May be NULL. */
    void (*locked)(void *ctx, struct folder_lock *lock);
    void *ctx;
};

struct run_result {
    char product[128]; /* "" if the product could not be opened */
    char folder[2048]; /* of its subscenes */
    char parameters[PARAMS_TEXT_SIZE]; /* of its subscenes; "" if it could not be opened */
    size_t total, made, skipped, rejected, failed;
    size_t labelled; /* part of `skipped`: RUN_LABELLED */
    size_t drawn; /* part of `skipped`: RUN_DRAWN */
    struct disk_space space; /* of the subscenes that a dry run would make or complete */
    /* The job failed only because another process has locked the product, or took the lock over. */
    bool busy;
};

/* Counts in `result` and calls the observer, under one lock. Both are borrowed. */
struct report {
    const struct run_observer *observer; /* may be NULL */
    struct run_result *result;
    pthread_mutex_t lock; /* guards the two above */
};

void report_open(struct report *r, const struct run_observer *observer, struct run_result *result);
void report_close(struct report *r);

/* The product is open, and the job has `total` subscenes. */
void report_begin(const struct report *r, const char *product, size_t total);

/* Adds an error to a job's result. `failed` is the job's result so far, 0 or the code in `e`. The
 * first error goes to `e`. A later one is logged as a warning, unless it has the same text. Returns
 * the code of `e`. */
int report_error(const char *product, int failed, struct err *e, const struct err *more);

/* Reports the outcome of one subscene. Any thread. */
void report_subscene(struct report *r, enum run_outcome outcome, const char *path);

/* The folder is locked, or is about to be unlocked (NULL). */
void report_locked(const struct report *r, struct folder_lock *lock);

/* Reports the same outcome for n subscenes of a job. ERR_USAGE: the layout gives a path that is too
 * long. */
int report_subscenes(struct report *r, const struct subscene_job *job, const struct cell *cells,
                     size_t n, enum run_outcome outcome, struct err *e) MUST_CHECK;

#endif
