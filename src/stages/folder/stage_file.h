/* Is a file between the stages there already, and what this run would make? */
#ifndef SUBSCENE_STAGES_FOLDER_STAGE_FILE_H
#define SUBSCENE_STAGES_FOLDER_STAGE_FILE_H

#include "io/netcdf/stage_nc.h"

/* *keep: the file is there, has all its chunks, and was made by the same stage from the same
 * product with the same parameters as `here`. One that is damaged is logged and not kept. Errors:
 * ERR_USAGE (made otherwise: says what differs), ERR_TEMPORARY. */
int stage_file_look(const char *path, const struct stage_meta *here, bool *keep,
                    struct err *e) MUST_CHECK;

#endif
