/* Reads small files whole. */
#ifndef SUBSCENE_IO_SOURCE_WHOLEFILE_H
#define SUBSCENE_IO_SOURCE_WHOLEFILE_H

#include <stddef.h>

#include "core/err.h"

/* Free `*data` with free(); it has a NUL byte after its `*len` bytes. Errors, with the path:
 * ERR_INPUT (missing, not a plain file, longer than `max_bytes`), ERR_TEMPORARY. */
int wholefile_read(const char *path, size_t max_bytes, unsigned char **data, size_t *len,
                   struct err *e) MUST_CHECK;

#endif
