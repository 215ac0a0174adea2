/* Segments.ai's classes (read with io/text/jsondoc.h): the category of each value of a segmentation
 * mask, from segments_ai_classes.json:
 *
 *     {"format_version": "0.0.1", "label_map": [{"id": 1, "category_name": "cloud"}, …]}
 *
 * The lists in the tool's own files are accepted too: {"task_attributes": {"categories": [{"id": 1,
 * "name": "cloud"}, …]}}, {"categories": […]}, or the bare list. Unknown members are ignored. In
 * the mask 0 is the background; the list may contain it.
 *
 * Errors: ERR_INPUT with file and place ("classes.json: label_map[3]: id is -1: …"), ERR_TEMPORARY.
 * Any thread. */
#ifndef SUBSCENE_IO_LABELS_SEGMENTS_H
#define SUBSCENE_IO_LABELS_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "io/labels/label_tool.h"
#include "io/text/jsondoc.h"

enum { SEGMENTS_ID_MAX = (1 << 24) - 1 }; /* three bytes of a mask's pixel */

struct segments_class {
    uint32_t id;
    char *category;
};

struct segments {
    struct segments_class *class; /* sorted by id */
    size_t n;
};

/* `file` is for messages. */
int segments_parse(const char *file, const void *data, size_t len, struct segments *out,
                   struct err *e) MUST_CHECK;
void segments_clear(struct segments *s);

/* The list in a part of a document that looks like one of these. */
int segments_take(const char *file, const struct jsonvalue *root, struct segments *out,
                  struct err *e) MUST_CHECK;

/* Sorts by id. Returns a class whose id another one has too, or NULL. */
const struct segments_class *segments_sort(struct segments *s);

/* The category of an id, or NULL. */
const char *segments_category(const struct segments *s, uint32_t id);

/* Its functions for labels. The source is a folder, or its .zip, with
 * …/tile_<x>_<y>/segments_ai_classification_mask.png, and segments_ai_classes.json beside each; or
 * a release (io/labels/segments_release.h) with its masks, also in a folder or a .zip: its only
 * .json, or the one named release.json. */
extern const struct label_tool segments_tool;

#endif
