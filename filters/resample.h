/* Resampling of one band from its native grid to the target grid: both share the upper-left corner,
 * and one pixel is a whole multiple of the other.
 *
 * Pixel i of the target has its centre at (i + 0.5)·q metres from the corner, in source pixels at u
 * = (i + 0.5)·q/p − 0.5. Value = Σ h(j − u)·x[j] / Σ h(j − u) over the taps inside of the raster,
 * separately in rows and columns; for downsampling h is widened by the factor. A target pixel is no
 * data (0), or saturated (65535), exactly if the source pixel that holds its centre is; such source
 * pixels are filled from the nearest valid ones before filtering, so that they never ring into
 * their neighbours (filters/nodata.h). Where `down` does not divide the raster's size, the centre
 * of the last target pixel can lie past the raster: it is then no data as well. The result gets the
 * band's offset added, is rounded once, half to even, and clamped to 1 … 65534
 * (filters/quantise.h), or to what `most` says.
 *
 * The result of a pixel depends on nothing but the source raster and the plan: not on the rectangle
 * asked for, the strip, the thread. The FFT engine keeps that promise by working in blocks anchored
 * to absolute source rows and columns.
 *
 * KERNEL_NEAREST, and any kernel when up == down == 1, pick the source pixel that holds the centre:
 * no arithmetic but the quantiser's, and the same for both engines. */
#ifndef SUBSCENE_FILTERS_RESAMPLE_H
#define SUBSCENE_FILTERS_RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/view.h"
#include "filters/kernel.h"

enum resample_engine { RESAMPLE_FFT, RESAMPLE_DIRECT };

enum { RESAMPLE_FACTOR_MAX = 6, RESAMPLE_SIDE_MAX = 1 << 20, RESAMPLE_OFFSET_MAX = 65535 };

struct resample_spec {
    int32_t src_w, src_h; /* source raster, px: 1 … RESAMPLE_SIDE_MAX */
    int32_t up, down; /* target pixel = source pixel · down / up; 1 … RESAMPLE_FACTOR_MAX, one of
                         them is 1 */
    enum kernel_id kernel;
    int lobes; /* half-width of kernels that take it: KERNEL_LOBES_MIN … KERNEL_LOBES_MAX; else
                  ignored */
    enum resample_engine engine;
    uint16_t nodata, saturated; /* source DN with these meanings */
    uint16_t most; /* results above it become it, saturation too: of 8-bit images, which have none;
                      0: no such limit */
    int32_t offset; /* DN added before the rounding (RADIO_ADD_OFFSET, or 0); at most
                       ±RESAMPLE_OFFSET_MAX */
};

struct resample_plan; /* opaque, immutable, shared by threads */
struct resample_work; /* buffers of one thread */

/* Not thread-safe (FFTW's planner): make and destroy plans while no other thread does. Errors:
 * ERR_USAGE (numbers out of range), ERR_TEMPORARY, ERR_INTERNAL (FFTW gives no plan). */
int resample_plan_create(const struct resample_spec *spec, struct resample_plan **out,
                         struct err *e) MUST_CHECK;
void resample_plan_destroy(struct resample_plan *p);

/* A work fits the plan it was made for, must not outlive it, and serves one thread at a time.
 * Errors: ERR_TEMPORARY. */
int resample_work_create(const struct resample_plan *p, struct resample_work **out,
                         struct err *e) MUST_CHECK;
void resample_work_destroy(struct resample_work *w);
size_t
resample_work_bytes(const struct resample_plan *p); /* what it allocates, for the memory plan */

/* Size of the target raster: ceil(src · up / down). */
int32_t resample_target_width(const struct resample_plan *p);
int32_t resample_target_height(const struct resample_plan *p);

/* Width of the plan's blocks in target pixels. Threads that share a strip best cut it at multiples
 * of it: a block that is cut is transformed once for each part. */
int32_t resample_block_width(const struct resample_plan *p);

/* The source pixels that must be in memory for target rectangle `dst` (not empty, inside of the
 * target raster): its blocks, the kernel's reach, the reach of the no-data fill, cut at the raster.
 * A source pixel outside of this cannot change a single bit of the result. */
struct rect resample_source_rect(const struct resample_plan *p, struct rect dst);

/* Does it only pick source pixels (KERNEL_NEAREST, or nothing to resample)? Then resample_run needs
 * no work, and any rectangle costs just its pixels. */
bool resample_picks(const struct resample_plan *p);

/* Makes the target pixels of `dst` (inside of the target raster) into `out` (dst.w × dst.h). `src`
 * holds the rows and columns of resample_source_rect(dst). Allocates nothing. */
void resample_run(const struct resample_plan *p, struct resample_work *w, struct ring src,
                  struct rect dst, struct view out);

/* The same before the rounding, without offset and special values, for tests of the engines against
 * each other: valid pixels only mean something. `out` has dst.w × dst.h numbers, row after row. */
void resample_run_float(const struct resample_plan *p, struct resample_work *w, struct ring src,
                        struct rect dst, double *out);

/* Between resample.c and the engines: where the target pixels of `dst` go. Unrounded when `values`
 * is set, else DN. */
struct resample_sink {
    struct rect dst;
    struct view px;
    double *values;
};

#endif
