/* Checks one subscene file, by itself and against its row in the manifest, and says which of the
 * two is wrong.
 *
 * A file of profile georef is whole if its samples have the content_hash that it says. Then a row
 * that differs is out of date. A file of profile kappazeta has no such attribute: its row tells, if
 * the row has its own checksum. Where nothing tells, the kind is FAULT_OTHER. */
#ifndef SUBSCENE_STAGES_CHECK_SUBSCENE_CHECK_H
#define SUBSCENE_STAGES_CHECK_SUBSCENE_CHECK_H

#include <pthread.h>

#include "stages/check/conform.h"
#include "stages/check/fault.h"
#include "stages/folder/manifests.h"
#include "stages/folder/measure.h"

/* What a check found. */
struct subscene_finding {
    enum fault_kind kind; /* FAULT_NONE: nothing is wrong */
    struct err why; /* the reason, without the path */
    int32_t x, y; /* of FAULT_MANIFEST: the subscene that the file is; its row may say another */
    bool is_unreadable; /* the file does not open, or its samples cannot be read */
};

/* ---- a file by itself ---- */

/* A file at hand. The caller sets the first group. */
struct subscene_look {
    const char *path;
    band_set bands; /* that it must have */
    struct measure_work **work; /* buffers of the thread; made when they are needed */

    struct conform_shape shape;
    char product[136]; /* product_name */
    char compat[64]; /* "" if it has its own numbers */
    struct manifest_row row; /* x, y and digest (georef only), and what the samples give */
    struct class_layers layers; /* of the file; free layers.s */
};

/* Checks that the open file has all attributes, that its samples can be read and agree with them,
 * and that the codes of its class layers are among their flags. `of_layer` (may be NULL) gets the
 * codes of each layer. ERR_INPUT: it is damaged; the message has the path only by chance.
 * ERR_TEMPORARY. */
struct subscene_codes {
    int (*layer)(void *ctx, const struct class_layer *layer, const uint8_t *px, size_t n,
                 struct err *e);
    void *ctx;
};
int subscene_look(struct subscene_look *l, struct ncfile *f, const struct subscene_codes *codes,
                  struct err *e) MUST_CHECK;

/* The parameters that the open file says. false: none that are understood. */
bool subscene_parameters(struct ncfile *f, struct params *out);

/* The path is printed before every fault, so it is removed from the start of a message. */
const char *subscene_check_strip(const char *msg, const char *path);

/* ---- a file and its row ---- */

/* A manifest whose files are checked, by several threads. */
struct check_manifest {
    pthread_mutex_t lock; /* guards product, numbers, untold */
    struct manifest manifest;
    char path[MANIFESTS_PATH];
    char product[136]; /* product_name of the first file read */
    size_t numbers[COMPAT_COUNT]; /* files by the program whose numbers they have */
    size_t untold; /* files that do not tell their parameters (profile kappazeta) */
};

/* Checks the file of row i. Errors: ERR_TEMPORARY. Any thread. */
int subscene_check(struct check_manifest *m, size_t i, struct measure_work **work,
                   struct subscene_finding *out, struct err *e) MUST_CHECK;

#endif
