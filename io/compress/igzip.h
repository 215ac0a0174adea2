/* Fast deflate blocks with ISA-L's igzip. It has nearly twice the speed of libdeflate's level 1 and
 * makes a few percent more bytes. ISA-L exists for x86-64 and arm64. In a build without it,
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

/* Writes deflate blocks (RFC 1951) of `len` > 0 bytes, at most 2 GiB, into `out`. Returns their
 * length, or 0 if they do not fit. Without `is_last` they end at a byte, and the stream goes on.
 * The same input gives the same blocks on the same type of CPU. ISA-L searches for matches
 * differently on different CPUs. */
size_t igzip_run(struct igzip *z, const void *data, size_t len, bool is_last, void *out,
                 size_t out_size);

#endif
