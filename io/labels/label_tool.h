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
#include "io/source/source.h"

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

/* An export of several files: a folder, or a .zip that is read in place. */
struct label_folder {
    const struct class_map *map;
    char *path; /* without slashes at the end */
    struct source *archive; /* NULL: not a .zip */
    struct strlist files; /* paths below it */
};

/* Opens a .zip; touches nothing else. */
int label_folder_create(const char *path, const struct class_map *map, struct label_folder **out,
                        struct err *e) MUST_CHECK;
void label_folder_destroy(void *folder);

enum { LABEL_NAME_SIZE = 4096 };

/* The name of a file for messages: "folder/file", "x.zip: file"; "" as file is the path itself.
 * ERR_INPUT: it is too long. */
int label_folder_name(const struct label_folder *f, const char *file, char name[LABEL_NAME_SIZE],
                      struct err *e) MUST_CHECK;

/* Reads a file whole. Free `*data`; a NUL byte follows its `*len` bytes. Any thread. ERR_INPUT,
 * with that name: missing, longer than `max_bytes`, encrypted or damaged in the .zip. */
int label_folder_read(const struct label_folder *f, const char *file, size_t max_bytes,
                      unsigned char **data, size_t *len, struct err *e) MUST_CHECK;

/* Finds the files below the folder that `is_one` accepts. ERR_INPUT: there is none; the message
 * calls it `what`. The resource forks that macOS adds to a .zip are skipped. */
int label_folder_find(struct label_folder *f, bool (*is_one)(const char *path), const char *what,
                      struct err *e) MUST_CHECK;

/* Calls `check` for each file, up to the first error. */
int label_folder_check(const struct label_folder *f,
                       int (*check)(const struct label_folder *f, const char *file, struct err *e),
                       struct err *e) MUST_CHECK;

size_t label_folder_count(const void *folder);

/* Is there a plain file of that name? */
bool label_folder_has(const struct label_folder *f, const char *file);

#endif
