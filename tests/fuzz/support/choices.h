/* The bytes of a fuzz target as decisions, for targets that build their input instead of reading
 * it. Without bytes every decision is the first one. */
#ifndef FUZZ_SUPPORT_CHOICES_H
#define FUZZ_SUPPORT_CHOICES_H

#include <stddef.h>
#include <stdint.h>

struct choices {
    const uint8_t *at;
    size_t left;
};

/* 0 … below − 1; below ≤ 256. */
static inline int choose(struct choices *c, int below)
{
    if (c->left == 0)
        return 0;
    c->left--;
    return *c->at++ % below;
}

#endif
