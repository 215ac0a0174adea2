/* Stage 4 on its own: tile files to subscenes in the dataset's layout, and their manifest. */
#ifndef SUBSCENE_STAGES_JOBS_WRITE_JOB_H
#define SUBSCENE_STAGES_JOBS_WRITE_JOB_H

#include "stages/folder/session.h"
#include "stages/layers/layerset.h"

struct write_request {
    const char *const *path; /* tile files (io/netcdf/stage_nc.h) */
    size_t n;
    enum file_profile profile; /* of the subscenes */
    int32_t deflate; /* of the subscenes */
    const char *product; /* in which masks are found; NULL: none */
};

struct write_options {
    struct session_options folder;
    const struct layer_request *layers; /* class layers; NULL: none */
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Writes the subscenes of tile files, all of one product and made with the same parameters:
 * ERR_INPUT names two that are not. What is there already is treated as in run_product. A damaged
 * tile file fails alone. */
int write_job_run(const struct write_request *request, const struct write_options *options,
                  const struct run_observer *observer, struct run_result *result,
                  struct err *e) MUST_CHECK;

#endif
