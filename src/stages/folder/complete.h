/* Class layers and pictures for the subscenes of a job that are there and lack them
 * (stages/folder/existing.h finds these). */
#ifndef SUBSCENE_STAGES_FOLDER_COMPLETE_H
#define SUBSCENE_STAGES_FOLDER_COMPLETE_H

#include "stages/folder/report.h"
#include "stages/folder/subscene.h"

/* Borrowed. */
struct complete_request {
    const struct subscene_job *job; /* its layers, and where its files are */
    const struct cell *cells; /* by row, then column: masks are read once then */
    size_t n;
    struct rect (*px)(const void *ctx,
                      struct cell c); /* where a subscene lies on the target grid; any thread */
    const void *ctx;
    int threads;
};

/* Checks the sources of the job's layers, before anything is written: the masks under the first
 * `missing` cells, whose files are going to be made, and those that the files of the other cells
 * lack; the labels of all cells (stages/layers/layerset.h). Errors as layerset_check. */
int complete_check(const struct complete_request *q, size_t missing, struct err *e) MUST_CHECK;

/* Adds the layers and brings the rows of `manifest`, which has one for each of the cells and the
 * columns of all layers, up to it; each subscene is told as RUN_LABELLED, or RUN_DRAWN where it
 * only got pictures: then its file is not changed. What is done stays done after an error:
 * addlayers_file's, ERR_STOPPED. */
int complete_cells(const struct complete_request *q, struct manifest *manifest,
                   struct report *report, struct err *e) MUST_CHECK;

#endif
