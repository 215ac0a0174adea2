/* An ordered pipeline of bounded batches, run by one crew of threads.
 *
 * The work is a row of batches 0 … n−1 (strips of a raster). Each batch goes through the same steps
 * (decode, resample, write). A step splits a batch into tasks that may run in any order and at the
 * same time. Threads have no fixed step: a free thread takes the task that is furthest down the
 * pipeline. So batches leave early, and no thread is idle while any task is ready.
 *
 * These guarantees bound the memory:
 *   - A step opens its batches in order. It opens batch k only after the previous step closed batch
 *     k.
 *   - A step closes its batches in order. It closes batch k when all its tasks are done.
 *   - A step opens batch k only after the next step closed batch k − lead. So the output of a step
 *     needs room for `lead` batches.
 *   - A step with `after` opens batch k only after the last step closed batch after(k). Then data
 *     that several later steps read may be overwritten.
 * A step may open batch k + 1 while the last tasks of its batch k still run. The open, task and
 * close calls of one batch never overlap. The lock orders memory: tasks see the effects of open,
 * close sees those of the tasks, the next step's open sees those of close.
 *
 * An error of any call ends the run: no new call starts, running calls finish, and the first error
 * is returned. If `stopped` returns non-zero, asked between calls, the run ends in the same way
 * with ERR_STOPPED. */
#ifndef SUBSCENE_EXEC_PIPELINE_H
#define SUBSCENE_EXEC_PIPELINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct pipeline_step {
    /* Prepares batch k and sets its number of tasks (0 is allowed). NULL: one task per batch. One
     * thread at a time per step, in order. */
    int (*open)(void *ctx, int32_t batch, size_t *tasks, struct err *e);
    /* `worker` is 0 … threads + spare − 1; two threads never use the same number at once. It is the
     * index of a thread's own data. */
    int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e);
    /* Called after the batch's last task; may be NULL. One thread at a time per step, in order. */
    int (*close)(void *ctx, int32_t batch, struct err *e);
    int32_t lead; /* ≥ 1; ignored for the last step */
    /* The batch that must have left the whole pipeline before batch k opens here. It is less than
     * k, or −1 for none. NULL: none. Called with the pipeline's lock held. */
    int32_t (*after)(void *ctx, int32_t batch);
    /* The rest of a task that mostly waits for a disk; NULL: none. Called on the task's thread with
     * its worker. During the call this thread does not count as working, and a spare thread takes
     * its place. The task is done when this call ends. */
    int (*wait)(void *ctx, int32_t batch, size_t task, int worker, struct err *e);
};

/* `threads` threads work at a time, out of threads + spare. The spare ones replace those in
 * `wait`. */
struct pipeline_crew {
    int threads, spare;
};

enum { PIPELINE_MAX_STEPS = 8 };

/* Runs all batches. The caller's thread is one of the crew. `stopped` (may be NULL) returns
 * non-zero to end early. */
int pipeline_run(const struct pipeline_step *steps, int n_steps, int32_t batches,
                 struct pipeline_crew crew, int (*stopped)(void), void *ctx,
                 struct err *e) MUST_CHECK;

/* A plain parallel for: runs tasks 0 … n−1 in any order. Same rules for errors and stopping. */
int pipeline_for(size_t n, int threads, int (*stopped)(void),
                 int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e),
                 void *ctx, struct err *e) MUST_CHECK;

#endif
