/* Texts that a reader must refuse, each with what the message says. */
#ifndef SUBSCENE_TESTS_SUPPORT_REFUSALS_H
#define SUBSCENE_TESTS_SUPPORT_REFUSALS_H

#include <stddef.h>

#include "core/err.h"

struct refusal {
    const char *text, *says;
};

/* Reads a text. `*left` is how many things are left in the result afterwards. */
typedef int read_for_refusal(const char *text, size_t len, size_t *left, struct err *e);

/* Each text is ERR_INPUT with its message, and leaves nothing. */
void refusals_check(const struct refusal *r, size_t n, read_for_refusal *read);

#endif
