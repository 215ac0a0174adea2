/* manifest.csv: one row per subscene of a product, sorted by rows and columns of the lattice.
 * `subscene verify`, resumed runs and any tool that reads tables use it.
 *
 * Columns, in this order:
 *   - x, y
 *   - file, relative to the manifest's folder
 *   - valid_fraction
 *   - <BAND>_min, <BAND>_mean, <BAND>_max for each band in the files, of the digital numbers that
 *     are not 0; empty if there are none
 *   - the columns of class layers
 *   - file_bytes, head_bytes and head_checksum of the file (io/folder/filesum.h); empty if unknown
 *   - row_checksum: CRC-32 of the row's text without this column and the comma before it
 *   - content_hash (io/compress/deflate.h)
 *   - parameters: the digest
 * Older tables lack the columns file_bytes to row_checksum.
 *
 * A class layer has a column <LAYER>_<MEANING> for each of its flags: the share of the subscene's
 * pixels with that code. A layer without flags (a probability) has <LAYER>_mean. A value is empty
 * where the subscene's file lacks the layer or the flag. The columns of the layer Label come first,
 * then the others by name. Columns that are empty in all rows are left out. The table on disk has
 * only the name of a column. So the code is known for layers that were added (manifest_add_layer),
 * and unknown in a table that was read. */
#ifndef SUBSCENE_IO_FOLDER_MANIFEST_H
#define SUBSCENE_IO_FOLDER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/band.h"
#include "core/classes.h"
#include "core/params.h"
#include "core/strlist.h"
#include "io/compress/deflate.h"
#include "io/folder/filesum.h"

struct manifest_band {
    int64_t count; /* only 0 or not 0 matters */
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
    char meaning[CLASS_NAME_SIZE]; /* "mean" for a layer without flags */
    uint8_t code;
    bool has_code; /* false: the code is unknown */
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
    /* its row_checksum was wrong when it was read, so no value in it is certain; it is written with
     * a wrong checksum again */
    bool is_altered;
    /* one per column of its manifest, rounded as in the file; NAN: empty. Elements after the last
     * column are undefined */
    float fraction[MANIFEST_CLASSES_MAX];
};

struct manifest {
    band_set bands;
    struct manifest_class class[MANIFEST_CLASSES_MAX]; /* in the order of the columns */
    size_t classes;
    bool lacks_sums; /* read from an older table */
    struct manifest_row *row; /* sorted by y, then x; owned */
    size_t n, cap;
};

/* Makes an empty manifest; manifest_clear frees it. Not thread-safe. */
void manifest_init(struct manifest *m, band_set bands);
void manifest_clear(struct manifest *m);

/* Reads a file. ERR_INPUT with line and column if it is not a manifest. ERR_INPUT with sys_errno
 * ENOENT if it is missing. */
int manifest_read(const char *path, struct manifest *out, struct err *e) MUST_CHECK;

/* The row of (x, y), or NULL. Valid until the next put. */
const struct manifest_row *manifest_find(const struct manifest *m, int32_t x, int32_t y);

/* The first row with these samples that is not `except` (may be NULL); NULL: none. Compares hashes.
 */
const struct manifest_row *manifest_find_hash(const struct manifest *m, const char *hash,
                                              const struct manifest_row *except);

/* Adds the row, or replaces the row of the same (x, y). */
int manifest_put(struct manifest *m, const struct manifest_row *row, struct err *e) MUST_CHECK;

/* Removes the row of (x, y), if there is one. */
void manifest_drop(struct manifest *m, int32_t x, int32_t y);

/* Writes the whole table or nothing. */
int manifest_write(const struct manifest *m, const char *path, struct err *e) MUST_CHECK;

/* The number of altered rows. */
size_t manifest_altered(const struct manifest *m);

/* True if two rows are equal, apart from the class columns. */
bool manifest_row_equal(const struct manifest_row *a, const struct manifest_row *b, band_set bands);

/* ---- class columns (io/folder/manifest_classes.c) ---- */

/* manifest_class_name makes the column's name, "Label_CLOUD". manifest_class_compare orders
 * columns, for qsort. */
void manifest_class_name(const struct manifest_class *c, char buf[MANIFEST_CLASS_NAME]);
int manifest_class_compare(const struct manifest_class *a, const struct manifest_class *b);

/* A value of the column as text in the file; "" for NAN. */
void manifest_fraction_format(const struct manifest_class *c, float fraction,
                              char buf[MANIFEST_FRACTION_SIZE]);

/* Adds missing columns for the flags of a layer (without flags: for its mean). Rows in the manifest
 * keep their fractions; make new rows after this call. If the layer has columns with other codes,
 * the new codes count from now on. ERR_USAGE: more than MANIFEST_CLASSES_MAX columns, or a name
 * that is not a column name. On an error nothing changes. */
int manifest_add_layer(struct manifest *m, const char *layer, const struct class_flag *flag,
                       size_t flags, struct err *e) MUST_CHECK;

/* The same for a single column, and for all columns of another manifest. An unknown code never
 * replaces a known one. */
int manifest_add_class(struct manifest *m, const struct manifest_class *c,
                       struct err *e) MUST_CHECK;
int manifest_add_classes(struct manifest *m, const struct manifest *from, struct err *e) MUST_CHECK;

/* Empties all class columns of the row. */
void manifest_row_no_classes(struct manifest_row *row);

/* Fills the columns of an added layer from its n values. Columns of the layer with an unknown code
 * become empty. */
void manifest_row_classes(const struct manifest *m, struct manifest_row *row, const char *layer,
                          const uint8_t *px, size_t n);

/* The same with the flags in the layer's file. ERR_INPUT: the manifest lacks a column for one of
 * them. */
int manifest_row_layer(const struct manifest *m, struct manifest_row *row,
                       const struct class_layer *layer, const uint8_t *px, size_t n,
                       struct err *e) MUST_CHECK;

/* Adds the names of the layers that the row has values for, and that are not in `names` yet. */
int manifest_row_layer_names(const struct manifest *m, const struct manifest_row *row,
                             struct strlist *names, struct err *e) MUST_CHECK;

/* True if the row has a value for every flag of the layer. */
bool manifest_row_has_layer(const struct manifest *m, const struct manifest_row *row,
                            const struct class_layer *layer);

/* Moves the fractions of a row from the columns of `from` to the columns of `to` with the same
 * names. Fractions without such a column are lost. */
void manifest_row_move(const struct manifest *from, const struct manifest *to,
                       struct manifest_row *row);

/* The first column in which two rows of the manifest differ, or NULL. */
const struct manifest_class *manifest_class_difference(const struct manifest *m,
                                                       const struct manifest_row *a,
                                                       const struct manifest_row *b);

#endif
