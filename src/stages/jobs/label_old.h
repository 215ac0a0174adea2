/* The subscenes whose class layers are carried over to others (label --from). */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_OLD_H
#define SUBSCENE_STAGES_JOBS_LABEL_OLD_H

#include "stages/jobs/label_targets.h"
#include "stages/layers/carry.h"

/* Starts as zeros. */
struct label_old {
    const char *folder; /* borrowed */
    struct label_targets found;
    struct carry_file *file; /* the same subscenes */
    struct carry *layers;
};

/* Finds the subscenes below `folder` and reads their layers. label_old_clear frees, also after an
 * error. ERR_INPUT: there is none, or one has no coordinates. Other errors as label_targets_find
 * and carry_open. */
int label_old_open(struct label_old *o, const char *folder, int unlabelled, int (*stopped)(void),
                   struct err *e) MUST_CHECK;

/* ERR_INPUT: a new subscene has no coordinates, or no old one has the tile and sensing time of a
 * new one. */
int label_old_check(const struct label_old *o, const struct label_targets *to,
                    struct err *e) MUST_CHECK;

void label_old_clear(struct label_old *o);

#endif
