/* One product's output folder while a job works in it: surveyed, locked, surveyed again, cleared
 * away, filled, completed. The jobs that write subscenes differ in what they make, not in this. */
#ifndef SUBSCENE_STAGES_FOLDER_SESSION_H
#define SUBSCENE_STAGES_FOLDER_SESSION_H

#include "stages/folder/existing.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/report.h"

/* How subscenes go into an output folder: what every job that makes them is asked. */
struct session_options {
    const char *output; /* root folder */
    const char *layout; /* template, checked (core/layout.h) */
    const char *timestamp; /* subscene_request */
    double min_valid; /* 0 … 1 */
    bool png; /* pictures beside the subscenes (stages/folder/pictures.h) */
    bool overwrite; /* redo what is there */
    bool dry_run; /* only say what would be made */
    struct lock_options lock; /* of the product's folder (stages/folder/folder_lock.h) */
};

/* The caller sets the first group, all borrowed; the rest starts as zeros. session_close ends it,
 * also after an error. Not thread-safe. */
struct session {
    const struct subscene_job *job;
    const struct lock_options *lock;
    struct report *report;
    bool dry_run; /* nothing on disk changes */

    struct cell
        *cell; /* the caller's: first those to make, then those to complete, then the rest */
    size_t n_cells;
    struct existing existing; /* how many these are, and the manifest with all class columns */
    struct folder_lock *held; /* NULL: not locked */
    bool is_told; /* the observer knows of the lock */
    size_t unsaved; /* changes of the manifest since it was written */
};

/* Finds what is there and sorts `cells`. Nothing on disk changes. It leaves its warnings to the
 * second survey, except in a dry run. Errors as existing_survey and layerset_columns. */
int session_survey(struct session *s, struct cell *cells, size_t n, struct err *e) MUST_CHECK;

/* Cells to make and to complete. */
static inline size_t session_todo(const struct session *s)
{
    return s->existing.n_left + s->existing.n_incomplete;
}

/* Is there nothing to change: all is there, or it is a dry run? */
bool session_is_done(const struct session *s);

/* Ends a session that is done: what a killed process left behind is removed, and the outcome of
 * each cell is reported; of a dry run also the disk space of the cells to make and to complete. */
int session_leave(struct session *s, struct err *e) MUST_CHECK;

/* Locks the folder and surveys it again: another process may have made some cells, or all, since
 * the first survey. Reports the cells that need nothing. Errors as folder_lock_open and
 * session_survey. */
int session_lock(struct session *s, struct err *e) MUST_CHECK;

/* Removes obsolete files. The manifest that is written next has no rows of them. */
int session_clear_away(struct session *s, struct err *e) MUST_CHECK;

/* Notes in the manifest that a subscene was made; that one was rejected. */
int session_put(struct session *s, const struct manifest_row *row, struct err *e) MUST_CHECK;
void session_drop(struct session *s, struct cell c);

/* Writes the manifest if it grew enough, so that all writing stays in proportion to its length. A
 * killed process loses no more than rows, which the next one reads from the files. */
int session_save(struct session *s, struct err *e) MUST_CHECK;

/* Writes the manifest after work that ended with `r` and `e`. Returns the code of `e`, or of the
 * writing when the work went well (report_error). */
int session_finish(struct session *s, int r, struct err *e) MUST_CHECK;

/* Where a cell lies on the target grid; any thread. */
struct session_px {
    struct rect (*of)(const void *ctx, struct cell c);
    const void *ctx;
};

/* Checks the sources of the class layers that the cells to make and to complete need, before
 * anything is written. Errors as complete_check. */
int session_check_layers(const struct session *s, struct session_px px, int threads,
                         struct err *e) MUST_CHECK;

/* Adds class layers and pictures to the cells that lack them, and writes the manifest. Errors as
 * complete_cells. */
int session_complete(struct session *s, struct session_px px, int threads,
                     struct err *e) MUST_CHECK;

/* Gives the lock back. */
void session_close(struct session *s);

#endif
