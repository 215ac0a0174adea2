/* What CVAT takes: labels, and suggestions as masks.
 *
 * Labels are the text of the "Raw" view of CVAT's label constructor: a JSON list of objects with
 * name, color, type and attributes. The type "any" lets people draw shapes and masks.
 *
 * Suggestions are "CVAT for images 1.1", annotations.xml. An image has one mask for each of its
 * classes; masks do not overlap, and together they cover all pixels. The runs of a mask begin with
 * pixels outside of it.
 *
 * Sources: docs.cvat.ai, XML annotation format 1.1, and "Raw" in "Label constructor";
 * cvat-ui/src/components/labels-editor/raw-viewer.tsx and cvat/apps/dataset_manager/formats of
 * CVAT's repository, for the order of runs.
 *
 * Text grows at the end of `out`; its `failed` tells that memory is short. Any thread. */
#ifndef SUBSCENE_IO_LABELS_CVAT_WRITE_H
#define SUBSCENE_IO_LABELS_CVAT_WRITE_H

#include "core/text.h"
#include "io/labels/label_set.h"

void cvat_write_labels(const struct label_set *s, struct text *out);

/* The document: begin, the images, end. */
void cvat_write_begin(const struct label_set *s, size_t images, struct text *out);

/* `id` counts the images from 0, in the order of their names. */
void cvat_write_image(const struct label_set *s, size_t id, const struct label_image *image,
                      struct text *out);
void cvat_write_end(struct text *out);

#endif
