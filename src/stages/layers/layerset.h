/* The sources of class layers for a product's subscenes: labels, masks given by the user, masks in
 * the product, and other subscenes.
 *
 * One thread opens them; then any number of threads may take layers. */
#ifndef SUBSCENE_STAGES_LAYERS_LAYERSET_H
#define SUBSCENE_STAGES_LAYERS_LAYERSET_H

#include "io/folder/manifest.h"
#include "stages/image/cells.h"
#include "stages/layers/carry.h"
#include "stages/layers/labels.h"
#include "stages/layers/mask.h"

/* A mask given by the user; `map` has the name of the layer. */
struct named_mask {
    const char *file; /* NULL: the product's file at one of the map's places */
    struct class_map map;
};

/* The options for all products of a job. Borrowed. */
struct layer_request {
    const struct labels *labels; /* NULL: none */
    const struct carry
        *from; /* layers of other subscenes, unless another source has them; or NULL */
    const struct named_mask *mask;
    size_t masks;
    bool find; /* also use masks in the product, at the places of the built-in class maps */
    const char
        *prefer; /* a built-in map to use for its layer instead of the usual one; NULL: none */
};

/* True if the request may give a layer. */
bool layer_request_any(const struct layer_request *r);

/* A subscene: column and row, its corner on the target grid, its side in pixels. */
struct layer_cell {
    int32_t x, y;
    int32_t px_x, px_y, size;
    const uint8_t *valid; /* size × size, 1 where all bands have data */
};

struct layerset;

/* Opens the sources for one product.
 *   - source: the product's files; NULL: not at hand, so no mask is found in it
 *   - name: the product's name, for labels
 * All pointers are borrowed. If a product has several masks for one layer, the mask with the
 * target's pixel is used, else the first one in the map's list. A mask given by the user comes
 * before those.
 *
 * Errors: ERR_USAGE (two sources for one layer), ERR_INPUT (a mask is damaged or does not fit; a
 * given mask is missing; two files at one place), ERR_TEMPORARY. */
int layerset_open(const struct layer_request *request, struct source *source, const char *name,
                  const struct mask_frame *frame, struct layerset **out, struct err *e) MUST_CHECK;
void layerset_close(struct layerset *s); /* NULL is fine */

/* Announces that layer i of that subscene will be taken. Does not use `valid` of the cell. One
 * thread, before layerset_check. ERR_TEMPORARY. */
int layerset_want(const struct layerset *s, size_t i, const struct layer_cell *c,
                  struct err *e) MUST_CHECK;

/* Checks everything once before anything is written: reads the masks under the announced subscenes,
 * and the labels of n subscenes of that size. Up to `threads` threads decode masks, within the
 * memory of layerset_bytes. Of several errors, the first one in the first mask is returned. Errors
 * as layerset_take, and ERR_STOPPED. */
struct layerset_workers {
    int threads;
    int (*stopped)(void); /* may be NULL */
};
int layerset_check(const struct layerset *s, const struct cell *cells, size_t n, int32_t size,
                   struct layerset_workers workers, struct err *e) MUST_CHECK;

/* The layers, in the order of the files. */
size_t layerset_count(const struct layerset *s); /* NULL: 0 */
const struct class_map *layerset_map(const struct layerset *s, size_t i);
const char *layerset_file(const struct layerset *s, size_t i); /* a file's name, for messages */
const struct class_origin *layerset_source(const struct layerset *s, size_t i); /* no digest */

/* Gives the codes of layer i, size × size. Sets *there to false if the subscene has none, because
 * it is not labelled. `scratch` is as large as `px`, zero before and after. Pixels without data get
 * the map's `missing`. `given` (may be NULL) receives the checksum of what the source gives
 * (stages/layers/layer_origin.h). ERR_INPUT: the source is damaged, or has a value that the map
 * does not have. */
int layerset_take(const struct layerset *s, size_t i, const struct layer_cell *c, uint8_t *px,
                  uint8_t *scratch, struct checksum *given, bool *there, struct err *e) MUST_CHECK;

/* Gives only that checksum, of a layer that the subscene has. Draws labels in `px`, but decodes no
 * mask. Errors as layerset_take. */
int layerset_given(const struct layerset *s, size_t i, const struct layer_cell *c, uint8_t *px,
                   uint8_t *scratch, struct checksum *given, struct err *e) MUST_CHECK;

/* Sets *there if layerset_take would give codes. */
int layerset_has(const struct layerset *s, size_t i, const struct layer_cell *c, bool *there,
                 struct err *e) MUST_CHECK;

/* The number of pixels taken so far where old subscenes disagree (stages/layers/carry.h). NULL:
 * 0. */
size_t layerset_conflicts(const struct layerset *s);

/* Adds the missing columns of all layers to the manifest. ERR_USAGE: too many. */
int layerset_columns(const struct layerset *s, struct manifest *m, struct err *e) MUST_CHECK;

/* True if layer i comes from labels, or from a mask or other subscenes that cover part of it. */
bool layerset_reaches(const struct layerset *s, size_t i, const struct layer_cell *c);

/* The most bytes that all masks use together, for subscenes of that size. */
size_t layerset_bytes(const struct layerset *s, int32_t size);

#endif
