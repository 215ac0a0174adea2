/* Digests of files as SAFE manifests list them (nettle): MD5 (RFC 1321) up to baseline 03.01,
 * SHA3-256 (FIPS 202) from then on. They detect damage, not manipulation. */
#ifndef SUBSCENE_IO_SOURCE_DIGEST_H
#define SUBSCENE_IO_SOURCE_DIGEST_H

#include <stddef.h>

#include "core/err.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA3_256, DIGEST_KIND_COUNT };

/* Finds "MD5" or "SHA3-256", the names in manifest.safe. Returns DIGEST_KIND_COUNT for other
 * names. */
enum digest_kind digest_find(const char *name);
const char *digest_name(enum digest_kind kind);
size_t digest_hex_length(enum digest_kind kind); /* 32, 64 */

enum { DIGEST_TEXT_SIZE = 65 };

/* The digest of one stream of bytes; one thread. */
struct digest;
int digest_create(enum digest_kind kind, struct digest **out, struct err *e) MUST_CHECK;
void digest_add(struct digest *d, const void *data, size_t len);

/* Lower-case hexadecimal digits; ends the stream. */
void digest_finish(struct digest *d, char text[DIGEST_TEXT_SIZE]);
void digest_destroy(struct digest *d);

#endif
