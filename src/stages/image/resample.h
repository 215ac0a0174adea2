/* Stage 2: resamples decoded rows to the target grid, one strip at a time. */
#ifndef SUBSCENE_STAGES_IMAGE_RESAMPLE_H
#define SUBSCENE_STAGES_IMAGE_RESAMPLE_H

#include "stages/image/decode.h"

struct resample_stage;

/* Plan and decode stage are borrowed and outlive the stage. Errors: ERR_TEMPORARY. */
int resample_create(const struct plan *p, const struct decode_stage *source,
                    struct resample_stage **out, struct err *e) MUST_CHECK;
void resample_destroy(struct resample_stage *r);

/* The calls of a pipeline step (exec/pipeline.h). Batch k is strip k. A task is one piece of one
 * stored band (stages/image/plan.h). */
int resample_open(struct resample_stage *r, int32_t strip, size_t *tasks, struct err *e);
int resample_task(struct resample_stage *r, int32_t strip, size_t task, int worker, struct err *e);

/* Copies the pixels `px` of the target grid into `dst`, which has their size. `px` is not empty and
 * belongs to the strip's subscenes. The samples are digital numbers with the offset removed. Call
 * it between open and close of the pipeline's last step for this strip. Any thread. */
void resample_read(const struct resample_stage *r, int32_t strip, int band, struct rect px,
                   struct view dst);

#endif
