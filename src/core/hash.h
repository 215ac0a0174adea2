/* FNV-1a, 64 bits: identifies a set of parameters. For content use the checksum of
 * io/compress/deflate.h. It does not resist manipulation. Source: Fowler, Noll, Vo;
 * draft-eastlake-fnv. */
#ifndef SUBSCENE_CORE_HASH_H
#define SUBSCENE_CORE_HASH_H

#include <stdint.h>

static inline uint64_t hash_text(const char *s)
{
    uint64_t h = 0xcbf29ce484222325ULL;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
    return h;
}

#endif
