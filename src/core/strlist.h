/* A list of strings that grows. Start with `struct strlist l = {0}`. */
#ifndef SUBSCENE_CORE_STRLIST_H
#define SUBSCENE_CORE_STRLIST_H

#include <stddef.h>

#include "core/err.h"

struct strlist {
    char **s; /* owned, and each of them */
    size_t n, cap;
};

/* Adds a copy of the first `len` characters. */
int strlist_add(struct strlist *l, const char *s, size_t len, struct err *e) MUST_CHECK;
void strlist_clear(struct strlist *l);

/* By bytes, ascending. */
void strlist_sort(struct strlist *l);

/* Where the string is in a sorted list; −1: nowhere. */
ptrdiff_t strlist_find(const struct strlist *l, const char *s);

#endif
