/* Segments.ai's classes: what is read can be looked up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/labels/segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct segments s;
    struct err e = ERR_INIT;
    int fd = memfd_create("segments", MFD_CLOEXEC);
    if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (segments_read(path, &s, &e) == 0) {
        for (size_t i = 0; i < s.n; i++)
            if (s.class[i].id > SEGMENTS_ID_MAX || segments_category(&s, s.class[i].id) != s.class[i].category)
                abort();
        segments_clear(&s);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    close(fd);
    return 0;
}
