/* The windows of cm_vsm 0.3.7, which resamples each subscene on its own: the window of a band's own
 * pixels that becomes subscene (x, y). Computed in float, in cm_vsm's order of operations. At 60 m
 * its windows do not fit the subscenes exactly (86 pixels instead of 85 1/3). That is intended
 * here.
 *
 *     step  = (cut − cut·overlap) / divisor
 *     start = floor(step·x)
 *     end   = trunc(ceil(start + step) + cut·overlap / divisor)
 *
 * `cut`: side of a subscene in pixels of 10 m, from 1; 0 ≤ overlap ≤ 0.5; divisor: 1, 2, 6 for
 * bands of 10, 20, 60 m. */
#ifndef SUBSCENE_CORE_WINDOW_H
#define SUBSCENE_CORE_WINDOW_H

#include <stdint.h>

#include "core/view.h"

/* Distance between neighbouring windows, in pixels of the band. */
float window_step(int32_t cut, double overlap, int32_t divisor);

/* The beginning of window number `index`, along one side. */
int32_t window_start(float step, int32_t index);

/* The window: square, may reach beyond the image. Rounding can give it two different sides for odd
 * overlaps; then the shorter side counts for both. */
struct rect window_cell(int32_t cut, double overlap, int32_t divisor, int32_t x, int32_t y);

#endif
