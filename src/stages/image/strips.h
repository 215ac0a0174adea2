/* The first two stages of every job: decodes the images and resamples them to the target grid,
 * strip by strip. The job supplies the last step. */
#ifndef SUBSCENE_STAGES_IMAGE_STRIPS_H
#define SUBSCENE_STAGES_IMAGE_STRIPS_H

#include "exec/pipeline.h"
#include "stages/image/resample.h"

struct strips {
    struct plan plan;
    struct decode_stage *decode;
    struct resample_stage *resample;
};

/* Allocates the stages for `plan`, which the caller has made. strips_close frees the stages and the
 * plan, also after an error. */
int strips_open(struct strips *s, struct err *e) MUST_CHECK;
void strips_close(struct strips *s);

/* Runs all strips. `sink` is the pipeline's last step. Its calls get `ctx`, and read the pixels of
 * strip k with resample_read. */
int strips_run(struct strips *s, const struct pipeline_step *sink, int (*stopped)(void), void *ctx,
               struct err *e) MUST_CHECK;

#endif
