/* The bands of a product at a low resolution, all on one grid: for a fast look, for the stretch of
 * pictures and for a ranking. JPEG 2000 holds lower resolutions, so only a small part of an image
 * is decoded.
 *
 * A pixel of the grid has a side of REDUCED_PIXEL_M. Its number is the nearest one of the image at
 * the resolution that is just as fine, or finer: 1/8 of a band of 10 m, 1/4 of 20 m, all of 60 m.
 * The low-pass filter of the 5/3 wavelet (T.800 F.3) made these numbers. They are centred on the
 * first of the pixels that they stand for, so they lie up to half of a pixel north-west.
 *
 * Memory: 2 bytes a pixel of every band and every reduced image, 4 MB for a band of a whole
 * product. */
#ifndef SUBSCENE_STAGES_OVERVIEW_REDUCED_H
#define SUBSCENE_STAGES_OVERVIEW_REDUCED_H

#include "core/lattice.h"
#include "core/product.h"
#include "stages/image/band_reader.h"

enum { REDUCED_PIXEL_M = 80 };

struct reduced {
    struct geogrid grid; /* of all bands */
    /* digital numbers as `run` stores them (the offset is added; 0 is no-data), row by row; NULL:
     * this band was not read */
    uint16_t *dn[BAND_COUNT];
};

struct reduced_request {
    const struct product *product;
    const struct band_source *source; /* by band_id, JP2 only */
    band_set bands; /* at least one */
    bool keep_offset; /* numbers without the product's offset */
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Errors: ERR_INPUT (a tile is damaged; the message names band and tile), ERR_TEMPORARY,
 * ERR_STOPPED. Free with reduced_clear, also after an error. */
int reduced_read(const struct reduced_request *q, struct reduced *out, struct err *e) MUST_CHECK;
void reduced_clear(struct reduced *r);

/* The pixels of the grid whose centres are in a subscene, inside of the grid; empty if there are
 * none. `scale`: pixels of the product's 10 m grid in a pixel of the lattice's raster. */
struct rect reduced_cell(const struct reduced *r, const struct lattice *l, int scale, int32_t x,
                         int32_t y);

#endif
