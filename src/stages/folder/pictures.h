/* PNG pictures of subscenes for people to look at (--png). There is one picture of each band,
 * stretched (filters/picture.h), and one of each class layer, with its codes unchanged. If all
 * three colours are there, they make one picture, TCI. io/folder/picture_names.h has names and
 * places.
 *
 * Pictures are written before the subscene's file. So a subscene that was made with --png has all
 * its pictures. No code reads pictures, and no manifest lists them. */
#ifndef SUBSCENE_STAGES_FOLDER_PICTURES_H
#define SUBSCENE_STAGES_FOLDER_PICTURES_H

#include "core/band.h"
#include "io/folder/picture_names.h"

/* The pictures of one subscene, and the buffers of one thread. */
struct pictures;

/* For subscenes of size × size px with these bands. */
int pictures_create(int32_t size, band_set bands, struct pictures **out, struct err *e) MUST_CHECK;
void pictures_destroy(struct pictures *p);

/* The memory of a `struct pictures` in bytes, for the memory plan. */
size_t pictures_bytes(int32_t size, band_set bands, size_t layers);

/* Discards the pictures of the last subscene. */
void pictures_begin(struct pictures *p);

/* Makes the picture of a band or a class layer in memory. Bands come in table order. Errors:
 * ERR_TEMPORARY, ERR_INTERNAL. */
int pictures_band(struct pictures *p, int band_id, const uint16_t *dn, struct err *e) MUST_CHECK;
int pictures_layer(struct pictures *p, const char *layer, const uint8_t *codes,
                   struct err *e) MUST_CHECK;

/* Writes the pictures (io/folder/outfile.h). Errors: ERR_TEMPORARY, ERR_OUTPUT. */
int pictures_store(const struct pictures *p, const struct picture_names_cell *cell,
                   struct err *e) MUST_CHECK;

/* Makes and writes all pictures of an existing subscene file. It needs 10 bytes per pixel more,
 * which pictures_bytes does not count. Errors: ERR_INPUT (the file is damaged), ERR_TEMPORARY,
 * ERR_OUTPUT. */
int pictures_of_file(struct pictures *p, const struct picture_names_cell *cell,
                     struct err *e) MUST_CHECK;

/* True if all pictures of these bands and class layers exist. `g` must be the list of the cell's
 * folder (picture_names_look). */
bool pictures_are_there(const struct picture_names *g, const struct picture_names_cell *cell,
                        band_set bands, const struct strlist *layers);

/* Removes the pictures of these bands, or of one class layer. Missing pictures are no error. */
int pictures_remove(const struct picture_names_cell *cell, band_set bands,
                    struct err *e) MUST_CHECK;
int pictures_remove_layer(const struct picture_names_cell *cell, const char *layer,
                          struct err *e) MUST_CHECK;

/* A subscene whose layout is unknown. Its pictures' names come from its product_name. */
struct pictures_subscene {
    const char *file, *product;
    int32_t x, y;
};

/* Writes the picture of a class layer again if there is one. With `always` it is also written if
 * there is none. Errors: ERR_TEMPORARY, ERR_OUTPUT. */
int pictures_redraw_layer(const struct pictures_subscene *s, const char *layer,
                          const uint8_t *codes, int32_t size, bool always,
                          struct err *e) MUST_CHECK;

/* Is there a picture of the layer? */
bool pictures_has_layer(const struct pictures_subscene *s, const char *layer);

#endif
