/* Stage 3 on its own: cuts band files on the target grid into tile files, one for each subscene
 * (io/netcdf/stage_nc.h). */
#ifndef SUBSCENE_STAGES_JOBS_CUT_JOB_H
#define SUBSCENE_STAGES_JOBS_CUT_JOB_H

#include "stages/folder/report.h"
#include "stages/image/plan.h"

struct cut_options {
    const char *output; /* folder */
    struct selection selection; /* the subscenes to cut */
    bool overwrite; /* make existing files again */
    bool dry_run; /* only report what would be made */
    struct plan_limits limits;
    int (*stopped)(void); /* may be NULL */
};

/* Writes DIR/tile_<x>_<y>.nc for each subscene. `sources` has BAND_COUNT entries; only those of
 * meta->params.bands are used. They are on meta->grid. `meta` describes the files; this function
 * sets its px, x and y. Whole existing files with the same description are kept. Other existing
 * files are ERR_USAGE without `overwrite`. A damaged JP2 tile fails only the subscenes that need
 * it, as in run_product. */
int cut_job_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                const struct cut_options *options, const struct run_observer *observer,
                struct run_result *result, struct err *e) MUST_CHECK;

#endif
