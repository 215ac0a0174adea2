/* Stage 4: subscenes into files of the dataset, and what the manifest says of them. */
#ifndef SUBSCENE_STAGES_FOLDER_SUBSCENE_H
#define SUBSCENE_STAGES_FOLDER_SUBSCENE_H

#include "io/folder/manifest.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/measure.h"
#include "stages/folder/pictures.h"
#include "stages/image/cells.h"
#include "stages/layers/layerset.h"

/* What is asked of all subscenes of a product. Borrowed. */
struct subscene_request {
    const struct product *product;
    const struct params *params;
    const char *root; /* output folder */
    const char *layout; /* template, core/layout.h */
    const char *timestamp; /* ISO 8601 text to stand for the time in files of profile kappazeta;
                              NULL: the product's own generation time */
    const struct layerset *layers; /* NULL: no class layers */
    double min_valid; /* 0 … 1 */
    bool png; /* pictures beside the subscenes */
    bool overwrite; /* redo what is there */
    int (*stopped)(void); /* may be NULL */
};

/* What all subscenes of a product have in common: complete and constant once made. */
struct subscene_job {
    const struct product *product; /* these are the request's */
    const struct params *params;
    const char *root, *layout;
    const struct layerset *layers;
    double min_valid;
    bool png, overwrite;
    int (*stopped)(void);
    char parameters[PARAMS_TEXT_SIZE];
    char digest[PARAMS_DIGEST_SIZE];
    char last_modified[32];
    struct geogrid target;
    char folder[1024]; /* of the product, relative to the root */
    char manifest[1024]; /* relative to the root */
    char stem[160]; /* of pictures, core/layout.h */
    bool has_cell_folders; /* subscenes have folders of their own below it */
};

/* Errors: ERR_USAGE (layout). */
int subscene_job_init(struct subscene_job *job, const struct subscene_request *q,
                      struct err *e) MUST_CHECK;

/* Where the product's subscenes go, without a job: root/folder. Errors: ERR_USAGE (layout),
 * ERR_OUTPUT. */
int subscene_folder(const char *root, const char *layout, const struct product *product, char *buf,
                    size_t size, struct err *e) MUST_CHECK;

/* root/relative into `buf`. */
int subscene_path(const struct subscene_job *job, const char *relative, char *buf, size_t size,
                  struct err *e) MUST_CHECK;

/* The file of a subscene: `path` with the root; `file`, as the manifest names it, from the
 * manifest's folder. */
int subscene_cell_path(const struct subscene_job *job, int32_t x, int32_t y, char path[1024],
                       char file[256], struct err *e) MUST_CHECK;

/* Where the samples of a subscene come from: fills `dn` (size × size) with those of the i-th band
 * of its set. */
struct sample_source {
    int (*band)(void *ctx, int i, uint16_t *dn, struct err *e);
    void *ctx;
};

/* For io/folder/picture_names.h and stages/folder/pictures.h. */
struct picture_names_cell subscene_picture_cell(const struct subscene_job *job, const char *path,
                                                struct cell c);

/* Buffers of one thread, for the subscenes of a job. `columns` has the columns of all its class
 * layers. Both outlive the work; neither changes. */
struct subscene_work;
int subscene_work_create(const struct subscene_job *job, const struct manifest *columns,
                         struct subscene_work **out, struct err *e) MUST_CHECK;
void subscene_work_destroy(struct subscene_work *w);
size_t subscene_work_bytes(const struct params *params, size_t layers,
                           bool png); /* for the memory plan */

/* Makes the subscene of cell `c` at `px` in the work's memory, with the job's class layers, and
 * fills its manifest row. A subscene whose valid fraction is below min_valid is not made. */
int subscene_make(struct subscene_work *w, struct cell c, struct rect px,
                  struct sample_source source, struct manifest_row *row, struct err *e) MUST_CHECK;

/* What subscene_make did last: was the subscene rejected? Was it a class layer that it failed at?
 * Then other subscenes would fail alike. */
bool subscene_is_rejected(const struct subscene_work *w);
bool subscene_layers_failed(const struct subscene_work *w);

/* Puts what was made last at `path`, its pictures first, in a folder that is made where the layout
 * has one for each subscene: waits for the disk, and does little else. */
int subscene_store(struct subscene_work *w, const char *path, struct cell c,
                   struct err *e) MUST_CHECK;

/* Removes the file of a subscene that is rejected, if it is there, the pictures that the job would
 * have made, and a folder of its own with them. */
int subscene_remove(const struct subscene_job *job, const char *path, struct cell c,
                    struct err *e) MUST_CHECK;

/* Removes a file that is obsolete, a subscene's or a picture, and the folder of its own that it
 * leaves empty. */
int subscene_remove_file(const struct subscene_job *job, const char *path,
                         struct err *e) MUST_CHECK;

#endif
