/* Finds the layout of existing subscenes from the names of their files. */
#ifndef SUBSCENE_STAGES_JOBS_REPAIR_LAYOUT_H
#define SUBSCENE_STAGES_JOBS_REPAIR_LAYOUT_H

#include "core/product.h"
#include "io/folder/manifest.h"
#include "stages/image/cells.h"

enum { REPAIR_LAYOUT = 1024 };

struct repair_layout {
    char root[4096]; /* the output folder */
    char template[REPAIR_LAYOUT]; /* core/layout.h */
};

/* A root and a template that give the path of the manifest, and the file of each of its rows.
 * False: there is none, or there is no row. `m` is the manifest at `path`, of the product `p`. */
bool repair_layout_find(const struct product *p, const char *path, const struct manifest *m,
                        struct repair_layout *out);

/* The cell of a file of that layout. False: the layout gives no such path. */
bool repair_layout_cell(const struct repair_layout *l, const struct product *p, const char *path,
                        struct cell *out);

#endif
