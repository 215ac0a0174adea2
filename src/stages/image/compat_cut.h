/* Stages 2 and 3 in cm_vsm's way (params.compat). Each subscene is cut out of the decoded image, in
 * the band's own pixels (core/window.h), and resized on its own. */
#ifndef SUBSCENE_STAGES_IMAGE_COMPAT_CUT_H
#define SUBSCENE_STAGES_IMAGE_COMPAT_CUT_H

#include "stages/image/decode.h"

struct compat_cut;

/* Checks that params.compat is set and that cm_vsm supports the other parameters; else ERR_USAGE.
 * The functions below require it. */
int compat_cut_check(const struct params *params, struct err *e) MUST_CHECK;

/* For the cells of a plan with params.compat. Plan and decode stage are borrowed and outlive the
 * result. Errors: ERR_TEMPORARY. */
int compat_cut_create(const struct plan *p, const struct decode_stage *source,
                      struct compat_cut **out, struct err *e) MUST_CHECK;
void compat_cut_destroy(struct compat_cut *c);

/* For the memory plan, in bytes: what all threads share, and what each thread needs that makes
 * subscenes. */
size_t compat_cut_bytes(const struct params *params);
size_t compat_cut_worker_bytes(const struct params *params);

/* Writes the samples of a cell into `dn` (size × size px). `band` is the band's index in the plan.
 * Pixels outside of the image are 0. Call it while the cell's strip is in the pipeline's last step.
 * Any thread, with its own `worker`. Errors: ERR_TEMPORARY. */
int compat_cut_apply(struct compat_cut *c, int band, struct cell cell, int worker, uint16_t *dn,
                     struct err *e) MUST_CHECK;

#endif
