/* What a product's output folder holds already, and so what is left to do. */
#ifndef SUBSCENE_STAGES_FOLDER_EXISTING_H
#define SUBSCENE_STAGES_FOLDER_EXISTING_H

#include "core/strlist.h"
#include "stages/folder/subscene.h"
#include "stages/image/plan.h"

/* What was found. existing_clear frees it, also after an error. */
struct existing {
    struct manifest manifest; /* rows of all subscenes that are there and good */
    bool manifest_changed; /* it is not what the file says */
    size_t n_left; /* cells to make: the first of `cells`; the others are there, */
    size_t n_incomplete; /* and so many that follow lack class layers which the job has for them, or
                      pictures */
    struct strlist
        obsolete; /* files that must go before new ones come: damaged, or made with other
                     parameters; and pictures of such ones, and of files that are not there */
};

/* Looks at the files of `cells` and sorts them; changes nothing on disk. A file that is whole and
 * was made with the job's parameters is kept; its row comes from the old manifest, or from its
 * samples. A file that is not whole is to be made again. One that other parameters made is
 * ERR_USAGE, with the parameter that differs. Subscenes of the old manifest outside of `cells` keep
 * their rows if they were made with the same parameters; if not, they are ERR_USAGE too: a folder
 * never holds two kinds. With the job's `overwrite` all cells are to be made, and what other
 * parameters made becomes obsolete. Files of another product are always ERR_USAGE. Where no
 * pictures are wanted, those of what is made again become obsolete too. Class layers of such a file
 * that the job does not have are lost then: a warning says so. Warnings come
 * with `is_last`; a survey that another one follows stays quiet. Asks `stopped` between files. */
int existing_survey(const struct subscene_job *job, struct cell *cells, size_t n, bool is_last,
                    struct existing *out, struct err *e) MUST_CHECK;

/* Removes the obsolete files, and forgets them. */
int existing_remove_obsolete(struct existing *r, const struct subscene_job *job,
                             struct err *e) MUST_CHECK;

void existing_clear(struct existing *r);

#endif
