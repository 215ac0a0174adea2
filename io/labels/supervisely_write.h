/* What Supervisely takes: the meta.json of a project, and an annotation for each image.
 *
 * A class has the shape "bitmap". An annotation has one bitmap object for each class of the image;
 * objects do not overlap, and together they cover all pixels. The data of a bitmap is an RGBA PNG,
 * opaque where the class is, packed as a zlib stream (RFC 1950), as base64. The program reads it
 * back (io/labels/supervisely.h).
 *
 * Sources: developer.supervisely.com, "Supervisely annotation format" (project structure, classes,
 * image annotation, objects: bitmap), which has no version number; Bitmap.base64_2_data of its SDK
 * 6.73. */
#ifndef SUBSCENE_IO_LABELS_SUPERVISELY_WRITE_H
#define SUBSCENE_IO_LABELS_SUPERVISELY_WRITE_H

#include "core/jsonout.h"
#include "io/labels/label_set.h"

/* JSON grows in `out`; its text's `failed` tells that memory is short. Any thread. */
void supervisely_write_meta(const struct label_set *s, struct jsonout *out);

/* Buffers of one thread. Errors: ERR_TEMPORARY. */
struct supervisely_writer;
int supervisely_writer_create(struct supervisely_writer **out, struct err *e) MUST_CHECK;
void supervisely_writer_destroy(struct supervisely_writer *w);

/* The annotation of an image; without suggestions it has no objects. Errors: ERR_TEMPORARY. */
int supervisely_write_image(struct supervisely_writer *w, const struct label_set *s,
                            const struct label_image *image, struct jsonout *out,
                            struct err *e) MUST_CHECK;

#endif
