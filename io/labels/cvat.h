/* Annotations as CVAT exports them: "CVAT for images 1.1", annotations.xml (read with
 * io/text/xmldoc.h).
 *
 * Polygons, boxes and ellipses (rotated ones too) and masks are read. An ellipse covers the pixels
 * whose centres are inside. Polylines, points and tags cover no area: they are counted and left
 * out. Cuboids and skeletons are rejected. "CVAT for video 1.1" is rejected too: its tracks name
 * frames only by number. CVAT for images splits tracks by image. Exports of a job, a task or a
 * project are alike but for `meta`, which is not read.
 *
 * Errors: ERR_INPUT with file, line, image and element ("annotations.xml: line 12: polygon of image
 * "tile_3_4.png": …"), ERR_TEMPORARY. One thread (libxml2's global state).
 *
 * Source: docs.cvat.ai, XML annotation format 1.1. */
#ifndef SUBSCENE_IO_LABELS_CVAT_H
#define SUBSCENE_IO_LABELS_CVAT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "io/labels/annotation.h"
#include "io/labels/label_tool.h"

/* The largest annotations.xml. */
enum { CVAT_BYTES_MAX = 512 << 20 };

struct cvat_image {
    /* the name at upload, often with folders; not unique in an export of several tasks */
    const char *name;
    int32_t width, height;
    int32_t line;
    /* first shape in cvat.annotation, in the order of the file, and their number */
    size_t first, shapes;
};

struct cvat {
    struct cvat_image *image;
    size_t images;
    struct annotation annotation; /* the shapes of all images */
    struct strlist names; /* names of the images */
    size_t ignored; /* number of polylines, points and tags */
};

/* Reads an annotations.xml, or the one in a .zip. The .zip may hold images too, but one
 * annotations.xml only, in any folder. */
int cvat_read(const char *path, struct cvat *out, struct err *e) MUST_CHECK;

/* The document from memory; `name` is for messages. */
int cvat_parse(const char *name, const void *data, size_t len, struct cvat *out,
               struct err *e) MUST_CHECK;
void cvat_clear(struct cvat *c);

/* Its functions for labels. The source is a file. */
extern const struct label_tool cvat_tool;

#endif
