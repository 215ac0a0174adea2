/* Reads the image of a band tile by tile. The image is a JP2, or a band file of an earlier stage.
 * In a band file a tile is as wide as the image and as high as a chunk (other tools' files: 256
 * rows). */
#ifndef SUBSCENE_STAGES_IMAGE_BAND_READER_H
#define SUBSCENE_STAGES_IMAGE_BAND_READER_H

#include "io/image/jp2.h"
#include "io/netcdf/stage_nc.h"
#include "stages/image/tile_decoder.h"

/* The image of a band: either `jp2` or `file` is set. A plain value; both are borrowed and outlive
 * it. */
struct band_source {
    int32_t width, height; /* px */
    int32_t tile_w, tile_h; /* px */
    int32_t tiles_x, tiles_y;
    size_t read_bytes; /* the most memory that reading a tile takes besides its samples */
    const struct jp2 *jp2; /* several bands may share a colour image */
    int component; /* of the JP2 */
    enum tile_decoder_choice decoder; /* for the JP2 */
    struct ncfile *file;
    const char *band; /* name of the variable in `file` */
};

struct band_source band_source_of_jp2(const struct jp2 *j, int component,
                                      enum tile_decoder_choice decoder);

/* ERR_INPUT: the band cannot be read. */
int band_source_of_file(struct ncfile *f, const struct stage_meta *m, int band_id,
                        struct band_source *out, struct err *e) MUST_CHECK;

/* The pixels of tile `t` = row · tiles_x + column. Tiles of the last column and row may be
 * smaller. */
struct rect band_source_tile_rect(const struct band_source *s, int32_t t);

/* The tiles that cover the pixels `px`, as a rectangle of tile columns and tile rows. */
struct rect band_source_tiles(const struct band_source *s, struct rect px);

/* The buffers that one thread needs to read. */
struct band_reader;
int band_reader_create(struct band_reader **out, struct err *e) MUST_CHECK;
void band_reader_destroy(struct band_reader *r);

/* True if reading a part of a tile takes less time than the whole tile. */
bool band_source_reads_parts(const struct band_source *s);

/* Reads the pixels `window` of tile `t`. The views in `to` have the size of the window. A JP2 fills
 * to->dst[component] of all bands that share the image, as jp2_decode_planes. A file fills
 * to->dst[0]; its window must be the whole tile. Errors: ERR_INPUT (damaged; the views are then
 * undefined), ERR_TEMPORARY (out of memory). */
int band_reader_read(struct band_reader *reader, const struct band_source *s, int32_t t,
                     struct rect window, const struct jp2_planes *to, struct err *e) MUST_CHECK;

#endif
