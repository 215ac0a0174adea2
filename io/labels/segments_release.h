/* A release of Segments.ai (read with io/text/jsondoc.h): the samples that have a label, and of
 * each the category of every instance in its mask. Private to io/labels/segments_tool.
 *
 *     {"name": "v1.0", "dataset": {"owner": "jane", "name": "clouds",
 *      "task_type": "segmentation-bitmap",
 *      "task_attributes": {"categories": [{"id": 1, "name": "cloud"}, …]},
 *      "samples": [{"name": "tile_3_4.png", "labels": {"ground-truth": {"attributes": {
 *          "annotations": [{"id": 7, "category_id": 1}, …],
 *          "segmentation_bitmap": {"url": "https://…/4f1e.png"}}}}}, …]}}
 *
 * A sample whose "ground-truth" is null or missing has no label and is left out. Its label_status
 * is not read. Vector labels are rejected. Unknown members are ignored.
 *
 * Errors: ERR_INPUT with file and place ("v1.json: samples[2]: annotations[0]: …"), ERR_TEMPORARY.
 * Any thread.
 *
 * Source: Segments.ai's documentation and its SDK (SegmentsDataset). */
#ifndef SUBSCENE_IO_LABELS_SEGMENTS_RELEASE_H
#define SUBSCENE_IO_LABELS_SEGMENTS_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/labels/segments.h"

struct segments_sample {
    char *name; /* the sample's own, often with folders; it ends in an image's suffix */
    char *bitmap; /* the file name in the URL of its mask; "" if there is none */
    struct segments instances; /* the category of each id in the mask */
};

struct segments_release {
    struct segments_sample *sample;
    size_t n;
    char *cache; /* the folder where the SDK stores a release: "segments/jane_clouds/v1.0/" */
};

int segments_release_parse(const char *file, const void *data, size_t len,
                           struct segments_release *out, struct err *e) MUST_CHECK;
void segments_release_clear(struct segments_release *r);

/* The places of a sample's mask, relative to the release's folder: the file name of the URL, then
 * "<name without suffix>_label_ground-truth.png", beside the release; then both in the SDK's
 * folder. False: place `i` is not the name of a file, or longer than `size`. */
enum { SEGMENTS_PLACES = 4 };
bool segments_release_place(const struct segments_release *r, const struct segments_sample *s,
                            int i, char *name, size_t size);

#endif
