/* Shared by decode, resample, cut and write: options of their jobs, progress, reports and exit
 * status. decode and resample make band files, cut and write make files of subscenes. */
#ifndef SUBSCENE_CMD_CLI_STAGE_REPORT_H
#define SUBSCENE_CMD_CLI_STAGE_REPORT_H

#include "cmd/cli/resources.h"
#include "cmd/options/options.h"
#include "stages/folder/report.h"
#include "stages/jobs/decode_resample.h"

/* The options of the job. Fills `resources` with threads and memory of the task. The options borrow
 * `resources` and `needed`. A dry run adds the needed disk space to `needed`. */
struct decode_resample_options stage_band_options(const struct settings *s,
                                                  struct resources *resources,
                                                  struct disk_tally *needed);

/* Observers that print paths and progress. They borrow the pointer. */
struct decode_resample_observer stage_bands_observer(bool *dry_run);
struct run_observer stage_cells_observer(struct run_result *result);

/* Removes the progress line, prints the report and the error of a job that returned `r`, and
 * returns the exit status. A dry run reports the free disk space of `output`. */
int stage_bands_finish(int r, const struct disk_tally *needed, const char *output,
                       const struct err *e);
int stage_cells_finish(int r, const struct run_result *result, const char *output, bool dry_run,
                       const struct err *e);

#endif
