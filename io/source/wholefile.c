#include "io/source/wholefile.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "io/source/source_folder.h"

int wholefile_read(const char *path, size_t max_bytes, unsigned char **data, size_t *len,
                   struct err *e)
{
    int fd;
    uint64_t size;
    *data = NULL;
    *len = 0;
    int r = source_folder_file(AT_FDCWD, path, &fd, &size, e);
    if (r)
        return r;
    unsigned char *buf = NULL;
    if (size > max_bytes)
        r = err_set(e, ERR_INPUT, "%s: is %llu bytes long, more than the %zu that are allowed",
                    path, (unsigned long long)size, max_bytes);
    else if (!(buf = mem_alloc((size_t)size + 1, 1)))
        r = err_nomem(e, size + 1);
    else
        r = source_folder_pread(fd, path, buf, (struct source_span){0, (size_t)size}, e);
    close(fd);
    if (r) {
        free(buf);
        return r;
    }
    buf[size] = '\0';
    *data = buf;
    *len = (size_t)size;
    return 0;
}
