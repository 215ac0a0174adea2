/* Stages 1 and 2 on their own: writes bands of a product, or of an earlier stage, to band files
 * (io/netcdf/stage_nc.h), strip by strip. */
#ifndef SUBSCENE_STAGES_JOBS_DECODE_RESAMPLE_H
#define SUBSCENE_STAGES_JOBS_DECODE_RESAMPLE_H

#include "stages/folder/disk_space.h"
#include "stages/image/plan.h"

/* The largest number of bands made together: an image has no more. */
enum { BANDS_TOGETHER = JP2_COMPONENTS_MAX };

/* Rows in a chunk of a band file. Small chunks keep the memory of cutting low. Strips of 512 rows
 * have a whole number of chunks. */
enum { BANDS_CHUNK_ROWS = 256 };

struct decode_resample_options {
    const char *folder; /* of the files <BAND>.nc; made if it is missing */
    bool overwrite;
    bool dry_run;
    struct plan_limits limits;
    size_t unpacked_bytes; /* plan_request */
    int (*stopped)(void); /* may be NULL */
    struct disk_tally *needed; /* a dry run adds the files that it would make */
};

enum bands_outcome { BANDS_MADE, BANDS_SKIPPED, BANDS_WOULD_MAKE };

/* Called from any thread; calls never overlap. */
struct decode_resample_observer {
    void (*begin)(void *ctx, const char *image, size_t strips);
    void (*strip)(void *ctx);
    void (*done)(void *ctx, enum bands_outcome outcome, const char *path);
    void *ctx;
};

/* Makes folder/<BAND>.nc for the bands of meta->params. These are at most BANDS_TOGETHER bands on
 * one grid. `sources` has BAND_COUNT entries; only those of these bands are used. An image with
 * several bands is decoded once.
 *
 * `meta` describes the files: kind (decoded: samples as in the sources; resampled: samples on the
 * target grid), product, parameters, grid. This function sets its px. An existing file with the
 * same description is kept. Another existing file is ERR_USAGE without `overwrite`. A damaged JP2
 * tile is an error of the whole image: ERR_INPUT, and no file. */
int decode_resample_run(const struct band_source sources[BAND_COUNT], const struct stage_meta *meta,
                        const struct decode_resample_options *options,
                        const struct decode_resample_observer *observer, struct err *e) MUST_CHECK;

#endif
