/* The tiles of a JPEG 2000 class mask as bytes. Only tiles under wanted pixels are decoded, and of
 * each tile only the part that is wanted. The tiles that were decoded last stay in memory.
 *
 * Memory: some rows of tiles, one byte a pixel, as wide as all announced windows together. Threads:
 * one at a time, except where a function says otherwise. */
#ifndef SUBSCENE_STAGES_LAYERS_MASK_TILES_H
#define SUBSCENE_STAGES_LAYERS_MASK_TILES_H

#include "filters/classify.h"
#include "stages/image/tile_decoder.h"

/* The buffers and the decoder of one thread, for tiles of any mask. */
struct mask_reader;
int mask_reader_create(struct mask_reader **out, struct err *e) MUST_CHECK;
void mask_reader_destroy(struct mask_reader *r); /* NULL is fine */

/* The most bytes that a reader uses for tiles of `j`. */
size_t mask_reader_bytes(const struct jp2 *j);

struct mask_tiles;

/* True if the tiles of `j` can be read here: values have one byte. Several components are decoded
 * one by one, which is slow with OpenJPEG. */
bool mask_tiles_covers(const struct jp2 *j, enum tile_decoder_choice decoder);

/* `j` is covered and borrowed. */
int mask_tiles_create(const struct jp2 *j, enum tile_decoder_choice decoder,
                      struct mask_tiles **out, struct err *e) MUST_CHECK;
void mask_tiles_destroy(struct mask_tiles *t); /* NULL is fine */

/* Makes room for any `rows` consecutive rows of pixels at once. More room than before is empty. */
int mask_tiles_reserve(struct mask_tiles *t, int32_t rows, struct err *e) MUST_CHECK;

/* The bytes of a mask_tiles with room for that many rows, without readers. */
size_t mask_tiles_bytes(const struct jp2 *j, int32_t rows);

/* Announces that the pixels of `window` will be loaded. It is inside the image. */
void mask_tiles_want(struct mask_tiles *t, struct rect window);

/* Loads the pixels of `window`, unless they are in memory. It has no more rows than reserved. If a
 * pixel was not announced, its whole tile is decoded, and whole rows are kept from then on.
 * ERR_INPUT: a tile is damaged. */
int mask_tiles_load(struct mask_tiles *t, struct rect window, struct mask_reader *reader,
                    struct err *e) MUST_CHECK;

/* The columns of row y that are in memory. Only loaded ones are valid. */
struct classify_src mask_tiles_row(const struct mask_tiles *t, int32_t y);

/* Decides which of the wanted tiles stay in memory when mask_tiles_read has decoded them. */
void mask_tiles_begin(struct mask_tiles *t);

/* The wanted part of tile `i`, as its bytes without gaps between rows; an empty one has no bytes.
 * They are valid until the reader's next use. Different threads may read different tiles, each with
 * its own reader. Errors as mask_tiles_load. */
int mask_tiles_read(struct mask_tiles *t, int32_t i, struct mask_reader *reader, struct rect *part,
                    const uint8_t **px, struct err *e) MUST_CHECK;

#endif
