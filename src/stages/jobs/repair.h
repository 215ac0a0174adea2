/* Mends what verify finds below a folder, and touches no good file. */
#ifndef SUBSCENE_STAGES_JOBS_REPAIR_H
#define SUBSCENE_STAGES_JOBS_REPAIR_H

#include "io/folder/lock.h"
#include "stages/image/plan.h"
#include "stages/jobs/verify.h"

struct repair_options {
    const char *product; /* its damaged and missing subscenes are made again; NULL: none */
    const char *timestamp; /* session_options */
    bool dry_run; /* only tells what would be done */
    int threads; /* for the check */
    struct plan_limits limits; /* for making subscenes */
    struct lock_options lock; /* of the folders that change */
    int (*stopped)(void); /* may be NULL */
};

struct repair_observer {
    struct verify_observer verify;
    /* Called when something was mended (dry run: would be), with its path and a sentence. From the
     * calling thread. */
    void (*mended)(void *ctx, const char *path, const char *what);
    void *ctx;
};

struct repair_result {
    struct verify_result found;
    size_t mended; /* calls of the observer */
    size_t left, left_of[FAULT_KINDS]; /* faults that verify would still find */
};

/* Verifies the folder (verify_folder). Then locks the folders of the faults, checks each fault
 * again and mends it:
 *   - A damaged file is set aside (stages/keep/kept_layers.h), never removed. Its row leaves the
 *     manifest, as does the row of a missing file. The list of its class layers, which may be none,
 *     remembers the subscene.
 *   - A good file gets a new row if its row is missing or out of date. A manifest that is missing
 * or damaged is made again from its good files.
 *   - Class layers that wait for a good file are copied into it.
 *   - With `product`, the subscenes set aside are made again with the parameters of the good files
 *     beside them (stages/jobs/repair_remake.h).
 *   - Leftovers of processes that are gone are removed.
 *   - dataset.csv is written again if it is there and out of date.
 * A process that is killed loses nothing: the next call goes on.
 *
 * Faults that are left are no error. Errors: those of verify_folder; ERR_OUTPUT; ERR_TEMPORARY
 * (also: disk full; another process has locked a folder); with `product` those of run_product. */
int repair_folder(const char *folder, const struct repair_options *options,
                  const struct repair_observer *observer, struct repair_result *result,
                  struct err *e) MUST_CHECK;

#endif
