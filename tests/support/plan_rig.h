/* Plans of images that do not exist: a product's grids and tiles as plain values. */
#ifndef SUBSCENE_TESTS_SUPPORT_PLAN_RIG_H
#define SUBSCENE_TESTS_SUPPORT_PLAN_RIG_H

#include "stages/image/plan.h"

enum { PLAN_RIG_CELLS = 4096, PLAN_RIG_READ_BYTES = 1000 };

struct plan_rig {
    struct product product;
    struct params params; /* kernel lanczos with 3 lobes, direct; no overlap */
    struct band_source source[BAND_COUNT]; /* JP2, each an image of its own; never opened */
    struct cell cell[PLAN_RIG_CELLS];
    struct plan_request request; /* of all cells, one thread, no limit */
};

/* A square product of `width` pixels of 10 m in square JP2 tiles of `tile` pixels of each image,
 * in subscenes of `size` pixels. A tile takes PLAN_RIG_READ_BYTES to read. */
void plan_rig_make(struct plan_rig *rig, band_set bands, int32_t width, int32_t tile, int32_t size);

/* Makes the request for all cells of the lattice of rig->params. */
void plan_rig_take_all(struct plan_rig *rig);

/* Plans, and insists on success. */
void plan_rig_plan(const struct plan_rig *rig, struct plan *out);

#endif
