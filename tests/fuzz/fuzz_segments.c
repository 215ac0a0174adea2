/* Segments.ai's classes: what is read can be looked up. */
#include <stdlib.h>
#include <string.h>

#include "io/labels/segments.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct segments s;
    struct err e = ERR_INIT;
    struct memory_file file = memory_file_open(data, size);
    if (segments_read(file.path, &s, &e) == 0) {
        for (size_t i = 0; i < s.n; i++)
            if (s.class[i].id > SEGMENTS_ID_MAX ||
                segments_category(&s, s.class[i].id) != s.class[i].category)
                abort();
        segments_clear(&s);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    memory_file_close(&file);
    return 0;
}
