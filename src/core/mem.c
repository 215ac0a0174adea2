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
    return mem_grown_by(array, n, 1, cap, size, e);
}

void *mem_grown_by(void *array, size_t n, size_t more, size_t *cap, size_t size, struct err *e)
{
    if (n < *cap && more <= *cap - n)
        return array;
    const size_t twice = *cap ? *cap * 2 : 64, want = n + more > twice ? n + more : twice;
    void *p = want <= PTRDIFF_MAX / size ? realloc(array, want * size) : NULL;
    if (p)
        *cap = want;
    else
        err_nomem(e, (unsigned long long)want * size);
    return p;
}

void *mem_scratch(void *buffer, size_t n, size_t *cap, size_t size, struct err *e)
{
    if (buffer && n <= *cap)
        return buffer;
    free(buffer);
    void *p = mem_alloc(n, size);
    *cap = p ? n : 0;
    if (!p)
        err_nomem(e, (unsigned long long)n * size);
    return p;
}
