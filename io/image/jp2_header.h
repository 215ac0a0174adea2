/* The main header of a JPEG 2000 codestream: the size, the tiles and the coding style. Private to
 * io/image/jp2_index.
 *
 * Source: ISO/IEC 15444-1 Annex A. */
#ifndef SUBSCENE_IO_IMAGE_JP2_HEADER_H
#define SUBSCENE_IO_IMAGE_JP2_HEADER_H

#include "io/image/jp2_index.h"

/* A range of the file. */
struct jp2_span {
    uint64_t begin, end;
};

/* Sets info, coding, header and header_len of `x`, whose `wanted` is set. `cs` is the codestream;
 * its begin moves to the first tile-part. Errors: ERR_INPUT (damaged, not supported, or not what is
 * wanted), ERR_TEMPORARY. */
int jp2_header_read(struct jp2_index *x, struct source_file *f, struct jp2_span *cs,
                    struct err *e) MUST_CHECK;

#endif
