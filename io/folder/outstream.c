#include "io/folder/outstream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "io/folder/outfile.h"

enum { PIECE = 65536 };

struct outstream {
    enum outstream_mode mode;
    char *path;
    char part[OUTFILE_PATH];
    int to; /* the file aside; −1: the mode only tries */
    int old; /* the file that is there; −1: none, or it cannot be read */
    bool is_there, is_same;
    uint64_t len;
};

static bool tries(enum outstream_mode mode)
{
    return mode == OUTSTREAM_TRY_KEEP || mode == OUTSTREAM_TRY_REPLACE;
}

static void look_at_old(struct outstream *s)
{
    struct stat st;
    s->is_there = lstat(s->path, &st) == 0;
    s->old = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    s->is_same = s->old >= 0 && fstat(s->old, &st) == 0 && S_ISREG(st.st_mode);
}

int outstream_open(const char *path, enum outstream_mode mode, struct outstream **out,
                   struct err *e)
{
    struct outstream *s = mem_zalloc(1, sizeof *s);
    *out = NULL;
    if (!s || !(s->path = mem_strdup(path))) {
        free(s);
        return err_nomem(e, sizeof *s + strlen(path));
    }
    s->mode = mode;
    s->to = s->old = -1;
    int r = tries(mode) ? 0 : outfile_begin(path, "", 0, s->part, e);
    if (r)
        s->part[0] = '\0';
    if (r == 0 && !tries(mode) && (s->to = open(s->part, O_WRONLY | O_CLOEXEC)) < 0)
        r = err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", path);
    if (r) {
        outstream_abandon(s);
        return r;
    }
    look_at_old(s);
    *out = s;
    return 0;
}

/* Reads exactly `len` bytes of the old file. false: it has other bytes there, or ends. */
static bool old_has(const struct outstream *s, const unsigned char *data, size_t len, uint64_t at)
{
    unsigned char buf[PIECE];
    for (size_t done = 0; done < len;) {
        size_t want = len - done < sizeof buf ? len - done : sizeof buf;
        ssize_t n = pread(s->old, buf, want, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || memcmp(buf, data + done, (size_t)n) != 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

int outstream_add(struct outstream *s, const void *data, size_t len, struct err *e)
{
    const unsigned char *at = data;
    s->is_same = s->is_same && old_has(s, at, len, s->len);
    s->len += len;
    while (s->to >= 0 && len > 0) {
        ssize_t n = write(s->to, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", s->path);
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

uint64_t outstream_length(const struct outstream *s) { return s->len; }

void outstream_abandon(struct outstream *s)
{
    if (!s)
        return;
    if (s->to >= 0)
        close(s->to);
    if (s->old >= 0)
        close(s->old);
    if (s->part[0])
        outfile_abandon(s->part);
    free(s->path);
    free(s);
}

static enum outstream_outcome outcome_of(const struct outstream *s)
{
    struct stat st;
    if (s->is_same && fstat(s->old, &st) == 0 && (uint64_t)st.st_size == s->len)
        return OUTSTREAM_SAME;
    const bool replaces = s->mode == OUTSTREAM_REPLACE || s->mode == OUTSTREAM_TRY_REPLACE;
    return s->is_there && !replaces ? OUTSTREAM_OTHER : OUTSTREAM_MADE;
}

static int commit(struct outstream *s, struct err *e)
{
    int failed = close(s->to), cause = errno;
    s->to = -1;
    if (failed)
        return err_sys(e, ERR_OUTPUT, cause, "%s: cannot write", s->path);
    int r = outfile_commit(s->path, s->part, e);
    s->part[0] = '\0'; /* renamed, or removed after an error */
    return r;
}

int outstream_close(struct outstream *s, enum outstream_outcome *outcome, struct err *e)
{
    *outcome = outcome_of(s);
    int r = *outcome == OUTSTREAM_MADE && s->to >= 0 ? commit(s, e) : 0;
    outstream_abandon(s);
    return r;
}

int outstream_put(const char *path, enum outstream_mode mode, const void *data, size_t len,
                  enum outstream_outcome *outcome, struct err *e)
{
    struct outstream *s;
    int r = outstream_open(path, mode, &s, e);
    if (r)
        return r;
    r = outstream_add(s, data, len, e);
    if (r == 0)
        return outstream_close(s, outcome, e);
    outstream_abandon(s);
    return r;
}
