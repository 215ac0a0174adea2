/* What Segments.ai takes: categories, and suggestions as segmentation bitmaps.
 *
 * Categories are the configuration of the label editor, format_version 0.1. Their ids count from 1
 * in the order of the label set. has_instances is false: a class is an area, so an image has one
 * object for each of its classes, whose id is that of the category.
 *
 * Suggestions are a mask for each image and one document in the form of a release
 * (io/labels/segments_release.h): the samples with the attributes of client.add_sample and
 * client.add_label. The URLs in it are the names of files, to be replaced with those of uploaded
 * assets. The label_status is PRELABELED. A mask is an 8-bit RGBA PNG of object ids, R + 256 · G +
 * 65536 · B, with alpha 255.
 *
 * Sources: docs.segments.ai, "Categories and task attributes", "Label formats" (segmentation
 * labels, format_version 0.1) and "Structure of the release file"; bitmap2file of its SDK. Any
 * thread. */
#ifndef SUBSCENE_IO_LABELS_SEGMENTS_WRITE_H
#define SUBSCENE_IO_LABELS_SEGMENTS_WRITE_H

#include "core/jsonout.h"
#include "io/image/pngfile.h"
#include "io/labels/label_set.h"

/* JSON grows in `out`; its text's `failed` tells that memory is short. */
void segments_write_categories(const struct label_set *s, struct jsonout *out);

/* The document: begin, the samples, end. */
void segments_write_begin(const struct label_set *s, struct jsonout *out);

/* The sample of an image in `folder` (""; or "images/"). `mask` is the name of the mask's file, for
 * an image with suggestions. */
void segments_write_sample(const struct label_set *s, const struct label_image *image,
                           const char *folder, const char *mask, struct jsonout *out);
void segments_write_end(struct jsonout *out);

/* The name of the mask of an image: "<name without suffix>_label_ground-truth.png", which
 * segments_release_place finds. */
enum { SEGMENTS_MASK_SIZE = 300 };
void segments_write_mask_name(const char *image, char buf[SEGMENTS_MASK_SIZE]);

/* The mask of an image with suggestions. Errors: ERR_TEMPORARY. */
int segments_write_mask(const struct label_set *s, const struct label_image *image,
                        struct pngfile_image *out, struct err *e) MUST_CHECK;

#endif
