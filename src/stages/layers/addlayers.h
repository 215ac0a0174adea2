/* Compares the class layers of an existing subscene file with their sources, and adds or replaces
 * layers. */
#ifndef SUBSCENE_STAGES_LAYERS_ADDLAYERS_H
#define SUBSCENE_STAGES_LAYERS_ADDLAYERS_H

#include "io/folder/filesum.h"
#include "io/folder/layer_origins.h"
#include "io/netcdf/h5file.h"
#include "io/netcdf/schema.h"
#include "stages/layers/layerset.h"

/* Buffers of one thread, made for the size of the current file. Starts as {0}. */
struct addlayers_work {
    int32_t size;
    uint8_t *valid, *scratch;
    uint8_t *there; /* codes of a layer in the file */
    uint8_t *codes[SCHEMA_LAYERS_MAX]; /* per layer that is added */
    uint16_t *dn;
    void *band_scratch;
};
void addlayers_work_clear(struct addlayers_work *w);

/* Layers of a set, as indices into it. */
struct addlayers_list {
    size_t layer[SCHEMA_LAYERS_MAX], n;
};

/* What there is to do for a file, and what was done. */
struct addlayers_result {
    /* Layers that the file lacks and, to replace them, those that differ. The codes of
     * added.layer[i] are in the work's codes[i] until its next use. */
    struct addlayers_list added;
    struct class_origin origin[SCHEMA_LAYERS_MAX]; /* of the added layers */
    struct addlayers_list differing; /* the file has another one, which stays */
    /* Layers that the file has as their source gives them, although nothing said so. */
    struct addlayers_list confirmed;
    struct class_origin confirmed_origin[SCHEMA_LAYERS_MAX];
    struct filesum sum; /* of the new file, if layers were added */
};

/* A subscene file and the layers for it. Borrowed. */
struct addlayers_target {
    const char *path;
    const struct layerset *set;
    struct layer_cell cell; /* `valid` is not used */
    /* What is known of the origin of layers whose files do not say it; NULL: nothing. */
    struct layer_origins *known;
    const char *file; /* the file's name in `known` */
};

/* Lists the layers of the set that the file lacks, or that are not certainly what the source gives.
 * Does not decode masks. addlayers_unsure_of takes the open file. Errors: ERR_INPUT (the file or
 * the labels are damaged), ERR_TEMPORARY. */
int addlayers_unsure(struct addlayers_work *w, const struct addlayers_target *t,
                     struct addlayers_list *out, struct err *e) MUST_CHECK;
int addlayers_unsure_of(struct addlayers_work *w, const struct addlayers_target *t,
                        struct h5file *f, struct addlayers_list *out, struct err *e) MUST_CHECK;

/* True if the file has a layer that came from a source of the set, by its recorded name, and the
 * source has none for it any more: a corrected label file no longer names the subscene. */
bool addlayers_is_unnamed(const struct addlayers_target *t, struct h5file *f);
void addlayers_warn_unnamed(const char *product, size_t subscenes);

/* Finds out what there is to do: adds the layers that the file lacks and, with `overwrite`, those
 * that differ from their source: the codes, the flags or the class map are others, or the layer
 * cannot be read. Takes layers from their sources, so masks are decoded. Errors: ERR_INPUT (file or
 * source damaged), ERR_TEMPORARY. */
int addlayers_plan(struct addlayers_work *w, const struct addlayers_target *t, bool overwrite,
                   struct addlayers_result *out, struct err *e) MUST_CHECK;

/* Does what the last addlayers_plan with that work found, in one step. If there is nothing to add,
 * the file does not change. Any thread, but never two on one path. Errors: ERR_INPUT, ERR_OUTPUT,
 * ERR_TEMPORARY. */
int addlayers_put(const struct addlayers_work *w, const struct addlayers_target *t,
                  struct addlayers_result *plan, struct err *e) MUST_CHECK;

/* Updates the subscene's manifest row after addlayers_put. The manifest has the columns
 * (layerset_columns). */
void addlayers_row(const struct addlayers_work *w, const struct layerset *set,
                   const struct addlayers_result *did, const struct manifest *columns,
                   struct manifest_row *row);

/* Writes to `origins` what the file does not say itself: the origin of confirmed layers, and of
 * added ones unless the file has them (`in_file`). NULL: nowhere. ERR_TEMPORARY. */
int addlayers_record(const struct addlayers_result *did, const struct addlayers_target *t,
                     bool in_file, struct layer_origins *origins, struct err *e) MUST_CHECK;

/* Logs a warning for each layer of the file that differs. */
void addlayers_log_differing(const struct addlayers_result *found,
                             const struct addlayers_target *t);

/* Counts of subscenes whose layers differ from the sources, for the message at the end. */
struct addlayers_tally {
    size_t subscenes; /* with at least one such layer */
    size_t layer[SCHEMA_LAYERS_MAX]; /* by index in the set */
};
void addlayers_count(struct addlayers_tally *t, const struct addlayers_result *did);

/* Writes "12 of 36 subscenes have another Label than cvat corrected.xml". */
void addlayers_tally_format(const struct addlayers_tally *t, const struct layerset *set,
                            size_t subscenes, char *buf, size_t size);

#endif
