/* Are the subscenes below a folder whole, conforming to the schema, each there once, and what their
 * manifests and the folder's dataset.csv say? */
#ifndef SUBSCENE_STAGES_JOBS_VERIFY_H
#define SUBSCENE_STAGES_JOBS_VERIFY_H

#include <stddef.h>

#include "core/err.h"
#include "core/params.h"
#include "stages/check/census.h"

struct verify_result {
    size_t manifests, files, faults;
    size_t unreadable; /* of the files: they do not open, or their samples cannot be read */
    size_t numbers[COMPAT_COUNT]; /* of the files: whose numbers they hold (params.compat) */
    struct census_count count; /* of what the manifests name */
};

/* Called for every fault (`path` of the file or folder) and after every file; one call at a time,
 * from any thread. */
struct verify_observer {
    void (*begin)(void *ctx, const char *manifest, size_t files);
    void (*file)(void *ctx);
    void (*fault)(void *ctx, const char *path, const char *what);
    void *ctx;
};

/* Of how many kinds are files whose numbers are those counted in `numbers`? Of more than one they
 * must not be used together. */
int verify_kinds(const size_t numbers[COMPAT_COUNT]);

/* "3 of our own, 5 of cm_vsm 0.3.7" */
void verify_format_kinds(const size_t numbers[COMPAT_COUNT], char *buf, size_t size);

/* Faults are no error; a manifest with files of more than one kind is a warning in the log. Errors:
 * ERR_INPUT (the folder is missing, or has no manifest and no subscene below it), ERR_TEMPORARY,
 * ERR_STOPPED. */
int verify_folder(const char *folder, int threads, int (*stopped)(void),
                  const struct verify_observer *observer, struct verify_result *result,
                  struct err *e) MUST_CHECK;

#endif
