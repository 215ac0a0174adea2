/* Turns a sheet into pictures: a PNG for each composite, a palette PNG for each class layer (its
 * indices are the codes), and a thumbnail of the first composite. */
#ifndef SUBSCENE_STAGES_LOOK_MOSAIC_H
#define SUBSCENE_STAGES_LOOK_MOSAIC_H

#include <stdbool.h>

#include "stages/look/sheet.h"

enum { MOSAIC_NAME = CLASS_NAME_SIZE, MOSAIC_COMPOSITES_MAX = 16, THUMB_SIDE = 88 };

/* A picture of three bands. */
struct mosaic_composite {
    char name[MOSAIC_NAME];
    int band[3]; /* red, green, blue: band_id */
};

/* The composites that a product with these bands (at least one) can have. Without any named
 * composite, its first band in grey. Returns their number. */
size_t mosaic_composites(band_set bands, struct mosaic_composite out[MOSAIC_COMPOSITES_MAX]);

/* The bands that they need. */
band_set mosaic_bands(const struct mosaic_composite *c, size_t n);

/* The names of files: "natural.png" and "class_Label.png". A layer whose name has characters that a
 * file or an address may not have gets the number of its place: "class+3.png". */
enum { MOSAIC_FILE = MOSAIC_NAME + 16 };
void mosaic_composite_file(const struct mosaic_composite *c, char file[MOSAIC_FILE]);
void mosaic_layer_file(const struct sheet *s, size_t layer, char file[MOSAIC_FILE]);

/* True if the text has only letters, digits, '_', '-' and '.', does not begin with '.', is not
 * empty, and is shorter than `size`. */
bool mosaic_is_plain(const char *text, size_t size);

/* The file of the thumbnail. No composite and no layer has this name. */
#define MOSAIC_THUMB "_thumb.png"

/* Writes the picture of a composite, or of layer i, into `folder`. Errors: ERR_TEMPORARY,
 * ERR_OUTPUT. */
int mosaic_write_composite(const struct sheet *s, const struct mosaic_composite *c,
                           const char *folder, bool with_thumb, struct err *e) MUST_CHECK;
int mosaic_write_layer(const struct sheet *s, size_t i, const char *folder,
                       struct err *e) MUST_CHECK;

#endif
