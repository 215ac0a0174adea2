/* Plans the use of the images: which tiles a part of the target grid needs
 * (stages/image/band_reader.h), which pixels of each tile, and how many tile rows are held. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_TILES_H
#define SUBSCENE_STAGES_IMAGE_PLAN_TILES_H

#include "stages/image/plan.h"

/* The tiles of a band's image that a strip, one of its pieces, or a cell needs, as a rectangle of
 * tile columns and tile rows. Empty if it needs none. */
struct rect plan_strip_tiles(const struct plan *p, const struct plan_strip *s, int band);
struct rect plan_piece_tiles(const struct plan *p, const struct plan_strip *s, int band, size_t i);
struct rect plan_cell_tiles(const struct plan *p, struct cell c, int band);

/* For params.compat: the square of the band's own pixels that becomes the cell. It may reach beyond
 * the image. */
struct rect plan_cell_window(const struct plan *p, int band, struct cell c);

/* Sets the windows of all bands: the pixels of each tile that any strip needs. The window is the
 * whole tile if more than three quarters of it are needed, or if its reader cannot read parts.
 * ERR_TEMPORARY: out of memory. */
int plan_tiles_windows(struct plan *p, struct err *e) MUST_CHECK;

/* The least number of slots (tile rows held at once) with which any one strip can be made. Row r is
 * held in slot r mod slots. `roomy`: the least number with which the tiles of a strip can be
 * decoded while the strip before it is still in use. */
int32_t plan_tiles_slots(const struct plan *p, int band, bool roomy);

/* Sets plan_strip.after of all strips. The slots of all bands must be set. ERR_TEMPORARY: out of
 * memory. */
int plan_tiles_waits(struct plan *p, struct err *e) MUST_CHECK;

#endif
