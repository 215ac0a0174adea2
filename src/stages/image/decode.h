/* Stage 1: decodes image tiles into memory. Each band has a ring of tile rows, with room for the
 * rows that the strips in the pipeline still need. */
#ifndef SUBSCENE_STAGES_IMAGE_DECODE_H
#define SUBSCENE_STAGES_IMAGE_DECODE_H

#include "stages/image/plan.h"

struct decode_stage;

/* The plan is borrowed and outlives the stage. Errors: ERR_TEMPORARY. */
int decode_create(const struct plan *p, struct decode_stage **out, struct err *e) MUST_CHECK;
void decode_destroy(struct decode_stage *d);

/* The calls of a pipeline step (exec/pipeline.h). Batch k is strip k. A task decodes one tile that
 * is not in the ring yet. A damaged tile is no error: it is logged and marked as bad, and only the
 * subscenes that need it fail. */
int decode_open(struct decode_stage *d, int32_t strip, size_t *tasks, struct err *e);
int decode_task(struct decode_stage *d, int32_t strip, size_t task, int worker, struct err *e);

/* The decoded rows of a band. The rows that strip k needs are valid from the close of batch k here
 * until the strip has left the pipeline. */
struct ring decode_rows(const struct decode_stage *d, int band);

/* True if any band has a bad tile that the strip, or the cell, needs. */
bool decode_strip_is_bad(const struct decode_stage *d, int32_t strip);
bool decode_cell_is_bad(const struct decode_stage *d, struct cell c);

/* The error of the first bad tile, by band and tile number. Its code is ERR_NONE if there is none.
 * Call it after the run. */
struct err decode_first_fault(const struct decode_stage *d);

#endif
