/* Texture that makes a synthetic scene as hard to compress as a real one: value noise in several
 * octaves, clouds, sensor noise. Integer arithmetic only. The structure is fixed to the ground
 * (metres from the product's corner) and shared by the bands. Each pixel has its own sensor
 * noise. */
#ifndef SUBSCENE_TESTDATA_TEXTURE_H
#define SUBSCENE_TESTDATA_TEXTURE_H

#include <stdint.h>

/* A hash of a lattice point: 32 well-mixed bits. */
uint32_t texture_hash(uint32_t seed, int32_t x, int32_t y);

struct texture; /* opaque; one thread at a time */

/* For columns x0 … x0 + w − 1 of the band's raster with pixels of pixel_m metres. Returns NULL if
 * memory is short. Release it with texture_destroy, which accepts NULL. */
struct texture *texture_create(uint32_t seed, int band_id, int32_t pixel_m, int32_t x0, int32_t w);
void texture_destroy(struct texture *t);

/* Adds texture to dn[0 … w − 1], a row whose pixel centres are south_m metres below the product's
 * corner. Keeps the sum within 100 … 28000. */
void texture_add_row(struct texture *t, int32_t south_m, int32_t *dn);

#endif
