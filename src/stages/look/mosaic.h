/* Turns a sheet into pictures: a PNG for each composite, a palette PNG for each class layer (its
 * indices are the codes), and a thumbnail of the first composite. */
#ifndef SUBSCENE_STAGES_LOOK_MOSAIC_H
#define SUBSCENE_STAGES_LOOK_MOSAIC_H

#include <stdbool.h>

#include "core/composite.h"
#include "stages/look/sheet.h"

enum { MOSAIC_COMPOSITES_MAX = COMPOSITE_COUNT, THUMB_SIDE = 88 };

/* The composites that a product with these bands (at least one) can have. Without any named
 * composite, one of the true-colour image, or of its first band in grey. Returns their number. */
size_t mosaic_composites(band_set bands, struct composite out[MOSAIC_COMPOSITES_MAX]);

/* The names of files: "natural.png" and "class_Label.png". A layer whose name has characters that a
 * file or an address may not have gets the number of its place: "class+3.png". */
enum { MOSAIC_FILE = CLASS_NAME_SIZE + 16 };
void mosaic_composite_file(const struct composite *c, char file[MOSAIC_FILE]);
void mosaic_layer_file(const struct sheet *s, size_t layer, char file[MOSAIC_FILE]);

/* True if the text has only letters, digits, '_', '-' and '.', does not begin with '.', is not
 * empty, and is shorter than `size`. */
bool mosaic_is_plain(const char *text, size_t size);

/* The file of the thumbnail. No composite and no layer has this name. */
#define MOSAIC_THUMB "_thumb.png"

/* Writes the picture of a composite, or of layer i, into `folder`. Errors: ERR_TEMPORARY,
 * ERR_OUTPUT. */
int mosaic_write_composite(const struct sheet *s, const struct composite *c, const char *folder,
                           bool with_thumb, struct err *e) MUST_CHECK;
int mosaic_write_layer(const struct sheet *s, size_t i, const char *folder,
                       struct err *e) MUST_CHECK;

#endif
