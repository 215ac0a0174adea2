/* Stage 4 on its own: writes subscenes and their manifest from tile files. */
#ifndef SUBSCENE_STAGES_JOBS_WRITE_JOB_H
#define SUBSCENE_STAGES_JOBS_WRITE_JOB_H

#include "stages/folder/session.h"
#include "stages/layers/layerset.h"

struct write_request {
    const char *const *path; /* tile files (io/netcdf/stage_nc.h) */
    size_t n;
    enum file_profile profile; /* of the subscenes */
    int32_t deflate; /* of the subscenes */
    const char *product; /* its masks are used; NULL: none */
};

struct write_options {
    struct session_options folder;
    const struct layer_request *layers; /* class layers; NULL: none */
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Writes the subscenes of tile files. All tile files belong to one product and have the same
 * parameters; otherwise ERR_INPUT names two files that differ. Existing subscenes are treated as in
 * run_product. A damaged tile file fails only its own subscene. */
int write_job_run(const struct write_request *request, const struct write_options *options,
                  const struct run_observer *observer, struct run_result *result,
                  struct err *e) MUST_CHECK;

#endif
