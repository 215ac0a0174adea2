/* Makes the manifest row of an existing subscene file. */
#ifndef SUBSCENE_STAGES_FOLDER_FILE_ROW_H
#define SUBSCENE_STAGES_FOLDER_FILE_ROW_H

#include "stages/folder/measure.h"

/* Fills the row from the file at `path`: statistics, hash, size and checksum, class columns, and
 * the digest if the file has one. The caller sets x, y, file, and the digest of a file without one.
 * Adds the columns of the file's class layers to `m`, whose bands the file must have. `*work` may
 * be NULL. Errors: ERR_INPUT (damaged), ERR_USAGE (a class layer cannot have a column),
 * ERR_TEMPORARY. */
int file_row_make(struct measure_work **work, struct manifest *m, const char *path,
                  struct manifest_row *row, struct err *e) MUST_CHECK;

#endif
