/* Examines one subscene file that may exist already, and makes its manifest row. existing.c calls
 * it for each cell. */
#ifndef SUBSCENE_STAGES_FOLDER_EXISTING_FILE_H
#define SUBSCENE_STAGES_FOLDER_EXISTING_FILE_H

#include "io/folder/picture_names.h"
#include "io/netcdf/h5file.h"
#include "stages/folder/existing.h"
#include "stages/layers/addlayers.h"

/* A survey of a folder, over all its files. */
struct survey {
    const struct subscene_job *job;
    bool is_last; /* no other survey follows, so this one logs the warnings */
    struct lattice lattice; /* of the job */
    const struct manifest *old; /* out->old */
    struct measure_work *work; /* NULL until a file must be read */
    struct existing *out;
    struct addlayers_work layers_work; /* compares class layers with their sources */
    struct picture_names pictures; /* in the folder of the current file */
    struct carried_files waiting; /* set aside by an earlier job, and not carried over yet */
    size_t losing; /* files with class layers that the job can neither make again nor copy */
    struct strlist lost; /* the names of these layers */
    char why_lost[1500]; /* of the first file: its path, and why they cannot be copied */
    size_t others; /* files made with other parameters, inside the lattice, and not selected */
    char other[1500]; /* the first of them: its path, and how it differs */
};

/* The log level of warnings that only the last survey gives. */
enum log_level existing_file_warning(const struct survey *s);

enum found {
    FOUND_NOTHING,
    FOUND_DAMAGED,
    FOUND_UNKNOWN, /* nothing tells its parameters */
    FOUND_OTHER, /* made with other parameters */
    FOUND_SAME /* made with the job's parameters */
};

/* A file that may exist. */
struct existing_file {
    char path[1024];
    const struct manifest_row *known; /* its row in the old manifest; NULL: none */
    enum filesum_state state; /* compared with `known` */
    struct h5file *file; /* open while it is examined */
    enum found found;
    struct subscene_facts facts;
    struct strlist layers; /* names of its class layers */
    struct manifest_row row; /* of FOUND_SAME */
    bool is_unsure; /* FOUND_SAME: it lacks a layer of the job, or may have another one */
};

/* Examines the file of subscene (x, y). Logs why a damaged file is made again. `l->layers` of a
 * damaged or missing file has also the layers that the manifest has for it. The caller clears
 * `l->layers`. Errors: ERR_USAGE (the file belongs to another product), ERR_OUTPUT (it cannot be
 * examined), ERR_TEMPORARY. */
int existing_file_examine(struct survey *s, int32_t x, int32_t y, struct existing_file *l,
                          struct err *e) MUST_CHECK;

/* Adds the layers that the manifest has for `l->known` to `l->layers`, unless the file is set aside
 * to be carried over. */
int existing_file_remember_layers(const struct survey *s, struct existing_file *l,
                                  struct err *e) MUST_CHECK;

/* Sets *again if the job makes that class layer too when it makes the file again. */
int existing_file_remakes_layer(const struct survey *s, const struct existing_file *l,
                                const char *layer, bool *again, struct err *e) MUST_CHECK;

#endif
