/* Allocation with checked sizes. Everything is freed with free(). */
#ifndef SUBSCENE_CORE_MEM_H
#define SUBSCENE_CORE_MEM_H

#include <stddef.h>

#include "core/err.h"

/* n × size bytes, uninitialised, aligned to 64 bytes. NULL when the product overflows or memory is
 * short; n × size == 0 gives a pointer that can be freed. */
void *mem_alloc(size_t n, size_t size);

/* The same, zeroed. */
void *mem_zalloc(size_t n, size_t size);

/* Room for one more in an array that grows: `array` (NULL at first) when it has room, else a larger
 * one with `*cap` elements in its place. NULL when memory is short: then `array` stays. */
void *mem_grown(void *array, size_t n, size_t *cap, size_t size, struct err *e);

/* A copy of a string; NULL when memory is short. */
char *mem_strdup(const char *s);

/* Has the process keep what it frees, up to some megabytes: buffers that come and go with every
 * image tile then cost no page faults. Call it once, before any thread; does nothing where the C
 * library has no such setting. */
void mem_keep(void);

/* Gives back what is free between two pieces of work that have nothing in common: pieces of the
 * heap that none of the next blocks fits into would else add up over a long list. Any thread. */
void mem_give_back(void);

#endif
