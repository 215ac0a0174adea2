#include "io/folder/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/jsonout.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/folder/outfile.h"
#include "io/text/jsondoc.h"

/* An owner is late only after this number of missed renewals. */
enum { RENEWALS_MISSED = 3 };

/* Attempts while other processes take and release the lock. */
enum { TRIES = 16 };

enum { LINE = 1024 };

struct lock {
    char path[OUTFILE_PATH], part[OUTFILE_PATH];
    char taking[OUTFILE_PATH + 8]; /* a name that one process at a time has during a takeover */
    char line[LINE]; /* content of the lock file */
    char nonce[IDENTITY_NONCE];
    double interval_s;
    int timeout_s;
    int fd; /* open while the lock is being taken: the file, under either name */
    ino_t ino; /* the file's inode and time at the last check */
    struct timespec renewed;
    struct outfile_guard guard;
};

/* A lock of another process. */
struct found {
    struct lock_owner owner;
    struct timespec renewed;
    ino_t ino;
};

/* ---- reading ---- */

static void copy_text(const struct jsondoc *d, const char *key, char *buf, size_t size)
{
    const char *text = jsondoc_string(d, key);
    snprintf(buf, size, "%s", text ? text : "");
}

/* Reads the owner. An unreadable text gives an empty owner; the file's time still counts.
 * ERR_TEMPORARY: out of memory. */
static int parse_owner(const char *path, const char *text, size_t len, struct lock_owner *o)
{
    struct jsondoc *d;
    int64_t number;
    *o = (struct lock_owner){0};
    int failed = jsondoc_parse(path, text, len, &d, NULL);
    if (failed)
        return failed == ERR_TEMPORARY ? failed : 0;
    const struct jsonvalue *root = jsondoc_root(d);
    copy_text(d, "host", o->host, sizeof o->host);
    copy_text(d, "tag", o->tag, sizeof o->tag);
    copy_text(d, "started", o->started, sizeof o->started);
    copy_text(d, "job", o->job, sizeof o->job);
    copy_text(d, "nonce", o->nonce, sizeof o->nonce);
    if (jsondoc_int(jsondoc_member(root, "pid"), &number))
        o->pid = (long)number;
    if (jsondoc_int(jsondoc_member(root, "renewed_every_ms"), &number) && number > 0)
        o->renewed_every_s = (double)number / 1000;
    jsondoc_close(d);
    return 0;
}

/* Returns the length, or −1 with errno; ENOENT: no such file. */
static ssize_t read_text(const char *path, char text[LINE], struct stat *st)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, LINE);
    int failed = n < 0 || fstat(fd, st) != 0, cause = errno;
    close(fd);
    errno = cause;
    return failed ? -1 : n;
}

/* Returns 0, or −1 with errno. */
static int read_lock(const char *path, struct found *out)
{
    char text[LINE];
    struct stat st;
    ssize_t n = read_text(path, text, &st);
    if (n < 0)
        return -1;
    if (parse_owner(path, text, (size_t)n, &out->owner)) {
        errno = ENOMEM;
        return -1;
    }
    out->renewed = st.st_mtim;
    out->ino = st.st_ino;
    return 0;
}

static bool same_lock(const struct found *a, const struct found *b)
{
    return strcmp(a->owner.nonce, b->owner.nonce) == 0 && (a->owner.nonce[0] || a->ino == b->ino) &&
           a->renewed.tv_sec == b->renewed.tv_sec && a->renewed.tv_nsec == b->renewed.tv_nsec;
}

/* Marks the error as "another process has the lock", for lock_is_others. */
static int is_others(int mark, struct err *e)
{
    if (e)
        e->sys_errno = mark;
    return ERR_TEMPORARY;
}

static int held_by(const char *path, const struct lock_owner *o, struct err *e)
{
    int n = (int)path_folder_length(path);
    if (!o->host[0])
        err_set(e, ERR_TEMPORARY, "%s: is locked; the lock does not name its owner", path);
    else
        err_set(e, ERR_TEMPORARY, "%.*s: is being made by %s pid %ld%s%s since %s",
                n > 0 ? n - 1 : 1, n > 0 ? path : ".", o->host, o->pid, o->job[0] ? ", job " : "",
                o->job, o->started);
    return is_others(EALREADY, e);
}

bool lock_is_others(const struct err *e)
{
    return e->code == ERR_TEMPORARY && (e->sys_errno == EALREADY || e->sys_errno == EOWNERDEAD);
}

/* ---- taking ---- */

/* Makes the content of the lock. It must name the owner, or nobody can tell later that the owner is
 * gone. */
static int describe(struct lock *l, const struct lock_options *o, struct err *e)
{
    char host[IDENTITY_HOST], tag[IDENTITY_TAG], started[32];
    time_t now = time(NULL);
    struct tm utc;
    struct jsonout j = {0};
    identity_host(host);
    identity_tag(tag);
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    jsonout_object(&j, NULL);
    jsonout_string(&j, "host", host);
    jsonout_int(&j, "pid", getpid());
    jsonout_string(&j, "started", started);
    if (o->job && o->job[0])
        jsonout_string(&j, "job", o->job);
    jsonout_string(&j, "tag", tag);
    jsonout_string(&j, "nonce", l->nonce);
    jsonout_int(&j, "renewed_every_ms", (int64_t)(l->interval_s * 1000));
    jsonout_end_object(&j);
    int failed = j.text.failed ? err_nomem(e, sizeof l->line) : 0;
    snprintf(l->line, sizeof l->line, "%s\n", j.text.failed ? "" : j.text.s);
    jsonout_clear(&j);
    return failed;
}

static int write_file(const char *path, int flags, const char *line, int *fd)
{
    size_t n = strlen(line);
    *fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
    if (*fd < 0)
        return -1;
    ssize_t written = write(*fd, line, n);
    /* some network file systems report a full disk only here */
    if (written == (ssize_t)n && fsync(*fd) == 0)
        return 0;
    int cause = written >= 0 && written < (ssize_t)n ? ENOSPC : errno;
    close(*fd);
    unlink(path);
    errno = cause;
    *fd = -1;
    return -1;
}

static int write_aside(struct lock *l, struct err *e)
{
    if (l->fd >= 0)
        close(l->fd);
    return write_file(l->part, O_TRUNC, l->line, &l->fd) == 0
               ? 0
               : err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", l->path);
}

/* Links the file written aside to `name`, if that name is free. Returns 0, or −1 with errno. If the
 * server's answer was lost, the link count tells that the link was made. */
static int claim(struct lock *l, const char *name)
{
    struct stat st;
    int fd;
    if (link(l->part, name) == 0)
        return 0;
    int cause = errno;
    if (fstat(l->fd, &st) == 0 && st.st_nlink == 2)
        return 0;
    errno = cause;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return -1;
    if (write_file(name, O_EXCL, l->line, &fd) != 0)
        return -1;
    close(fd);
    return 0;
}

static double patience_with(const struct found *f, int timeout_s)
{
    return fmax(timeout_s > 0 ? timeout_s : LOCK_TIMEOUT_S,
                RENEWALS_MISSED * f->owner.renewed_every_s);
}

/* Seconds since the other process renewed its lock. Both times come from the file server's clock,
 * which is read by touching this process's own file. */
static double silence(const struct lock *l, const struct found *f)
{
    struct stat st;
    if (futimens(l->fd, NULL) != 0 || fstat(l->fd, &st) != 0)
        return 0;
    return (double)(st.st_mtim.tv_sec - f->renewed.tv_sec) +
           (double)(st.st_mtim.tv_nsec - f->renewed.tv_nsec) * 1e-9;
}

/* The owner is gone if it has this process's own tag: it was an earlier process with the same
 * number. */
static bool is_gone(const struct lock_owner *o)
{
    char tag[IDENTITY_TAG];
    identity_tag(tag);
    return strcmp(o->tag, tag) == 0 || identity_is_gone(o->tag);
}

static bool may_take_over(const struct lock *l, const struct found *f, struct lock_takeover *t)
{
    *t = (struct lock_takeover){
        .is_gone = is_gone(&f->owner), .silent_s = silence(l, f), .from = f->owner};
    return t->is_gone || t->silent_s > patience_with(f, l->timeout_s);
}

int lock_look(const char *path, int timeout_s, struct err *e)
{
    struct found found;
    struct timespec now;
    if (read_lock(path, &found) != 0)
        return 0;
    clock_gettime(CLOCK_REALTIME, &now);
    bool is_late = (double)(now.tv_sec - found.renewed.tv_sec) > patience_with(&found, timeout_s);
    return is_gone(&found.owner) || is_late ? 0 : held_by(path, &found.owner, e);
}

/* Replaces the lock `judged` with this process's lock. No other process may do so between the last
 * check and the rename: only the one that holds the name `taking` may. *done is false if another
 * process was faster. */
static int replace(struct lock *l, const struct found *judged, bool *done, struct err *e)
{
    struct found now;
    *done = false;
    if (claim(l, l->taking) != 0) {
        if (errno == ENOENT || errno == EEXIST) {
            /* the process that held the name was killed here */
            if (errno == EEXIST && read_lock(l->taking, &now) == 0 &&
                silence(l, &now) > l->timeout_s)
                unlink(l->taking);
            return 0;
        }
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot take over", l->path);
    }
    int cause = 0;
    if (read_lock(l->path, &now) == 0 && same_lock(judged, &now)) {
        *done = rename(l->part, l->path) == 0;
        cause = *done ? 0 : errno;
    }
    unlink(l->taking);
    return cause == 0 || cause == ENOENT
               ? 0
               : err_sys(e, ERR_OUTPUT, cause, "%s: cannot take over", l->path);
}

static void breathe(void)
{
    const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

/* One attempt. *done: this process has the lock. */
static int try_once(struct lock *l, struct lock_takeover *t, bool *done, struct err *e)
{
    struct found found;
    if (claim(l, l->path) == 0) {
        *done = true;
        return 0;
    }
    if (errno == ENOENT) /* an owner removed the file written aside as a leftover */
        return write_aside(l, e);
    if (errno != EEXIST)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", l->path);
    if (read_lock(l->path, &found) != 0)
        return errno == ENOENT ? 0 : err_sys(e, ERR_OUTPUT, errno, "%s: cannot read", l->path);
    if (!may_take_over(l, &found, t))
        return held_by(l->path, &found.owner, e);
    t->happened = true;
    int failed = replace(l, &found, done, e);
    if (failed == 0 && !*done)
        breathe();
    return failed;
}

static int contend(struct lock *l, struct lock_takeover *t, struct err *e)
{
    for (int i = 0; i < TRIES; i++) {
        bool done = false;
        *t = (struct lock_takeover){0};
        int failed = try_once(l, t, &done, e);
        if (failed || done)
            return failed;
    }
    return err_set(e, ERR_TEMPORARY, "%s: other processes keep taking and releasing it", l->path);
}

/* Remembers the file's inode and time. */
static void note_look(struct lock *l)
{
    struct stat st;
    if (stat(l->path, &st) != 0)
        return;
    l->ino = st.st_ino;
    l->renewed = st.st_mtim;
}

static int check_guard(void *ctx, struct err *e) { return lock_check(ctx, e); }

int lock_take(const char *path, const struct lock_options *o, struct lock **out,
              struct lock_takeover *t, struct err *e)
{
    struct lock *l = mem_zalloc(1, sizeof *l);
    *t = (struct lock_takeover){0};
    if (!l)
        return err_nomem(e, sizeof *l);
    l->fd = -1;
    l->timeout_s = o->timeout_s > 0 ? o->timeout_s : LOCK_TIMEOUT_S;
    l->interval_s = fmin(l->timeout_s / 6.0, 20);
    l->guard = (struct outfile_guard){.check = check_guard, .ctx = l, .below = o->below};
    identity_nonce(l->nonce);
    int failed = (size_t)snprintf(l->path, sizeof l->path, "%s", path) < sizeof l->path
                     ? outfile_part_path(path, l->part, e)
                     : err_set(e, ERR_OUTPUT, "%s: the path is too long", path);
    if (failed == 0)
        failed = describe(l, o, e);
    snprintf(l->taking, sizeof l->taking, "%s.taking", l->path);
    if (failed == 0)
        failed = write_aside(l, e);
    if (failed == 0) {
        failed = contend(l, t, e);
        unlink(l->part);
        if (failed == 0)
            unlink(l->taking); /* left by a process that was killed */
    }
    if (failed == 0 && (failed = outfile_guard_add(&l->guard, path, e)) != 0)
        unlink(path);
    if (l->fd >= 0)
        close(l->fd);
    if (failed) {
        free(l);
        return failed;
    }
    note_look(l);
    *out = l;
    return 0;
}

/* ---- keeping ---- */

double lock_interval_s(const struct lock *l) { return l->interval_s; }

int lock_check(struct lock *l, struct err *e)
{
    struct found found;
    struct stat st;
    char text[LINE];
    ssize_t n = read_text(l->path, text, &st);
    /* comparing with this process's own line needs no memory, so the lock is released even when
     * memory is exhausted */
    if (n >= 0 && (size_t)n == strlen(l->line) && memcmp(text, l->line, (size_t)n) == 0)
        return 0;
    if (n < 0 || read_lock(l->path, &found) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return err_sys(e, ERR_TEMPORARY, errno, "%s: cannot read", l->path);
        err_set(e, ERR_TEMPORARY,
                "%s: is gone: another process took it over while this one did not renew it, or it "
                "was removed",
                l->path);
        return is_others(EOWNERDEAD, e);
    }
    if (strcmp(found.owner.nonce, l->nonce) == 0)
        return 0;
    err_set(e, ERR_TEMPORARY,
            "%s: was taken over by %s pid %ld, while this process did not renew its lock", l->path,
            found.owner.host, found.owner.pid);
    return is_others(EOWNERDEAD, e);
}

/* Ignores failures: lock_check reports them before the next file. */
void lock_renew(struct lock *l)
{
    struct err lost = ERR_INIT;
    if (lock_check(l, &lost) == 0 && utimensat(AT_FDCWD, l->path, NULL, 0) == 0)
        note_look(l);
}

/* For a process that cannot open the file (too many open files): compares inode and time with the
 * last check. */
static bool looks_the_same(const struct lock *l)
{
    struct stat st;
    return stat(l->path, &st) == 0 && st.st_ino == l->ino &&
           st.st_mtim.tv_sec == l->renewed.tv_sec && st.st_mtim.tv_nsec == l->renewed.tv_nsec;
}

int lock_release(struct lock *l, struct err *e)
{
    struct err why = ERR_INIT;
    if (!l)
        return 0;
    outfile_guard_remove(&l->guard);
    int failed = lock_check(l, &why);
    if (failed && why.sys_errno != EOWNERDEAD && looks_the_same(l))
        failed = 0;
    if (failed == 0 && unlink(l->path) != 0 && errno != ENOENT)
        failed = err_sys(&why, ERR_OUTPUT, errno, "%s: the lock cannot be removed", l->path);
    bool is_left = failed && why.sys_errno != EOWNERDEAD;
    free(l);
    return is_left ? err_set(e, why.code, "%s", why.msg) : 0;
}
