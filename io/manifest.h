/* manifest.csv: one row a subscene of a product, in the order of rows and columns; for `subscene verify`, for resuming, and for any tool that reads
 * tables.
 *
 * Columns: x, y, file (relative to the manifest's folder), valid_fraction, then <BAND>_min, <BAND>_mean, <BAND>_max of the digital numbers that are
 * not 0 (empty where there are none) for each band in the files, content_hash (io/deflate.h) and parameters (the digest). */
#ifndef SUBSCENE_IO_MANIFEST_H
#define SUBSCENE_IO_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/params.h"
#include "io/deflate.h"

struct manifest_band {
    int64_t count; /* kept only as "are there any": 0 or more */
    uint16_t min, max;
    double mean; /* rounded to 3 decimals, as in the file */
};

struct manifest_row {
    int32_t x, y;
    char file[256];
    double valid_fraction; /* rounded to 6 decimals, as in the file */
    struct manifest_band band[BAND_COUNT];
    char content_hash[CHECKSUM_TEXT_SIZE];
    char digest[PARAMS_DIGEST_SIZE];
};

struct manifest {
    band_set bands;
    struct manifest_row *row; /* sorted by y, then x; owned */
    size_t n, cap;
};

/* Starts empty; manifest_clear frees. Not thread-safe. */
void manifest_init(struct manifest *m, band_set bands);
void manifest_clear(struct manifest *m);

/* Reads a file. ERR_INPUT with line and column when it is not a manifest; a missing file gives ERR_INPUT with sys_errno ENOENT. */
int manifest_read(const char *path, struct manifest *out, struct err *e) MUST_CHECK;

/* The row of (x, y), or NULL. Valid until the next put. */
const struct manifest_row *manifest_find(const struct manifest *m, int32_t x, int32_t y);

/* Adds the row or replaces the one of the same (x, y). */
int manifest_put(struct manifest *m, const struct manifest_row *row, struct err *e) MUST_CHECK;

/* Drops the row of (x, y), if there is one. */
void manifest_drop(struct manifest *m, int32_t x, int32_t y);

/* Writes the table, whole or not at all. */
int manifest_write(const struct manifest *m, const char *path, struct err *e) MUST_CHECK;

/* Do two rows say the same? */
bool manifest_row_equal(const struct manifest_row *a, const struct manifest_row *b, band_set bands);

#endif
