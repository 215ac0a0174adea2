/* Makes subscenes again that a repair set aside, from their product. */
#ifndef SUBSCENE_STAGES_JOBS_REPAIR_REMAKE_H
#define SUBSCENE_STAGES_JOBS_REPAIR_REMAKE_H

#include "stages/jobs/repair.h"
#include "stages/jobs/repair_manifest.h"

/* Makes the subscenes of options->product below the folder that have a list of class layers
 * (stages/keep/kept_layers.h) and no file (run_product). Their parameters come from the other
 * files of the manifest, and so does the layout. Layers come from the files set aside. Masks in the
 * product are used too if the manifest has layers other than Label, and pictures are drawn if there
 * are pictures.
 *
 * If that cannot be done (profile kappazeta tells no parameters; the product is damaged), it is
 * logged, and the lists stay. Errors: ERR_INPUT (the product cannot be opened), ERR_STOPPED,
 * ERR_TEMPORARY. */
int repair_remake(const char *folder, const struct repair_options *options,
                  const struct repair_teller *teller, struct err *e) MUST_CHECK;

/* Can the product be opened? Before anything changes. Errors as repair_remake. */
int repair_remake_check(const struct repair_options *options, struct err *e) MUST_CHECK;

#endif
