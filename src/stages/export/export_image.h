/* The picture of a subscene that people label. */
#ifndef SUBSCENE_STAGES_EXPORT_EXPORT_IMAGE_H
#define SUBSCENE_STAGES_EXPORT_EXPORT_IMAGE_H

#include "core/band.h"
#include "io/image/pngfile.h"
#include "io/netcdf/h5file.h"

/* Buffers of one thread. */
struct export_image;
int export_image_create(struct export_image **out, struct err *e) MUST_CHECK;
void export_image_destroy(struct export_image *i); /* NULL is fine */

/* Draws the bands for red, green and blue of an open subscene of size × size px. The PNG is valid
 * until the next call. Errors: ERR_INPUT (a band is missing or damaged), ERR_TEMPORARY. */
int export_image_draw(struct export_image *i, struct h5file *f, const int band[3], int32_t size,
                      const struct pngfile_image **png, struct err *e) MUST_CHECK;

#endif
