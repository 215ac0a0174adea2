/* Stage 3 on its own: band files on the target grid to one tile file a subscene
 * (io/netcdf/stage_nc.h). */
#ifndef SUBSCENE_STAGES_JOBS_CUT_JOB_H
#define SUBSCENE_STAGES_JOBS_CUT_JOB_H

#include "stages/folder/report.h"
#include "stages/image/plan.h"

struct cut_options {
    const char *output; /* folder */
    struct selection selection; /* what was asked for */
    bool overwrite; /* redo what is there */
    bool dry_run; /* only say what would be made */
    struct plan_limits limits;
    int (*stopped)(void); /* may be NULL */
};

/* Writes DIR/tile_<x>_<y>.nc. `sources` (BAND_COUNT; those of meta->params.bands count) are on
 * meta->grid. `meta` says what the files are; its px, x and y are set here. Files that are there,
 * whole, and say the same are kept; others are ERR_USAGE unless `overwrite`. Damaged tiles of an
 * image fail the subscenes over them, as in run_product. */
int cut_job_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                const struct cut_options *options, const struct run_observer *observer,
                struct run_result *result, struct err *e) MUST_CHECK;

#endif
