/* Is a file still as it was written? Its size, and a checksum of its head: of a subscene file that
 * is all but the stored samples (70 KB of 6 MB), so that looking costs little and finds what
 * changed in its metadata.
 *
 * Any thread. */
#ifndef SUBSCENE_IO_FOLDER_FILESUM_H
#define SUBSCENE_IO_FOLDER_FILESUM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "io/compress/deflate.h"

struct filesum {
    int64_t bytes; /* of the file; 0: nothing is known */
    int64_t head; /* bytes from its beginning that the checksum is of; 0: there is none */
    struct checksum sum;
};

/* Of a file in memory. */
void filesum_of(const void *data, size_t len, size_t head, struct filesum *out);

/* Of a file on disk: its head's so many bytes are read (0: none). ERR_INPUT, ERR_TEMPORARY. */
int filesum_read(const char *path, int64_t head, struct filesum *out, struct err *e) MUST_CHECK;

/* How the file at `path` is now. */
enum filesum_state {
    FILESUM_UNKNOWN, /* it cannot be read, or `known` has no checksum and its size is right */
    FILESUM_SAME,
    FILESUM_CHANGED, /* same size, other checksum: changed in place */
    FILESUM_OTHER_SIZE, /* another file, or cut off */
};
enum filesum_state filesum_look(const char *path, const struct filesum *known);

/* Equal in all? */
bool filesum_equal(const struct filesum *a, const struct filesum *b);

#endif
