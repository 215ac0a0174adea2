/* Stage 1: the tiles of images into memory. Each band keeps only the tile rows that the strips
 * under way still need, in a ring. */
#ifndef SUBSCENE_STAGES_IMAGE_DECODE_H
#define SUBSCENE_STAGES_IMAGE_DECODE_H

#include "stages/image/plan.h"

struct decode_stage;

/* The plan outlives the stage. */
int decode_create(const struct plan *p, struct decode_stage **out, struct err *e) MUST_CHECK;
void decode_destroy(struct decode_stage *d);

/* Calls of a pipeline step (exec/pipeline.h): batch k is strip k, a task is one tile that is not in
 * the ring. A tile that is damaged is logged, marked bad and no error: the subscenes that need it
 * fail, the others do not. */
int decode_open(struct decode_stage *d, int32_t strip, size_t *tasks, struct err *e);
int decode_task(struct decode_stage *d, int32_t strip, size_t task, int worker, struct err *e);

/* The decoded rows of a band: those that strip k needs are there from the close of its batch on,
 * until the lead lets them go. */
struct ring decode_rows(const struct decode_stage *d, int band);

/* Is any tile bad that decides this strip, or this cell, in any band? */
bool decode_strip_is_bad(const struct decode_stage *d, int32_t strip);
bool decode_cell_is_bad(const struct decode_stage *d, struct cell c);

/* The first of the bad tiles, by band and number, with its reason; code ERR_NONE when there is
 * none. After the run. */
struct err decode_first_fault(const struct decode_stage *d);

#endif
