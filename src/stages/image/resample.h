/* Stage 2: decoded rows onto the target grid, one strip at a time. */
#ifndef SUBSCENE_STAGES_IMAGE_RESAMPLE_H
#define SUBSCENE_STAGES_IMAGE_RESAMPLE_H

#include "stages/image/decode.h"

struct resample_stage;

/* Plan and decode stage outlive the stage. */
int resample_create(const struct plan *p, const struct decode_stage *source,
                    struct resample_stage **out, struct err *e) MUST_CHECK;
void resample_destroy(struct resample_stage *r);

/* Calls of a pipeline step: batch k is strip k, a task is one piece of one band that is stored
 * (stages/image/plan.h). */
int resample_open(struct resample_stage *r, int32_t strip, size_t *tasks, struct err *e);
int resample_task(struct resample_stage *r, int32_t strip, size_t task, int worker, struct err *e);

/* Pixels `px` of the target grid, not empty and of the strip's subscenes, into `dst` of their size:
 * digital numbers with the offset removed. Between open and close of the pipeline's last step for
 * this strip. */
void resample_read(const struct resample_stage *r, int32_t strip, int band, struct rect px,
                   struct view dst);

#endif
