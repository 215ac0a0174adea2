/* Adds class layers to existing subscenes, or replaces them. */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_H
#define SUBSCENE_STAGES_JOBS_LABEL_H

#include "io/folder/lock.h"
#include "stages/folder/disk_space.h"
#include "stages/layers/addlayers.h"

struct label_options {
    const struct layer_request *request; /* the sources of the layers */
    /* a folder of subscenes whose layers are carried over (stages/layers/carry.h); NULL: none */
    const char *from;
    int from_unlabelled; /* the code of pixels that they do not cover; −1: carry_open's choice */
    const char *product; /* its masks are used for its subscenes; NULL: none */
    bool overwrite; /* replace layers that differ from their source; otherwise they stay */
    bool png; /* also write pictures of the layers (stages/folder/pictures.h) */
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
    size_t images; /* of the label source */
    size_t unmatched; /* images without a subscene below the folders */
    size_t made, skipped;
    struct addlayers_tally differing; /* a layer differs from its source, and stays */
    struct disk_space space; /* in a dry run: the growth of the files */
};

/* Adds layers from the sources to the subscenes below the folders.
 *   - A layer that is there and differs from its source stays, unless `overwrite` is set. In the
 *     end that is ERR_OUTPUT; a dry run names each of them.
 *   - The picture of a layer that is replaced is drawn again.
 *   - All sources are checked before the first file changes. An error there changes nothing.
 *   - Every file is replaced in one step. After a stop at any moment a file is unchanged or has its
 *     layers.
 *   - Pixels without data in a band become MISSING if the class map says so.
 *   - The manifests get the fractions of the classes at the end, also after a stop.
 *
 * Errors: ERR_USAGE, ERR_OUTPUT, ERR_STOPPED, ERR_TEMPORARY (also: another process has locked a
 * folder), ERR_INPUT:
 *   - a subscene, image or mask is damaged
 *   - an image may belong to several subscenes, or two images belong to one
 *   - no image and no mask fits
 *   - masks or `from` are given, and the files do not tell where their pixels are
 *   - masks are given, and the files belong to several products
 *   - the subscenes of `from` have no layers, or none is of a product of the folders
 * One call at a time. */
int label_folders(const char *const *folder, size_t n, const struct label_options *options,
                  const struct label_observer *observer, struct label_result *result,
                  struct err *e) MUST_CHECK;

#endif
