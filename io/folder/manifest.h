/* manifest.csv: one row a subscene of a product, in the order of rows and columns; for `subscene
 * verify`, for resuming, and for any tool that reads tables.
 *
 * Columns: x, y, file (relative to the manifest's folder), valid_fraction, then <BAND>_min,
 * <BAND>_mean, <BAND>_max of the digital numbers that are not 0 (empty where there are none) for
 * each band in the files, then the columns of class layers, of the file itself
 * (io/folder/filesum.h) file_bytes, head_bytes and head_checksum (empty where nothing is known),
 * row_checksum (CRC-32 of the row's text without it and the comma before it; older tables lack
 * these four), content_hash (io/compress/deflate.h) and parameters (the digest).
 *
 * A class layer has a column <LAYER>_<MEANING> for each of its flags: the share of the subscene's
 * pixels with that code; a layer without flags (a probability) has <LAYER>_mean. Empty where the
 * subscene's file has no such layer, or no such flag. Columns of the layer Label come first, then
 * the others by name; those that are empty in all rows are not written. In the table on disk a
 * column is its name alone: which code it had is known only of layers that were added
 * (manifest_add_layer), never of a table that was read. */
#ifndef SUBSCENE_IO_FOLDER_MANIFEST_H
#define SUBSCENE_IO_FOLDER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/classes.h"
#include "core/params.h"
#include "io/compress/deflate.h"
#include "io/folder/filesum.h"

struct manifest_band {
    int64_t count; /* kept only as "are there any": 0 or more */
    uint16_t min, max;
    double mean; /* rounded to 3 decimals, as in the file */
};

enum {
    MANIFEST_CLASSES_MAX = 96,
    MANIFEST_CLASS_NAME = 2 * CLASS_NAME_SIZE,
    MANIFEST_FRACTION_SIZE = 32
};

/* A column of a class layer. */
struct manifest_class {
    char layer[CLASS_NAME_SIZE];
    char meaning[CLASS_NAME_SIZE]; /* "mean" of a layer without flags */
    uint8_t code;
    bool has_code; /* else the code is not known */
    bool is_mean;
};

struct manifest_row {
    int32_t x, y;
    char file[256];
    double valid_fraction; /* rounded to 6 decimals, as in the file */
    struct manifest_band band[BAND_COUNT];
    char content_hash[CHECKSUM_TEXT_SIZE];
    char digest[PARAMS_DIGEST_SIZE];
    struct filesum file_sum;
    bool is_altered; /* when it was read it did not have its row_checksum: nothing in it is sure. It
                        is written as such again */
    float fraction[MANIFEST_CLASSES_MAX]; /* in the columns of its manifest, rounded as in the file;
                                             NAN: empty. Those behind the last column say nothing */
};

struct manifest {
    band_set bands;
    struct manifest_class class[MANIFEST_CLASSES_MAX]; /* in the order of the columns */
    size_t classes;
    bool lacks_sums; /* it was read from an older table */
    struct manifest_row *row; /* sorted by y, then x; owned */
    size_t n, cap;
};

/* Starts empty; manifest_clear frees. Not thread-safe. */
void manifest_init(struct manifest *m, band_set bands);
void manifest_clear(struct manifest *m);

/* Reads a file. ERR_INPUT with line and column when it is not a manifest; a missing file gives
 * ERR_INPUT with sys_errno ENOENT. */
int manifest_read(const char *path, struct manifest *out, struct err *e) MUST_CHECK;

/* The row of (x, y), or NULL. Valid until the next put. */
const struct manifest_row *manifest_find(const struct manifest *m, int32_t x, int32_t y);

/* Adds the row or replaces the one of the same (x, y). */
int manifest_put(struct manifest *m, const struct manifest_row *row, struct err *e) MUST_CHECK;

/* Drops the row of (x, y), if there is one. */
void manifest_drop(struct manifest *m, int32_t x, int32_t y);

/* Writes the table, whole or not at all. */
int manifest_write(const struct manifest *m, const char *path, struct err *e) MUST_CHECK;

/* How many rows are altered? */
size_t manifest_altered(const struct manifest *m);

/* Do two rows say the same, but for the class columns? */
bool manifest_row_equal(const struct manifest_row *a, const struct manifest_row *b, band_set bands);

/* ---- class columns (io/folder/manifest_classes.c) ---- */

/* The column's name, "Label_CLOUD"; and the order of columns, which is that of qsort. */
void manifest_class_name(const struct manifest_class *c, char buf[MANIFEST_CLASS_NAME]);
int manifest_class_compare(const struct manifest_class *a, const struct manifest_class *b);

/* A value of the column as it is written; "" for NAN. */
void manifest_fraction_format(const struct manifest_class *c, float fraction,
                              char buf[MANIFEST_FRACTION_SIZE]);

/* Makes sure that there are columns for the flags of a layer (none: for its mean). The rows in the
 * manifest keep their fractions; rows that are not in it yet must be made afterwards. Where the
 * layer is there already with other codes, the ones given last count from now on. Nothing changes
 * on an error: ERR_USAGE (more than MANIFEST_CLASSES_MAX columns, or a name that cannot be a
 * column's). */
int manifest_add_layer(struct manifest *m, const char *layer, const struct class_flag *flag,
                       size_t flags, struct err *e) MUST_CHECK;

/* The same for a single column, and for all columns of another manifest. A code that is not known
 * changes none that is. */
int manifest_add_class(struct manifest *m, const struct manifest_class *c,
                       struct err *e) MUST_CHECK;
int manifest_add_classes(struct manifest *m, const struct manifest *from, struct err *e) MUST_CHECK;

/* Empties all class columns of the row. */
void manifest_row_no_classes(struct manifest_row *row);

/* Fills the columns of a layer that was added, from its n values. Columns of the layer whose code
 * is not known become empty. */
void manifest_row_classes(const struct manifest *m, struct manifest_row *row, const char *layer,
                          const uint8_t *px, size_t n);

/* The same by the flags that the layer's file has. ERR_INPUT: the manifest has no column for one of
 * them. */
int manifest_row_layer(const struct manifest *m, struct manifest_row *row,
                       const struct class_layer *layer, const uint8_t *px, size_t n,
                       struct err *e) MUST_CHECK;

/* Has the row a value for every flag of the layer? */
bool manifest_row_has_layer(const struct manifest *m, const struct manifest_row *row,
                            const struct class_layer *layer);

/* Puts the fractions of a row that has the columns of `from` into those of the same names of `to`.
 * What `to` has no column for is lost. */
void manifest_row_move(const struct manifest *from, const struct manifest *to,
                       struct manifest_row *row);

/* The first column in which two rows of the manifest differ, or NULL. */
const struct manifest_class *manifest_class_difference(const struct manifest *m,
                                                       const struct manifest_row *a,
                                                       const struct manifest_row *b);

#endif
