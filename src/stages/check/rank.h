/* The subscenes of a product in the order of a score, from its manifest alone: which ones are worth
 * labelling.
 *
 * Of a subscene: v its valid fraction; of each spectral band that has data min, mean, max (digital
 * numbers); of a class layer the shares of its classes. The layer is Label where some subscene has
 * it, else the first in the order of columns that has the class CLOUD.
 *
 *     valid      v
 *     bright     (mean of B02 + mean of B03 + mean of B04) / 3
 *     cirrus     mean of B10
 *     spread     mean over the bands of max − min
 *     cloud      share of CLOUD + share of SEMI_TRANSPARENT_CLOUD
 *     mixed      4/3 · s · (1 − Σ (pᵢ/s)²) with pᵢ the shares of CLEAR, CLOUD_SHADOW,
 *                SEMI_TRANSPARENT_CLOUD, CLOUD and s their sum: 0 where one class has all, 1 where
 *                the four have a quarter each; 0 where s is 0
 *     challenge  v · c, or v · (c + mixed) / 2 where every subscene of the product with data has
 *                the layer. c is the mean over the bands of √((max − mean) · (mean − min)), divided
 *                by the largest in the product: the most that the standard deviation can be (Bhatia
 *                and Davis, 2000), so that a dark subscene with bright clouds in it counts for more
 *                than one with some bright pixels
 */
#ifndef SUBSCENE_STAGES_CHECK_RANK_H
#define SUBSCENE_STAGES_CHECK_RANK_H

#include "io/folder/manifest.h"

enum rank_by {
    RANK_CHALLENGE,
    RANK_VALID,
    RANK_BRIGHT,
    RANK_CIRRUS,
    RANK_SPREAD,
    RANK_CLOUD,
    RANK_MIXED
};
extern const char *const rank_by_names[]; /* in that order, then NULL */

struct ranked {
    int32_t x, y;
    double score; /* rounded to 6 decimals */
};

struct ranks {
    struct ranked *best; /* free() */
    size_t n;
    char layer[CLASS_NAME_SIZE]; /* the class layer that counts; "": bands alone */
};

/* All subscenes that have a score, the highest first, equal ones by row, then column. Those without
 * any data in any band, below min_valid, or whose value is not there (a band without data, no
 * layer) have none. ERR_INPUT: the manifest lacks what the score needs: says what. */
int rank_subscenes(const struct manifest *m, enum rank_by by, double min_valid, struct ranks *out,
                   struct err *e) MUST_CHECK;

#endif
