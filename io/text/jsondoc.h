/* JSON documents, read as values (jansson). Nothing is printed. A document belongs to one thread at
 * a time. */
#ifndef SUBSCENE_IO_TEXT_JSONDOC_H
#define SUBSCENE_IO_TEXT_JSONDOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct jsondoc;

/* Parses `len` bytes of UTF-8, with or without a byte-order mark. `name` (a path, for messages) is
 * borrowed. ERR_INPUT with name, line and column; ERR_TEMPORARY. */
int jsondoc_parse(const char *name, const char *text, size_t len, struct jsondoc **out,
                  struct err *e) MUST_CHECK;
void jsondoc_close(struct jsondoc *d); /* NULL is fine */

/* Is there a member of that name, not null, under the objects `path` ("crs",
 * "crs.properties.name")? */
bool jsondoc_has(const struct jsondoc *d, const char *path);

/* The string there; NULL when there is none. Lives as long as the document. */
const char *jsondoc_string(const struct jsondoc *d, const char *path);

/* Values one by one; they live as long as the document. Each function takes NULL for a value that
 * is not there. */
struct jsonvalue;
const struct jsonvalue *jsondoc_root(const struct jsondoc *d);
const struct jsonvalue *jsondoc_member(const struct jsonvalue *v,
                                       const char *key); /* NULL: none, or no object */
bool jsondoc_is_null(const struct jsonvalue *v); /* null; false for a value that is not there */
bool jsondoc_is_object(const struct jsonvalue *v);
bool jsondoc_is_list(const struct jsonvalue *v);
size_t jsondoc_length(const struct jsonvalue *list);
const struct jsonvalue *jsondoc_element(const struct jsonvalue *list, size_t i);
bool jsondoc_int(const struct jsonvalue *v,
                 int64_t *out); /* false: no number without fraction and exponent */
bool jsondoc_number(const struct jsonvalue *v, double *out); /* false: no number */
const char *jsondoc_text(const struct jsonvalue *v); /* UTF-8 without NUL bytes; NULL: no string */

#endif
