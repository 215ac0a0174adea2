/* layers.csv: where the class layers of a manifest's subscenes come from (core/classes.h).
 *
 * Files of profile kappazeta keep their published attributes, so the origin of their layers is
 * here, beside the manifest: "x.manifest.csv" has "x.layers.csv". A row is only a hint. Its digest
 * covers the layer's codes (stages/layers/layer_origin.h), so a row that no longer fits its file is
 * noticed. Rows of files that are gone have no meaning.
 *
 * Threads: any thread may find and put (they lock). One thread reads, saves and destroys. */
#ifndef SUBSCENE_IO_FOLDER_LAYER_ORIGINS_H
#define SUBSCENE_IO_FOLDER_LAYER_ORIGINS_H

#include <stdbool.h>

#include "core/classes.h"
#include "core/err.h"

struct layer_origins;

/* Reads the layers.csv beside the manifest at that path. A missing one has no rows; nor has a
 * damaged one, and a warning names it. ERR_TEMPORARY. */
int layer_origins_read(const char *manifest, struct layer_origins **out, struct err *e) MUST_CHECK;
void layer_origins_destroy(struct layer_origins *o); /* NULL is fine */

/* `file` is relative to the manifest's folder, as in the manifest. False: there is no row. */
bool layer_origins_find(struct layer_origins *o, const char *file, const char *layer,
                        struct class_origin *out);

/* Adds or replaces a row. ERR_TEMPORARY. */
int layer_origins_put(struct layer_origins *o, const char *file, const char *layer,
                      const struct class_origin *origin, struct err *e) MUST_CHECK;

/* Writes the file, whole or not at all, if a row was added or changed. Errors: ERR_OUTPUT,
 * ERR_TEMPORARY. */
int layer_origins_save(struct layer_origins *o, struct err *e) MUST_CHECK;

#endif
