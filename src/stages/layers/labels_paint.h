/* Paints the shapes of a labelling tool as the codes of a class map. */
#ifndef SUBSCENE_STAGES_LAYERS_LABELS_PAINT_H
#define SUBSCENE_STAGES_LAYERS_LABELS_PAINT_H

#include "io/labels/label_tool.h"

/* Fills px, size × size, with the map's `unlabelled`, and returns it as a canvas for shapes. Shapes
 * of a higher z-order lie on top. At the same z-order the higher rank in the map wins, then the
 * later shape. `scratch` is as large as px, zero before and after painting. All are borrowed. */
struct label_canvas labels_paint_begin(const struct class_map *map, int32_t size, uint8_t *px,
                                       uint8_t *scratch);

#endif
