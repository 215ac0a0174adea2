/* FNV-1a, 64 bits: identifies a set of parameters. For content use the checksum of
 * io/compress/deflate.h. It does not resist manipulation. Source: Fowler, Noll, Vo;
 * draft-eastlake-fnv. */
#ifndef SUBSCENE_CORE_HASH_H
#define SUBSCENE_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_INIT 0xcbf29ce484222325ULL

/* Continues the hash `h`, which begins with HASH_INIT. */
static inline uint64_t hash_bytes(uint64_t h, const void *data, size_t n)
{
    const unsigned char *s = data;
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 0x100000001b3ULL;
    return h;
}

static inline uint64_t hash_text(const char *s) { return hash_bytes(HASH_INIT, s, strlen(s)); }

#endif
