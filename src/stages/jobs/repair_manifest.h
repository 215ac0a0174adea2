/* Mends the faults of the files of one manifest, and the manifest itself. */
#ifndef SUBSCENE_STAGES_JOBS_REPAIR_MANIFEST_H
#define SUBSCENE_STAGES_JOBS_REPAIR_MANIFEST_H

#include "stages/jobs/repair_faults.h"

/* Told of everything that was mended. */
struct repair_teller {
    void (*tell)(void *ctx, const char *path, const char *what);
    void *ctx;
};

/* Checks n faults of one manifest again and mends them (stages/jobs/repair.h). The lock of the
 * manifest is taken. Files are set aside, and their lists are written, before the manifest loses
 * their rows. Errors: ERR_OUTPUT, ERR_TEMPORARY, ERR_STOPPED. */
int repair_manifest(struct repair_fault *fault, size_t n, const struct repair_teller *teller,
                    int (*stopped)(void), struct err *e) MUST_CHECK;

#endif
