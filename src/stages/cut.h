/* Stage 3: one subscene's samples out of the strip. */
#ifndef SUBSCENE_STAGES_CUT_H
#define SUBSCENE_STAGES_CUT_H

#include "core/view.h"

/* Copies `cell` (raster pixels, size × size, may reach beyond the raster) out of a strip whose pixels are `strip_px` into `dn`; what lies
 * outside of the strip's raster is no data: 0. */
void cut_cell(struct view strip, struct rect strip_px, struct rect cell, uint16_t *dn);

#endif
