/* Computes the columns of a manifest row from the samples of a subscene: statistics, valid
 * fraction, content hash, class fractions. */
#ifndef SUBSCENE_STAGES_FOLDER_MEASURE_H
#define SUBSCENE_STAGES_FOLDER_MEASURE_H

#include "io/folder/manifest.h"
#include "io/netcdf/h5file.h"
#include "io/netcdf/ncfile.h"

/* Buffers of one thread, for subscenes of one size. */
struct measure_work;
int measure_work_create(int32_t size, struct measure_work **out, struct err *e) MUST_CHECK;
void measure_work_destroy(struct measure_work *w);
size_t measure_work_bytes(int32_t size);
int32_t measure_size(const struct measure_work *w);

/* Makes `*w` fit an open subscene file. `*w` may be NULL. ERR_INPUT: its first variable is not
 * square. */
int measure_reserve(struct measure_work **w, struct ncfile *f, struct err *e) MUST_CHECK;

/* Fills the row's statistics, valid fraction and content hash (of the digital numbers as 16-bit
 * little-endian, of colours as bytes, band after band); leaves its place, file and digest alone.
 * One subscene after the other: begin, each of its bands in table order, end. `dn`: size × size. */
void measure_begin(struct measure_work *w);
void measure_band(struct measure_work *w, int band_id, const uint16_t *dn,
                  struct manifest_row *row);
void measure_end(struct measure_work *w, struct manifest_row *row);

/* Of the subscene that ended last: size × size bytes, 1 where all of its bands have data. Until the
 * next begin. */
const uint8_t *measure_valid(const struct measure_work *w);

/* Measures all bands of a file, without its class layers. Errors: ERR_INPUT (a band is missing or
 * damaged), ERR_TEMPORARY. */
int measure_file(struct measure_work *w, band_set bands, struct h5file *f, struct manifest_row *row,
                 struct err *e) MUST_CHECK;

/* Reads a class layer of an open file. `*px`: size × size codes, until the next call. Errors:
 * ERR_INPUT (missing, damaged). */
int measure_codes(struct measure_work *w, struct h5file *f, const char *layer, const uint8_t **px,
                  struct err *e) MUST_CHECK;

/* The class layers of an open file (layers_list), in two steps.
 *
 * measure_add_layers adds the columns of the layers to the manifest. Its rows are moved to the new
 * columns; a row outside of it must be moved (manifest_row_move) or made afterwards. Errors:
 * ERR_USAGE, as manifest_add_layer.
 *
 * measure_layers fills the row's class columns from the samples, and empties those of other layers.
 * Errors: ERR_INPUT (a layer is damaged, or has no columns), ERR_TEMPORARY. */
int measure_add_layers(struct manifest *m, const struct class_layers *layers,
                       struct err *e) MUST_CHECK;
int measure_layers(struct measure_work *w, const struct manifest *m, struct h5file *f,
                   const struct class_layers *layers, struct manifest_row *row,
                   struct err *e) MUST_CHECK;

/* True if the row has values for all these layers and for no others. */
bool measure_has_layers(const struct manifest *m, const struct class_layers *layers,
                        const struct manifest_row *row);

#endif
