/* A growing list of strings. Start with `struct strlist l = {0}`. */
#ifndef SUBSCENE_CORE_STRLIST_H
#define SUBSCENE_CORE_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct strlist {
    char **s; /* owned, like each string */
    size_t n, cap;
};

/* Adds a copy of the first `len` characters. */
int strlist_add(struct strlist *l, const char *s, size_t len, struct err *e) MUST_CHECK;
void strlist_clear(struct strlist *l);

/* Is the string in the list? The list need not be sorted. */
bool strlist_has(const struct strlist *l, const char *s);

/* The strings with `between` between them, cut off at the size of `buf`. */
void strlist_join(const struct strlist *l, const char *between, char *buf, size_t size);

/* Sorts by bytes, ascending. */
void strlist_sort(struct strlist *l);

/* The index of a string in a sorted list, or −1. */
ptrdiff_t strlist_find(const struct strlist *l, const char *s);

#endif
