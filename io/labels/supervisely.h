/* Annotations of one image as Supervisely exports them (read with io/text/jsondoc.h),
 * PROJECT/<dataset>/ann/<image>.json:
 *
 *     {"size": {"width": 512, "height": 512},
 *      "objects": [{"geometryType": "polygon", "classTitle": "CLOUD",
 *                   "points": {"exterior": [[x, y], …], "interior": [[[x, y], …], …]}}, …]}
 *
 * Polygons and rectangles (two corners as exterior) are read. The rings of `interior` are holes.
 * Other kinds of objects are rejected. Unknown members are ignored.
 *
 * Errors: ERR_INPUT with file and place ("tile_3_4.png.json: objects[3].points.exterior[0]: …"),
 * ERR_TEMPORARY. Any thread.
 *
 * Source: docs.supervisely.com, Supervisely format, objects. */
#ifndef SUBSCENE_IO_LABELS_SUPERVISELY_H
#define SUBSCENE_IO_LABELS_SUPERVISELY_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/shape.h"
#include "core/strlist.h"

enum { SUPERVISELY_SIDE_MAX = 65535, SUPERVISELY_CATEGORIES_MAX = 1000 };

struct supervisely_object {
    size_t category; /* index into supervisely.category */
    size_t first, ring, rings; /* its first vertex, its first ring, its number of rings */
};

struct supervisely {
    int32_t width, height;
    struct supervisely_object *object; /* in the order of the file */
    struct point *vertex;
    size_t *end; /* end of each ring, counted from the first vertex of its object */
    size_t objects, vertices, rings;
    struct strlist category; /* classes of the objects, each once, in the order of the file */
};

int supervisely_read(const char *path, struct supervisely *out, struct err *e) MUST_CHECK;
void supervisely_clear(struct supervisely *s);

/* A view, valid as long as `s`. */
struct polygon supervisely_polygon(const struct supervisely *s, const struct supervisely_object *o);

#endif
