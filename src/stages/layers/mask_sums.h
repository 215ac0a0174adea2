/* Checksums of the stored bytes of a mask. Each part of the file is read once. One thread at a
 * time. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_SUMS_H
#define SUBSCENE_STAGES_LAYERS_MASK_SUMS_H

#include <stdbool.h>

#include "core/view.h"
#include "io/compress/deflate.h"
#include "io/image/jp2.h"
#include "io/source/source.h"

/* Starts as zeros. */
struct mask_sums {
    bool is_known;
    struct checksum whole; /* of the file */
    struct checksum *tile; /* of an image's tiles; NULL until one is read */
    bool *tile_is_known;
};
void mask_sums_clear(struct mask_sums *s);

/* The whole file is in memory. */
void mask_sums_set(struct mask_sums *s, const void *data, size_t len);

/* The sum of the whole file; `f` is not needed after mask_sums_set. Errors: ERR_INPUT,
 * ERR_TEMPORARY. */
int mask_sums_of_file(struct mask_sums *s, struct source_file *f, struct checksum *out,
                      struct err *e) MUST_CHECK;

/* The sum of the image's header and of its tiles under `window`, which is in pixels of the image
 * and may be empty. Errors as above. */
int mask_sums_of_tiles(struct mask_sums *s, const struct jp2 *j, struct rect window,
                       struct checksum *out, struct err *e) MUST_CHECK;

#endif
