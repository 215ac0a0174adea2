/* The main job: makes the subscenes of one product, strip by strip, with all stages fused. */
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
    struct selection selection; /* the subscenes to make */
    const struct layer_request *layers; /* class layers; NULL: none */
    bool check_input; /* compare the images with the product's own checksums first */
    enum tile_decoder_choice decoder;
    struct plan_limits limits;
    int (*stopped)(void); /* may be NULL */
};

/* Makes the missing subscenes, and adds missing class layers and pictures to existing ones. Locks
 * the product's folder while it writes.
 *
 * A damaged JP2 tile fails only the subscenes that need it. The result counts them; the others are
 * made; the first fault is returned (ERR_INPUT). Any other error ends the product. Finished
 * subscenes stay, whole and in the manifest.
 *
 * Errors:
 *   - ERR_INPUT
 *   - ERR_USAGE: subscenes outside of the lattice; a folder made with other parameters, without
 *     `overwrite`; too little memory
 *   - ERR_TEMPORARY: also if another process has locked the folder, or took the lock over
 *   - ERR_OUTPUT, ERR_STOPPED
 * One call at a time in a process. */
int run_product(const char *path, const struct params *params, const struct run_options *options,
                const struct run_observer *observer, struct run_result *result,
                struct err *e) MUST_CHECK;

#endif
