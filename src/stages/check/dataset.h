/* dataset.csv: one table of all subscenes below a folder, out of their manifests.
 *
 * Columns: file (relative to the folder; the table is sorted by it), product, month (English, as in
 * {Month} of layouts), tile_id, sensing (YYYYMMDDTHHMMSS), x, y, valid_fraction, the class columns
 * of all manifests (io/folder/manifest.h), content_hash, parameters. */
#ifndef SUBSCENE_STAGES_CHECK_DATASET_H
#define SUBSCENE_STAGES_CHECK_DATASET_H

#include "core/strlist.h"

#define DATASET_FILE "dataset.csv"

struct dataset {
    char *header; /* without the end of the line; owned */
    struct strlist line; /* likewise, sorted by file */
    size_t manifests, columns; /* columns: of class layers */
};

/* Reads the manifests below `folder`, and of each the product's name from one of its files.
 * dataset_clear frees, also after an error. `stopped` may be NULL. Errors: ERR_INPUT (no manifest;
 * one that cannot be read; a product whose name is not understood; a path that cannot stand in a
 * table), ERR_USAGE (more class columns than a manifest may have), ERR_TEMPORARY, ERR_STOPPED. */
int dataset_collect(const char *folder, int (*stopped)(void), struct dataset *out,
                    struct err *e) MUST_CHECK;
void dataset_clear(struct dataset *d);

/* Puts it at <folder>/dataset.csv, whole or not at all; `path` (4096 bytes) gets its name. */
int dataset_write(const struct dataset *d, const char *folder, char path[4096],
                  struct err *e) MUST_CHECK;

/* Compares the table at `path` with `d`, which was collected from `folder`: tells every damaged
 * line, every row that no manifest has, whose file is missing or that differs, and every subscene
 * that it lacks. Faults are no error: ERR_TEMPORARY is. */
typedef void dataset_fault(void *ctx, const char *path, const char *what);
int dataset_compare(const struct dataset *d, const char *folder, const char *path,
                    dataset_fault *fault, void *ctx, struct err *e) MUST_CHECK;

#endif
