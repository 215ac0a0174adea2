/* Checks the subscenes below a folder: they are whole, follow the schema, occur once, and agree
 * with their manifests and with the folder's dataset.csv. */
#ifndef SUBSCENE_STAGES_JOBS_VERIFY_H
#define SUBSCENE_STAGES_JOBS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/params.h"
#include "io/folder/manifest.h"
#include "stages/check/census.h"
#include "stages/check/fault.h"

struct verify_result {
    size_t manifests, files, faults;
    size_t faults_of[FAULT_KINDS];
    size_t unreadable; /* files that do not open, or whose samples cannot be read */
    size_t numbers[COMPAT_COUNT]; /* files by the program whose numbers they have (params.compat) */
    size_t untold; /* files that do not tell their parameters (profile kappazeta) */
    struct census_count count; /* of the subscenes in the manifests */
};

/* A fault. The texts are borrowed. */
struct verify_fault {
    enum fault_kind kind;
    const char *path; /* of the file or folder */
    const char *what; /* the reason */
    const char *manifest; /* whose row is the file's, or should be; NULL: none, or unknown */
    const struct manifest_row *row; /* the file's row; NULL: none */
    bool is_stray; /* no manifest names the file */
};

/* Called for every fault, and after every file. From any thread; calls never overlap. */
struct verify_observer {
    void (*begin)(void *ctx, const char *manifest, size_t files);
    void (*file)(void *ctx);
    void (*fault)(void *ctx, const struct verify_fault *fault);
    void *ctx;
};

/* The number of kinds that have files in `numbers`. Files of different kinds must not be used
 * together. */
int verify_kinds(const size_t numbers[COMPAT_COUNT]);

/* For example "3 of our own, 5 of cm_vsm 0.3.7". */
void verify_format_kinds(const size_t numbers[COMPAT_COUNT], char *buf, size_t size);

/* Faults are no error. Files of more than one kind in a manifest cause a warning. Errors: ERR_INPUT
 * (the folder is missing, or has neither manifest nor subscene below it), ERR_TEMPORARY,
 * ERR_STOPPED. */
int verify_folder(const char *folder, int threads, int (*stopped)(void),
                  const struct verify_observer *observer, struct verify_result *result,
                  struct err *e) MUST_CHECK;

#endif
