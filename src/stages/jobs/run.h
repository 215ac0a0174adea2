/* The main job: one product to its subscenes, all stages fused, strip by strip. */
#ifndef SUBSCENE_STAGES_JOBS_RUN_H
#define SUBSCENE_STAGES_JOBS_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/params.h"
#include "stages/folder/session.h"
#include "stages/image/plan.h"
#include "stages/jobs/product_input.h"

struct run_options {
    struct session_options folder;
    struct selection selection; /* what was asked for */
    const struct layer_request *layers; /* class layers; NULL: none */
    bool check_input; /* compare the images with the product's own checksums first */
    enum tile_decoder_choice decoder;
    struct plan_limits limits;
    int (*stopped)(void); /* may be NULL */
};

/* Makes what is missing; subscenes that are there and lack class layers or pictures get them.
 * Subscenes whose JP2 tiles are damaged fail alone: the result counts them, and the error returned
 * is the first fault (ERR_INPUT) with the others made. Any other error ends the product: what was
 * made stays, whole and in the manifest. While anything is made the product's folder is held:
 * ERR_TEMPORARY when another process holds it, or took it over from this one. Errors: ERR_INPUT,
 * ERR_USAGE (cells outside of the lattice; a folder made with other parameters and no `overwrite`;
 * memory), ERR_OUTPUT, ERR_TEMPORARY, ERR_STOPPED. One call at a time in a process. */
int run_product(const char *path, const struct params *params, const struct run_options *options,
                const struct run_observer *observer, struct run_result *result,
                struct err *e) MUST_CHECK;

#endif
