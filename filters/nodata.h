/* Pixels without a measurement: no data and saturated ones, together "invalid".
 *
 * Fill rule. Before filtering, an invalid sample takes the value of the valid sample that is
 * nearest to it (Euclidean) among those at most `reach` rows and `reach` columns away and inside
 * the raster. Among equally near ones: the smallest |dy|, then the upper one, then the left one.
 * The rule names no block and no strip, so whoever fills a sample gets the same value.
 *
 * Samples with no valid one in their window get `unfilled`. They never count in a valid result: a
 * result is valid only if the source pixel s under its centre is, all its taps lie at most `reach`
 * (kernel_taps.reach) from s in rows and in columns, hence s is in the window of each of them, and
 * none is left unfilled. So `unfilled` may be anything, even a constant of the block. */
#ifndef SUBSCENE_FILTERS_NODATA_H
#define SUBSCENE_FILTERS_NODATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/view.h"

enum {
    NODATA_DN = 0,
    NODATA_SATURATED_DN = 65535
}; /* in results, whatever the source's values for them are */

struct nodata_rule {
    uint16_t nodata,
        saturated; /* source DN with these meanings; no data wins when they are equal */
};

static inline bool nodata_is_valid(struct nodata_rule r, uint16_t dn)
{
    return dn != r.nodata && dn != r.saturated;
}

/* Of the samples of `part`: how many are valid, and their sum. */
struct nodata_census {
    int64_t valid, sum;
};
struct nodata_census nodata_count(struct nodata_rule rule, struct ring src, struct rect part);

struct nodata_job {
    struct nodata_rule rule;
    int32_t src_w, src_h; /* the raster */
    struct rect part; /* what to copy and fill; inside the raster */
    int32_t reach; /* 0 … 32766 */
    uint16_t unfilled;
};

/* Elements of the scratch memory that nodata_fill needs for parts of at most w × h. */
size_t nodata_scratch(int32_t w, int32_t h, int32_t reach);

/* Copies `part` into `out` (part.w × part.h, row after row) with its invalid samples filled. `src`
 * holds the part and `reach` pixels around it, cut at the raster. */
void nodata_fill(const struct nodata_job *job, struct ring src, int16_t *scratch, uint16_t *out);

/* How a target grid lies over its source. */
struct nodata_grid {
    struct nodata_rule rule;
    int32_t up, down, src_w, src_h;
};

/* Writes NODATA_DN and NODATA_SATURATED_DN into `out`, the n target pixels of row y from column x
 * on, where the source pixel under their centre says so; the others stay. A centre past the raster
 * has no measurement: no data. `src` holds the row under the centre. */
void nodata_mark_row(const struct nodata_grid *g, struct ring src, int32_t x, int32_t y, int32_t n,
                     uint16_t *out);

#endif
