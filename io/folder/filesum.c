#include "io/folder/filesum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

void filesum_of(const void *data, size_t len, size_t head, struct filesum *out)
{
    *out = (struct filesum){(int64_t)len, (int64_t)head, CHECKSUM_INIT};
    checksum_add(&out->sum, data, head);
}

/* Returns 0 or errno; EIO if the file ends before `head` bytes. */
static int add_head(int fd, int64_t head, struct checksum *sum)
{
    unsigned char piece[PIECE];
    while (head > 0) {
        ssize_t n = read(fd, piece, head < PIECE ? (size_t)head : PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        checksum_add(sum, piece, (size_t)n);
        head -= n;
    }
    return 0;
}

int filesum_read(const char *path, int64_t head, struct filesum *out, struct err *e)
{
    struct stat st;
    *out = (struct filesum){.sum = CHECKSUM_INIT};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_sys(e, ERR_INPUT, errno, "%s: cannot be opened", path);
    int cause = fstat(fd, &st) != 0 ? errno
                : head > st.st_size ? EIO
                                    : add_head(fd, head, &out->sum);
    close(fd);
    if (cause)
        return err_sys(e, ERR_INPUT, cause, "%s: cannot be read", path);
    out->bytes = st.st_size;
    out->head = head;
    return 0;
}

bool filesum_equal(const struct filesum *a, const struct filesum *b)
{
    return a->bytes == b->bytes && a->head == b->head &&
           (a->head == 0 || (a->sum.crc == b->sum.crc && a->sum.adler == b->sum.adler));
}

enum filesum_state filesum_look(const char *path, const struct filesum *known)
{
    struct stat st;
    struct filesum now;
    if (known->bytes == 0 || stat(path, &st) != 0)
        return FILESUM_UNKNOWN;
    if (st.st_size != known->bytes)
        return FILESUM_OTHER_SIZE;
    if (known->head == 0 || known->head > known->bytes ||
        filesum_read(path, known->head, &now, NULL))
        return FILESUM_UNKNOWN;
    return filesum_equal(&now, known) ? FILESUM_SAME : FILESUM_CHANGED;
}
