/* Estimates the disk space of subscenes: an upper bound and a typical figure.
 *
 * The upper bound assumes that no sample is compressed (float32: 4 bytes; colours and class layers:
 * 1 byte). It adds the overhead of deflate, the longest metadata, the manifest, and the rounding of
 * each file to whole blocks. A run never writes more.
 *
 * Typical figures with --deflate 1 and above, in bytes per pixel. "Enlarged" means resampled to
 * smaller pixels:
 *
 *                              NetCDF   PNG
 *     band, not enlarged       1.8      0.6
 *     band, enlarged 2 times   1.5      0.45
 *     band, enlarged more      0.9      0.3
 *     colour                   0.7      1.8 for the picture of all three
 *     class layer              0.1      0.1
 *
 * They are measured with files of 512 × 512 px. Real images have 1.2 to 1.7 at their native pixel
 * (B01, B09, B10 at 60 m), and 0.6 to 0.9 enlarged six times. The texture of make_product has 2.0
 * to 2.2 at 10 m, 1.8 enlarged twice, and 1.3 enlarged six times. No-data and smooth scenes need
 * less, small subscenes more. */
#ifndef SUBSCENE_STAGES_FOLDER_DISK_SPACE_H
#define SUBSCENE_STAGES_FOLDER_DISK_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/params.h"

struct disk_space {
    uint64_t most, typical; /* bytes */
};

/* The number of files to make, and the space that they need. */
struct disk_tally {
    struct disk_space space;
    size_t files;
};

/* The space of `n` subscenes with `layers` class layers each, and with pictures if `png` is set.
 * p->bands must be the bands of the product. */
struct disk_space disk_space_of(const struct params *p, size_t layers, bool png, size_t n);

/* The space of n files between the stages. Each has `bands` bands of `width` × `height` px, uint16.
 * With deflate a typical band takes 1.3 bytes per pixel. Measured: 1.1 to 1.5 at 10 m, 0.5 to 1.0
 * enlarged. */
struct disk_space disk_space_of_stages(int bands, int32_t width, int32_t height, int deflate,
                                       size_t n);

/* The growth of a subscene file of size × size px that gets `layers` class layers. */
struct disk_space disk_space_of_layers(size_t layers, int32_t size);

/* Adds `more` to `sum`. */
void disk_space_add(struct disk_space *sum, struct disk_space more);

#endif
