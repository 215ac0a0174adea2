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
    int to; /* the file aside; −1: not needed so far */
    int old; /* the file that is there; −1: none, or it cannot be read */
    bool is_there, is_same; /* is_same: so far the bytes are those of `old` */
    uint64_t len;
};

static void look_at_old(struct outstream *s)
{
    struct stat st;
    s->is_there = lstat(s->path, &st) == 0;
    s->old = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    s->is_same = s->old >= 0 && fstat(s->old, &st) == 0 && S_ISREG(st.st_mode);
}

/* Must the bytes be written, as far as is known? */
static bool is_needed(const struct outstream *s)
{
    return s->is_there ? s->mode == OUTSTREAM_REPLACE && !s->is_same
                       : s->mode == OUTSTREAM_KEEP || s->mode == OUTSTREAM_REPLACE;
}

static int begin_part(struct outstream *s, struct err *e)
{
    int r = outfile_begin(s->path, "", 0, s->part, e);
    if (r) {
        s->part[0] = '\0';
        return r;
    }
    s->to = open(s->part, O_WRONLY | O_CLOEXEC);
    return s->to < 0 ? err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", s->path) : 0;
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
    s->to = -1;
    look_at_old(s);
    int r = is_needed(s) ? begin_part(s, e) : 0;
    if (r)
        outstream_abandon(s);
    else
        *out = s;
    return r;
}

/* Reads bytes of the old file. Returns fewer at its end, or if it cannot be read. */
static size_t read_old(const struct outstream *s, unsigned char *buf, size_t len, uint64_t at)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = pread(s->old, buf + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

static bool old_has(const struct outstream *s, const unsigned char *data, size_t len)
{
    unsigned char buf[PIECE];
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < sizeof buf ? len - done : sizeof buf;
        if (read_old(s, buf, n, s->len + done) != n || memcmp(buf, data + done, n) != 0)
            return false;
    }
    return true;
}

static int write_part(struct outstream *s, const unsigned char *data, size_t len, struct err *e)
{
    while (len > 0) {
        ssize_t n = write(s->to, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", s->path);
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* The old file differs from here on: its first bytes begin the new one. */
static int replace_old(struct outstream *s, struct err *e)
{
    unsigned char buf[PIECE];
    int r = begin_part(s, e);
    for (uint64_t done = 0; r == 0 && done < s->len;) {
        const size_t n = s->len - done < sizeof buf ? (size_t)(s->len - done) : sizeof buf;
        if (read_old(s, buf, n, done) != n)
            return err_set(e, ERR_OUTPUT, "%s: was changed while it was compared", s->path);
        r = write_part(s, buf, n, e);
        done += n;
    }
    return r;
}

int outstream_add(struct outstream *s, const void *data, size_t len, struct err *e)
{
    int r = 0;
    if (s->is_same && !old_has(s, data, len)) {
        s->is_same = false;
        r = is_needed(s) ? replace_old(s, e) : 0;
    }
    if (r == 0 && s->to >= 0)
        r = write_part(s, data, len, e);
    s->len += len;
    return r;
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

/* The old file may be longer. */
static int compare_end(struct outstream *s, struct err *e)
{
    struct stat st;
    if (!s->is_same || (fstat(s->old, &st) == 0 && (uint64_t)st.st_size == s->len))
        return 0;
    s->is_same = false;
    return is_needed(s) ? replace_old(s, e) : 0;
}

int outstream_close(struct outstream *s, enum outstream_outcome *outcome, struct err *e)
{
    const bool keeps = s->mode == OUTSTREAM_KEEP || s->mode == OUTSTREAM_TRY_KEEP;
    int r = compare_end(s, e);
    *outcome = s->is_same             ? OUTSTREAM_SAME
               : s->is_there && keeps ? OUTSTREAM_OTHER
                                      : OUTSTREAM_MADE;
    if (r == 0 && s->to >= 0)
        r = commit(s, e);
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
