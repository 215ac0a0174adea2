/* The coefficients of a JPEG 2000 code-block from its compressed bytes (ITU-T T.800 Annex D), for
 * code-block style 0: three passes a bit-plane, one codeword segment.
 *
 * Sixteen columns of a stripe of four rows are one 64-bit word, in the order of the scan (Figure
 * D.1): bit 4 · column + row. Significance, sign, visited, refined and every bit-plane of the
 * magnitudes are such words. So the members of a pass are found for 64 coefficients at once, and
 * only they are walked.
 *
 * Threads: a codeblock_work belongs to one thread. No allocation, no other state. */
#ifndef SUBSCENE_FILTERS_CODEBLOCK_H
#define SUBSCENE_FILTERS_CODEBLOCK_H

#include <stddef.h>

#include "filters/mq.h"

enum {
    CODEBLOCK_SIDE = 64, /* the most columns, and rows */
    CODEBLOCK_PLANES = 24, /* the most bit-planes */
    CODEBLOCK_STRIPES = CODEBLOCK_SIDE / 4,
    CODEBLOCK_WORDS = CODEBLOCK_SIDE / 16, /* of a stripe */
    CODEBLOCK_CONTEXTS = 19, /* Table D.7 */
};

/* Whose neighbours count how (Table D.1). */
enum codeblock_band { CODEBLOCK_LL_LH, CODEBLOCK_HL, CODEBLOCK_HH, CODEBLOCK_BANDS };

struct codeblock {
    int width, height; /* coefficients, 1 … CODEBLOCK_SIDE */
    enum codeblock_band band;
    int planes; /* Mb − zero bit-planes (Equation E-2), 0 … CODEBLOCK_PLANES */
    int passes; /* 0 … 3 · planes − 2 */
    const uint8_t *data;
    uint32_t len; /* bytes */
};

struct codeblock_passes;

/* Memory of one thread, 30 KB: tables, and the block under way. Filled by codeblock_work_init. */
struct codeblock_work {
    const struct codeblock_passes *passes; /* for this CPU */
    struct mq_table mq_table;
    uint8_t zero_coding[CODEBLOCK_BANDS][512]; /* context by the significance of 3 × 3 */
    uint8_t sign_coding[256]; /* context, and in bit 7 the XOR bit, by N, W, E, S and their signs */
    uint64_t spread[256]; /* bit i of the index as byte i */
    struct mq mq;
    uint64_t context[CODEBLOCK_CONTEXTS];
    const uint8_t *zero_context;
    int stripes, words, column_stride;
    int last_rows; /* of the last stripe */
    /* with a border of one word left and right, of one stripe above and below */
    uint64_t significant[(CODEBLOCK_STRIPES + 2) * (CODEBLOCK_WORDS + 2)];
    uint64_t visited[CODEBLOCK_STRIPES * CODEBLOCK_WORDS];
    uint64_t refined[CODEBLOCK_STRIPES * CODEBLOCK_WORDS];
    uint64_t negative[CODEBLOCK_STRIPES * CODEBLOCK_WORDS];
    uint64_t inside[CODEBLOCK_STRIPES * CODEBLOCK_WORDS]; /* the block's own coefficients */
    uint64_t magnitude[CODEBLOCK_PLANES][CODEBLOCK_STRIPES * CODEBLOCK_WORDS];
    /* a stripe's column and its neighbours: significance of 6 rows × 3 columns in bits 0 … 17, row
     * by row from the one above on; their signs in bits 32 … 49 */
    uint64_t around[(CODEBLOCK_STRIPES + 2) * (CODEBLOCK_SIDE + 2)];
};

void codeblock_work_init(struct codeblock_work *w);

/* Decodes a block into out[row · stride + column]. Where the passes end above the last bit-plane, a
 * coefficient is put half-way between its bounds (E.1.1.2, r = 1/2) and rounded towards 0, as
 * OpenJPEG does. Any bytes give some coefficients below 2^planes. */
void codeblock_decode(struct codeblock_work *w, const struct codeblock *b, int32_t *out,
                      ptrdiff_t stride);

#endif
