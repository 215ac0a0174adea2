/* One subscene file that may be in the folder already: what it is, and its row in the manifest
 * (stages/folder/existing.h asks of each). */
#ifndef SUBSCENE_STAGES_FOLDER_EXISTING_FILE_H
#define SUBSCENE_STAGES_FOLDER_EXISTING_FILE_H

#include "io/folder/picture_names.h"
#include "io/netcdf/h5file.h"
#include "stages/folder/existing.h"

struct survey {
    const struct subscene_job *job;
    bool is_last; /* no other survey follows: this one gives the warnings */
    const struct manifest
        *old; /* what the last run wrote; empty when there is none that can be read */
    struct measure_work *work; /* made when the first file must be read */
    struct existing *out;
    struct picture_names pictures; /* of the folder at hand */
    size_t losing; /* files whose layers the job would not make again */
    struct strlist lost; /* these layers */
};

/* The level of what the last survey warns of. */
enum log_level existing_file_warning(const struct survey *s);

enum found { FOUND_NOTHING, FOUND_DAMAGED, FOUND_UNKNOWN, FOUND_OTHER, FOUND_SAME };

/* One file that may be there. */
struct existing_file {
    char path[1024];
    const struct manifest_row *known; /* of the old manifest; NULL: it has none */
    enum filesum_state state; /* against `known` */
    struct h5file *file; /* while it is looked at */
    enum found found;
    struct subscene_facts facts;
    struct strlist layers; /* names of its class layers */
    struct manifest_row row; /* of FOUND_SAME */
};

/* Looks at the file of (x, y); a damaged one is named in the log. `l->layers` is the caller's to
 * clear. Errors: ERR_USAGE (of another product), ERR_TEMPORARY. */
int existing_file_examine(struct survey *s, int32_t x, int32_t y, struct existing_file *l,
                          struct err *e) MUST_CHECK;

/* Does the job make that layer of the file at hand again? */
int existing_file_remakes_layer(const struct survey *s, const struct existing_file *l,
                                const char *layer, bool *again, struct err *e) MUST_CHECK;

#endif
