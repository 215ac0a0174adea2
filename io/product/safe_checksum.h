/* The checksums that a product carries of its own files, in manifest.safe: the only way to notice
 * damage that still decodes. */
#ifndef SUBSCENE_IO_PRODUCT_SAFE_CHECKSUM_H
#define SUBSCENE_IO_PRODUCT_SAFE_CHECKSUM_H

#include "core/product.h"
#include "io/source/digest.h"
#include "io/source/source.h"

struct safe_checksum {
    char text[DIGEST_TEXT_SIZE]; /* lower-case hexadecimal; "": the manifest has none of this image
                                  */
    enum digest_kind kind;
};

/* Those of the product's images, by band_id. Same rules as io/text/xmldoc.h. ERR_INPUT when there
 * is no manifest.safe, or an unknown kind. */
int safe_checksum_read(struct source *s, const struct product *p,
                       struct safe_checksum out[BAND_COUNT], struct err *e) MUST_CHECK;

/* Reads the whole image and compares. ERR_INPUT with both checksums when they differ, or when there
 * is none. Any thread. */
int safe_checksum_check(struct source_file *f, const struct safe_checksum *expected,
                        struct err *e) MUST_CHECK;

#endif
