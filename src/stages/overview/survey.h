/* Rows of a manifest for subscenes that were not made, from the product's reduced bands: enough to
 * rank them (stages/check/rank.h). */
#ifndef SUBSCENE_STAGES_OVERVIEW_SURVEY_H
#define SUBSCENE_STAGES_OVERVIEW_SURVEY_H

#include "core/lattice.h"
#include "io/folder/manifest.h"
#include "stages/overview/reduced.h"

/* Adds a row for each subscene of the lattice: its place, valid fraction, and minimum, mean and
 * maximum of each band in out->bands, which `r` has. The rest stays empty. `scale`: pixels of the
 * product's 10 m grid in a pixel of the lattice's raster. Errors: ERR_TEMPORARY. */
int survey_subscenes(const struct reduced *r, const struct lattice *l, int scale,
                     struct manifest *out, struct err *e) MUST_CHECK;

#endif
