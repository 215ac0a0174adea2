/* The first two stages of every job: images decoded and brought onto the target grid, strip by
 * strip, ready for whoever takes them from there. */
#ifndef SUBSCENE_STAGES_IMAGE_STRIPS_H
#define SUBSCENE_STAGES_IMAGE_STRIPS_H

#include "exec/pipeline.h"
#include "stages/image/resample.h"

struct strips {
    struct plan plan;
    struct decode_stage *decode;
    struct resample_stage *resample;
};

/* Allocates the stages for `plan`, which is made. strips_close frees all that is there, the plan
 * too, also after an error. */
int strips_open(struct strips *s, struct err *e) MUST_CHECK;
void strips_close(struct strips *s);

/* Runs all strips with `sink` as the pipeline's last step; its calls get `ctx`, and find strip k by
 * resample_strip. */
int strips_run(struct strips *s, const struct pipeline_step *sink, int (*stopped)(void), void *ctx,
               struct err *e) MUST_CHECK;

#endif
