/* FNV-1a, 64 bits: names a set of parameters. Not for content (io/compress/deflate.h has that) and
 * not against malice. Source: Fowler, Noll, Vo; draft-eastlake-fnv. */
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
