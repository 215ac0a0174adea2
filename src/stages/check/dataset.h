/* dataset.csv: one table of all subscenes below a folder, made from their manifests.
 *
 * Columns, in this order:
 *   - file, relative to the folder; the rows are sorted by it
 *   - product
 *   - month, in English, as in {Month} of layouts
 *   - tile_id
 *   - sensing (YYYYMMDDTHHMMSS)
 *   - x, y, valid_fraction
 *   - the class columns of all manifests (io/folder/manifest.h)
 *   - content_hash, parameters */
#ifndef SUBSCENE_STAGES_CHECK_DATASET_H
#define SUBSCENE_STAGES_CHECK_DATASET_H

#include "core/strlist.h"

#define DATASET_FILE "dataset.csv"

struct dataset {
    char *header; /* without the line end; owned */
    struct strlist line; /* the rows, without line ends, sorted by file */
    size_t manifests;
    size_t columns; /* number of class columns */
};

/* Reads all manifests below `folder`. The product's name comes from one of each manifest's files.
 * dataset_clear frees the result, also after an error. `stopped` may be NULL. Errors:
 *   - ERR_INPUT: there is no manifest; a manifest cannot be read; a product's name is not
 *     understood; a path has characters that the table cannot hold
 *   - ERR_USAGE: more class columns than a manifest may have
 *   - ERR_TEMPORARY, ERR_STOPPED */
int dataset_collect(const char *folder, int (*stopped)(void), struct dataset *out,
                    struct err *e) MUST_CHECK;
void dataset_clear(struct dataset *d);

/* Writes the table to <folder>/dataset.csv, whole or not at all. `path` (4096 bytes) gets that
 * name. */
int dataset_write(const struct dataset *d, const char *folder, char path[4096],
                  struct err *e) MUST_CHECK;

/* ---- comparison (stages/check/dataset_compare.c) ---- */

/* Compares the table at `path` with `d`, which dataset_collect made from `folder`. Calls `fault`
 * once if they differ, with a sentence that gives the number of rows, the first difference, and the
 * command that mends it. Differences are damaged lines, rows that no manifest has, whose file is
 * missing, or that differ from their manifest, and missing subscenes. Errors: ERR_TEMPORARY. */
typedef void dataset_fault(void *ctx, const char *path, const char *what);
int dataset_compare(const struct dataset *d, const char *folder, const char *path,
                    dataset_fault *fault, void *ctx, struct err *e) MUST_CHECK;

#endif
