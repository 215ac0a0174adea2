#include "io/source/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *scratch = "/tmp";

void tempfile_in(const char *folder) { scratch = folder; }

int tempfile_create(const char *name, int *fd, struct err *e)
{
    *fd = open(scratch, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    /* some network file systems lack O_TMPFILE */
    if (*fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/subscene-XXXXXX", scratch);
        *fd = mkostemp(path, O_CLOEXEC);
        if (*fd >= 0)
            unlink(path);
    }
    if (*fd >= 0)
        return 0;
    return err_sys(
        e, ERR_OUTPUT, errno,
        "%s: no room in memory to unpack it, and no temporary file can be made in %s (TMPDIR)",
        name, scratch);
}

int tempfile_write(int fd, const char *name, const void *data, size_t len, struct err *e)
{
    for (const char *at = data; len > 0;) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_sys(e, ERR_OUTPUT, n < 0 ? errno : ENOSPC,
                           "%s: cannot unpack it into a temporary file in %s (TMPDIR)", name,
                           scratch);
        at += n;
        len -= (size_t)n;
    }
    return 0;
}
