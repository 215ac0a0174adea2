/* Finds the subscenes that already exist in a product's output folder, and so the work that is
 * left. */
#ifndef SUBSCENE_STAGES_FOLDER_EXISTING_H
#define SUBSCENE_STAGES_FOLDER_EXISTING_H

#include "core/strlist.h"
#include "stages/folder/subscene.h"
#include "stages/image/plan.h"
#include "stages/keep/carried_files.h"

struct kept_file;
struct layer_origins;

/* The result. existing_clear frees it, also after an error. */
struct existing {
    struct manifest manifest; /* rows of all subscenes that exist and are not damaged */
    struct manifest old; /* as the last run wrote it; empty if it cannot be read */
    bool manifest_changed; /* it differs from the manifest on disk */
    struct layer_origins *origins; /* of the layers, as layers.csv has them */
    /* existing_survey sorts the cells into three groups, in this order: n_left cells to make,
     * n_incomplete cells whose files lack class layers or pictures, or may have other layers than
     * the job's sources give, and the rest. */
    size_t n_left, n_incomplete;
    /* Files to set aside before new ones are written, because they have class layers that the job
     * cannot make again (stages/folder/existing_layers.h). */
    struct kept_file *kept;
    size_t n_kept, kept_cap;
    /* Files to set aside likewise, whose layers are carried over to the new grid
     * (stages/folder/carry_over.h). */
    struct carried_files carried;
    bool carries; /* the list of an earlier job is there */
    bool gives_up_carried; /* it is given up (drop_labels) */
    size_t unnamed; /* files that keep a layer although its source no longer names them */
    struct strlist given_up; /* files whose kept layers are given up (drop_labels) */
    /* Files to remove before new ones are written: damaged ones, those made with other parameters,
     * their pictures, and pictures of missing files. */
    struct strlist obsolete;
};

/* Examines the files of `cells` and sorts the cells. Changes nothing on disk.
 *   - A whole file, made with the job's parameters, is kept. Its row comes from the old manifest,
 *     or else from its samples.
 *   - A damaged file is made again.
 *   - A file made with other parameters is ERR_USAGE; the message names the first difference.
 *   - A file of another product is always ERR_USAGE.
 *   - Subscenes of the old manifest that are not in `cells` keep their rows, if they were made with
 *     the same parameters. Otherwise they are ERR_USAGE: a folder has subscenes of one kind only.
 *
 * With the job's `overwrite` all cells are made again. Files made with other parameters become
 * obsolete; but if such a file is inside the lattice and not in `cells`, the survey is ERR_USAGE.
 * Without `png` the pictures of the cells that are made again become obsolete.
 *
 * Class layers that the job cannot make again are kept for the new file if it has the same grid,
 * and carried over if it has another one. If that cannot be done, the survey is ERR_USAGE. With the
 * job's `drop_labels` they are given up, and a warning names them.
 *
 * With `is_last` warnings are logged as warnings; without it, as debug messages, because another
 * survey follows. Asks `stopped` between files. */
int existing_survey(const struct subscene_job *job, struct cell *cells, size_t n, bool is_last,
                    struct existing *out, struct err *e) MUST_CHECK;

/* Sets the files aside whose class layers are kept, removes the obsolete files, and empties the
 * lists. */
int existing_remove_obsolete(struct existing *r, const struct subscene_job *job,
                             struct err *e) MUST_CHECK;

void existing_clear(struct existing *r);

#endif
