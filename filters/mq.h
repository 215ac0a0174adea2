/* The MQ arithmetic decoder (ITU-T T.800 Annex C), with no branch that depends on a decision.
 *
 * The registers of C.3 are 64 bits wide. The interval A is in bits 48 … 63. So is Chigh; below it
 * wait bits that were read ahead. A context is one word: Qe in bits 48 … 63, then the index of the
 * state after an LPS, of the state after an MPS, and the MPS itself. An index is
 * 2 · (row of Table C.2) + MPS.
 *
 * Threads: a decoder and its contexts belong to one thread. The table is read only. */
#ifndef SUBSCENE_FILTERS_MQ_H
#define SUBSCENE_FILTERS_MQ_H

#include <stdint.h>

enum { MQ_STATES = 2 * 47 };

/* All states as context words. */
struct mq_table {
    uint64_t state[MQ_STATES];
};

void mq_table_init(struct mq_table *t);

/* The word of a context that begins in a row of Table C.2, with MPS 0. */
static inline uint64_t mq_context(const struct mq_table *t, int row) { return t->state[2 * row]; }

struct mq {
    uint64_t a, c;
    int free; /* bits of `c` below this one are not filled yet */
    const uint8_t *next, *end;
};

/* INITDEC (C.3.5). The codeword segment is `len` bytes; behind it come ones without end. */
struct mq mq_begin(const uint8_t *data, uint32_t len);

/* BYTEIN (C.3.4), for as many bytes as fit. */
struct mq mq_fill(struct mq m);

enum { MQ_FILL_ABOVE = 48 }; /* of mq.free: fewer than 16 bits are left for the next shift */

/* DECODE (C.3.2): the decision of a context. */
static inline __attribute__((always_inline)) uint32_t
mq_decode(struct mq *m, const struct mq_table *t, uint64_t *context)
{
    const uint64_t word = *context, qe = word & UINT64_C(0xFFFF000000000000);
    const uint64_t after_mps = t->state[(uint8_t)(word >> 8)],
                   after_lps = t->state[(uint8_t)(word >> 16)];
    const uint64_t upper = m->a - qe;
    const uint64_t lower = -(uint64_t)(m->c < qe); /* Chigh < Qe: the lower part */
    const uint64_t exchanged = -(uint64_t)(upper < qe); /* the parts have changed their meaning */
    const uint64_t lps = lower ^ exchanged;
    m->c = m->c - qe + (qe & lower);
    m->a = upper ^ ((upper ^ qe) & lower);
    const uint64_t stay = m->a >> 63 ? word : after_mps; /* a state changes with RENORMD alone */
    *context = stay ^ ((stay ^ after_lps) & lps);
    const int shift = __builtin_clzll(m->a);
    m->a <<= shift;
    m->c <<= shift;
    m->free += shift;
    if (__builtin_expect(m->free > MQ_FILL_ABOVE, 0))
        *m = mq_fill(*m);
    return (uint32_t)((word ^ lps) & 1);
}

#endif
