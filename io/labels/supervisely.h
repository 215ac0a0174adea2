/* Annotations of one image as Supervisely exports them (read with io/text/jsondoc.h),
 * PROJECT/<dataset>/ann/<image>.json:
 *
 *     {"size": {"width": 512, "height": 512},
 *      "objects": [{"geometryType": "polygon", "classTitle": "CLOUD",
 *                   "points": {"exterior": [[x, y], …], "interior": [[[x, y], …], …]}},
 *                  {"geometryType": "bitmap", "classTitle": "CLOUD",
 *                   "bitmap": {"data": "eJw…", "origin": [x, y]}}, …]}
 *
 * Polygons, rectangles (two corners as exterior) and bitmaps are read. The rings of `interior` are
 * holes. The data of a bitmap is a PNG, packed as a zlib stream, as base64; or the PNG as base64.
 * Opaque pixels count (pngfile_decode_opacity). The origin is its upper left pixel; it lies inside
 * the image. Other kinds of objects are rejected. Unknown members are ignored.
 *
 * Errors: ERR_INPUT with file and place ("tile_3_4.png.json: objects[3].points.exterior[0]: …"),
 * ERR_TEMPORARY. Any thread.
 *
 * Sources: developer.supervisely.com, Supervisely annotation format (objects); Bitmap.base64_2_data
 * of its SDK. */
#ifndef SUBSCENE_IO_LABELS_SUPERVISELY_H
#define SUBSCENE_IO_LABELS_SUPERVISELY_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "io/labels/annotation.h"
#include "io/labels/label_tool.h"

struct supervisely {
    int32_t width, height;
    struct annotation annotation;
};

/* `name` is for messages. */
int supervisely_parse(const char *name, const void *data, size_t len, struct supervisely *out,
                      struct err *e) MUST_CHECK;
void supervisely_clear(struct supervisely *s);

/* Its functions for labels. The source is a project (a folder, or its .zip), or one annotation. */
extern const struct label_tool supervisely_tool;

#endif
