/* A product in memory, from the texts of its two metadata files, for tests of io/product/safe. What
 * must not fail ends the test. */
#ifndef SUBSCENE_TESTS_SUPPORT_METADATA_TEXTS_H
#define SUBSCENE_TESTS_SUPPORT_METADATA_TEXTS_H

#include "io/product/safe.h"

struct metadata_texts {
    const char *xml; /* name of the product's file: "MTD_MSIL1C.xml" */
    char *product, *tile;
    char tile_name[300];
};

/* From `folder`/`xml` and `folder`/MTD_TL.xml; the tile's stands where the first IMAGE_FILE
 * says. */
struct metadata_texts metadata_load(const char *folder, const char *xml);
void metadata_unload(struct metadata_texts *t);

/* The first `from` in one of the texts, the product's before the tile's, becomes `to`. */
void metadata_replace(struct metadata_texts *t, const char *from, const char *to);

/* safe_read_product of them. */
int metadata_read(const struct metadata_texts *t, struct product *p, struct err *e);

/* With `from` replaced by `to`, reading the texts is ERR_INPUT and says `said`. */
void metadata_refuses(const char *folder, const char *xml, const char *from, const char *to,
                      const char *said);

/* With `from` replaced by `to` it is fine. `from` may be NULL. */
void metadata_accepts(const char *folder, const char *xml, const char *from, const char *to,
                      struct product *p);

#endif
