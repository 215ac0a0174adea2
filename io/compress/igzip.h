/* Fast zlib streams with ISA-L's igzip. It has more than twice the speed of libdeflate's level 1
 * and makes a few percent more bytes. ISA-L exists for x86-64 and arm64. In a build without it,
 * igzip_create fails with ERR_USAGE and igzip_is_there returns false. Private to
 * io/compress/deflate. */
#ifndef SUBSCENE_IO_COMPRESS_IGZIP_H
#define SUBSCENE_IO_COMPRESS_IGZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

bool igzip_is_there(void);

struct igzip; /* belongs to one thread */
int igzip_create(struct igzip **out, struct err *e) MUST_CHECK;
void igzip_destroy(struct igzip *z); /* z may be NULL */

/* Writes one zlib stream (RFC 1950) of `len` bytes, less than 4 GiB, into `out`. Returns its
 * length, or 0 if it does not fit. The same input gives the same stream on the same type of CPU.
 * ISA-L searches for matches differently on different CPUs. */
size_t igzip_run(struct igzip *z, const void *data, size_t len, void *out, size_t out_size);

/* The same, but as the beginning of a longer stream: deflate blocks (RFC 1951) that end at a byte.
 * None is marked as the last block, and there is no header or checksum. */
size_t igzip_run_part(struct igzip *z, const void *data, size_t len, void *out, size_t out_size);

#endif
