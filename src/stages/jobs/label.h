/* Class layers into subscenes that are there: added, or replaced. */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_H
#define SUBSCENE_STAGES_JOBS_LABEL_H

#include "io/folder/lock.h"
#include "stages/folder/disk_space.h"
#include "stages/layers/layerset.h"

struct label_options {
    const struct layer_request *request; /* where the layers come from */
    const char *product; /* whose masks are found, for its subscenes; NULL: nothing is found */
    bool overwrite; /* replace layers that are there (else they are left as they are) */
    bool dry_run;
    struct lock_options lock; /* of the folders (stages/folder/folder_lock.h) */
    int (*stopped)(void); /* may be NULL */
};

enum label_outcome { LABEL_MADE, LABEL_SKIPPED, LABEL_WOULD_MAKE };

struct label_observer {
    void (*begin)(void *ctx, size_t subscenes);
    void (*subscene)(void *ctx, enum label_outcome outcome, const char *path);
    void *ctx;
};

struct label_result {
    size_t images, unmatched; /* of them without a subscene below the folders */
    size_t made, skipped;
    struct disk_space space; /* of a dry run: by how much the files will grow */
};

/* Gives the subscenes below the folders the layers that the sources have for them. All that counts
 * of the sources is looked at before the first file changes: a wrong one changes nothing. Every
 * file is replaced in one step, so that a stop at any moment leaves it as it was or with its
 * layers. Pixels without data in a band become MISSING where the class map says so. The manifests
 * of the folders get the shares of the classes at the end, also after a stop. Errors: ERR_INPUT (a
 * damaged subscene, image or mask; an image that may be of several subscenes; two images of one;
 * nothing that fits; masks where the files do not say where their pixels are, or are of several
 * products), ERR_USAGE, ERR_OUTPUT, ERR_TEMPORARY (also: another process holds a folder),
 * ERR_STOPPED. One call at a time. */
int label_folders(const char *const *folder, size_t n, const struct label_options *options,
                  const struct label_observer *observer, struct label_result *result,
                  struct err *e) MUST_CHECK;

#endif
