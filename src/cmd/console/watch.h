/* Watches a run of one product: its progress, events, status file and final report. */
#ifndef SUBSCENE_CMD_CONSOLE_WATCH_H
#define SUBSCENE_CMD_CONSOLE_WATCH_H

#include <pthread.h>

#include "cmd/console/status.h"
#include "stages/jobs/run.h"

struct watch {
    struct run_observer observer; /* for run_product */
    const char *path; /* as given */
    const struct run_options *options;
    struct status *status; /* NULL: no status file */
    /* the user already knows that the product cannot be opened; the text log does not repeat it */
    bool is_reported;
    double began; /* seconds of the monotonic clock */
    pthread_mutex_t lock; /* guards the members below */
    struct run_result count; /* counts so far; at the end the result */
    bool is_over;
    int code; /* enum err_code */
    int exit_code;
    char error[480];
};

/* Starts watching; the watch must not move. `path`, `options` and `status` are borrowed. `status`
 * NULL: no status files. If the status file cannot be made, that is only a warning. */
void watch_open(struct watch *w, const char *path, const struct run_options *options,
                const struct status_options *status);

/* Reports the end. `exit_code`: the exit code of a call with this product alone. */
void watch_close(struct watch *w, const struct run_result *result, int exit_code,
                 const struct err *e);

#endif
