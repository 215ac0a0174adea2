/* Resamples one band from its native grid to the target grid. Both grids share the upper-left
 * corner, and one pixel is a whole multiple of the other.
 *
 * Target pixel i has its centre at (i + 0.5)·q metres from the corner. In source pixels that is u =
 * (i + 0.5)·q/p − 0.5. Its value is Σ h(j − u)·x[j] / Σ h(j − u) over the taps inside the raster,
 * separately in rows and columns. For downsampling, h is widened by the factor. Then the offset of
 * the band is added, and the value is rounded once, half to even. The result is clamped to 1 …
 * 65534 (filters/quantise.h) or to `most`.
 *
 * A target pixel is no-data (0) or saturated (65535) exactly if the source pixel that holds its
 * centre is. Such source pixels are filled from the nearest valid ones before filtering, so they do
 * not ring into their neighbours (filters/nodata.h). Where `down` does not divide the size of the
 * raster, the centre of the last target pixel can lie past the raster. That pixel is no-data.
 *
 * A result depends on the source raster and the plan alone. The requested rectangle, the strip and
 * the thread do not change it. The FFT engine ensures this with blocks that are anchored to
 * absolute source rows and columns.
 *
 * KERNEL_NEAREST, and any kernel when up == down == 1, pick the source pixel that holds the centre.
 * Only the quantiser changes its value, and both engines give the same result. */
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
    /* target pixel = source pixel · down / up; both 1 … RESAMPLE_FACTOR_MAX, one of them 1 */
    int32_t up, down;
    enum kernel_id kernel;
    /* half-width of kernels with takes_lobes, KERNEL_LOBES_MIN … KERNEL_LOBES_MAX; else ignored */
    int lobes;
    enum resample_engine engine;
    uint16_t nodata, saturated; /* source DN with these meanings */
    /* upper limit of results, saturated pixels included; for 8-bit images, which have no
     * saturation; 0: no limit */
    uint16_t most;
    /* DN added before rounding (RADIO_ADD_OFFSET, or 0); at most ±RESAMPLE_OFFSET_MAX */
    int32_t offset;
};

struct resample_plan; /* opaque, immutable, shared by threads */
struct resample_work; /* buffers of one thread */

/* Not thread-safe, because of FFTW's planner: create and destroy plans while no other thread does
 * so. Errors: ERR_USAGE (a number is out of range), ERR_TEMPORARY, ERR_INTERNAL (FFTW gives no
 * plan). */
int resample_plan_create(const struct resample_spec *spec, struct resample_plan **out,
                         struct err *e) MUST_CHECK;
void resample_plan_destroy(struct resample_plan *p);

/* The buffers fit one plan and must not outlive it. One thread at a time may use them. Errors:
 * ERR_TEMPORARY. */
int resample_work_create(const struct resample_plan *p, struct resample_work **out,
                         struct err *e) MUST_CHECK;
void resample_work_destroy(struct resample_work *w);
/* Bytes that a work allocates, for the memory plan. */
size_t resample_work_bytes(const struct resample_plan *p);

/* Size of the target raster: ceil(src · up / down). */
int32_t resample_target_width(const struct resample_plan *p);
int32_t resample_target_height(const struct resample_plan *p);

/* Width of the blocks in target pixels. Threads that share a strip should cut it at multiples of
 * this width: a block that is cut is transformed once per part. */
int32_t resample_block_width(const struct resample_plan *p);

/* The source pixels that must be in memory for target rectangle `dst` (not empty, inside the target
 * raster). They are the source pixels of its blocks, the reach of the kernel and the reach of the
 * no-data fill, clipped to the raster. No other source pixel can change a bit of the result. */
struct rect resample_source_rect(const struct resample_plan *p, struct rect dst);

/* True if the plan only picks source pixels (KERNEL_NEAREST, or nothing to resample). Then
 * resample_run needs no work, and a rectangle of any shape costs only its own pixels. */
bool resample_picks(const struct resample_plan *p);

/* Computes the target pixels of `dst` (inside the target raster) into `out` (dst.w × dst.h). `src`
 * must hold the rows and columns of resample_source_rect(dst). Allocates nothing. */
void resample_run(const struct resample_plan *p, struct resample_work *w, struct ring src,
                  struct rect dst, struct view out);

/* The same before the rounding, without offset and special values, for tests that compare the
 * engines. Only valid pixels have a meaning. `out` holds dst.w × dst.h numbers, row by row. */
void resample_run_float(const struct resample_plan *p, struct resample_work *w, struct ring src,
                        struct rect dst, double *out);

/* Where an engine writes the target pixels of `dst`; shared by resample.c and the engines. With
 * `values` set it writes unrounded numbers there, else DN to `px`. */
struct resample_sink {
    struct rect dst;
    struct view px;
    double *values;
};

#endif
