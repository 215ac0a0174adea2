/* Stage 3: one subscene's samples out of the strip. */
#ifndef SUBSCENE_STAGES_IMAGE_CUT_H
#define SUBSCENE_STAGES_IMAGE_CUT_H

#include "stages/image/resample.h"

/* Copies `cell` (target pixels, size × size, may reach beyond the raster) of a band out of a strip
 * whose pixels are `strip_px` into `dn`; what lies outside of the raster is no data: 0. */
void cut_cell(const struct resample_stage *r, int32_t strip, int band, struct rect strip_px,
              struct rect cell, uint16_t *dn);

#endif
