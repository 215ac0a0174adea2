/* Class layers of a damaged subscene file, from their compressed chunks alone.
 *
 * HDF5 may not open a damaged file, or not find a layer in it, although the layer's chunk is whole.
 * A chunk is a zlib stream, and ends with a checksum of its content. So every stream in the file
 * that unpacks to side × side bytes may be a whole layer. Which one it is, and what its codes mean,
 * is known if the shares of its classes are those that the manifest has for that layer. The flags
 * of the classes come from other subscenes of the manifest, or from the built-in class maps. Where
 * more than one answer is possible, there is none.
 *
 * Layers of uncompressed files have no checksum, and are not looked for. One thread for a
 * search. */
#ifndef SUBSCENE_STAGES_KEEP_CHUNK_SEARCH_H
#define SUBSCENE_STAGES_KEEP_CHUNK_SEARCH_H

#include "core/classes.h"
#include "io/folder/manifest.h"

/* What is known of the file. Borrowed during the search. */
struct chunk_search_known {
    const char *folder; /* of the manifest */
    const struct manifest *manifest;
    const struct manifest_row *row; /* of the file */
    int32_t side; /* of its rasters, px; 0: not known */
};

/* Reads the damaged file at `path`. chunk_search_end frees. ERR_INPUT: it cannot be read, or has no
 * whole layer. ERR_TEMPORARY. */
struct chunk_search;
int chunk_search_begin(const char *path, const struct chunk_search_known *known,
                       struct chunk_search **out, struct err *e) MUST_CHECK;
void chunk_search_end(struct chunk_search *s); /* NULL is fine */

/* Finds a layer: what its file should say of it, and its side × side codes, until the end. What
 * nothing tells stays empty. ERR_INPUT says why it is not found. ERR_TEMPORARY. */
struct chunk_search_found {
    struct class_map map;
    int32_t side;
    const uint8_t *px;
};
int chunk_search_layer(const struct chunk_search *s, const char *name,
                       struct chunk_search_found *out, struct err *e) MUST_CHECK;

#endif
