/* Checks the wanted pixels of several masks with several threads, before anything is written. */
#ifndef SUBSCENE_STAGES_LAYERS_MASKS_CHECK_H
#define SUBSCENE_STAGES_LAYERS_MASKS_CHECK_H

#include "io/netcdf/schema.h"
#include "stages/layers/mask.h"

/* Which masks, up to SCHEMA_LAYERS_MAX; for subscenes of which size; with how many threads at most.
 * All is borrowed. */
struct masks_check {
    struct mask *const *mask;
    size_t n;
    int32_t size;
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Reads what mask_want has named. The memory never exceeds the sum of mask_bytes. Of several errors
 * the one that comes first in the first mask is returned, whatever the threads. Errors as
 * mask_check. */
int masks_check(const struct masks_check *c, struct err *e) MUST_CHECK;

#endif
