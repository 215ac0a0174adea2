/* Saves the class layers of a damaged subscene file that is set aside: those that HDF5 reads, and
 * those whose chunks alone are whole (stages/keep/chunk_search.h). */
#ifndef SUBSCENE_STAGES_KEEP_RESCUE_H
#define SUBSCENE_STAGES_KEEP_RESCUE_H

#include "stages/keep/chunk_search.h"

/* Writes a file at `to` with the layers `names` of the damaged file at `path`, if more of them are
 * found than HDF5 reads. Otherwise writes nothing, and *saved is false. Errors: ERR_TEMPORARY,
 * ERR_OUTPUT. */
int rescue_layers(const char *path, const char *to, const struct strlist *names,
                  const struct chunk_search_known *known, bool *saved, struct err *e) MUST_CHECK;

#endif
