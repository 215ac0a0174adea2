/* Makes the page of output folders (config/page): pictures and data of each product, and the page
 * itself. It reads subscenes and manifests, and changes nothing but the page's folder. */
#ifndef SUBSCENE_STAGES_JOBS_LOOK_PAGE_H
#define SUBSCENE_STAGES_JOBS_LOOK_PAGE_H

#include <stddef.h>

#include "core/err.h"
#include "stages/check/rank.h"

struct look_page_options {
    const char *output; /* folder of the page; NULL: <the first folder>/look */
    enum rank_by by;
    int threads;
    int (*stopped)(void); /* may be NULL */
};

struct look_page_result {
    char page[4096]; /* the path of index.html */
    size_t products, subscenes;
    size_t gaps; /* subscenes whose file could not be read */
    size_t left_out; /* products without a page */
};

/* Called for each product, and after each of its subscenes. From any thread; calls may overlap. */
struct look_page_observer {
    void (*begin)(void *ctx, const char *product, size_t subscenes);
    void (*step)(void *ctx);
    void *ctx;
};

/* A damaged subscene is a gap in its product's mosaic, and a product whose manifest is damaged is
 * left out; both are logged as errors. Errors: ERR_INPUT (a folder has no manifest below it; two
 * manifests are of the same product, so a list could not tell them apart; no product can be shown),
 * ERR_OUTPUT, ERR_TEMPORARY, ERR_STOPPED. */
int look_page_make(const char *const *folder, size_t n, const struct look_page_options *options,
                   const struct look_page_observer *observer, struct look_page_result *result,
                   struct err *e) MUST_CHECK;

#endif
