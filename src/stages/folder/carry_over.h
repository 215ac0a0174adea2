/* Carries class layers over to subscenes of another grid in the same folder: the files that were
 * set aside (stages/keep/carried_files.h) give each new subscene the classes under its pixels, as
 * stages/layers/carry.h says. */
#ifndef SUBSCENE_STAGES_FOLDER_CARRY_OVER_H
#define SUBSCENE_STAGES_FOLDER_CARRY_OVER_H

#include "stages/folder/complete.h"
#include "stages/keep/carried_files.h"

/* Can the layers of these files be carried over to the job's subscenes in `cells`? Nothing on disk
 * changes. ERR_INPUT with the reason: a layer is damaged, or has no code for pixels that no old
 * subscene covers; the new subscenes do not cover all of an old one. ERR_TEMPORARY, ERR_STOPPED. */
int carry_over_check(const struct subscene_job *job, const struct carried_files *files,
                     const struct cell *cells, size_t n, struct err *e) MUST_CHECK;

/* A product folder after the work on its cells. All pointers are borrowed. */
struct carry_over {
    const struct subscene_job *job;
    const char *manifest; /* its path */
    struct manifest *rows; /* all subscenes that exist */
    struct layer_origins *origins;
    int threads;
};

/* Puts the layers into the subscenes that lack them, and removes the old files that they cover
 * whole. The others stay: *left is their number. Updates rows and origins, *changed if any. The
 * next call goes on where an error or a kill ended it. Errors as complete_cells and carry_open. */
int carry_over_finish(const struct carry_over *c, size_t *left, bool *changed,
                      struct err *e) MUST_CHECK;

#endif
