/* Shuffle, deflate and checksums of chunks (libdeflate; level 1: ISA-L if available).
 *
 * HDF5's own shuffle and deflate filters read and write the same bytes: byte k of every element in
 * plane k, then a zlib stream. Source: HDF5 File Format Specification, filters 2 and 1; RFC
 * 1950. */
#ifndef SUBSCENE_IO_COMPRESS_DEFLATE_H
#define SUBSCENE_IO_COMPRESS_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct deflater; /* belongs to one thread */

/* level is 1 … 9. Level 1 is for speed. The build and the type of CPU decide which library runs it,
 * and so its bytes. Errors: ERR_TEMPORARY. */
int deflater_create(int level, struct deflater **out, struct err *e) MUST_CHECK;
void deflater_destroy(struct deflater *d);

/* The largest size that `len` bytes can have after compression. */
size_t deflater_bound(struct deflater *d, size_t len);

/* Compresses into `out` of at least deflater_bound(len) bytes; returns the compressed length. */
size_t deflater_run(struct deflater *d, const void *data, size_t len, void *out, size_t out_size);

/* The same for `count` planes of n shuffled bytes, one after the other. Faster where the last plane
 * hardly changes. */
size_t deflater_run_planes(struct deflater *d, const uint8_t *planes, size_t n, int count,
                           void *out, size_t out_size);

/* Unpacks exactly `len` bytes from a zlib stream and checks its Adler-32. ERR_INPUT: it is damaged
 * or has another length. Any thread. */
int inflate_run(const void *data, size_t data_len, void *out, size_t len, struct err *e) MUST_CHECK;

/* The same for a stream whose length is not known, up to `max` bytes. Free `*out`; a NUL byte
 * follows its `*len` bytes. ERR_INPUT: it is damaged, longer, or bytes follow it. ERR_TEMPORARY. */
int inflate_whole(const void *data, size_t data_len, size_t max, unsigned char **out, size_t *len,
                  struct err *e) MUST_CHECK;

/* Finds the next zlib stream that unpacks to at most `room` bytes, and whose Adler-32 is right,
 * from byte *at of any data on. *at: the byte behind it; 0: there is none. *len: its unpacked
 * length. Any thread. ERR_TEMPORARY. */
int inflate_next(const void *data, size_t data_len, size_t *at, void *out, size_t room, size_t *len,
                 struct err *e) MUST_CHECK;

/* Splits n elements of 4 bytes into 4 planes that begin `plane` ≥ n bytes apart. A caller can split
 * all elements at once, or a piece of each plane at a time. `in` and `out` do not overlap. */
void shuffle4(const void *in, size_t n, void *out, size_t plane);

/* Joins 4 planes of n bytes, one after the other, into n elements. */
void unshuffle4(const void *in, void *out, size_t n);

/* The same for elements of 2 bytes, all at once. */
void shuffle2(const void *in, void *out, size_t n);
void unshuffle2(const void *in, void *out, size_t n);

/* A checksum of content that any tool can repeat: CRC-32 (ISO 3309) and Adler-32 (RFC 1950) of the
 * same bytes, as zlib computes them. */
struct checksum {
    uint32_t crc, adler;
};
#define CHECKSUM_INIT ((struct checksum){0, 1})
void checksum_add(struct checksum *c, const void *data, size_t len);

/* CRC-32 alone; start with 0. */
uint32_t checksum_crc(uint32_t crc, const void *data, size_t len);

/* 16 hexadecimal digits: CRC-32, then Adler-32. */
enum { CHECKSUM_TEXT_SIZE = 17 };
void checksum_format(struct checksum c, char text[CHECKSUM_TEXT_SIZE]);

#endif
