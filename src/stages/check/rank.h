/* Sorts the subscenes of a product by a score, to find those that are worth labelling. The score is
 * computed from the manifest alone.
 *
 * Terms, for one subscene:
 *   v               its valid fraction
 *   min, mean, max  of a spectral band that has data, in digital numbers
 *   c               contrast: the mean over these bands of √((max − mean) · (mean − min)), divided
 * by the largest such mean in the product share           of a class: the fraction of the
 * subscene's pixels in the class layer The class layer is Label if some subscene has it. Otherwise
 * it is the first layer, in the order of columns, with the class CLOUD.
 *
 * Scores:
 *     valid      v
 *     bright     (mean of B02 + mean of B03 + mean of B04) / 3
 *     cirrus     mean of B10
 *     spread     mean over the bands of max − min
 *     cloud      share of CLOUD + share of SEMI_TRANSPARENT_CLOUD
 *     mixed      4/3 · s · (1 − Σ (pᵢ/s)²); pᵢ are the shares of CLEAR, CLOUD_SHADOW,
 *                SEMI_TRANSPARENT_CLOUD and CLOUD, and s is their sum. It is 0 if one class has all
 *                pixels, 1 if each of the four has a quarter, and 0 if s is 0.
 *     challenge  v · (c + mixed) / 2 if every subscene of the product with data has the layer, else
 *                v · c
 *
 * √((max − mean) · (mean − min)) is the largest possible standard deviation (Bhatia and Davis,
 * 2000). So a dark subscene with bright clouds scores higher than one with only some bright pixels.
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
    struct ranked *best; /* owned by the caller: free() */
    size_t n;
    char layer[CLASS_NAME_SIZE]; /* the class layer that was used; "": bands only */
};

/* Sorts the subscenes by score, the highest first; equal scores by row, then column. Left out are
 * subscenes without data in any band, with a valid fraction below min_valid, or without a score
 * (its band has no data, or the layer is missing). Errors: ERR_INPUT (the manifest lacks a band or
 * layer that the score needs; the message names it), ERR_TEMPORARY. */
int rank_subscenes(const struct manifest *m, enum rank_by by, double min_valid, struct ranks *out,
                   struct err *e) MUST_CHECK;

#endif
