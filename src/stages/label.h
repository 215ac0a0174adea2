/* Labels into subscenes that are there: their class layer is added, or replaced. */
#ifndef SUBSCENE_STAGES_LABEL_H
#define SUBSCENE_STAGES_LABEL_H

#include "io/lock.h"
#include "stages/labelsource.h"

struct label_options {
    const struct class_map *map; /* the source's; it names the layer */
    bool overwrite; /* replace a layer that is there (else such a subscene is left as it is) */
    bool dry_run;
    struct lock_options lock; /* of the folders (stages/hold.h) */
    int (*stopped)(void); /* may be NULL */
};

enum label_outcome { LABEL_MADE, LABEL_SKIPPED, LABEL_WOULD_MAKE };

struct label_observer {
    void (*begin)(void *ctx, size_t subscenes);
    void (*subscene)(void *ctx, enum label_outcome outcome, const char *path);
    void *ctx;
};

struct label_result {
    size_t images, strangers; /* of them without a subscene below the folders */
    size_t made, skipped;
};

/* Labels the subscenes below the folders for which the source has an image. All images that count are looked at before the first file changes: a wrong one
 * changes nothing. Every file is replaced in one step, so that a stop at any moment leaves it as it was or labelled. Pixels without data in a band become MISSING in the
 * layer Label. Errors: ERR_INPUT (a damaged subscene or image; an image that may be of several subscenes; two images of one; none that fits),
 * ERR_OUTPUT, ERR_TEMPORARY (also: another process holds a folder), ERR_STOPPED. One call at a time. */
int label_folders(const char *const *folder, size_t n, const struct labelsource *source,
                  const struct label_options *options, const struct label_observer *observer,
                  struct label_result *result, struct err *e) MUST_CHECK;

#endif
