/* What a manifest says of a subscene, from its samples: statistics, valid fraction, content hash. */
#ifndef SUBSCENE_STAGES_SURVEY_H
#define SUBSCENE_STAGES_SURVEY_H

#include "io/manifest.h"
#include "io/ncfile.h"

/* Buffers of one thread, for subscenes of one size. */
struct survey_work;
int survey_work_create(int32_t size, struct survey_work **out, struct err *e) MUST_CHECK;
void survey_work_destroy(struct survey_work *w);
size_t survey_work_bytes(int32_t size);

/* Fills the row's statistics, valid fraction and content hash (of the digital numbers as 16-bit little-endian, band after band); leaves its place, file
 * and digest alone. One subscene after the other: begin, each of its bands in table order, end. `dn`: size × size. */
void survey_begin(struct survey_work *w);
void survey_band(struct survey_work *w, int band_id, const uint16_t *dn, struct manifest_row *row);
void survey_end(struct survey_work *w, struct manifest_row *row);

/* All of it from a file. Errors: ERR_INPUT (a band is missing or damaged), ERR_TEMPORARY. */
int survey_file(struct survey_work *w, band_set bands, struct ncfile *f, struct manifest_row *row,
                struct err *e) MUST_CHECK;

#endif
