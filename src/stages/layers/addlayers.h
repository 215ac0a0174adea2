/* Class layers into a subscene file that is there. */
#ifndef SUBSCENE_STAGES_LAYERS_ADDLAYERS_H
#define SUBSCENE_STAGES_LAYERS_ADDLAYERS_H

#include "io/folder/filesum.h"
#include "io/netcdf/schema.h"
#include "stages/layers/layerset.h"

/* Buffers of one thread; made for the size at hand. Starts as {0}. */
struct addlayers_work {
    int32_t size;
    uint8_t *valid, *scratch;
    uint8_t *codes[SCHEMA_LAYERS_MAX]; /* per layer that is added */
    uint16_t *dn;
    void *band_scratch;
};
void addlayers_work_clear(struct addlayers_work *w);

/* The layers of a set that are meant for subscene (x, y). */
struct addlayers_result {
    size_t wanted; /* so many there are, */
    size_t added; /* and so many of them the file lacked, or all with `overwrite`: */
    struct filesum sum; /* of the new file, where any was added */
    size_t layer[SCHEMA_LAYERS_MAX]; /* which of the set; of layer[i] the codes are in the work's
                                        codes[i] until its next use */
};

/* Counts what addlayers_file would do. */
int addlayers_plan(const char *path, const struct layerset *set, const struct layer_cell *c,
                   bool overwrite, struct addlayers_result *out, struct err *e) MUST_CHECK;

/* Adds the layers that the file lacks (with `overwrite`, puts all of them anew) in one step;
 * `valid` of the cell is not used, the file says it. Nothing to add leaves the file alone. Any
 * thread, but two never on one path. Errors: ERR_INPUT (file or source damaged), ERR_OUTPUT,
 * ERR_TEMPORARY. */
int addlayers_file(struct addlayers_work *w, const char *path, const struct layerset *set,
                   const struct layer_cell *c, bool overwrite, struct addlayers_result *out,
                   struct err *e) MUST_CHECK;

/* Brings a manifest row of the subscene up to what addlayers_file has just done; the manifest has
 * the columns (layerset_columns). */
void addlayers_row(const struct addlayers_work *w, const struct layerset *set,
                   const struct addlayers_result *did, const struct manifest *columns,
                   struct manifest_row *row);

#endif
