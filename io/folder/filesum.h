/* Tells whether a file is still as it was written. It compares the file's size and a checksum of
 * its head. The head of a subscene file is all but the stored samples (70 KB of 6 MB). So the check
 * is cheap and finds changed metadata.
 *
 * Any thread. */
#ifndef SUBSCENE_IO_FOLDER_FILESUM_H
#define SUBSCENE_IO_FOLDER_FILESUM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "io/compress/deflate.h"

struct filesum {
    int64_t bytes; /* size of the file; 0: unknown */
    int64_t head; /* length of the head that the checksum covers; 0: no checksum */
    struct checksum sum;
};

/* The sum of a file in memory. */
void filesum_of(const void *data, size_t len, size_t head, struct filesum *out);

/* The sum of a file on disk. Reads the first `head` bytes (0: none). Errors: ERR_INPUT,
 * ERR_TEMPORARY. */
int filesum_read(const char *path, int64_t head, struct filesum *out, struct err *e) MUST_CHECK;

/* State of the file at `path` compared with `known`. */
enum filesum_state {
    FILESUM_UNKNOWN, /* unreadable; or `known` has no checksum and the size is right */
    FILESUM_SAME,
    FILESUM_CHANGED, /* same size, other checksum: changed in place */
    FILESUM_OTHER_SIZE, /* another file, or truncated */
};
enum filesum_state filesum_look(const char *path, const struct filesum *known);

/* True if all members are equal. */
bool filesum_equal(const struct filesum *a, const struct filesum *b);

#endif
