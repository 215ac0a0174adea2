/* Configuration files (inih): lines of `key = value`, and sections `[name]` where the caller allows
 * them. Blank lines and lines that begin with # or ; are skipped. A '#' or ';' with a blank before
 * it starts a comment behind a value.
 *
 * Errors of all functions: ERR_INPUT (the file cannot be read); ERR_USAGE (a line is malformed or
 * longer than 190 characters); the callback's errors. The message begins with file and line. */
#ifndef SUBSCENE_IO_TEXT_CONFIG_H
#define SUBSCENE_IO_TEXT_CONFIG_H

#include "core/err.h"

/* Called for every line, in order. An error ends the reading and is returned. */
typedef int config_set(void *ctx, const char *key, const char *value, struct err *e);

/* Reads a file without sections. A section is an error. */
int config_read(const char *path, config_set *set, void *ctx, struct err *e) MUST_CHECK;

/* The same with the section's name, which is "" before the first section. */
typedef int config_set_in(void *ctx, const char *section, const char *key, const char *value,
                          struct err *e);
int config_read_sections(const char *path, config_set_in *set, void *ctx, struct err *e) MUST_CHECK;

/* The same for a text in memory; `name` is for messages. */
int config_parse_sections(const char *name, const char *text, config_set_in *set, void *ctx,
                          struct err *e) MUST_CHECK;

#endif
