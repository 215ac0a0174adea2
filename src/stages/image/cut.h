/* Stage 3: copies one subscene's samples out of a strip. */
#ifndef SUBSCENE_STAGES_IMAGE_CUT_H
#define SUBSCENE_STAGES_IMAGE_CUT_H

#include "stages/image/resample.h"

/* Copies the pixels `cell` of a band from the strip, which has the pixels `strip_px`, into `dn`.
 * Both rectangles are in target pixels. `cell` is size × size px and may reach beyond the raster;
 * the pixels outside are no-data (0). */
void cut_cell(const struct resample_stage *r, int32_t strip, int band, struct rect strip_px,
              struct rect cell, uint16_t *dn);

#endif
