/* Stages 2 and 3 as cm_vsm has them (params.compat): each subscene is cut out of the decoded image,
 * in the band's own pixels (core/window.h), and resized for itself. Nothing is resampled on the
 * whole grid. */
#ifndef SUBSCENE_STAGES_IMAGE_COMPAT_CUT_H
#define SUBSCENE_STAGES_IMAGE_COMPAT_CUT_H

#include "stages/image/decode.h"

struct compat_cut;

/* Are these parameters with compat, and such as cm_vsm has? Else ERR_USAGE. The functions below
 * rely on it. */
int compat_cut_check(const struct params *params, struct err *e) MUST_CHECK;

/* For the cells of a plan with params.compat; plan and decode stage outlive it. Errors:
 * ERR_TEMPORARY. */
int compat_cut_create(const struct plan *p, const struct decode_stage *source,
                      struct compat_cut **out, struct err *e) MUST_CHECK;
void compat_cut_destroy(struct compat_cut *c);

/* For the memory plan: what all threads share, and what each needs that makes a subscene. */
size_t compat_cut_bytes(const struct params *params);
size_t compat_cut_worker_bytes(const struct params *params);

/* The samples of a band (its place in the plan) of a cell into `dn`, size × size; what lies outside
 * of the image counts as 0. While its strip is in the pipeline's last step. Errors:
 * ERR_TEMPORARY. */
int compat_cut_apply(struct compat_cut *c, int band, struct cell cell, int worker, uint16_t *dn,
                     struct err *e) MUST_CHECK;

#endif
