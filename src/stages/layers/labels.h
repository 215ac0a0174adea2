/* Images that people have labelled, each of one subscene, from the export of a labelling tool. One
 * thread opens them; then any number of threads may read them. */
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
const char *labels_tool_name(const struct labels *s); /* "cvat" */

/* The images. The name of an image tells its subscene (core/cellname.h). Any other name is an error
 * of labels_open. */
size_t labels_count(const struct labels *s);
const char *labels_name(const struct labels *s, size_t i);
int labels_check_names(const struct labels *s, struct err *e) MUST_CHECK;

/* True if the name of every image tells its product, or its tile and sensing time. */
bool labels_names_products(const struct labels *s);

/* Finds the image of subscene (x, y) of a product. A name without a product fits any product.
 * ERR_INPUT: two images fit. */
enum { LABELS_NONE = -1 };
int labels_find(const struct labels *s, const char *product, int32_t x, int32_t y, int64_t *image,
                struct err *e) MUST_CHECK;

/* Renders the codes of image i, size × size, in the order of labels_paint.h. Uncovered pixels
 * become the map's `unlabelled`. `scratch` is as large as `px`, zero before and after. ERR_INPUT:
 * the image has another size, or a mask has a value without a category. */
int labels_render(const struct labels *s, size_t i, int32_t size, uint8_t *px, uint8_t *scratch,
                  struct err *e) MUST_CHECK;

#endif
