/* Checks the wanted pixels of several masks with several threads, before anything is written. */
#ifndef SUBSCENE_STAGES_LAYERS_MASKS_CHECK_H
#define SUBSCENE_STAGES_LAYERS_MASKS_CHECK_H

#include "io/netcdf/schema.h"
#include "stages/layers/mask.h"

/* Up to SCHEMA_LAYERS_MAX masks, the size of the subscenes, and the largest number of threads. All
 * pointers are borrowed. */
struct masks_check {
    struct mask *const *mask;
    size_t n;
    int32_t size;
    int threads;
    int (*stopped)(void); /* may be NULL */
};

/* Reads the pixels announced by mask_want. The memory never exceeds the sum of mask_bytes. Of
 * several errors, the first one in the first mask is returned, for any number of threads. Errors as
 * mask_check. */
int masks_check(const struct masks_check *c, struct err *e) MUST_CHECK;

#endif
