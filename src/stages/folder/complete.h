/* Compares the class layers of existing subscenes with their sources, and adds what is missing, and
 * pictures (stages/folder/existing.h finds
 * these). */
#ifndef SUBSCENE_STAGES_FOLDER_COMPLETE_H
#define SUBSCENE_STAGES_FOLDER_COMPLETE_H

#include "stages/folder/report.h"
#include "stages/folder/subscene.h"
#include "stages/layers/addlayers.h"

/* All pointers are borrowed. */
struct complete_request {
    const struct subscene_job *job; /* its class layers and paths */
    struct layer_origins *origins; /* as the folder's layers.csv has them */
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
 *     other cells whose files lack the layer or may have another one
 *   - labels: of all cells */
int complete_check(const struct complete_request *q, size_t missing, struct err *e) MUST_CHECK;

/* What is known of the folder, and what is found. */
struct complete_state {
    struct manifest *manifest; /* has a row for each cell, and the columns of all layers */
    struct report *report;
    struct addlayers_tally tally; /* of layers that differ from their sources, and stay */
};

/* Adds the layers and pictures, and updates the rows. A subscene that got layers is reported as
 * RUN_LABELLED. If it only got pictures, its file does not change and it is reported as RUN_DRAWN.
 * Cells that are finished stay finished after an error. Errors: as addlayers_plan and
 * addlayers_put; ERR_STOPPED. */
int complete_cells(const struct complete_request *q, struct complete_state *s,
                   struct err *e) MUST_CHECK;

/* Only finds out what complete_cells would do, and reports RUN_WOULD_MAKE or RUN_SKIPPED. Logs a
 * warning for each subscene with a layer that differs. Call complete_check first. Errors as
 * complete_cells. */
int complete_compare(const struct complete_request *q, struct complete_state *s,
                     struct err *e) MUST_CHECK;

#endif
