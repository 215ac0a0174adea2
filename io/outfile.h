/* Files that are either whole or not there: written aside as `.<name>.part-<pid>` in the same folder, checked on close, renamed.
 *
 * Any thread; two threads never write the same path. */
#ifndef SUBSCENE_IO_OUTFILE_H
#define SUBSCENE_IO_OUTFILE_H

#include <stddef.h>

#include "core/err.h"

/* Data that begin at a multiple of this are written past the page cache where the file system can do that (O_DIRECT): nobody reads a file again
 * at once, and its pages would only drive the product's own out. */
enum { OUTFILE_ALIGN = 4096 };

/* Makes `path` hold exactly these bytes, replacing what was there in one step. On an error nothing is left behind and what was there still
 * is. Errors: ERR_TEMPORARY (disk full …), ERR_OUTPUT (permission …). */
int outfile_write(const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The same in two steps, for files that somebody else fills in between: `part` (OUTFILE_PATH bytes) is the name aside, holding `data` now.
 * outfile_commit puts it at `path`, or removes it when that fails; outfile_abandon removes it. */
enum { OUTFILE_PATH = 4096 };
int outfile_begin(const char *path, const void *data, size_t len, char part[OUTFILE_PATH], struct err *e) MUST_CHECK;
int outfile_commit(const char *path, const char *part, struct err *e) MUST_CHECK;
void outfile_abandon(const char *part);

/* Makes the folder and those above it. */
int outfile_make_folders(const char *folder, struct err *e) MUST_CHECK;

/* Removes the `.<name>.part-<pid>` files in `folder` that processes which no longer live left there. A folder that does not exist is fine. */
int outfile_remove_stale(const char *folder, struct err *e) MUST_CHECK;

#endif
