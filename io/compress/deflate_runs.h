/* A deflate block of runs (RFC 1951): for bytes that hardly ever change, as the exponents of
 * neighbouring float values. Ten times as fast on them as looking for matches, and smaller. Private
 * to io/compress/deflate. */
#ifndef SUBSCENE_IO_COMPRESS_DEFLATE_RUNS_H
#define SUBSCENE_IO_COMPRESS_DEFLATE_RUNS_H

#include <stddef.h>
#include <stdint.h>

/* How often a byte differs from the one before it. */
size_t deflate_runs_changes(const uint8_t *in, size_t n);

/* The most bytes that n > 0 bytes with so many changes can become: a literal of at most 9 bits and
 * one match of at most 18 a run, and one match of 13 bits for each 258 bytes. */
static inline size_t deflate_runs_bound(size_t n, size_t changes)
{
    return (changes + 1) * 4 + n / 128 + 16;
}

/* Writes the block, which is the stream's last and begins at a byte, and returns its length, at
 * most deflate_runs_bound. */
size_t deflate_runs_write(const uint8_t *in, size_t n, uint8_t *out);

#endif
