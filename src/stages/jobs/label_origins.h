/* The layers.csv (io/folder/layer_origins.h) of the folder that is being labelled. */
#ifndef SUBSCENE_STAGES_JOBS_LABEL_ORIGINS_H
#define SUBSCENE_STAGES_JOBS_LABEL_ORIGINS_H

#include "core/err.h"
#include "io/folder/layer_origins.h"
#include "stages/folder/manifests.h"

/* Starts as zeros. One thread. */
struct label_origins {
    char manifest[MANIFESTS_PATH];
    bool is_dry; /* nothing is written */
    struct layer_origins *rows; /* NULL: the file has no manifest */
    const char *file; /* the current file's name in the manifest; part of its path */
};

/* Goes to the subscene file at `path`. If it has another manifest than the last file, the rows of
 * that one are saved first. Errors: ERR_OUTPUT, ERR_TEMPORARY. */
int label_origins_look(struct label_origins *o, const char *path, const char *product,
                       struct err *e) MUST_CHECK;

int label_origins_save(struct label_origins *o, struct err *e) MUST_CHECK;
void label_origins_clear(struct label_origins *o);

#endif
