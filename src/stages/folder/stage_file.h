/* Decides whether an existing file between the stages can be kept. */
#ifndef SUBSCENE_STAGES_FOLDER_STAGE_FILE_H
#define SUBSCENE_STAGES_FOLDER_STAGE_FILE_H

#include "io/netcdf/stage_nc.h"

/* Sets *keep to true if the file exists, has all its chunks, and comes from the same stage, product
 * and parameters as `here`. A damaged file is logged and not kept. Errors: ERR_USAGE (it has
 * another stage, product or parameters; the message names the difference), ERR_OUTPUT (the path
 * cannot be examined), ERR_TEMPORARY. */
int stage_file_check(const char *path, const struct stage_meta *here, bool *keep,
                     struct err *e) MUST_CHECK;

#endif
