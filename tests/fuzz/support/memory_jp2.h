/* Bytes as a JPEG 2000 image in memory, for the targets that read images. */
#ifndef SUBSCENE_TESTS_FUZZ_SUPPORT_MEMORY_JP2_H
#define SUBSCENE_TESTS_FUZZ_SUPPORT_MEMORY_JP2_H

#include "io/image/jp2.h"

struct memory_jp2 {
    struct source_entry entry;
    struct source *source;
    struct source_file *file;
    int32_t width, height; /* what the first SIZ marker says, so that most inputs get past the check
                            * of the size; else 1 */
};

/* `data` is borrowed. false: nothing is open. */
bool memory_jp2_open(struct memory_jp2 *m, const uint8_t *data, size_t size);
void memory_jp2_close(struct memory_jp2 *m);

#endif
