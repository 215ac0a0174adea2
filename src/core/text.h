/* Text that grows at its end: start with `struct text t = {0}`. Also recognises byte-order marks,
 * ends and forms of texts. */
#ifndef SUBSCENE_CORE_TEXT_H
#define SUBSCENE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct text {
    char *s; /* NUL-terminated; free() it; NULL until the first text_put */
    size_t len, cap;
    bool failed; /* out of memory: the text is incomplete */
};

/* The plural ending for n things: "%zu subscene%s", n, text_s(n). */
static inline const char *text_s(size_t n) { return n == 1 ? "" : "s"; }

/* Length of the UTF-8 byte-order mark at the beginning of `len` bytes: 3 or 0. The mark has no
 * meaning. */
size_t text_utf8_mark(const char *s, size_t len);

/* Length of the valid UTF-8 sequence at `s` (RFC 3629: shortest form, no surrogates); 0 if it is
 * invalid. */
size_t text_utf8_length(const char *s);
bool text_is_utf8(const char *s);

/* True if they begin with the UTF-16 byte-order mark. */
bool text_is_utf16(const char *s, size_t len);

void text_put(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The first n characters of `s`. */
void text_add(struct text *t, const char *s, size_t n);

/* Does `s` end with `end`? Every text ends with itself and with "". */
bool text_ends_with(const char *s, const char *end);

/* Does `s` begin as the pattern says? '0' stands for a digit, 'A' for a capital letter, every other
 * character for itself. */
bool text_matches(const char *s, const char *pattern);

#endif
