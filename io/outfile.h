/* Files that are either whole or not there: written aside as `.<name>.part-<pid>` in the same folder, checked on close, renamed.
 *
 * Any thread; two threads never write the same path. */
#ifndef SUBSCENE_IO_OUTFILE_H
#define SUBSCENE_IO_OUTFILE_H

#include <stddef.h>

#include "core/err.h"

/* Makes `path` hold exactly these bytes, replacing what was there in one step. On an error nothing is left behind and what was there still
 * is. Errors: ERR_TEMPORARY (disk full …), ERR_OUTPUT (permission …). */
int outfile_write(const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* Makes the folder and those above it. */
int outfile_make_folders(const char *folder, struct err *e) MUST_CHECK;

/* Removes the `.<name>.part-<pid>` files in `folder` that processes which no longer live left there. A folder that does not exist is fine. */
int outfile_remove_stale(const char *folder, struct err *e) MUST_CHECK;

#endif
