/* The pictures that people label: composites of subscenes, with one stretch for a product
 * (filters/composite.h). It is found from the subscenes that are there, before the first picture is
 * drawn. Colours of a true-colour image (TCI) are not stretched. */
#ifndef SUBSCENE_STAGES_EXPORT_EXPORT_IMAGE_H
#define SUBSCENE_STAGES_EXPORT_EXPORT_IMAGE_H

#include "core/composite.h"
#include "filters/composite.h"
#include "io/image/pngfile.h"
#include "io/netcdf/h5file.h"

struct export_stretch {
    struct composite_stretch channel[3];
};

/* Buffers of one thread. */
struct export_image;
int export_image_create(const struct composite *c, struct export_image **out,
                        struct err *e) MUST_CHECK;
void export_image_destroy(struct export_image *i); /* NULL is fine */

/* Counts the numbers of an open subscene of size × size px. Errors: ERR_INPUT (a band is missing or
 * damaged), ERR_TEMPORARY. */
int export_image_count(struct export_image *i, struct h5file *f, int32_t size,
                       struct err *e) MUST_CHECK;

/* The stretch of the numbers that were counted; the next count begins anew. */
struct export_stretch export_image_stretch(struct export_image *i);

/* Draws an open subscene. The PNG is valid until the next call. Errors as export_image_count. */
int export_image_draw(struct export_image *i, struct h5file *f, const struct export_stretch *s,
                      int32_t size, const struct pngfile_image **png, struct err *e) MUST_CHECK;

#endif
