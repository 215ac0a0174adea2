/* An ordered pipeline of bounded batches, run by one crew of threads.
 *
 * The work is a row of batches 0 … n−1 (strips of a raster) that each go through the same steps
 * (decode, resample, write). A step cuts a batch into tasks that may run in any order and at the
 * same time. The crew has no fixed places: a free thread takes the task that is furthest down the
 * pipeline, so that batches leave as early as they can and nobody idles while there is anything to
 * do at all.
 *
 * What is guaranteed, and so why memory is bounded:
 *   – a step opens its batches in order, and batch k only after the step before closed k; – a step
 *   closes its batches in order, batch k when all of its tasks are done; – a step opens batch k
 *   only after the next step closed batch k − lead: what step s makes for step s + 1 needs room for
 *   `lead` batches; – a step with `after` opens batch k only after the last step closed batch
 *   after(k): what several later steps read may then be overwritten.
 * A step may open batch k + 1 while the last tasks of its batch k still run; open, tasks and close
 * of one batch never overlap, and what open did is seen by the tasks, what tasks did by close, what
 * close did by the next step's open (the lock orders them).
 *
 * An error of any call ends the run: no new call starts, those under way finish, the first error is
 * returned. The same goes for `stopped`, asked between calls, with ERR_STOPPED. */
#ifndef SUBSCENE_EXEC_PIPELINE_H
#define SUBSCENE_EXEC_PIPELINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct pipeline_step {
    /* Prepares batch k and says how many tasks it has (0 is fine). NULL: one task a batch. One
     * thread at a time per step, in order. */
    int (*open)(void *ctx, int32_t batch, size_t *tasks, struct err *e);
    /* `worker` is 0 … threads + spare − 1, never used by two threads at once: the index of what a
     * thread owns. */
    int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e);
    /* After the batch's last task; may be NULL. One thread at a time per step, in order. */
    int (*close)(void *ctx, int32_t batch, struct err *e);
    int32_t lead; /* ≥ 1; of no meaning for the last step */
    /* The batch that must have left the whole pipeline before batch k opens here: less than k, −1
     * for none. NULL: none. Called with the pipeline's lock held. */
    int32_t (*after)(void *ctx, int32_t batch);
    /* The rest of a task, most of it waiting for a disk; NULL: there is none. Called on the task's
     * thread, with its worker, which does not count as one of those at work meanwhile: a spare one
     * takes its place. The task is done when this is. */
    int (*wait)(void *ctx, int32_t batch, size_t task, int worker, struct err *e);
};

/* `threads` are at work at a time, of threads + spare: the spare ones stand in for those that
 * wait. */
struct pipeline_crew {
    int threads, spare;
};

enum { PIPELINE_MAX_STEPS = 8 };

/* Runs all batches, the caller's thread being one of the crew. `stopped` (may be NULL) returns
 * non-zero to end early. */
int pipeline_run(const struct pipeline_step *steps, int n_steps, int32_t batches,
                 struct pipeline_crew crew, int (*stopped)(void), void *ctx,
                 struct err *e) MUST_CHECK;

/* The plain parallel-for: tasks 0 … n−1 in any order. Same rules for errors and stopping. */
int pipeline_for(size_t n, int threads, int (*stopped)(void),
                 int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e),
                 void *ctx, struct err *e) MUST_CHECK;

#endif
