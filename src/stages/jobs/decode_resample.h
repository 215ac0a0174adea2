/* Stages 1 and 2 on their own: bands of a product, or of an earlier stage, into band files
 * (io/netcdf/stage_nc.h), strip by strip. */
#ifndef SUBSCENE_STAGES_JOBS_DECODE_RESAMPLE_H
#define SUBSCENE_STAGES_JOBS_DECODE_RESAMPLE_H

#include "stages/folder/disk_space.h"
#include "stages/image/plan.h"

/* Bands that are made together: as many as an image has. */
enum { BANDS_TOGETHER = JP2_COMPONENTS_MAX };

/* Rows of a band file's chunks. Small enough that cutting holds little more than it needs, a whole
 * number of strips of 512. */
enum { BANDS_CHUNK_ROWS = 256 };

struct decode_resample_options {
    const char *folder; /* where <BAND>.nc goes; made when missing */
    bool overwrite;
    bool dry_run;
    struct plan_limits limits;
    size_t unpacked_bytes; /* plan_request */
    int (*stopped)(void); /* may be NULL */
    struct disk_tally *needed; /* a dry run adds the files that it would make */
};

enum bands_outcome { BANDS_MADE, BANDS_SKIPPED, BANDS_WOULD_MAKE };

/* Told of progress; from any thread, one call at a time. */
struct decode_resample_observer {
    void (*begin)(void *ctx, const char *image, size_t strips);
    void (*strip)(void *ctx);
    void (*done)(void *ctx, enum bands_outcome outcome, const char *path);
    void *ctx;
};

/* Makes folder/<BAND>.nc of each of the bands of meta->params, at most BANDS_TOGETHER, all of one
 * grid, from `sources` (BAND_COUNT; those of these bands count): an image that they share is
 * decoded once. `meta` says what the files are: kind (decoded: the sources pass as they are;
 * resampled: onto the target grid), product, parameters, grid of the files; its px is set here. A
 * file that is there and says the same is kept; one that says otherwise is ERR_USAGE unless
 * `overwrite`. A damaged tile is an error of the whole image: ERR_INPUT, and no file. */
int decode_resample_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                        const struct decode_resample_options *options,
                        const struct decode_resample_observer *observer, struct err *e) MUST_CHECK;

#endif
