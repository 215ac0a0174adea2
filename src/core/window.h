/* Where cm_vsm 0.3.7 cuts, which resamples each subscene for itself: the window of a band's own
 * pixels that becomes subscene (x, y). In float, operation by operation as there: at 60 m its
 * windows do not fit the subscenes (86 pixels where 85 1/3 belong), and that is what is wanted
 * here.
 *
 *     step = (cut − cut·overlap) / divisor        start = floor(step·x)        end =
 *                                                                              trunc(ceil(start +
 *                                                                              step) + cut·overlap
 *                                                                              / divisor)
 *
 * `cut`: side of a subscene in pixels of 10 m, from 1; 0 ≤ overlap ≤ 0.5; divisor: 1, 2, 6 for
 * bands of 10, 20, 60 m. */
#ifndef SUBSCENE_CORE_WINDOW_H
#define SUBSCENE_CORE_WINDOW_H

#include <stdint.h>

#include "core/view.h"

/* Distance of neighbouring windows, in pixels of the band. */
float window_step(int32_t cut, double overlap, int32_t divisor);

/* Where window number `index` begins, along one side. */
int32_t window_start(float step, int32_t index);

/* The window: square, may reach beyond the image. Where rounding gives it two sides, as it can with
 * odd overlaps, the shorter one counts for both. */
struct rect window_cell(int32_t cut, double overlap, int32_t divisor, int32_t x, int32_t y);

#endif
