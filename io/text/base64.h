/* Bytes as text: base64 (RFC 4648, section 4). Any thread. */
#ifndef SUBSCENE_IO_TEXT_BASE64_H
#define SUBSCENE_IO_TEXT_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

/* Appends the text of `len` bytes, padded with '='. */
void base64_encode(const unsigned char *data, size_t len, struct text *out);

/* The largest number of bytes in a text of `len` characters. */
static inline size_t base64_bound(size_t len) { return len / 4 * 3 + 3; }

/* Decodes a text into `out` of base64_bound bytes. false: it has other characters, blanks too, or
 * is cut off. The padding may be missing; bits behind the last byte must be 0. */
bool base64_decode(const char *s, size_t len, unsigned char *out, size_t *out_len);

#endif
