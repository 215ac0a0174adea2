/* The work of one job in a product's output folder. The steps are: survey the folder, lock it,
 * survey it again, remove obsolete files, add subscenes, complete subscenes. All jobs that write
 * subscenes use it. */
#ifndef SUBSCENE_STAGES_FOLDER_SESSION_H
#define SUBSCENE_STAGES_FOLDER_SESSION_H

#include "stages/folder/existing.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/report.h"

/* The options that all jobs with an output folder share. */
struct session_options {
    const char *output; /* root folder */
    const char *layout; /* template, checked (core/layout.h) */
    const char *timestamp; /* subscene_request */
    double min_valid; /* 0 … 1 */
    bool png; /* also write pictures (stages/folder/pictures.h) */
    bool overwrite; /* make existing subscenes again */
    bool drop_labels; /* allow the loss of class layers that this job cannot make again */
    bool dry_run; /* only report what would be made */
    struct lock_options lock; /* of the product's folder (stages/folder/folder_lock.h) */
};

/* The caller sets the first group of fields; all are borrowed. The other fields start as zeros.
 * session_close ends the session, also after an error. Not thread-safe. */
struct session {
    const struct subscene_job *job;
    const struct lock_options *lock;
    struct report *report;
    bool dry_run; /* nothing on disk changes */

    /* The caller's cells, sorted by the survey: cells to make, cells to complete, the rest. */
    struct cell *cell;
    size_t n_cells;
    struct existing existing; /* the counts of these groups; the manifest with all class columns */
    struct folder_lock *folder_lock; /* NULL: not locked */
    bool is_reported; /* the observer knows about the lock */
    size_t unsaved; /* changes to the manifest since it was last written */
    size_t lost; /* subscenes whose kept class layers could not be restored */
    size_t uncarried; /* subscenes set aside that the new ones do not cover */
};

/* Finds the existing subscenes and sorts `cells`. Nothing on disk changes. Only a dry run gives
 * warnings here; otherwise the second survey gives them. Errors as existing_survey and
 * layerset_columns. */
int session_survey(struct session *s, struct cell *cells, size_t n, struct err *e) MUST_CHECK;

/* The number of cells to make or to complete. */
static inline size_t session_todo(const struct session *s)
{
    return s->existing.n_left + s->existing.n_incomplete;
}

/* True if no file in the folder is to be made, removed or renamed. Some may need completing. */
static inline bool session_is_unchanged(const struct session *s)
{
    return s->existing.n_left == 0 && !s->existing.manifest_changed &&
           s->existing.given_up.n == 0 && !s->existing.gives_up_carried;
}

/* True if nothing is to be changed: everything exists, or it is a dry run. */
bool session_is_done(const struct session *s);

/* Gives the pixels of a cell on the target grid. Called from any thread. */
struct session_px {
    struct rect (*of)(const void *ctx, struct cell c);
    const void *ctx;
};

/* Ends a session that is done. Removes leftovers of killed processes, and reports the outcome of
 * each cell. A dry run changes nothing on disk; it also reports the disk space of the cells to make
 * and to complete, and compares class layers as session_complete would. Errors as
 * session_complete. */
int session_leave(struct session *s, struct session_px px, int threads, struct err *e) MUST_CHECK;

/* Locks the folder and surveys it again, because another process may have made some cells since the
 * first survey. Reports the cells that need nothing. Errors as folder_lock_open and
 * session_survey. */
int session_lock(struct session *s, struct err *e) MUST_CHECK;

/* Removes obsolete files. Their rows are missing from the manifest when it is next written. */
int session_remove_obsolete(struct session *s, struct err *e) MUST_CHECK;

/* Updates the manifest in memory: session_put adds the row of a subscene that was made,
 * session_drop removes the row of one that was rejected. */
int session_put(struct session *s, const struct manifest_row *row, struct err *e) MUST_CHECK;
void session_drop(struct session *s, struct cell c);

/* Writes the manifest if enough rows changed, so that the total writing stays in proportion to its
 * length. A killed process only loses rows; the next process reads them from the files. */
int session_save(struct session *s, struct err *e) MUST_CHECK;

/* Writes the manifest after work with the result `r`, `e`. Returns the code of `e`. An error of
 * writing goes to `e` if the work had none (report_error). */
int session_finish(struct session *s, int r, struct err *e) MUST_CHECK;

/* Puts kept class layers into the files that were made (stages/keep/kept_layers.h) and writes the
 * manifest. Call it after the work on the cells to make, with its result `r`, `e`. Lost layers are
 * logged, and session_complete fails for them. Returns the code of `e`. An error found here goes to
 * `e` if the work had none. */
int session_restore(struct session *s, int r, struct err *e) MUST_CHECK;

/* Checks the sources of the class layers that the cells to make and to complete need, before
 * anything is written. Errors as complete_check. */
int session_check_layers(const struct session *s, struct session_px px, int threads,
                         struct err *e) MUST_CHECK;

/* Adds class layers and pictures to the cells that lack them, then kept class layers that no source
 * of the job gives, and writes the manifest. Errors as
 * complete_cells; ERR_OUTPUT if a subscene lost class layers, or has other ones than the job's
 * sources give. */
int session_complete(struct session *s, struct session_px px, int threads,
                     struct err *e) MUST_CHECK;

/* Releases the lock. */
void session_close(struct session *s);

#endif
