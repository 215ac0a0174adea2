/* A picture of a whole product: a composite with the lattice drawn and numbered. */
#ifndef SUBSCENE_STAGES_OVERVIEW_SKETCH_H
#define SUBSCENE_STAGES_OVERVIEW_SKETCH_H

#include "core/composite.h"
#include "core/lattice.h"
#include "stages/overview/reduced.h"

/* Draws the composite, whose bands `r` has, into `rgb`, 3 bytes a pixel of r->grid. The stretch is
 * that of all pixels of the product. Errors: ERR_TEMPORARY. */
int sketch_composite(const struct reduced *r, const struct composite *c, uint8_t *rgb,
                     struct err *e) MUST_CHECK;

/* Draws the borders of the subscenes, and column_row in the upper left corner of each that has
 * room. `scale`: pixels of the product's 10 m grid in a pixel of the lattice's raster. */
void sketch_lattice(const struct reduced *r, const struct lattice *l, int scale, uint8_t *rgb);

#endif
