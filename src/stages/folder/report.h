/* What becomes of the subscenes of a job: counted, and told to whoever watches. */
#ifndef SUBSCENE_STAGES_FOLDER_REPORT_H
#define SUBSCENE_STAGES_FOLDER_REPORT_H

#include <pthread.h>
#include <stddef.h>

#include "stages/folder/disk_space.h"
#include "stages/folder/subscene.h"
#include "stages/image/plan.h"

/* Told of every subscene; from any thread, one call at a time. */
enum run_outcome {
    RUN_MADE,
    RUN_LABELLED, /* it was there, and got class layers that it lacked */
    RUN_DRAWN, /* it was there, and got pictures that it lacked */
    RUN_SKIPPED,
    RUN_REJECTED,
    RUN_FAILED,
    RUN_WOULD_MAKE
};
struct folder_lock;
struct run_observer {
    /* The product is open and `total` subscenes are asked for. */
    void (*begin)(void *ctx, const char *product, size_t total);
    void (*subscene)(void *ctx, enum run_outcome outcome, const char *path);
    /* The product's folder is this process's from now on (folder_lock_check says whether it still
     * is, from any thread), or no longer: NULL. */
    void (*held)(void *ctx, struct folder_lock *hold); /* may be NULL */
    void *ctx;
};

struct run_result {
    char product[128]; /* "" when it could not be opened */
    char folder[2048]; /* where its subscenes are */
    char parameters[PARAMS_TEXT_SIZE]; /* what makes them; "" when it could not be opened */
    size_t total, made, skipped, rejected, failed;
    size_t
        labelled; /* of the skipped ones: they were there, and got class layers that they lacked, */
    size_t drawn; /* or only pictures */
    struct disk_space space; /* of a dry run: what it would take */
    bool busy; /* another process has the product, or took it over: no more than an error otherwise
                */
};

/* Keeps result and observer in step; both are borrowed. */
struct report {
    const struct run_observer *observer; /* may be NULL */
    struct run_result *result;
    pthread_mutex_t lock; /* guards the two above */
};

void report_open(struct report *r, const struct run_observer *observer, struct run_result *result);
void report_close(struct report *r);

/* The product is open, and `total` subscenes of it are asked for. */
void report_begin(const struct report *r, const char *product, size_t total);

/* One more error of a job that `failed` with `e` before: then a warning, but for one that says the
 * same again. Where nothing had failed, it is the job's error and goes to `e`. Returns the code of
 * `e`. */
int report_error(const char *product, int failed, struct err *e, const struct err *more);

/* One subscene; any thread. */
void report_tell(struct report *r, enum run_outcome outcome, const char *path);

/* The folder's hold was taken, or is about to be given back (NULL). */
void report_held(const struct report *r, struct folder_lock *hold);

/* The same outcome for n subscenes of a job. ERR_USAGE when the layout gives a path that is too
 * long. */
int report_tell_cells(struct report *r, const struct subscene_job *job, const struct cell *cells,
                      size_t n, enum run_outcome outcome, struct err *e) MUST_CHECK;

#endif
