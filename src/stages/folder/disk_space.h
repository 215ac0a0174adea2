/* The disk space that subscenes will need: an upper bound and a typical figure.
 *
 * Upper bound: every sample uncompressed (float32 4 bytes; colours and class layers 1 byte), what
 * deflate adds to data that it cannot shorten, metadata at its longest, the manifest, and each file
 * rounded up to whole blocks. A run never writes more.
 *
 * Typical figure with --deflate 1 and above, in bytes per pixel: 1.8 for a band that is not
 * enlarged, 1.5 for one enlarged twice, 0.9 for more, 0.7 for a colour, 0.1 for a class layer; a
 * picture takes 0.6, 0.45, 0.3 of a band, 1.8 of the colours, 0.1 of a class layer. Measured per
 * file of 512 × 512 px: real images at their native pixel 1.2 to 1.7 (B01, B09, B10 at 60 m),
 * enlarged six times 0.6 to 0.9; the texture of make_product 2.0 to 2.2 at 10 m, 1.8 enlarged
 * twice, 1.3 enlarged six times. No-data and smooth scenes need less, small subscenes more. */
#ifndef SUBSCENE_STAGES_FOLDER_DISK_SPACE_H
#define SUBSCENE_STAGES_FOLDER_DISK_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/params.h"

struct disk_space {
    uint64_t most, typical; /* bytes */
};

/* Files to make, and what they need. */
struct disk_tally {
    struct disk_space space;
    size_t files;
};

/* Of `n` subscenes with so many class layers each; `png`: with pictures. The bands of the
 * parameters are those of the product. */
struct disk_space disk_space_of(const struct params *p, size_t layers, bool png, size_t n);

/* Of n files between the stages, each with so many bands of `width` × `height` uint16. Deflate
 * takes 1.3 bytes per pixel of a typical band: measured 1.1 to 1.5 at 10 m, 0.5 to 1.0 enlarged. */
struct disk_space disk_space_of_stages(int bands, int32_t width, int32_t height, int deflate,
                                       size_t n);

/* What a subscene's file grows by when it gets so many class layers. */
struct disk_space disk_space_of_layers(size_t layers, int32_t size);

void disk_space_add(struct disk_space *sum, struct disk_space more);

#endif
