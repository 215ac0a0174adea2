/* The data of the page: an entry of products.js and the file cells.js for each product. Both are
 * scripts that call a function with one JSON value, because a page from the file system may not
 * fetch files. config/page/README.md lists the files. */
#ifndef SUBSCENE_STAGES_LOOK_PAGE_DATA_H
#define SUBSCENE_STAGES_LOOK_PAGE_DATA_H

#include "core/jsonout.h"
#include "stages/look/mosaic.h"

enum { PAGE_NAME = 136, PAGE_FOLDER = 160 };

/* A product with its subscenes and pictures. Pointers are borrowed. */
struct page_product {
    char name[PAGE_NAME]; /* without ".SAFE"; any text */
    char folder[PAGE_FOLDER]; /* of its files, relative to the page */
    const struct manifest *manifest;
    const double *score; /* by row; NAN: it has none */
    const bool *shown; /* by row: its file could be read */
    const struct sheet *sheet;
    const struct composite *composite;
    size_t composites;
};

/* The share of CLOUD and SEMI_TRANSPARENT_CLOUD of a row, of the first layer in the order of
 * columns (Label first) with a value for CLOUD; NAN: no layer has it. */
double page_cloud_share(const struct manifest *m, const struct manifest_row *row);

/* Has the row values of the layer Label? */
bool page_is_labelled(const struct manifest *m, const struct manifest_row *row);

/* Begins and ends products.js; `j` starts as {.for_script = true}. In between comes one
 * page_data_product for each product. */
void page_data_begin(struct jsonout *j, const char *score);
void page_data_product(struct jsonout *j, const struct page_product *p);
void page_data_end(struct jsonout *j);

/* The content of cells.js: rows in the order of the manifest. */
void page_data_cells(struct jsonout *j, const struct page_product *p);

#endif
