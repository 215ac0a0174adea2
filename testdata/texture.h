/* What makes a synthetic scene as hard to compress as a real one: value noise in several octaves,
 * clouds, sensor noise. Integer arithmetic only. Structure is fixed to the ground (metres from the
 * product's corner) and shared by the bands; the sensor noise is each pixel's own. */
#ifndef SUBSCENE_TESTDATA_TEXTURE_H
#define SUBSCENE_TESTDATA_TEXTURE_H

#include <stdint.h>

/* 32 well mixed bits of a lattice point. */
uint32_t texture_hash(uint32_t seed, int32_t x, int32_t y);

struct texture; /* opaque; one thread at a time */

/* For columns x0 … x0 + w − 1 of a raster of the band with pixels of pixel_m metres. NULL when
 * memory is short; release with texture_destroy, which takes NULL too. */
struct texture *texture_create(uint32_t seed, int band_id, int32_t pixel_m, int32_t x0, int32_t w);
void texture_destroy(struct texture *t);

/* Adds the texture of the row whose pixel centres lie south_m metres below the product's corner to
 * dn[0 … w − 1], and keeps the sum within 100 … 28000. */
void texture_add_row(struct texture *t, int32_t south_m, int32_t *dn);

#endif
