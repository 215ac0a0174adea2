/* The digest that tells whether a class layer is still what its source gives.
 *
 * It is the checksum (CRC-32 and Adler-32, io/compress/deflate.h) of two parts, one after the
 * other: what the source gives for the subscene, and the layer's codes as the file has them. The
 * first part is the file's bytes for a mask, and the codes as they are drawn for labels. So a
 * changed source and a changed layer both change it, and a mask need not be decoded to see that
 * nothing changed. */
#ifndef SUBSCENE_STAGES_LAYERS_LAYER_ORIGIN_H
#define SUBSCENE_STAGES_LAYERS_LAYER_ORIGIN_H

#include <stddef.h>

#include "core/classes.h"
#include "io/compress/deflate.h"

/* Writes kind and base name of a source, "cvat annotations.xml". Control characters, commas and
 * quotes become '_', so the text is one field of a CSV. */
void layer_origin_source(const char *kind, const char *path, char source[CLASS_SOURCE_SIZE]);

/* `given` is the checksum of the first part; `codes` has the n codes of the layer. */
void layer_origin_digest(struct checksum given, const uint8_t *codes, size_t n,
                         char digest[CLASS_DIGEST_SIZE]);

#endif
