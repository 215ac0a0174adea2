#include "support/memory_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct memory_file memory_file_open(const void *data, size_t size)
{
    struct memory_file f = {.fd = memfd_create("fuzz", MFD_CLOEXEC)};
    if (f.fd < 0 || (size > 0 && write(f.fd, data, size) != (ssize_t)size))
        abort();
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

void memory_file_close(struct memory_file *f) { close(f->fd); }

/* ---- the folder ---- */

static char folder[64];

static void remove_folder(void)
{
    char path[512];
    DIR *d = opendir(folder);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

const char *memory_folder(void)
{
    if (folder[0])
        return folder;
    snprintf(folder, sizeof folder, "%s/subscene-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    atexit(remove_folder);
    return folder;
}
