/* Pixels without a measurement: no-data and saturated ones, together "invalid".
 *
 * Fill rule. Before filtering, an invalid sample takes the value of the nearest valid sample
 * (Euclidean distance). Candidates are at most `reach` rows and `reach` columns away and inside the
 * raster. Ties go to the smallest |dy|, then to the upper sample, then to the left one. The rule
 * depends on no block and no strip, so every caller gets the same value.
 *
 * Samples with no valid sample in their window get `unfilled`. They never enter a valid result, for
 * this reason. A result is valid only if the source pixel s under its centre is valid. All its taps
 * lie at most `reach` (kernel_taps.reach) rows and columns from s. So s is in the window of each
 * tap, and every tap gets filled. Hence `unfilled` may be any value, even one that depends on the
 * block. */
#ifndef SUBSCENE_FILTERS_NODATA_H
#define SUBSCENE_FILTERS_NODATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/view.h"

enum {
    NODATA_DN = 0,
    NODATA_SATURATED_DN = 65535
}; /* in results, whatever values the source uses for them */

struct nodata_rule {
    uint16_t nodata, saturated; /* source DN with these meanings; no-data wins if they are equal */
};

static inline bool nodata_is_valid(struct nodata_rule r, uint16_t dn)
{
    return dn != r.nodata && dn != r.saturated;
}

/* How many samples of `part` are valid, and their sum. */
struct nodata_census {
    int64_t valid, sum;
};
struct nodata_census nodata_count(struct nodata_rule rule, struct ring src, struct rect part);

struct nodata_job {
    struct nodata_rule rule;
    int32_t src_w, src_h; /* the raster */
    struct rect part; /* the part to copy and fill; inside the raster */
    int32_t reach; /* 0 … 32766 */
    uint16_t unfilled;
};

/* Number of scratch elements that nodata_fill needs for parts of at most w × h. */
size_t nodata_scratch(int32_t w, int32_t h, int32_t reach);

/* Copies `part` into `out` (part.w × part.h, row by row) and fills its invalid samples. `src` must
 * hold the part and `reach` pixels around it, clipped to the raster. */
void nodata_fill(const struct nodata_job *job, struct ring src, int16_t *scratch, uint16_t *out);

/* How a target grid lies over its source. */
struct nodata_grid {
    struct nodata_rule rule;
    int32_t up, down, src_w, src_h;
};

/* Marks invalid pixels in `out`, the n target pixels of row y from column x on. Writes NODATA_DN or
 * NODATA_SATURATED_DN where the source pixel under the centre is no-data or saturated. Other pixels
 * keep their value. A centre past the raster counts as no-data. `src` must hold the row under the
 * centre. */
void nodata_mark_row(const struct nodata_grid *g, struct ring src, int32_t x, int32_t y, int32_t n,
                     uint16_t *out);

#endif
