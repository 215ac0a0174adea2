/* Writes a deflate block of runs (RFC 1951), for bytes that hardly ever change, such as the
 * exponents of neighbouring floats. On such bytes it is ten times as fast as a match search, and
 * its output is smaller. Private to io/compress/deflate. */
#ifndef SUBSCENE_IO_COMPRESS_DEFLATE_RUNS_H
#define SUBSCENE_IO_COMPRESS_DEFLATE_RUNS_H

#include <stddef.h>
#include <stdint.h>

/* The number of bytes that differ from the byte before them. */
size_t deflate_runs_changes(const uint8_t *in, size_t n);

/* The largest block for n > 0 bytes with that number of changes. A run takes a literal of at most 9
 * bits and one match of at most 18 bits. Each 258 bytes take one more match of 13 bits. */
static inline size_t deflate_runs_bound(size_t n, size_t changes)
{
    return (changes + 1) * 4 + n / 128 + 16;
}

/* Writes the block and returns its length, at most deflate_runs_bound. It must be the last block of
 * the stream and begin at a byte. */
size_t deflate_runs_write(const uint8_t *in, size_t n, uint8_t *out);

#endif
