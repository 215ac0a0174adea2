/* JSON documents, read as values (jansson). Nothing is printed. A document belongs to one thread at a time. */
#ifndef SUBSCENE_IO_JSONDOC_H
#define SUBSCENE_IO_JSONDOC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct jsondoc;

/* Parses `len` bytes. `name` (a path, for messages) is borrowed. ERR_INPUT with name, line and column. */
int jsondoc_parse(const char *name, const char *text, size_t len, struct jsondoc **out, struct err *e) MUST_CHECK;
void jsondoc_close(struct jsondoc *d); /* NULL is fine */

/* Is there a member of that name, not null, under the objects `path` ("crs", "crs.properties.name")? */
bool jsondoc_has(const struct jsondoc *d, const char *path);

/* The string there; NULL when there is none. Lives as long as the document. */
const char *jsondoc_string(const struct jsondoc *d, const char *path);

#endif
