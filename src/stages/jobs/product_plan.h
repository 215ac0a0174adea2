/* The plan of a product's subscenes, for `run` and `info`. */
#ifndef SUBSCENE_STAGES_JOBS_PRODUCT_PLAN_H
#define SUBSCENE_STAGES_JOBS_PRODUCT_PLAN_H

#include "stages/image/plan.h"
#include "stages/jobs/product_input.h"

struct product_plan_request {
    const struct cell *cell; /* subscenes to make, inside the lattice */
    size_t n;
    bool png; /* with pictures */
    struct plan_limits limits;
};

/* All bands and the layers of `in` are open. `in` and `params` outlive the plan. Images unpacked in
 * memory move to temporary files if the plan has no room for them. Errors as plan_create and
 * product_input_spill. */
int product_plan(struct product_input *in, const struct params *params,
                 const struct product_plan_request *q, struct plan *out, struct err *e) MUST_CHECK;

#endif
