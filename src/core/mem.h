/* Allocation with checked sizes. Free everything with free(). */
#ifndef SUBSCENE_CORE_MEM_H
#define SUBSCENE_CORE_MEM_H

#include <stddef.h>

#include "core/err.h"

/* n × size bytes, uninitialised, aligned to 64 bytes. NULL: the product overflows, or memory is
 * short. n × size == 0 gives a pointer that can be freed. */
void *mem_alloc(size_t n, size_t size);

/* The same, zeroed. */
void *mem_zalloc(size_t n, size_t size);

/* Makes room for one more element in a growing array. Returns `array` (NULL at first) if it has
 * room; else a larger array that replaces it, with `*cap` elements. NULL: memory is short, and
 * `array` stays valid. */
void *mem_grown(void *array, size_t n, size_t *cap, size_t size, struct err *e);

/* The same for `more` elements, 1 or above. */
void *mem_grown_by(void *array, size_t n, size_t more, size_t *cap, size_t size, struct err *e);

/* Room for n elements in a buffer that is used again and whose contents need not survive. Returns
 * `buffer` (NULL at first) if it has room; else frees it and returns a larger one with `*cap`
 * elements. NULL: memory is short, `buffer` is freed, and `*cap` is 0. */
void *mem_scratch(void *buffer, size_t n, size_t *cap, size_t size, struct err *e);

/* A copy of a string; NULL if memory is short. */
char *mem_strdup(const char *s);

/* Makes the process keep freed memory, up to some megabytes. Then buffers that are allocated for
 * each image tile cause no page faults. Call it once, before any thread starts. Does nothing if the
 * C library has no such setting. */
void mem_keep(void);

/* Returns free memory to the system between two independent pieces of work. Otherwise pieces of the
 * heap that fit no later block would add up over a long list. Any thread. */
void mem_give_back(void);

#endif
