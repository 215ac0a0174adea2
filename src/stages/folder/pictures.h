/* Pictures of subscenes, for people to look at (--png): a PNG of each band, stretched
 * (filters/picture.h), and of each class layer, its codes as they are; the three colours, where all
 * are there, as one picture TCI; named and placed as io/folder/picture_names.h says.
 *
 * They are written before the subscene's file: where that is, they are too, once they were asked
 * for. Nothing reads them back, and no manifest names them. */
#ifndef SUBSCENE_STAGES_FOLDER_PICTURES_H
#define SUBSCENE_STAGES_FOLDER_PICTURES_H

#include "core/band.h"
#include "io/folder/picture_names.h"

/* Those of one subscene, in the buffers of one thread. */
struct pictures;

/* For subscenes of size × size px with these bands. */
int pictures_create(int32_t size, band_set bands, struct pictures **out, struct err *e) MUST_CHECK;
void pictures_destroy(struct pictures *p);
size_t pictures_bytes(int32_t size, band_set bands, size_t layers); /* for the memory plan */

/* Forgets the pictures of the last subscene. */
void pictures_begin(struct pictures *p);

/* Makes the picture of a band (bands come in table order) or a class layer, in memory. Errors:
 * ERR_TEMPORARY, ERR_INTERNAL. */
int pictures_band(struct pictures *p, int band_id, const uint16_t *dn, struct err *e) MUST_CHECK;
int pictures_layer(struct pictures *p, const char *layer, const uint8_t *codes,
                   struct err *e) MUST_CHECK;

/* Writes them (io/folder/outfile.h). Errors: ERR_TEMPORARY, ERR_OUTPUT. */
int pictures_store(const struct pictures *p, const struct picture_names_cell *cell,
                   struct err *e) MUST_CHECK;

/* All of a subscene's file that is there. Takes 12 bytes a pixel more, which pictures_bytes does
 * not count. ERR_INPUT: damaged. */
int pictures_of_file(struct pictures *p, const struct picture_names_cell *cell,
                     struct err *e) MUST_CHECK;

/* Has the gallery, which was made to look at the cell's folder, all pictures of these bands? */
bool pictures_are_there(const struct picture_names *g, const struct picture_names_cell *cell,
                        band_set bands);

/* Removes the pictures of these bands, of one class layer; they need not be there. */
int pictures_remove(const struct picture_names_cell *cell, band_set bands,
                    struct err *e) MUST_CHECK;
int pictures_remove_layer(const struct picture_names_cell *cell, const char *layer,
                          struct err *e) MUST_CHECK;

/* The same of a subscene whose layout is not known: what its pictures' names may begin with comes
 * from its product_name. */
struct pictures_subscene {
    const char *file, *product;
    int32_t x, y;
};
int pictures_forget_layer(const struct pictures_subscene *s, const char *layer,
                          struct err *e) MUST_CHECK;

#endif
