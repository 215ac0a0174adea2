/* Counts the subscenes below a folder by month and class, and finds duplicates. One thread at a
 * time. */
#ifndef SUBSCENE_STAGES_CHECK_CENSUS_H
#define SUBSCENE_STAGES_CHECK_CENSUS_H

#include "core/strlist.h"
#include "io/folder/manifest.h"

enum { CENSUS_MONTHS = 12 };

/* A class column, over all subscenes that have a value in it. */
struct census_class {
    struct manifest_class column;
    size_t subscenes;
    double sum; /* of the values */
};

struct census_count {
    size_t month[CENSUS_MONTHS]; /* subscenes by the month of sensing */
    size_t no_month; /* subscenes whose product name has no date */
    /* In the order of columns. Columns that do not fit are left out. */
    struct census_class class[MANIFEST_CLASSES_MAX];
    size_t classes;
};

/* Adds the counts of `more` to `sum`. */
void census_add_count(struct census_count *sum, const struct census_count *more);

/* All subscenes that were added. Starts as {0}; census_clear frees it. */
struct census {
    struct census_seen *seen; /* owned */
    size_t n, cap;
    struct strlist products;
    struct census_count count;
};
void census_clear(struct census *c);

/* Adds the subscenes of the manifest at `path`. `product` is the product_name in its files, or ""
 * if it is unknown. Errors: ERR_TEMPORARY. */
int census_add(struct census *c, const char *path, const struct manifest *m, const char *product,
               struct err *e) MUST_CHECK;

/* Calls `tell` for every duplicate, with its path and a sentence that names the other subscene. A
 * duplicate has the product, column and row of another subscene, or the same content. Subscenes
 * without data are not compared by content. */
typedef void census_duplicate(void *ctx, const char *path, const char *what);
void census_report_duplicates(struct census *c, census_duplicate *tell, void *ctx);

#endif
