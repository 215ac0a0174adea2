/* Decides about a file that no manifest names: a good subscene whose row is missing, a damaged one,
 * or something else. */
#ifndef SUBSCENE_STAGES_CHECK_STRAY_H
#define SUBSCENE_STAGES_CHECK_STRAY_H

#include "stages/check/subscene_check.h"

/* Starts as zeros. Reads each manifest once for adjacent files. One thread. */
struct strays {
    struct measure_work *work;
    char path[MANIFESTS_PATH]; /* of the manifest below */
    bool is_read; /* it exists and can be read */
    bool is_unreadable; /* reading it fails, so nothing tells whether it is damaged */
    struct manifest manifest;
    int32_t size; /* of the subscenes that it names, px; 0: unknown */
};
void strays_clear(struct strays *s);

struct stray_finding {
    struct subscene_finding found; /* FAULT_MANIFEST: a good subscene */
    char manifest[MANIFESTS_PATH]; /* that has, or should have, the row; "": unknown */
    band_set bands; /* of a good subscene; its row has x, y, file and digest: */
    struct manifest_row row;
};

/* Checks the file at `path`. Errors: ERR_TEMPORARY. */
int stray_check(struct strays *s, const char *path, struct stray_finding *out,
                struct err *e) MUST_CHECK;

/* Decides about a list of class layers (stages/keep/kept_layers.h) at `file`. FAULT_NONE: it is
 * no such list. `path` is its subscene, `layers` the names in it (free with strlist_clear).
 * FAULT_OTHER: `why` says why it cannot be read, and its code is ERR_TEMPORARY if that may pass. */
enum fault_kind stray_list(const char *file, char path[MANIFESTS_PATH], struct strlist *layers,
                           struct err *why);

/* The stage (io/netcdf/stage_nc.h) that made a file. −1: none, or the file cannot be read. */
int stray_stage(const char *path);

#endif
