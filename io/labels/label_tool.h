/* A labelling tool, as the functions that read its export. Each tool has one file pair in this
 * folder; stages/layers/labels.c has the table of all. */
#ifndef SUBSCENE_IO_LABELS_LABEL_TOOL_H
#define SUBSCENE_IO_LABELS_LABEL_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/classes.h"
#include "core/err.h"
#include "core/strlist.h"
#include "io/labels/annotation.h"

/* Where the labels of one image go: the caller's canvas, size × size pixels, filled with the map's
 * `unlabelled`. A tool writes codes, or has shapes painted on it. */
struct label_canvas {
    const struct class_map *map;
    int32_t size;
    uint8_t *px;
    /* paints n shapes of `a`, the first of which is shape[first] */
    int (*paint)(const struct label_canvas *to, const struct annotation *a, size_t first, size_t n,
                 struct err *e);
    void *ctx; /* of the painter */
};

struct label_tool {
    /* Reads an export. `*source` is the tool's own. ERR_INPUT: malformed, or the map does not know
     * some of its categories: the message names them. The map is borrowed. */
    int (*open)(const char *path, const struct class_map *map, void **source, struct err *e);
    size_t (*count)(const void *source);
    /* The image's name, with the subscene in it (core/cellname.h). */
    const char *(*name)(const void *source, size_t i);
    /* Any thread. ERR_INPUT: the image has another size than the canvas. */
    int (*render)(const void *source, size_t i, const struct label_canvas *to, struct err *e);
    void (*close)(void *source);
};

/* An export that has a file for each image. */
struct label_folder {
    const struct class_map *map;
    char *path; /* without slashes at the end */
    struct strlist files; /* paths below it */
};

int label_folder_create(const char *path, const struct class_map *map, struct label_folder **out,
                        struct err *e) MUST_CHECK;
void label_folder_destroy(void *folder);

/* Finds the files below the folder that `is_one` accepts. ERR_INPUT: there is none; the message
 * calls it `what`. */
int label_folder_find(struct label_folder *f, bool (*is_one)(const char *path), const char *what,
                      struct err *e) MUST_CHECK;

/* Calls `check` for each file, up to the first error. */
int label_folder_check(const struct label_folder *f,
                       int (*check)(const struct label_folder *f, const char *file, struct err *e),
                       struct err *e) MUST_CHECK;

size_t label_folder_count(const void *folder);

#endif
