/* What people have labelled: images with classes, each of one subscene, from the files that
 * labelling tools export. Opened by one thread, then read by any number. */
#ifndef SUBSCENE_STAGES_LAYERS_LABELS_H
#define SUBSCENE_STAGES_LAYERS_LABELS_H

#include <stdbool.h>

#include "core/classes.h"
#include "core/err.h"

struct labels;

/* The labelling tools. labels.c has their table. */
enum labels_tool { LABELS_CVAT, LABELS_SEGMENTS, LABELS_SUPERVISELY, LABELS_TOOLS };

/* Reads a tool's export: a file or a folder, as io/labels/<tool>.h says. The map is borrowed.
 * ERR_INPUT: malformed, or it has categories that the map does not know; the message names them. */
int labels_open(enum labels_tool tool, const char *path, const struct class_map *map,
                struct labels **out, struct err *e) MUST_CHECK;
void labels_close(struct labels *s); /* NULL is fine */

const struct class_map *labels_map(const struct labels *s);
const char *labels_path(const struct labels *s); /* as it was opened, for messages */

/* The images. A name is what says which subscene it is (core/cellname.h): one that does not is an
 * error when the source is opened. */
size_t labels_count(const struct labels *s);
const char *labels_name(const struct labels *s, size_t i);
int labels_check_names(const struct labels *s, struct err *e) MUST_CHECK;

/* Does the name of every image say of which product it is, or of which tile and sensing time? */
bool labels_names_products(const struct labels *s);

/* The image of subscene (x, y) of a product. A name that does not say the product is of any.
 * ERR_INPUT: two are. */
enum { LABELS_NONE = -1 };
int labels_find(const struct labels *s, const char *product, int32_t x, int32_t y, int64_t *image,
                struct err *e) MUST_CHECK;

/* The codes of image i, size × size; `scratch` is as large, zero before and after. Shapes of a
 * higher z-order lie on top, of the same one those of a higher rank in the map, then the later
 * ones; what nothing covers is the map's `unlabelled`. ERR_INPUT: the image has another size, or a
 * mask a value without a category. */
int labels_render(const struct labels *s, size_t i, int32_t size, uint8_t *px, uint8_t *scratch,
                  struct err *e) MUST_CHECK;

#endif
