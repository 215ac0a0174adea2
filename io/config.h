/* Configuration files (inih): lines of `key = value`; blank lines and those that begin with # or ; count for nothing. No sections. */
#ifndef SUBSCENE_IO_CONFIG_H
#define SUBSCENE_IO_CONFIG_H

#include "core/err.h"

/* Called for every line, in order; an error ends the reading and is given back with file and line in front. */
typedef int config_set(void *ctx, const char *key, const char *value, struct err *e);

/* Errors: ERR_USAGE (a line that is none, or longer than 190 characters; what `set` says), ERR_INPUT (the file cannot be read). */
int config_read(const char *path, config_set *set, void *ctx, struct err *e) MUST_CHECK;

#endif
