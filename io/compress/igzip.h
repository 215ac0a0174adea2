/* Fast zlib streams (ISA-L's igzip): more than twice the speed of libdeflate's level 1 for some
 * percent more bytes. There on x86-64 and arm64; a build without the library has igzip_create fail
 * with ERR_USAGE and igzip_is_there say so. Private to io/compress/deflate. */
#ifndef SUBSCENE_IO_COMPRESS_IGZIP_H
#define SUBSCENE_IO_COMPRESS_IGZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

bool igzip_is_there(void);

struct igzip; /* of one thread */
int igzip_create(struct igzip **out, struct err *e) MUST_CHECK;
void igzip_destroy(struct igzip *z); /* NULL is fine */

/* One zlib stream (RFC 1950) of `len` bytes, less than 4 GiB, into `out`. Returns its length; 0
 * when it does not fit. The same input gives the same stream on the same type of CPU: the library's
 * versions for different ones look for matches in different ways. */
size_t igzip_run(struct igzip *z, const void *data, size_t len, void *out, size_t out_size);

/* The same as the beginning of a longer stream: deflate blocks (RFC 1951) that end at a byte, none
 * of them the last, and without header and checksum. */
size_t igzip_run_part(struct igzip *z, const void *data, size_t len, void *out, size_t out_size);

#endif
