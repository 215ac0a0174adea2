/* JSON documents, read as values (jansson). Prints nothing. One thread at a time may use a
 * document. */
#ifndef SUBSCENE_IO_TEXT_JSONDOC_H
#define SUBSCENE_IO_TEXT_JSONDOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct jsondoc;

/* Parses `len` bytes of UTF-8, with or without a byte-order mark. Borrows `name` (a path, for
 * messages). Errors: ERR_INPUT with name, line and column; ERR_TEMPORARY. */
int jsondoc_parse(const char *name, const char *text, size_t len, struct jsondoc **out,
                  struct err *e) MUST_CHECK;
void jsondoc_close(struct jsondoc *d); /* d may be NULL */

/* True if a member exists at `path` and is not null. A path names nested objects: "crs",
 * "crs.properties.name". */
bool jsondoc_has(const struct jsondoc *d, const char *path);

/* The string at `path`, or NULL. Lives as long as the document. */
const char *jsondoc_string(const struct jsondoc *d, const char *path);

/* Single values; they live as long as the document. Every function accepts NULL and treats it as a
 * missing value. */
struct jsonvalue;
const struct jsonvalue *jsondoc_root(const struct jsondoc *d);
/* NULL: no such member, or v is not an object */
const struct jsonvalue *jsondoc_member(const struct jsonvalue *v, const char *key);
bool jsondoc_is_null(const struct jsonvalue *v); /* true for null; false for a missing value */
bool jsondoc_is_object(const struct jsonvalue *v);
bool jsondoc_is_list(const struct jsonvalue *v);
size_t jsondoc_length(const struct jsonvalue *list);
const struct jsonvalue *jsondoc_element(const struct jsonvalue *list, size_t i);
bool jsondoc_int(const struct jsonvalue *v,
                 int64_t *out); /* true only for a number without fraction and exponent */
bool jsondoc_number(const struct jsonvalue *v, double *out); /* true only for a number */
/* UTF-8 without NUL bytes; NULL: not a string */
const char *jsondoc_text(const struct jsonvalue *v);

#endif
