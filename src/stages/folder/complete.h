/* Adds missing class layers and pictures to existing subscenes (stages/folder/existing.h finds
 * these). */
#ifndef SUBSCENE_STAGES_FOLDER_COMPLETE_H
#define SUBSCENE_STAGES_FOLDER_COMPLETE_H

#include "stages/folder/report.h"
#include "stages/folder/subscene.h"

/* All pointers are borrowed. */
struct complete_request {
    const struct subscene_job *job; /* its class layers and paths */
    const struct cell *cells; /* by row, then column, so that masks are read only once */
    size_t n;
    /* The pixels of a cell on the target grid. Called from any thread. */
    struct rect (*px)(const void *ctx, struct cell c);
    const void *ctx;
    int threads;
};

/* Checks the sources of the job's layers before anything is written. Errors as layerset_check
 * (stages/layers/layerset.h).
 *   - masks: the parts under the first `missing` cells, whose files will be made, and under those
 *     other cells whose files lack the layer
 *   - labels: of all cells */
int complete_check(const struct complete_request *q, size_t missing, struct err *e) MUST_CHECK;

/* Adds the layers and pictures, and updates the rows of `manifest`. The manifest must have a row
 * for each cell, and the columns of all layers. A subscene is reported as RUN_LABELLED. If it only
 * got pictures, its file does not change and it is reported as RUN_DRAWN. Cells that are finished
 * stay finished after an error. Errors: as addlayers_file; ERR_STOPPED. */
int complete_cells(const struct complete_request *q, struct manifest *manifest,
                   struct report *report, struct err *e) MUST_CHECK;

#endif
