/* The bytes of one tile of a JPEG 2000 file: as a codestream of its own, for OpenJPEG, or its
 * packets alone. Private to io/image/jp2. */
#ifndef SUBSCENE_IO_IMAGE_JP2_LOAD_H
#define SUBSCENE_IO_IMAGE_JP2_LOAD_H

#include "io/image/j2k_style.h"
#include "io/image/jp2_index.h"

struct jp2 {
    struct source_file *file;
    struct jp2_index index;
    struct j2k_style style;
};

struct jp2_decoder {
    unsigned char *buf; /* a codestream of one tile, or its packets */
    size_t capacity, len;
};

/* Into d->buf: the main header, with SIZ rewritten, the tile's parts and EOC. Errors: ERR_INPUT
 * (damaged, changed while it was read), ERR_TEMPORARY. */
int jp2_load_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct err *e) MUST_CHECK;

/* Into d->buf: the tile's packets alone, the data of all its parts. `*own_coding`: the header of a
 * part changes how the tile is coded. Errors as jp2_load_tile. */
int jp2_load_packets(struct jp2_decoder *d, const struct jp2 *j, int32_t t, bool *own_coding,
                     struct err *e) MUST_CHECK;

#endif
