/* The FFT engine of resample.h: overlap-save in two dimensions, single precision. The only files
 * that know FFTW.
 *
 * Blocks. Block (bx, by) makes the target pixels whose anchors (kernel.h) are the source columns
 * bx·Vx … (bx+1)·Vx − 1 and the rows by·Vy … (by+1)·Vy − 1, from the source samples lo before to hi
 * after these: at most Nx × Ny, the size of the transform. The block's place and all that goes into
 * it follow from the raster alone; a target rectangle that needs only a part of a block has the
 * whole of it transformed, and merely skips rows and columns on the way out.
 *
 * Arithmetic per block. x − c (c: the mean of its valid samples, an integer; 0 outside of the
 * raster) is transformed forward once. For each vertical phase the spectrum is multiplied by the
 * phase's 1-D response and transformed back along y alone; every row wanted is then multiplied by
 * the response of two horizontal phases at a time, as H0 + i·H1, and one complex transform back
 * along x gives both at once, side by side. At the raster's edges the result is divided by the sums
 * of the taps inside. Then c and the offset are added in the quantiser. */
#ifndef SUBSCENE_FILTERS_RESAMPLE_FFT_H
#define SUBSCENE_FILTERS_RESAMPLE_FFT_H

#include "core/err.h"
#include "core/view.h"
#include "filters/resample.h"

struct resample_fft; /* immutable, shared by threads */
struct resample_fft_work; /* one thread's */

/* `spec` and `taps` are borrowed for the life of the result. Not thread-safe: FFTW's planner. */
int resample_fft_create(const struct resample_spec *spec, const struct kernel_taps *taps,
                        struct resample_fft **out, struct err *e) MUST_CHECK;
void resample_fft_destroy(struct resample_fft *f);

int resample_fft_work_create(const struct resample_fft *f, struct resample_fft_work **out,
                             struct err *e) MUST_CHECK;
void resample_fft_work_destroy(struct resample_fft_work *w);
size_t resample_fft_work_bytes(const struct resample_fft *f);

/* Of a block, in target pixels. */
int32_t resample_fft_block_width(const struct resample_fft *f);

struct rect resample_fft_source_rect(const struct resample_fft *f, struct rect dst);

void resample_fft_run(const struct resample_fft *f, struct resample_fft_work *w, struct ring src,
                      struct resample_sink sink);

#endif
