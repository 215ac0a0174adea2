/* What a product's output folder holds already, and so what is left to do. */
#ifndef SUBSCENE_STAGES_RESUME_H
#define SUBSCENE_STAGES_RESUME_H

#include "stages/plan.h"
#include "stages/write.h"

/* What was found. `manifest` is the caller's to clear, also after an error. */
struct resume {
    struct manifest manifest; /* rows of all subscenes that are there and stay */
    bool manifest_changed; /* it is not what the file says */
    size_t n_left; /* cells to make: the first of `cells`; the others are there */
};

/* Looks at the files of `cells` and sorts them. A file that is whole and was made with the job's parameters is kept; its row comes from the old
 * manifest, or from its samples. A file that is not whole is to be made again. One that other parameters made is ERR_USAGE, with the
 * parameter that differs, unless `overwrite`, which redoes all.
 * Subscenes of the old manifest outside of `cells` keep their rows if they were made with the same parameters; if not, they are ERR_USAGE too, and
 * removed with `overwrite`: a folder never holds two kinds. Also removes what killed runs left behind. */
int resume_survey(const struct write_job *job, struct cell *cells, size_t n, bool overwrite, struct resume *out,
                  struct err *e) MUST_CHECK;

#endif
