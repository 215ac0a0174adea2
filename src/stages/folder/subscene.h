/* Stage 4: writes subscene files and makes their manifest rows. */
#ifndef SUBSCENE_STAGES_FOLDER_SUBSCENE_H
#define SUBSCENE_STAGES_FOLDER_SUBSCENE_H

#include "io/folder/layer_origins.h"
#include "io/folder/manifest.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/measure.h"
#include "stages/folder/pictures.h"
#include "stages/image/cells.h"
#include "stages/layers/layerset.h"

/* The settings for all subscenes of a product. All pointers are borrowed. */
struct subscene_request {
    const struct product *product;
    const struct params *params;
    const char *root; /* output folder */
    const char *layout; /* template, core/layout.h */
    const char *timestamp; /* ISO 8601, the time in files of profile kappazeta; NULL: the product's
                              generation time */
    const struct layerset *layers; /* NULL: no class layers */
    double min_valid; /* 0 … 1 */
    bool png; /* pictures beside the subscenes */
    bool overwrite; /* make existing subscenes again */
    bool drop_labels; /* give up class layers that cannot be kept (stages/folder/existing.h) */
    int (*stopped)(void); /* may be NULL */
};

/* The values that all subscenes of a product share. Constant after subscene_job_init. */
struct subscene_job {
    const struct product *product; /* this field to `stopped`: from the request */
    const struct params *params;
    const char *root, *layout;
    const struct layerset *layers;
    double min_valid;
    bool png, overwrite, drop_labels;
    int (*stopped)(void);
    char parameters[PARAMS_TEXT_SIZE];
    char digest[PARAMS_DIGEST_SIZE];
    char last_modified[32];
    struct geogrid target;
    char folder[1024]; /* of the product, relative to the root */
    char manifest[1024]; /* relative to the root */
    char stem[160]; /* of pictures, core/layout.h */
    bool has_cell_folders; /* each subscene has its own folder below it */
};

/* Errors: ERR_USAGE (layout). */
int subscene_job_init(struct subscene_job *job, const struct subscene_request *q,
                      struct err *e) MUST_CHECK;

/* The folder of the product's subscenes, root/folder, without a job. Errors: ERR_USAGE (layout),
 * ERR_OUTPUT. */
int subscene_folder(const char *root, const char *layout, const struct product *product, char *buf,
                    size_t size, struct err *e) MUST_CHECK;

/* Writes root/relative to `buf`. */
int subscene_path(const struct subscene_job *job, const char *relative, char *buf, size_t size,
                  struct err *e) MUST_CHECK;

/* The file of a subscene: `path` begins with the root; `file` is relative to the manifest's folder,
 * as in the manifest. */
int subscene_cell_path(const struct subscene_job *job, int32_t x, int32_t y, char path[1024],
                       char file[256], struct err *e) MUST_CHECK;

/* A source of samples. `band` fills `dn` (size × size) with the i-th band of the set. */
struct sample_source {
    int (*band)(void *ctx, int i, uint16_t *dn, struct err *e);
    void *ctx;
};

/* The cell for io/folder/picture_names.h and stages/folder/pictures.h. */
struct picture_names_cell subscene_picture_cell(const struct subscene_job *job, const char *path,
                                                struct cell c);

/* Buffers of one thread, for the subscenes of a job. `columns` has the columns of all its class
 * layers. Both are constant and outlive the work. */
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

/* About the last call of subscene_make. subscene_is_rejected: the subscene is below min_valid.
 * subscene_layers_failed: a class layer caused the error, so other subscenes would fail too. */
bool subscene_is_rejected(const struct subscene_work *w);
bool subscene_layers_failed(const struct subscene_work *w);

/* Writes the subscene of the last subscene_make to `path`, after its pictures. Makes the subscene's
 * own folder if the layout has one. Most of its time is waiting for the disk. */
int subscene_store(struct subscene_work *w, const char *path, struct cell c,
                   struct err *e) MUST_CHECK;

/* Writes to `origins` where the class layers of that subscene come from, unless its file says so
 * itself. `file` is its name in the manifest. ERR_TEMPORARY. */
int subscene_record_origins(const struct subscene_work *w, const char *file,
                            struct layer_origins *origins, struct err *e) MUST_CHECK;

/* Removes the existing file of a rejected subscene, its pictures, and its own folder if that is
 * empty then. Missing files are no error. */
int subscene_remove(const struct subscene_job *job, const char *path, struct cell c,
                    struct err *e) MUST_CHECK;

/* Removes an obsolete subscene file or picture, and the subscene's own folder if that is empty
 * then. */
int subscene_remove_file(const struct subscene_job *job, const char *path,
                         struct err *e) MUST_CHECK;

#endif
