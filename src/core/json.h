/* JSON text, written front to back into a growing string: for results on stdout, log lines and status files. */
#ifndef SUBSCENE_CORE_JSON_H
#define SUBSCENE_CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *text; /* NUL-terminated; owned; NULL until something is written */
    size_t len, cap;
    bool needs_comma;
    bool failed; /* memory ran out: the text is worthless */
};

/* Start with `struct json j = {0}`; json_clear frees the text. */
void json_clear(struct json *j);

/* `key` is NULL inside of an array and at the top. Keys and strings are UTF-8; bytes that are not valid UTF-8 come out as U+FFFD. A
 * number that is not finite comes out as null. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_end_array(struct json *j);
void json_string(struct json *j, const char *key, const char *value);
void json_int(struct json *j, const char *key, int64_t value);
void json_double(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

#endif
