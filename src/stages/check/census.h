/* What there is below a folder: counted by month and class; and subscenes that are there twice. One
 * thread at a time. */
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
    size_t no_month; /* the product's name does not tell it */
    struct census_class class[MANIFEST_CLASSES_MAX]; /* in the order of columns; what is beyond them
                                                        is left out */
    size_t classes;
};

/* Adds the counts of `more`. */
void census_add_count(struct census_count *sum, const struct census_count *more);

/* The subscenes seen. Start with `struct census c = {0}`. */
struct census {
    struct census_seen *seen; /* owned */
    size_t n, cap;
    struct strlist products;
    struct census_count count;
};
void census_clear(struct census *c);

/* Adds the subscenes of the manifest at `path`; `product`: the product_name of its files, "" where
 * none could be read. */
int census_add(struct census *c, const char *path, const struct manifest *m, const char *product,
               struct err *e) MUST_CHECK;

/* Tells of every subscene that is there before under another path: the same product, column and
 * row; or the same content, where there are data at all. */
typedef void census_twice(void *ctx, const char *path, const char *what);
void census_tell_twice(struct census *c, census_twice *tell, void *ctx);

#endif
