#include "stages/layers/layer_origin.h"

#include <stdio.h>
#include <string.h>

#include "core/path.h"

_Static_assert((int)CLASS_DIGEST_SIZE == (int)CHECKSUM_TEXT_SIZE, "a digest is a checksum");

void layer_origin_source(const char *kind, const char *path, char source[CLASS_SOURCE_SIZE])
{
    const char *base = path_base(path);
    /* the end of a long name tells more than its beginning */
    const size_t most = CLASS_SOURCE_SIZE - strlen(kind) - 2, n = strlen(base);
    snprintf(source, CLASS_SOURCE_SIZE, "%s %s", kind, n > most ? base + n - most : base);
    for (char *s = source; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f || *s == ',' || *s == '"')
            *s = '_';
}

void layer_origin_digest(struct checksum given, const uint8_t *codes, size_t n,
                         char digest[CLASS_DIGEST_SIZE])
{
    checksum_add(&given, codes, n);
    checksum_format(given, digest);
}
