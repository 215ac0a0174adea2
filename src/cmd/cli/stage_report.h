/* Shared by the commands between the stages: options of their jobs, progress, reports and exit
 * status. decode and resample make band files, cut and write make files of subscenes. */
#ifndef SUBSCENE_CMD_CLI_STAGE_REPORT_H
#define SUBSCENE_CMD_CLI_STAGE_REPORT_H

#include "cmd/cli/options.h"
#include "cmd/cli/resources.h"
#include "stages/folder/report.h"
#include "stages/jobs/decode_resample.h"

/* The job's options, with the task's threads and memory in `resources`. A dry run counts in
 * `needed`. */
struct decode_resample_options stage_band_options(const struct settings *s,
                                                  struct resources *resources,
                                                  struct disk_tally *needed);

/* Observers that print paths and progress. The pointer is borrowed. */
struct decode_resample_observer stage_bands_observer(bool *dry_run);
struct run_observer stage_cells_observer(struct run_result *result);

/* End the progress line, print the report or the error, and return the exit status. `output`: the
 * folder whose free space a dry run reports. */
int stage_bands_finish(int failed, const struct disk_tally *needed, const char *output,
                       const struct err *e);
int stage_cells_finish(int failed, const struct run_result *r, const char *output, bool dry_run,
                       const struct err *e);

#endif
