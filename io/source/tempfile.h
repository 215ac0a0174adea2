/* Temporary files without a name. They vanish however the process ends. Private to io/source/source
 * and io/source/source_zip. */
#ifndef SUBSCENE_IO_SOURCE_TEMPFILE_H
#define SUBSCENE_IO_SOURCE_TEMPFILE_H

#include <stddef.h>

#include "core/err.h"

/* Sets their folder; the default is /tmp. Call it before threads start. The text must stay
 * valid. */
void tempfile_in(const char *folder);

/* Makes a new, empty file; the caller closes `*fd`. ERR_OUTPUT: no file can be made in that folder
 * (missing, read-only, forbidden). ERR_TEMPORARY: the disk is full. `name` is the file to unpack,
 * for the message. */
int tempfile_create(const char *name, int *fd, struct err *e) MUST_CHECK;

/* Appends. ERR_TEMPORARY when the disk is full. */
int tempfile_write(int fd, const char *name, const void *data, size_t len,
                   struct err *e) MUST_CHECK;

#endif
