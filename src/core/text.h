/* Text that grows at its end: start with `struct text t = {0}`. And what editors put before
 * text. */
#ifndef SUBSCENE_CORE_TEXT_H
#define SUBSCENE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct text {
    char *s; /* NUL-terminated; free(); NULL until something is put */
    size_t len, cap;
    bool failed; /* memory ran out: the text is worthless */
};

/* The end of a word of which there are n: "%zu subscene%s", n, text_s(n). */
static inline const char *text_s(size_t n) { return n == 1 ? "" : "s"; }

/* Bytes of the byte-order mark of UTF-8 with which `len` bytes begin: 3 or 0. It says nothing. */
size_t text_utf8_mark(const char *s, size_t len);

/* Do they begin with the byte-order mark of UTF-16? */
bool text_is_utf16(const char *s, size_t len);

void text_put(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
