/* Adds class layers to an existing subscene file. */
#ifndef SUBSCENE_STAGES_LAYERS_ADDLAYERS_H
#define SUBSCENE_STAGES_LAYERS_ADDLAYERS_H

#include "io/folder/filesum.h"
#include "io/netcdf/schema.h"
#include "stages/layers/layerset.h"

/* Buffers of one thread, made for the size of the current file. Starts as {0}. */
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
    size_t wanted; /* the number of these layers */
    size_t added; /* layers that were added: those that the file lacked; all with `overwrite` */
    struct filesum sum; /* of the new file, if layers were added */
    size_t layer[SCHEMA_LAYERS_MAX]; /* indices into the set; the codes of layer[i] are in the
                                        work's codes[i] until its next use */
};

/* Counts what addlayers_file would do. */
int addlayers_plan(const char *path, const struct layerset *set, const struct layer_cell *c,
                   bool overwrite, struct addlayers_result *out, struct err *e) MUST_CHECK;

/* Adds the layers that the file lacks, in one step. With `overwrite` it replaces the others too.
 * Does not use `valid` of the cell, but the samples of the file. If there is nothing to add, the
 * file does not change. Any thread, but never two on one path. Errors: ERR_INPUT (file or source
 * damaged), ERR_OUTPUT, ERR_TEMPORARY. */
int addlayers_file(struct addlayers_work *w, const char *path, const struct layerset *set,
                   const struct layer_cell *c, bool overwrite, struct addlayers_result *out,
                   struct err *e) MUST_CHECK;

/* Updates the subscene's manifest row after addlayers_file. The manifest has the columns
 * (layerset_columns). */
void addlayers_row(const struct addlayers_work *w, const struct layerset *set,
                   const struct addlayers_result *did, const struct manifest *columns,
                   struct manifest_row *row);

#endif
