/* Where the class layers of a product's subscenes come from: labels, masks that the user names,
 * masks that other tools left in the product.
 *
 * Threads: opened by one, then any number may take layers. */
#ifndef SUBSCENE_STAGES_LAYERS_LAYERSET_H
#define SUBSCENE_STAGES_LAYERS_LAYERSET_H

#include "io/folder/manifest.h"
#include "stages/image/cells.h"
#include "stages/layers/labels.h"
#include "stages/layers/mask.h"

/* A mask that the user names; `map` has the name of the layer. */
struct named_mask {
    const char *file; /* NULL: the one that the product has at the map's places */
    struct class_map map;
};

/* What is asked for, for all products of a job. Borrowed. */
struct layer_request {
    const struct labels *labels; /* NULL: none */
    const struct named_mask *mask;
    size_t masks;
    bool find; /* also those that the product holds, at the places of the built-in class maps that
                  are taken by themselves */
    const char *prefer; /* a built-in map that counts for what is found of its layer, instead of
                           that one; NULL: none */
};

/* Is anything asked for that could give a layer? */
bool layer_request_any(const struct layer_request *r);

/* Which subscene: column and row; the corner on the target grid, and the side. */
struct layer_cell {
    int32_t x, y;
    int32_t px_x, px_y, size;
    const uint8_t *valid; /* size × size, 1 where all bands have data */
};

struct layerset;

/* Opens what there is for one product. `source` is the product's, NULL where it is not at hand
 * (then nothing is found in it); `name` is what labels may know it by. All borrowed. Of several
 * masks for one layer that a product holds the one whose pixel is the target's is taken, else the
 * best; a named one comes before those. Errors: ERR_USAGE (two sources for one layer), ERR_INPUT (a
 * mask is damaged, or does not fit; a named one is not there; two files at one place),
 * ERR_TEMPORARY. */
int layerset_open(const struct layer_request *request, struct source *source, const char *name,
                  const struct mask_frame *frame, struct layerset **out, struct err *e) MUST_CHECK;
void layerset_close(struct layerset *s); /* NULL is fine */

/* Notes that layer i of that subscene is going to be taken; `valid` of the cell is not used. By one
 * thread, before layerset_check. ERR_TEMPORARY. */
int layerset_want(const struct layerset *s, size_t i, const struct layer_cell *c,
                  struct err *e) MUST_CHECK;

/* Reads once what layerset_want has named of the masks, and the labels of n subscenes of that size,
 * so that what is wrong shows before anything is written. Up to `threads` threads decode masks, as
 * far as the memory of layerset_bytes goes. Of several errors the one that comes first in the first
 * mask is returned. Errors as layerset_take, and ERR_STOPPED. */
struct layerset_workers {
    int threads;
    int (*stopped)(void); /* may be NULL */
};
int layerset_check(const struct layerset *s, const struct cell *cells, size_t n, int32_t size,
                   struct layerset_workers workers, struct err *e) MUST_CHECK;

/* The layers, in the order in which files have them. */
size_t layerset_count(const struct layerset *s); /* NULL: 0 */
const struct class_map *layerset_map(const struct layerset *s, size_t i);
const char *layerset_origin(const struct layerset *s, size_t i); /* a file's name, for messages */

/* The codes of layer i, size × size; `*there` is false when that subscene has none (nobody labelled
 * it). `scratch` is as large as `px`, zero before and after. Pixels without data get the map's
 * `missing`. ERR_INPUT: damaged, a value that the map does not know. */
int layerset_take(const struct layerset *s, size_t i, const struct layer_cell *c, uint8_t *px,
                  uint8_t *scratch, bool *there, struct err *e) MUST_CHECK;

/* Would layerset_take give something? */
int layerset_has(const struct layerset *s, size_t i, int32_t x, int32_t y, bool *there,
                 struct err *e) MUST_CHECK;

/* Makes sure that the manifest has the columns of all layers. ERR_USAGE: too many. */
int layerset_columns(const struct layerset *s, struct manifest *m, struct err *e) MUST_CHECK;

/* Is layer i from labels, or from a mask that reaches the subscene? */
bool layerset_reaches(const struct layerset *s, size_t i, const struct layer_cell *c);

/* What all masks hold at most, for subscenes of that size. */
size_t layerset_bytes(const struct layerset *s, int32_t size);

#endif
