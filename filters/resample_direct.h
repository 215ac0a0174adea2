/* The direct engine of resample.h. It sums the taps in double, rows first, then columns, always in
 * the order of the taps. It is the oracle for the FFT engine and shares only the taps and the
 * no-data fill with it. A result depends on the samples of its taps alone, so any split into
 * rectangles gives the same result. */
#ifndef SUBSCENE_FILTERS_RESAMPLE_DIRECT_H
#define SUBSCENE_FILTERS_RESAMPLE_DIRECT_H

#include "core/err.h"
#include "core/view.h"
#include "filters/resample.h"

struct resample_direct_work;

int resample_direct_work_create(const struct resample_spec *spec, const struct kernel_taps *taps,
                                struct resample_direct_work **out, struct err *e) MUST_CHECK;
void resample_direct_work_destroy(struct resample_direct_work *w);
size_t resample_direct_work_bytes(const struct kernel_taps *taps);

/* Target columns computed at a time. */
int32_t resample_direct_block_width(void);

/* Exactly the reach of the taps plus the reach of the no-data fill. */
struct rect resample_direct_source_rect(const struct resample_spec *spec,
                                        const struct kernel_taps *taps, struct rect dst);

void resample_direct_run(struct resample_direct_work *w, struct ring src,
                         struct resample_sink sink);

#endif
