/* How long the blocks of the FFT engine are. Private to filters/resample_fft. */
#ifndef SUBSCENE_FILTERS_FFT_AXIS_H
#define SUBSCENE_FILTERS_FFT_AXIS_H

#include <stdint.h>

#include "filters/kernel.h"

/* One axis of the blocks. */
struct fft_axis {
    int32_t src; /* size of the raster */
    int32_t n; /* length of the transform */
    int32_t valid; /* anchors that a block makes; a multiple of `down` */
    int32_t extent; /* source samples that go into a block; ≤ n */
};

/* For rasters of `src` pixels: along rows, and along columns. They follow from the arguments alone:
 * so does every bit of the result. */
struct fft_axis fft_axis_x(int32_t src, const struct kernel_taps *t);
struct fft_axis fft_axis_y(int32_t src, const struct kernel_taps *t);

#endif
