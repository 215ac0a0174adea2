/* Writes JSON text from front to back into a growing string, for results on stdout, log lines and
 * status files. */
#ifndef SUBSCENE_CORE_JSONOUT_H
#define SUBSCENE_CORE_JSONOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

struct jsonout {
    struct text text; /* owned */
    bool needs_comma;
    /* for a script of a page: '<', '>', '&', U+2028 and U+2029 are escaped too */
    bool for_script;
};

/* Start with `struct jsonout j = {0}`; jsonout_clear frees the text. */
void jsonout_clear(struct jsonout *j);

/* `key` is NULL inside an array and at the top. Keys and strings are UTF-8; invalid bytes become
 * U+FFFD. A number that is not finite becomes null. */
void jsonout_object(struct jsonout *j, const char *key);
void jsonout_array(struct jsonout *j, const char *key);
void jsonout_end_object(struct jsonout *j);
void jsonout_end_array(struct jsonout *j);
void jsonout_string(struct jsonout *j, const char *key, const char *value);
void jsonout_int(struct jsonout *j, const char *key, int64_t value);
void jsonout_double(struct jsonout *j, const char *key, double value);
void jsonout_bool(struct jsonout *j, const char *key, bool value);
void jsonout_null(struct jsonout *j, const char *key);

#endif
