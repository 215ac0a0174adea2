/* Chooses the block sizes of the FFT engine. Private to filters/resample_fft. */
#ifndef SUBSCENE_FILTERS_FFT_AXIS_H
#define SUBSCENE_FILTERS_FFT_AXIS_H

#include <stdint.h>

#include "filters/kernel.h"

/* One axis of the blocks. */
struct fft_axis {
    int32_t src; /* size of the raster, px */
    int32_t n; /* length of the transform */
    int32_t valid; /* anchors per block; a multiple of `down` */
    int32_t extent; /* source samples that enter a block; ≤ n */
};

/* The axis along rows and the axis along columns, for rasters of `src` pixels. They depend on the
 * arguments alone, and so does every bit of the result. */
struct fft_axis fft_axis_x(int32_t src, const struct kernel_taps *t);
struct fft_axis fft_axis_y(int32_t src, const struct kernel_taps *t);

#endif
