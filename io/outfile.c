#include "io/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char PART[] = ".part-";

/* "<folder>/.<name>.part-<pid>" of "<folder>/<name>". */
static int part_path(const char *path, char *part, size_t size, struct err *e)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    int n = snprintf(part, size, "%.*s.%s%s%ld", folder, path, path + folder, PART, (long)getpid());
    if (n < 0 || (size_t)n >= size)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", path);
    return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* As much as can go past the page cache: whole blocks, from aligned memory. What is left is for write_all. */
static size_t write_direct(int fd, const char *data, size_t len)
{
    size_t blocks = len / OUTFILE_ALIGN * OUTFILE_ALIGN, done = 0;
    int flags = fcntl(fd, F_GETFL);
    if (blocks == 0 || (uintptr_t)data % OUTFILE_ALIGN != 0 || flags < 0 || fcntl(fd, F_SETFL, flags | O_DIRECT) != 0)
        return 0;
    while (done < blocks) {
        ssize_t n = write(fd, data + done, blocks - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || n % OUTFILE_ALIGN != 0) {
            done += n > 0 ? (size_t)n : 0;
            break; /* an error shows again without O_DIRECT, if it is one */
        }
        done += (size_t)n;
    }
    fcntl(fd, F_SETFL, flags);
    return done;
}

/* Creates, fills and closes; leaves nothing behind when it fails. */
static int fill_part(const char *path, const char *part, const void *data, size_t len, struct err *e)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", path);
    size_t direct = write_direct(fd, data, len);
    int failed = write_all(fd, (const char *)data + direct, len - direct), cause = errno;
    if (close(fd) != 0 && !failed) {
        failed = -1;
        cause = errno;
    }
    if (!failed)
        return 0;
    unlink(part);
    return err_sys(e, ERR_OUTPUT, cause, "%s: cannot write", path);
}

int outfile_begin(const char *path, const void *data, size_t len, char part[OUTFILE_PATH], struct err *e)
{
    int r = part_path(path, part, OUTFILE_PATH, e);
    return r ? r : fill_part(path, part, data, len, e);
}

/* A rename that outlives a power cut must not point at data that did not. */
static int flush(const char *part)
{
    int fd = open(part, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int failed = fdatasync(fd) != 0 && errno != EINVAL && errno != EROFS;
    int cause = errno;
    close(fd);
    errno = cause;
    return failed ? -1 : 0;
}

int outfile_commit(const char *path, const char *part, struct err *e)
{
    const char *doing = "flush";
    int failed = flush(part);
    if (!failed) {
        doing = "rename";
        failed = rename(part, path);
    }
    if (!failed)
        return 0;
    int cause = errno;
    unlink(part);
    return err_sys(e, ERR_OUTPUT, cause, "%s: cannot %s", path, doing);
}

void outfile_abandon(const char *part) { unlink(part); }

int outfile_write(const char *path, const void *data, size_t len, struct err *e)
{
    char part[OUTFILE_PATH];
    int r = outfile_begin(path, data, len, part, e);
    return r ? r : outfile_commit(path, part, e);
}

int outfile_make_folders(const char *folder, struct err *e)
{
    char path[PATH_MAX];
    size_t n = strlen(folder);
    if (n == 0 || n >= sizeof path)
        return err_set(e, ERR_OUTPUT, "%s: %s", folder, n ? "the path is too long" : "an empty folder name");
    memcpy(path, folder, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char kept = path[i];
        path[i] = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return err_sys(e, ERR_OUTPUT, errno, "%s: cannot make the folder", path);
        path[i] = kept;
    }
    struct stat st;
    if (stat(folder, &st) != 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot make the folder", folder);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_OUTPUT, "%s: is not a folder", folder);
    return 0;
}

/* Is `name` the part of a process that is gone? Asks this machine only: a part of a process elsewhere whose number is free here counts as
 * stale. Two machines never work on one product at once. */
static bool is_stale_part(const char *name)
{
    const char *mark = strstr(name, PART);
    if (name[0] != '.' || !mark)
        return false;
    char *end;
    errno = 0;
    long pid = strtol(mark + sizeof PART - 1, &end, 10);
    return errno == 0 && *end == '\0' && pid > 0 && pid != getpid() && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

int outfile_remove_stale(const char *folder, struct err *e)
{
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT ? 0 : err_sys(e, ERR_OUTPUT, errno, "%s: cannot read the folder", folder);
    const struct dirent *entry;
    int result = 0;
    while (result == 0 && (entry = readdir(d)) != NULL)
        if (is_stale_part(entry->d_name) && unlinkat(dirfd(d), entry->d_name, 0) != 0 && errno != ENOENT)
            result =
                err_sys(e, ERR_OUTPUT, errno, "%s/%s: cannot remove what a killed run left", folder, entry->d_name);
    closedir(d);
    return result;
}
