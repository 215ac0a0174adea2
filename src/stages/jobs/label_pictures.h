/* Pictures of class layers that `label` puts into a subscene. */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_PICTURES_H
#define SUBSCENE_STAGES_JOBS_LABEL_PICTURES_H

#include "stages/folder/pictures.h"
#include "stages/layers/addlayers.h"

/* Draws the layers that are about to be put into the file: those that have a picture, or with
 * `always` all. `w` has their codes (addlayers_plan). Errors as pictures_redraw_layer. */
int label_pictures_of_added(const struct addlayers_work *w, const struct addlayers_target *t,
                            const struct pictures_subscene *s, const struct addlayers_result *plan,
                            bool always, struct err *e) MUST_CHECK;

/* Draws the layers of the set that have no picture, from the file. Errors: also ERR_INPUT. */
int label_pictures_lacking(struct addlayers_work *w, const struct addlayers_target *t,
                           const struct pictures_subscene *s, struct err *e) MUST_CHECK;

#endif
