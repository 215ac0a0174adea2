/* The product that a run is at: its progress, events and status file, and what is said of it in the
 * end. */
#ifndef SUBSCENE_CMD_CLI_WATCH_H
#define SUBSCENE_CMD_CLI_WATCH_H

#include <pthread.h>

#include "cmd/cli/status.h"
#include "stages/jobs/run.h"

struct watch {
    struct run_observer observer; /* for run_product */
    const char *path; /* as given */
    const struct run_options *options;
    struct status *status; /* NULL: none is wanted */
    bool was_told; /* that the product cannot be opened: the text log does not repeat it */
    double began;
    pthread_mutex_t lock; /* guards all below */
    struct run_result count; /* so far; at the end the result */
    bool is_over;
    int code; /* enum err_code of the product */
    int exit_code;
    char error[480];
};

/* `status` (NULL: no files) outlives the watch, which must not move. No error: without its status
 * file a product is made all the same. */
void watch_open(struct watch *w, const char *path, const struct run_options *options,
                const struct status_options *status);

/* Reports how it ended. `exit_code`: the process's, were this its only product. */
void watch_close(struct watch *w, const struct run_result *result, int exit_code,
                 const struct err *e);

#endif
