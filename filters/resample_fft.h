/* The FFT engine of resample.h: overlap-save in two dimensions, single precision. Only its two
 * files use FFTW.
 *
 * Blocks. Block (bx, by) makes the target pixels whose anchors (kernel.h) are the source columns
 * bx·Vx … (bx+1)·Vx − 1 and the rows by·Vy … (by+1)·Vy − 1. It reads the source samples from `lo`
 * before to `hi` after these: at most Nx × Ny, the size of the transform. The place and the input
 * of a block depend on the raster alone. If a target rectangle needs only a part of a block, the
 * whole block is transformed. The other rows and columns are skipped on output.
 *
 * Arithmetic of a block:
 *  1. c is the integer mean of its valid samples. x − c (0 outside the raster) is transformed
 *     forward once.
 *  2. For each vertical phase the spectrum is multiplied by the 1-D response of the phase and
 *     transformed back along y alone.
 *  3. Each row wanted is multiplied by the responses of two horizontal phases at a time, as H0 +
 *     i·H1. One complex transform back along x gives both phases at once, side by side.
 *  4. At the edges of the raster the result is divided by the sums of the taps inside.
 *  5. The quantiser adds c and the offset. */
#ifndef SUBSCENE_FILTERS_RESAMPLE_FFT_H
#define SUBSCENE_FILTERS_RESAMPLE_FFT_H

#include "core/err.h"
#include "core/view.h"
#include "filters/resample.h"

struct resample_fft; /* immutable, shared by threads */
struct resample_fft_work; /* buffers of one thread */

/* Borrows `spec` and `taps` for the life of the result. Not thread-safe, because of FFTW's
 * planner. */
int resample_fft_create(const struct resample_spec *spec, const struct kernel_taps *taps,
                        struct resample_fft **out, struct err *e) MUST_CHECK;
void resample_fft_destroy(struct resample_fft *f);

int resample_fft_work_create(const struct resample_fft *f, struct resample_fft_work **out,
                             struct err *e) MUST_CHECK;
void resample_fft_work_destroy(struct resample_fft_work *w);
size_t resample_fft_work_bytes(const struct resample_fft *f);

/* Width of a block in target pixels. */
int32_t resample_fft_block_width(const struct resample_fft *f);

struct rect resample_fft_source_rect(const struct resample_fft *f, struct rect dst);

void resample_fft_run(const struct resample_fft *f, struct resample_fft_work *w, struct ring src,
                      struct resample_sink sink);

#endif
