/* A fast look at a product before it is converted: pictures of the whole product, and the rows that
 * rank its subscenes. Only a low resolution is decoded (stages/overview). */
#ifndef SUBSCENE_STAGES_JOBS_LOOK_PRODUCT_H
#define SUBSCENE_STAGES_JOBS_LOOK_PRODUCT_H

#include "core/composite.h"
#include "core/params.h"
#include "io/folder/manifest.h"
#include "stages/image/tile_decoder.h"

struct look_options {
    const char *folder; /* of the pictures; made if it is missing */
    /* the pictures; n = 0: "natural" and "cloud", without those whose bands the product lacks */
    const struct composite *composite;
    size_t n;
    enum tile_decoder_choice decoder;
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Writes folder/PRODUCT_COMPOSITE.png for each composite, with the lattice of `params` drawn and
 * numbered. Existing pictures are replaced. `made` is told each path, in order. Errors: ERR_INPUT
 * (a band is missing or damaged, or no composite can be made), ERR_USAGE, ERR_OUTPUT,
 * ERR_TEMPORARY, ERR_STOPPED. */
int look_product(const char *path, const struct params *params, const struct look_options *options,
                 void (*made)(void *ctx, const char *path), void *ctx, struct err *e) MUST_CHECK;

/* Fills `out` with a row for each subscene of the product (stages/overview/survey.h), for the
 * bands of `params` (none: the spectral ones). `product`: its name. The caller clears `out`, also
 * after an error. Errors as look_product. */
int look_survey(const char *path, const struct params *params, const struct look_options *options,
                struct manifest *out, char product[128], struct err *e) MUST_CHECK;

#endif
