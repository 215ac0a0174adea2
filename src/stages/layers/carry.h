/* Class layers of existing subscenes as a source for other subscenes of the same acquisition: of
 * the same tile and sensing time, with another lattice, size or pixel, or another processing.
 *
 * Every pixel takes the class of the old pixel under its centre. If the centre is on an edge, the
 * pixel to the east or to the south counts, as in filters/classify.h. Where several old subscenes
 * cover the centre, they must have the same class; otherwise the pixel becomes UNDEFINED, and is
 * counted. A pixel that nothing covers gets the code of carry_open.
 *
 * One thread opens them; then any number of threads may take layers. */
#ifndef SUBSCENE_STAGES_LAYERS_CARRY_H
#define SUBSCENE_STAGES_LAYERS_CARRY_H

#include <stdbool.h>

#include "core/classes.h"
#include "core/geogrid.h"
#include "core/view.h"
#include "io/netcdf/subscene_nc.h"

/* An old subscene. Borrowed. */
struct carry_file {
    const char *path, *product; /* the file's product_name */
    int32_t size; /* side, px */
    struct subscene_place place;
};

struct carry;

/* Reads and checks all class layers of n old subscenes. `folder` is their folder, for messages and
 * as the name of the source. `unlabelled` is the code of pixels that nothing covers. −1: the
 * layer's UNDEFINED; a layer without it takes 0 if 0 is one of its codes or it has no flags.
 *
 * Errors: ERR_INPUT (a layer is damaged; two files of one product have different classes in it; the
 * files have no layer, or no code for pixels that nothing covers), ERR_USAGE (`unlabelled` is no
 * code of a layer), ERR_TEMPORARY, ERR_STOPPED. */
int carry_open(const char *folder, const struct carry_file *file, size_t n, int unlabelled,
               int (*stopped)(void), struct carry **out, struct err *e) MUST_CHECK;
void carry_close(struct carry *c); /* NULL is fine */

/* The layers for a product, by its name; NULL: no old subscene has its tile and sensing time. */
struct carry_layers;
const struct carry_layers *carry_find(const struct carry *c, const char *product);

size_t carry_count(const struct carry_layers *l);
const struct class_map *carry_map(const struct carry_layers *l, size_t i);

/* Kind and name: "subscenes OLD (cvat annotations.xml)"; and the map of the old layer. No digest.
 */
const struct class_origin *carry_origin(const struct carry_layers *l, size_t i);

/* True if an old subscene with layer i covers the centre of one of the pixels `px` of `grid`. */
bool carry_has(const struct carry_layers *l, size_t i, const struct geogrid *grid, struct rect px);

/* Gives the codes of the pixels `px` of `grid`. `scratch` is as large as `codes`, zero before and
 * after. Adds the number of pixels where old subscenes disagree to `*conflicts`. Errors: ERR_INPUT,
 * ERR_TEMPORARY. */
int carry_take(const struct carry_layers *l, size_t i, const struct geogrid *grid, struct rect px,
               uint8_t *codes, uint8_t *scratch, size_t *conflicts, struct err *e) MUST_CHECK;

#endif
