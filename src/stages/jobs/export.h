/* Writes what labelling tools take from folders of subscenes: images, a label set, suggestions. */
#ifndef SUBSCENE_STAGES_JOBS_EXPORT_H
#define SUBSCENE_STAGES_JOBS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/classes.h"
#include "core/composite.h"
#include "core/err.h"
#include "stages/image/cells.h"
#include "stages/layers/labels.h"

/* Borrowed. */
struct export_options {
    enum labels_tool tool;
    const char *output;
    const struct class_map *map; /* its categories are the label set */
    const struct selection *tiles;
    const struct composite *composite; /* of the pictures */
    const char *suggest; /* the class layer that gives suggestions; NULL: none */
    bool overwrite; /* replace files that have other contents; otherwise they stay */
    bool dry_run;
    int (*stopped)(void); /* may be NULL */
};

struct export_observer {
    void (*begin)(void *ctx, size_t steps);
    void (*step)(void *ctx); /* a subscene was read, or an image made */
    void (*file)(void *ctx, const char *path); /* was made, or would be */
    void *ctx;
};

struct export_result {
    size_t images, suggested; /* of these, images with suggestions */
    size_t made, same, other; /* files: new, with the same contents, with other contents */
};

/* Exports the subscenes below the folders, one image each. The name of an image is that of
 * core/cellname.h, with ".png"; `label` finds the subscene by it.
 *   - Everything is checked before the first file is written, except the samples of the subscenes.
 *   - A product has one stretch, from all of its subscenes below the folders, selected or not: the
 *     pictures of neighbours match, and do not depend on the selection.
 *   - Every file is written whole, in one step. The same subscenes and options give the same bytes.
 *   - A file with other contents stays, unless `overwrite` is set. In the end that is ERR_OUTPUT.
 *   - A subscene without the layer has no suggestions; a warning tells their number.
 *
 * Errors: ERR_USAGE (the class map has no categories; too many images for a .zip, or suggestions
 * for annotations.xml), ERR_OUTPUT, ERR_STOPPED, ERR_TEMPORARY, ERR_INPUT:
 *   - a folder has no subscenes, or none of the selected ones
 *   - a subscene is damaged, or lacks a band
 *   - two subscenes would have the same image
 *   - no subscene has the layer, or it has classes that the map does not know
 * One call at a time. */
int export_folders(const char *const *folder, size_t n, const struct export_options *options,
                   const struct export_observer *observer, struct export_result *result,
                   struct err *e) MUST_CHECK;

#endif
