/* Text that grows at its end. Start with `struct text t = {0}`. */
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

void text_put(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
