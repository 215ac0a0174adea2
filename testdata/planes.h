/* The pixels of all images of a scene with weather, made in one go: what is at a point is found
 * once for all bands. They wait in a file until they are coded. The values are those of scene_fill.
 */
#ifndef SUBSCENE_TESTDATA_PLANES_H
#define SUBSCENE_TESTDATA_PLANES_H

#include "testdata/images.h"

struct planes; /* opaque */

/* Makes the images of the spec that have a file, except IMAGE_IS_SCL, and the true classes. The
 * file is in `folder` and has no name there; it takes 2 bytes a pixel. Uses spec.threads threads.
 */
MUST_CHECK int planes_create(const struct spec *s, const char *folder, struct planes **out,
                             struct err *e);
void planes_destroy(struct planes *p); /* accepts NULL */

/* Reads pixels of component `component` of an image. Several threads may call it at once. */
MUST_CHECK int planes_read(const struct planes *p, const struct image *i, int component,
                           struct rect part, struct view out, struct err *e);

/* Writes a GeoTIFF of 10 m with the true class of each pixel, in codes of the dataset's Label; 0
 * where no-data is. Refuses a file that exists. */
MUST_CHECK int planes_write_truth(const struct planes *p, const char *path, struct err *e);

#endif
