#include "io/folder/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/path.h"
#include "io/host/identity.h"
#include "io/source/entries.h"

static const char PART[] = ".part-";

int outfile_part_path(const char *path, char part[OUTFILE_PATH], struct err *e)
{
    char tag[IDENTITY_TAG];
    int folder = (int)path_folder_length(path);
    identity_tag(tag);
    int n = snprintf(part, OUTFILE_PATH, "%.*s.%s%s%s", folder, path, path + folder, PART, tag);
    if (n < 0 || n >= OUTFILE_PATH)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", path);
    return 0;
}

/* ---- guards ---- */

static pthread_rwlock_t guards_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct outfile_guard *guards;

static bool copy_path(const char *path, char buf[OUTFILE_PATH])
{
    return path[0] && (size_t)snprintf(buf, OUTFILE_PATH, "%s", path) < OUTFILE_PATH;
}

int outfile_guard_add(struct outfile_guard *g, const char *path, struct err *e)
{
    struct stat st;
    char folder[OUTFILE_PATH];
    if (!copy_path(path, folder) || !path_go_up(folder) || stat(folder, &st) != 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot find its folder", path);
    g->dev = st.st_dev;
    g->ino = st.st_ino;
    pthread_rwlock_wrlock(&guards_lock);
    g->next = guards;
    guards = g;
    pthread_rwlock_unlock(&guards_lock);
    return 0;
}

void outfile_guard_remove(struct outfile_guard *g)
{
    pthread_rwlock_wrlock(&guards_lock);
    struct outfile_guard **at = &guards;
    while (*at && *at != g)
        at = &(*at)->next;
    if (*at)
        *at = g->next;
    pthread_rwlock_unlock(&guards_lock);
}

static int ask_guards_of(const char *folder, int level, struct err *e)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return 0;
    for (const struct outfile_guard *g = guards; g; g = g->next) {
        int r = g->below >= level && g->dev == st.st_dev && g->ino == st.st_ino
                    ? g->check(g->ctx, e)
                    : 0;
        if (r)
            return r;
    }
    return 0;
}

/* Asks the guards of the path's folder and of the folders above it. */
static int ask_guards(const char *path, struct err *e)
{
    char folder[OUTFILE_PATH];
    int r = 0, below = -1;
    pthread_rwlock_rdlock(&guards_lock);
    for (const struct outfile_guard *g = guards; g; g = g->next)
        below = g->below > below ? g->below : below;
    if (copy_path(path, folder))
        for (int level = 0; r == 0 && level <= below && path_go_up(folder); level++)
            r = ask_guards_of(folder, level, e);
    pthread_rwlock_unlock(&guards_lock);
    return r;
}

/* ---- writing ---- */

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

/* Writes as much as can bypass the page cache: whole blocks from aligned memory. write_all writes
 * the rest. */
static size_t write_direct(int fd, const char *data, size_t len)
{
    size_t blocks = len / OUTFILE_ALIGN * OUTFILE_ALIGN, done = 0;
    int flags = fcntl(fd, F_GETFL);
    if (blocks == 0 || (uintptr_t)data % OUTFILE_ALIGN != 0 || flags < 0 ||
        fcntl(fd, F_SETFL, flags | O_DIRECT) != 0)
        return 0;
    while (done < blocks) {
        ssize_t n = write(fd, data + done, blocks - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || n % OUTFILE_ALIGN != 0) {
            done += n > 0 ? (size_t)n : 0;
            break; /* a real error happens again without O_DIRECT */
        }
        done += (size_t)n;
    }
    fcntl(fd, F_SETFL, flags);
    return done;
}

/* Creates, fills and closes the part. On an error it removes the part. */
static int fill_part(const char *path, const char *part, const void *data, size_t len,
                     struct err *e)
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

int outfile_begin(const char *path, const void *data, size_t len, char part[OUTFILE_PATH],
                  struct err *e)
{
    int r = outfile_part_path(path, part, e);
    return r ? r : fill_part(path, part, data, len, e);
}

/* Syncs the part, so that after a power cut the renamed file has its data. */
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
    int failed = ask_guards(path, e);
    if (failed) {
        unlink(part);
        return failed;
    }
    failed = flush(part);
    if (!failed) {
        doing = "rename";
        failed = rename(part, path);
    }
    if (!failed)
        return 0;
    int cause = errno;
    unlink(part);
    /* a new owner of the folder removed the part: report the lost lock */
    failed = cause == ENOENT ? ask_guards(path, e) : 0;
    return failed ? failed : err_sys(e, ERR_OUTPUT, cause, "%s: cannot %s", path, doing);
}

void outfile_abandon(const char *part) { unlink(part); }

int outfile_write(const char *path, const void *data, size_t len, struct err *e)
{
    char part[OUTFILE_PATH];
    int r = outfile_begin(path, data, len, part, e);
    return r ? r : outfile_commit(path, part, e);
}

int outfile_move(const char *from, const char *to, struct err *e)
{
    int r = ask_guards(from, e);
    if (r || rename(from, to) == 0)
        return r;
    return err_sys(e, ERR_OUTPUT, errno, "%s: cannot rename to %s", from, to);
}

int outfile_remove(const char *path, struct err *e)
{
    int failed = ask_guards(path, e);
    if (failed || unlink(path) == 0 || errno == ENOENT)
        return failed;
    return err_sys(e, ERR_OUTPUT, errno, "%s: cannot remove", path);
}

void outfile_remove_empty(const char *path, const char *root)
{
    char folder[OUTFILE_PATH];
    if (!copy_path(path, folder))
        return;
    while (path_go_up(folder) && strlen(folder) > strlen(root) && rmdir(folder) == 0)
        ;
}

int outfile_make_folders(const char *folder, struct err *e)
{
    char path[PATH_MAX];
    size_t n = strlen(folder);
    if (n == 0 || n >= sizeof path)
        return err_set(e, ERR_OUTPUT, "%s: %s", folder,
                       n ? "the path is too long" : "an empty folder name");
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

/* The length of the path without its last part and the slashes before it; 0 if it has one part. */
static size_t parent_length(const char *path, size_t n)
{
    while (n > 0 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    while (n > 0 && path[n - 1] == '/')
        n--;
    return n;
}

size_t outfile_folders_there(const char *folder)
{
    char path[PATH_MAX];
    struct stat st;
    for (size_t n = strlen(folder); n > 0 && n < sizeof path; n = parent_length(folder, n)) {
        snprintf(path, sizeof path, "%.*s", (int)n, folder);
        if (stat(path, &st) == 0)
            return n;
    }
    return 0;
}

/* The lowest of the folder and its parents that is there. */
static void find_there(const char *folder, char found[PATH_MAX])
{
    size_t there = outfile_folders_there(folder);
    snprintf(found, PATH_MAX, "%.*s", there ? (int)there : 1, there ? folder : ".");
}

int outfile_free_bytes(const char *folder, uint64_t *out, struct err *e)
{
    char there[PATH_MAX];
    struct statvfs fs;
    find_there(folder, there);
    if (statvfs(there, &fs) != 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot find the free space", there);
    *out = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

/* The folder is not there: can one be made in the lowest parent that is? */
static int check_parent(const char *folder, struct err *e)
{
    char parent[PATH_MAX];
    struct stat st;
    find_there(folder, parent);
    if (lstat(folder, &st) == 0)
        return err_set(e, ERR_OUTPUT, "%s: is a link to a folder that is not there", folder);
    return access(parent, W_OK | X_OK) == 0
               ? 0
               : err_sys(e, ERR_OUTPUT, errno, "%s: cannot make the folder", folder);
}

int outfile_check_folder(const char *folder, struct err *e)
{
    struct stat st;
    if (stat(folder, &st) == 0)
        return S_ISDIR(st.st_mode) ? 0 : err_set(e, ERR_OUTPUT, "%s: is not a folder", folder);
    if (errno != ENOENT)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot make the folder", folder);
    return check_parent(folder, e);
}

void outfile_drop_folders(const char *folder, size_t there)
{
    char path[PATH_MAX];
    for (size_t n = strlen(folder); n > there && n < sizeof path; n = parent_length(folder, n)) {
        snprintf(path, sizeof path, "%.*s", (int)n, folder);
        if (rmdir(path) != 0)
            return;
    }
}

/* The owner's tag in the name of a part; NULL if it is not a part, or is this process's own. */
static const char *part_owner(const char *name)
{
    char tag[IDENTITY_TAG];
    const char *mark = name[0] == '.' ? strstr(name, PART) : NULL;
    for (const char *next = mark; next; next = strstr(next + 1, PART))
        mark = next;
    if (!mark)
        return NULL;
    identity_tag(tag);
    mark += sizeof PART - 1;
    return strcmp(mark, tag) == 0 ? NULL : mark;
}

int outfile_remove_parts(const char *folder, outfile_part_filter *takes, void *ctx, struct err *e)
{
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT
                   ? 0
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot read the folder", folder);
    const char *part;
    int result = 0, error = 0;
    while (result == 0 && (part = entries_next(d, &error)) != NULL) {
        char name[NAME_MAX + 1];
        const char *owner = part_owner(part);
        if (!owner)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(owner - part - (sizeof PART - 1) - 1), part + 1);
        if (takes(ctx, name, owner) && unlinkat(dirfd(d), part, 0) != 0 && errno != ENOENT)
            result = err_sys(e, ERR_OUTPUT, errno, "%s/%s: cannot remove what a killed run left",
                             folder, part);
    }
    if (result == 0 && error)
        result = err_sys(e, ERR_OUTPUT, error, "%s: cannot read the folder to its end", folder);
    closedir(d);
    return result;
}

static bool is_of_the_dead(void *ctx, const char *name, const char *owner)
{
    (void)ctx;
    (void)name;
    return identity_is_gone(owner);
}

int outfile_remove_stale(const char *folder, struct err *e)
{
    return outfile_remove_parts(folder, is_of_the_dead, NULL, e);
}
