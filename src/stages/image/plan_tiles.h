/* What a plan needs of the images: which tiles (stages/image/band_reader.h) decide a part of the
 * target grid, which pixels of each tile, and how many rows of tiles are held at once. */
#ifndef SUBSCENE_STAGES_IMAGE_PLAN_TILES_H
#define SUBSCENE_STAGES_IMAGE_PLAN_TILES_H

#include "stages/image/plan.h"

/* The tiles of a band's image that decide a strip, one of its pieces, a cell: columns and rows of
 * tiles. Empty where nothing is needed. */
struct rect plan_strip_tiles(const struct plan *p, const struct plan_strip *s, int band);
struct rect plan_piece_tiles(const struct plan *p, const struct plan_strip *s, int band, size_t i);
struct rect plan_cell_tiles(const struct plan *p, struct cell c, int band);

/* params.compat: the square of a band's own pixels that becomes the cell; may reach beyond the
 * image. */
struct rect plan_cell_window(const struct plan *p, int band, struct cell c);

/* Sets the windows of all bands: the pixels of each tile that any strip needs, or the whole tile
 * where that is nearly all of it, or its reader gives whole tiles only. */
int plan_tiles_windows(struct plan *p, struct err *e) MUST_CHECK;

/* The least rows of tiles that must be held for any one strip. Row r is held in slot r mod slots.
 * `roomy`: so many that one strip's tiles can be decoded while the strip before it is at work. */
int32_t plan_tiles_slots(const struct plan *p, int band, bool roomy);

/* Sets what each strip waits for (plan_strip.after), once the slots of all bands are set. */
int plan_tiles_waits(struct plan *p, struct err *e) MUST_CHECK;

#endif
