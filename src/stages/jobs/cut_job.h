/* Stage 3 on its own: band files on the target grid to one tile file a subscene
 * (io/netcdf/stage_nc.h). */
#ifndef SUBSCENE_STAGES_JOBS_CUT_JOB_H
#define SUBSCENE_STAGES_JOBS_CUT_JOB_H

#include "stages/image/plan.h"
#include "stages/jobs/run.h"

/* Writes DIR/tile_<x>_<y>.nc. `sources` (BAND_COUNT; those of meta->params.bands count) are on
 * meta->grid. `meta` says what the files are; its px, x and y are set here. Of `options`: output,
 * selection, overwrite, dry_run, threads, memory_limit, memory_from, stopped. Files that are there,
 * whole, and say the same are kept; others are ERR_USAGE unless `overwrite`. Damaged tiles of an
 * image fail the subscenes over them, as in run_product. */
int cut_job_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                const struct run_options *options, const struct run_observer *observer,
                struct run_result *result, struct err *e) MUST_CHECK;

#endif
