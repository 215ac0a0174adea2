/* The checksums of a product's own files in manifest.safe. Only they reveal damage that still
 * decodes. */
#ifndef SUBSCENE_IO_PRODUCT_SAFE_CHECKSUM_H
#define SUBSCENE_IO_PRODUCT_SAFE_CHECKSUM_H

#include "core/product.h"
#include "io/source/digest.h"
#include "io/source/source.h"

struct safe_checksum {
    /* lower-case hexadecimal; "": the manifest has no checksum of this image */
    char text[DIGEST_TEXT_SIZE];
    enum digest_kind kind;
};

/* Reads the checksums of the product's images, indexed by band_id. Rules as in io/text/xmldoc.h.
 * ERR_INPUT: manifest.safe is missing, or has an unknown kind of checksum. */
int safe_checksum_read(struct source *s, const struct product *p,
                       struct safe_checksum out[BAND_COUNT], struct err *e) MUST_CHECK;

/* Reads the whole image and compares its checksum. ERR_INPUT with both checksums if they differ, or
 * if there is none. Any thread. */
int safe_checksum_check(struct source_file *f, const struct safe_checksum *expected,
                        struct err *e) MUST_CHECK;

#endif
