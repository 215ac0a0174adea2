/* The image of a band, read tile by tile: a JP2, or a file of an earlier stage, whose rows, some at
 * a time, count as tiles as wide as the image. */
#ifndef SUBSCENE_STAGES_IMAGE_BAND_READER_H
#define SUBSCENE_STAGES_IMAGE_BAND_READER_H

#include "io/image/jp2.h"
#include "io/netcdf/stage_nc.h"
#include "stages/image/tile_decoder.h"

/* A plain value; what it borrows outlives it. */
struct band_source {
    int32_t width, height; /* px */
    int32_t tile_w, tile_h;
    int32_t tiles_x, tiles_y;
    size_t read_bytes; /* the most that reading a tile takes beside its samples */
    const struct jp2
        *jp2; /* either a component of this (several bands may share an image of colours), */
    int component;
    enum tile_decoder_choice decoder;
    struct ncfile *file; /* or this, with its variable */
    const char *band;
};

struct band_source band_source_of_jp2(const struct jp2 *j, int component,
                                      enum tile_decoder_choice decoder);

/* ERR_INPUT when the band cannot be read. */
int band_source_of_file(struct ncfile *f, const struct stage_meta *m, int band_id,
                        struct band_source *out, struct err *e) MUST_CHECK;

/* The pixels of tile `t`, counted row by row: the last column and row are narrower. */
struct rect band_source_tile_rect(const struct band_source *r, int32_t t);

/* The tiles under a rectangle: columns x … x + w − 1, rows y … y + h − 1 of tiles. */
struct rect band_source_tiles(const struct band_source *r, struct rect px);

/* What one thread needs to read. */
struct band_reader;
int band_reader_create(struct band_reader **out, struct err *e) MUST_CHECK;
void band_reader_destroy(struct band_reader *r);

/* Can a part of a tile be read for less than the whole? */
bool band_source_reads_parts(const struct band_source *r);

/* Reads the pixels `window` of tile `t` into views of their size: those of the raster, and of
 * others that share its image, into to->dst[component], all at once; of a file into to->dst[0].
 * Where parts cost as much, the window is the whole tile. ERR_INPUT: damaged, the views then hold
 * anything; ERR_TEMPORARY: memory. */
int band_reader_read(struct band_reader *reader, const struct band_source *r, int32_t t,
                     struct rect window, const struct jp2_planes *to, struct err *e) MUST_CHECK;

#endif
