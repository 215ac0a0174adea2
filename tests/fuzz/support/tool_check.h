/* A labelling tool's export, opened and painted as a label stage would. */
#ifndef SUBSCENE_TESTS_FUZZ_TOOL_CHECK_H
#define SUBSCENE_TESTS_FUZZ_TOOL_CHECK_H

#include "io/labels/label_tool.h"

/* Opens the path and renders each image, 64 × 64. Aborts if a refusal has no message, an image no
 * name, or a pixel no code of the map `label`. */
void tool_check(const struct label_tool *tool, const char *path);

/* Do the bytes begin like a zip archive? */
bool tool_check_is_zip(const uint8_t *data, size_t size);

#endif
