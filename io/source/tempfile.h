/* Temporary files without a name: nothing is left behind however the process ends. Private to
 * io/source/source and io/source/source_zip. */
#ifndef SUBSCENE_IO_SOURCE_TEMPFILE_H
#define SUBSCENE_IO_SOURCE_TEMPFILE_H

#include <stddef.h>

#include "core/err.h"

/* Where they are; /tmp unless this is called. Before any thread; the text must live on. */
void tempfile_in(const char *folder);

/* A new one, empty; `*fd` is the caller's. ERR_OUTPUT: none can be made in that folder (it is
 * missing, read-only, forbidden); ERR_TEMPORARY: full. The message says what there was no room for:
 * `name`. */
int tempfile_create(const char *name, int *fd, struct err *e) MUST_CHECK;

/* Appends. ERR_TEMPORARY when the disk is full. */
int tempfile_write(int fd, const char *name, const void *data, size_t len,
                   struct err *e) MUST_CHECK;

#endif
