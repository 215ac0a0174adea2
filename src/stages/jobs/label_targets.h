/* Finds the subscene files that get layers, sorts them, and matches them with the images of a label
 * source. */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_TARGETS_H
#define SUBSCENE_STAGES_JOBS_LABEL_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/folder_lock.h"
#include "stages/layers/labels.h"

/* A subscene file. */
struct label_target {
    char *path;
    char product[136];
    int32_t x, y, size; /* column and row in the lattice; side in pixels */
    bool is_placed; /* the file tells where its pixels are: in `place` */
    struct subscene_place place;
    bool wanted, made; /* a source has a layer for it; the file has got one */
};

/* Starts as zeros. */
struct label_targets {
    struct label_target *target;
    size_t n, cap;
    size_t folders; /* operands that were folders; the others were files */
    struct strlist manifests; /* in the folders */
    char lock[FOLDER_LOCK_PATH]; /* a lock file in the folders; "": there is none */
};

/* Adds the subscenes of an operand: one file, or a folder with all its subfolders. `stopped`
 * may be NULL. Errors: ERR_INPUT (not a subscene, not readable), ERR_TEMPORARY, ERR_STOPPED. */
int label_targets_find(struct label_targets *l, const char *operand, int (*stopped)(void),
                       struct err *e) MUST_CHECK;

/* Sorts by product, pixel, size, then from north to south: masks are read in this order. */
void label_targets_sort(struct label_targets *l);

/* Sets `wanted` of each subscene that has an image in `labels`, and counts the images without a
 * subscene. Logs warnings about those. ERR_INPUT: an image may belong to two subscenes, or no image
 * belongs to a subscene. */
int label_targets_match(struct label_targets *l, const struct labels *labels, size_t *unmatched,
                        struct err *e) MUST_CHECK;

/* ERR_INPUT: the file has no coordinates, "so …". */
int label_targets_refuse_unplaced(const struct label_target *t, const char *so,
                                  struct err *e) MUST_CHECK;

void label_targets_clear(struct label_targets *l);

#endif
