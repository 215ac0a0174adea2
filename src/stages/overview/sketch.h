/* A picture of a whole product: a composite with the lattice drawn and numbered. */
#ifndef SUBSCENE_STAGES_OVERVIEW_SKETCH_H
#define SUBSCENE_STAGES_OVERVIEW_SKETCH_H

#include "core/composite.h"
#include "core/lattice.h"
#include "filters/composite.h"
#include "stages/overview/reduced.h"

/* The stretch of the composite's bands, which `r` has: from all pixels of the product. Errors:
 * ERR_TEMPORARY. */
int sketch_stretch(const struct reduced *r, const struct composite *c,
                   struct composite_stretch out[3], struct err *e) MUST_CHECK;

/* Draws the composite into `rgb`, 3 bytes a pixel of r->grid. Errors: ERR_TEMPORARY. */
int sketch_composite(const struct reduced *r, const struct composite *c, uint8_t *rgb,
                     struct err *e) MUST_CHECK;

/* Draws the borders of the subscenes, and column_row in the upper left corner of each that has
 * room. `scale`: pixels of the product's 10 m grid in a pixel of the lattice's raster. */
void sketch_lattice(const struct reduced *r, const struct lattice *l, int scale, uint8_t *rgb);

#endif
