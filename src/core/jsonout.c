#include "core/jsonout.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct jsonout *j, const char *s, size_t n) { text_add(&j->text, s, n); }

static void puts_json(struct jsonout *j, const char *s) { put(j, s, strlen(s)); }

/* The code point of a character that a script's text must not have; 0: it may have it. U+2028 and
 * U+2029 end a line in older browsers. */
static unsigned forbidden_in_script(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    if (*s == '<' || *s == '>' || *s == '&')
        return *s;
    return s[0] == 0xE2 && s[1] == 0x80 && (s[2] | 1) == 0xA9 ? 0x2000U + (s[2] & 0x3FU) : 0;
}

static void put_quoted(struct jsonout *j, const char *value)
{
    puts_json(j, "\"");
    for (const char *s = value; *s;) {
        char escape[8];
        size_t n = text_utf8_length(s);
        unsigned code = j->for_script && n > 0 ? forbidden_in_script(s) : 0;
        if (code > 0) {
            snprintf(escape, sizeof escape, "\\u%04x", code);
            puts_json(j, escape);
            s += n;
        } else if (n == 0) {
            puts_json(j, "\\ufffd");
            s++;
        } else if (*s == '"' || *s == '\\') {
            snprintf(escape, sizeof escape, "\\%c", *s++);
            puts_json(j, escape);
        } else if ((unsigned char)*s < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*s++);
            puts_json(j, escape);
        } else {
            put(j, s, n);
            s += n;
        }
    }
    puts_json(j, "\"");
}

static void begin_value(struct jsonout *j, const char *key)
{
    if (j->needs_comma)
        puts_json(j, ",");
    j->needs_comma = true;
    if (key) {
        put_quoted(j, key);
        puts_json(j, ":");
    }
}

static void open_scope(struct jsonout *j, const char *key, const char *bracket)
{
    begin_value(j, key);
    puts_json(j, bracket);
    j->needs_comma = false;
}

static void close_scope(struct jsonout *j, const char *bracket)
{
    puts_json(j, bracket);
    j->needs_comma = true;
}

void jsonout_clear(struct jsonout *j)
{
    free(j->text.s);
    *j = (struct jsonout){0};
}

void jsonout_object(struct jsonout *j, const char *key) { open_scope(j, key, "{"); }
void jsonout_array(struct jsonout *j, const char *key) { open_scope(j, key, "["); }
void jsonout_end_object(struct jsonout *j) { close_scope(j, "}"); }
void jsonout_end_array(struct jsonout *j) { close_scope(j, "]"); }

void jsonout_string(struct jsonout *j, const char *key, const char *value)
{
    begin_value(j, key);
    put_quoted(j, value);
}

static void put_number(struct jsonout *j, const char *key, const char *number)
{
    begin_value(j, key);
    puts_json(j, number);
}

void jsonout_int(struct jsonout *j, const char *key, int64_t value)
{
    char number[32];
    snprintf(number, sizeof number, "%" PRId64, value);
    put_number(j, key, number);
}

void jsonout_double(struct jsonout *j, const char *key, double value)
{
    char number[32];
    snprintf(number, sizeof number, "%.10g", value);
    put_number(j, key, isfinite(value) ? number : "null");
}

void jsonout_bool(struct jsonout *j, const char *key, bool value)
{
    put_number(j, key, value ? "true" : "false");
}
void jsonout_null(struct jsonout *j, const char *key) { put_number(j, key, "null"); }
