/* Annotations as CVAT exports them: "CVAT for images 1.1", annotations.xml (read with
 * io/text/xmldoc.h).
 *
 * Polygons, boxes (rotated ones too) and masks are read. Polylines, points and tags cover no area:
 * they are counted and left out. Ellipses, cuboids and skeletons are rejected; CVAT can convert
 * them. "CVAT for video 1.1" is rejected too, because its tracks name frames only by number.
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
#include "core/shape.h"
#include "core/strlist.h"

enum cvat_kind { CVAT_POLYGON /* boxes too */, CVAT_MASK };

struct cvat_shape {
    enum cvat_kind kind;
    int32_t category; /* index into cvat.category */
    int32_t z_order;
    int32_t line; /* line in the file */
    size_t first, n; /* first vertex or run, and their number */
    struct rect window; /* of a mask; inside the image */
};

struct cvat_image {
    /* the name at upload, often with folders; not unique in an export of several tasks */
    const char *name;
    int32_t width, height;
    int32_t line;
    /* first shape in cvat.shape, in the order of the file, and their number */
    size_t first, shapes;
};

enum { CVAT_SIDE_MAX = 65535, CVAT_CATEGORIES_MAX = 1000 };

struct cvat {
    struct cvat_image *image;
    struct cvat_shape *shape;
    struct point *vertex;
    uint32_t *run;
    size_t images, shapes, vertices, runs;
    /* labels of the shapes, each once, in the order of the file; may contain "" */
    struct strlist category;
    struct strlist names; /* names of the images */
    size_t ignored; /* number of polylines, points and tags */
};

int cvat_read(const char *path, struct cvat *out, struct err *e) MUST_CHECK;
void cvat_clear(struct cvat *c);

/* Views of a shape of that kind, valid as long as `c` and `s`. */
struct polygon cvat_polygon(const struct cvat *c, const struct cvat_shape *s);
struct run_mask cvat_mask(const struct cvat *c, const struct cvat_shape *s);

#endif
