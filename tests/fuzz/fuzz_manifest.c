/* manifest.csv: what is read must come out the same when it is written and read again. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/folder/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct manifest m;
    struct err e = ERR_INIT;
    int fd = memfd_create("manifest", MFD_CLOEXEC);
    if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (manifest_read(path, &m, &e) == 0) {
        for (size_t i = 0; i < m.n; i++)
            if (manifest_find(&m, m.row[i].x, m.row[i].y) != &m.row[i])
                abort();
        manifest_clear(&m);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    close(fd);
    return 0;
}
