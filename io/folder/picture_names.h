/* The pictures beside subscenes: what they are called, and which are there.
 *
 * The picture of a band or class layer WHAT of subscene (x, y) is STEM_WHAT_tile_X_Y.png, in the
 * folder of the subscene's file; the stem is that of its product (core/layout.h). */
#ifndef SUBSCENE_IO_FOLDER_PICTURE_NAMES_H
#define SUBSCENE_IO_FOLDER_PICTURE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/strlist.h"

enum { GALLERY_PATH = 2048 };

/* A subscene that may have pictures. Borrowed. */
struct picture_names_cell {
    const char *file; /* of the subscene */
    const char *stem;
    int32_t x, y;
};

int picture_names_path(const struct picture_names_cell *c, const char *what,
                       char path[GALLERY_PATH], struct err *e) MUST_CHECK;

/* A pattern, as of fnmatch, that the names of all pictures of a stem match. */
int picture_names_pattern(const char *stem, char *buf, size_t size, struct err *e) MUST_CHECK;

/* The pictures of one stem in the folder that was looked at last. Starts as {0}. One thread. */
struct picture_names {
    char folder[GALLERY_PATH];
    bool is_read;
    struct picture_names_entry *entry; /* by row, then column */
    size_t n, cap;
    struct strlist what; /* each once */
};

/* Reads the cell's folder, unless it is the one that was read last: a gallery is good for as long
 * as nobody writes there. A folder that does not exist has none. Errors: ERR_OUTPUT,
 * ERR_TEMPORARY. */
int picture_names_look(struct picture_names *g, const struct picture_names_cell *c,
                       struct err *e) MUST_CHECK;

/* Is the picture there? */
bool picture_names_has(const struct picture_names *g, const struct picture_names_cell *c,
                       const char *what);

/* Adds the paths of all pictures of the cell. */
int picture_names_list(const struct picture_names *g, const struct picture_names_cell *c,
                       struct strlist *paths, struct err *e) MUST_CHECK;

void picture_names_clear(struct picture_names *g);

#endif
