/* Names and finds the pictures beside subscenes.
 *
 * The picture of band or class layer WHAT of subscene (x, y) is STEM_WHAT_tile_X_Y.png. It is in
 * the folder of the subscene's file. The stem belongs to the product (core/layout.h). */
#ifndef SUBSCENE_IO_FOLDER_PICTURE_NAMES_H
#define SUBSCENE_IO_FOLDER_PICTURE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/strlist.h"

enum { PICTURE_NAMES_PATH = 2048 };

/* A subscene that may have pictures. Its texts are borrowed. */
struct picture_names_cell {
    const char *file; /* path of the subscene's file */
    const char *stem;
    int32_t x, y;
};

int picture_names_path(const struct picture_names_cell *c, const char *what,
                       char path[PICTURE_NAMES_PATH], struct err *e) MUST_CHECK;

/* An fnmatch pattern that matches the names of all pictures of a stem. */
int picture_names_pattern(const char *stem, char *buf, size_t size, struct err *e) MUST_CHECK;

/* The pictures of one stem in one folder. Starts as {0}. One thread. */
struct picture_names {
    char folder[PICTURE_NAMES_PATH];
    bool is_read;
    struct picture_names_entry *entry; /* sorted by row, then column */
    size_t n, cap;
    struct strlist what; /* names of bands and layers, each once */
};

/* Reads the cell's folder, unless it was the last folder read. So the list is valid only while no
 * process writes in the folder. A missing folder has no pictures. Errors: ERR_OUTPUT,
 * ERR_TEMPORARY. */
int picture_names_look(struct picture_names *g, const struct picture_names_cell *c,
                       struct err *e) MUST_CHECK;

/* True if the picture exists. */
bool picture_names_has(const struct picture_names *g, const struct picture_names_cell *c,
                       const char *what);

/* Adds the paths of all pictures of the cell. */
int picture_names_list(const struct picture_names *g, const struct picture_names_cell *c,
                       struct strlist *paths, struct err *e) MUST_CHECK;

void picture_names_clear(struct picture_names *g);

#endif
