/* Configuration files (inih): lines of `key = value`, and where they are wanted sections, `[name]`;
 * blank lines and those that begin with # or ; count for nothing.
 *
 * Errors of all functions: ERR_USAGE (a line that is none, or longer than 190 characters; what the
 * callback says), ERR_INPUT (the file cannot be read), with file and line in front. */
#ifndef SUBSCENE_IO_TEXT_CONFIG_H
#define SUBSCENE_IO_TEXT_CONFIG_H

#include "core/err.h"

/* Called for every line, in order; an error ends the reading and is given back. */
typedef int config_set(void *ctx, const char *key, const char *value, struct err *e);

/* A file without sections: one is an error. */
int config_read(const char *path, config_set *set, void *ctx, struct err *e) MUST_CHECK;

/* The same with the section in front, "" before the first. */
typedef int config_set_in(void *ctx, const char *section, const char *key, const char *value,
                          struct err *e);
int config_read_sections(const char *path, config_set_in *set, void *ctx, struct err *e) MUST_CHECK;

/* The same from a text in memory; `name` is for messages. */
int config_parse_sections(const char *name, const char *text, config_set_in *set, void *ctx,
                          struct err *e) MUST_CHECK;

#endif
