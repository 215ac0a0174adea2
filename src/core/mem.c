#include "core/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

void *mem_alloc(size_t n, size_t size)
{
    if (size != 0 && n > (SIZE_MAX - ALIGNMENT) / size)
        return NULL;
    size_t bytes = n * size;
    /* aligned_alloc needs a multiple of the alignment; size zero may give NULL */
    size_t rounded = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    return aligned_alloc(ALIGNMENT, rounded);
}

void *mem_zalloc(size_t n, size_t size)
{
    void *p = mem_alloc(n, size);
    if (p)
        memset(p, 0, n * size);
    return p;
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = mem_alloc(n, 1);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}

void mem_keep(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

void mem_give_back(void)
{
#ifdef M_TRIM_THRESHOLD
    malloc_trim(0);
#endif
}

void *mem_grown(void *array, size_t n, size_t *cap, size_t size, struct err *e)
{
    if (n < *cap)
        return array;
    size_t more = *cap ? *cap * 2 : 64;
    void *p = more <= PTRDIFF_MAX / size ? realloc(array, more * size) : NULL;
    if (p)
        *cap = more;
    else
        err_nomem(e, (unsigned long long)more * size);
    return p;
}
