#include "stages/folder/subscene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/folder/outfile.h"
#include "stages/layers/layer_origin.h"

struct subscene_work {
    const struct subscene_job *job;
    const struct manifest *columns; /* of the job's class layers */
    struct subscene_writer *writer;
    struct measure_work *measure;
    struct pictures *pictures; /* NULL: no pictures */
    uint16_t *dn;
    uint8_t *codes, *scratch; /* of class layers; empty if there are none */
    struct schema_layer layer[SCHEMA_LAYERS_MAX]; /* the layers added */
    struct class_origin origin[SCHEMA_LAYERS_MAX]; /* of these layers */
    int layers;
    bool is_rejected, layers_failed; /* of the last subscene */
};

/* "2020-05-29T12:04:41.000000Z" as cm_vsm writes times: "2020-05-29 12:04:41". */
static void format_time(const char *iso, char buf[32])
{
    snprintf(buf, 32, "%.19s", iso);
    char *t = strchr(buf, 'T');
    if (t)
        *t = ' ';
}

int subscene_job_init(struct subscene_job *job, const struct subscene_request *q, struct err *e)
{
    const struct product *product = q->product;
    char pattern[1024];
    *job = (struct subscene_job){.product = product,
                                 .params = q->params,
                                 .root = q->root,
                                 .layout = q->layout,
                                 .layers = q->layers,
                                 .min_valid = q->min_valid,
                                 .png = q->png,
                                 .overwrite = q->overwrite,
                                 .drop_labels = q->drop_labels,
                                 .stopped = q->stopped};
    params_format(q->params, job->parameters);
    params_digest(job->parameters, job->digest);
    format_time(q->timestamp ? q->timestamp : product->generation_time, job->last_modified);
    job->target = geogrid_with_pixel(&product->grid[PRODUCT_GRID_10], q->params->resolution_m);
    if (layout_folder(q->layout, product, job->folder, sizeof job->folder, e) ||
        layout_stem(q->layout, product, job->stem, sizeof job->stem, e) ||
        layout_pattern(q->layout, product, pattern, sizeof pattern, e))
        return ERR_USAGE;
    job->has_cell_folders = strchr(pattern, '/') != NULL;
    return layout_manifest(q->layout, product, job->manifest, sizeof job->manifest, e);
}

static int join(const char *root, const char *relative, char *buf, size_t size, struct err *e)
{
    if (strncmp(relative, "./", 2) == 0) /* in the output folder itself */
        relative += 2;
    bool is_root = strcmp(relative, ".") == 0;
    int n = snprintf(buf, size, "%s%s%s", root, is_root ? "" : "/", is_root ? "" : relative);
    return n > 0 && (size_t)n < size
               ? 0
               : err_set(e, ERR_OUTPUT, "%s/%s: the path is too long", root, relative);
}

int subscene_path(const struct subscene_job *job, const char *relative, char *buf, size_t size,
                  struct err *e)
{
    return join(job->root, relative, buf, size, e);
}

int subscene_folder(const char *root, const char *layout, const struct product *product, char *buf,
                    size_t size, struct err *e)
{
    char folder[1024];
    int r = layout_folder(layout, product, folder, sizeof folder, e);
    return r ? r : join(root, folder, buf, size, e);
}

int subscene_cell_path(const struct subscene_job *job, int32_t x, int32_t y, char path[1024],
                       char file[256], struct err *e)
{
    char relative[1024];
    int r = layout_file(job->layout, job->product, x, y, relative, sizeof relative, e);
    if (r)
        return r;
    size_t folder = strcmp(job->folder, ".") == 0 ? 0 : strlen(job->folder) + 1;
    int n = snprintf(file, 256, "%s", relative + folder);
    if (n >= 256)
        return err_set(e, ERR_USAGE, "the layout gives a file name that is too long");
    return subscene_path(job, relative, path, 1024, e);
}

struct picture_names_cell subscene_picture_cell(const struct subscene_job *job, const char *path,
                                                struct cell c)
{
    return (struct picture_names_cell){path, job->stem, c.x, c.y};
}

static int create_parts(struct subscene_work *w, struct err *e)
{
    const struct params *params = w->job->params;
    size_t n = (size_t)params->size * (size_t)params->size, layers = layerset_count(w->job->layers);
    w->dn = mem_alloc(n, sizeof *w->dn);
    w->codes = mem_alloc(layers ? n : 0, 1);
    w->scratch = mem_zalloc(layers ? n : 0, 1);
    if (!w->dn || !w->codes || !w->scratch)
        return err_nomem(e, subscene_work_bytes(params, layers, w->job->png));
    int r = measure_work_create(params->size, &w->measure, e);
    if (r)
        return r;
    r = subscene_writer_create(params, (int)layers, &w->writer, e);
    if (r || !w->job->png)
        return r;
    return pictures_create(params->size, params->bands, &w->pictures, e);
}

int subscene_work_create(const struct subscene_job *job, const struct manifest *columns,
                         struct subscene_work **out, struct err *e)
{
    struct subscene_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->job = job;
    w->columns = columns;
    int r = create_parts(w, e);
    if (r) {
        subscene_work_destroy(w);
        return r;
    }
    *out = w;
    return 0;
}

void subscene_work_destroy(struct subscene_work *w)
{
    if (!w)
        return;
    subscene_writer_destroy(w->writer);
    measure_work_destroy(w->measure);
    pictures_destroy(w->pictures);
    free(w->dn);
    free(w->codes);
    free(w->scratch);
    free(w);
}

size_t subscene_work_bytes(const struct params *params, size_t layers, bool png)
{
    size_t n = (size_t)params->size * (size_t)params->size;
    size_t pictures = png ? pictures_bytes(params->size, params->bands, layers) : 0;
    return pictures + subscene_writer_bytes(params, (int)layers) +
           measure_work_bytes(params->size) + n * sizeof(uint16_t) + (layers ? 2 * n : 0);
}

/* Measures and packs every band while its samples are in the cache. */
static int take_bands(struct subscene_work *w, band_set bands, struct sample_source source,
                      struct manifest_row *row, struct err *e)
{
    subscene_writer_reset(w->writer);
    measure_begin(w->measure);
    if (w->pictures)
        pictures_begin(w->pictures);
    for (int b = 0, i = 0; b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        int r = source.band(source.ctx, i++, w->dn, e);
        if (r == 0 && w->pictures)
            r = pictures_band(w->pictures, b, w->dn, e);
        if (r)
            return r;
        measure_band(w->measure, b, w->dn, row);
        subscene_writer_add(w->writer, b, w->dn);
    }
    measure_end(w->measure, row);
    return 0;
}

/* Adds layer i of the set, whose codes are in `w->codes`, to the pictures, the file and the row. */
static int put_layer(struct subscene_work *w, size_t i, struct checksum given,
                     struct manifest_row *row, struct err *e)
{
    const struct class_map *map = layerset_map(w->job->layers, i);
    size_t n = (size_t)w->job->params->size * (size_t)w->job->params->size;
    struct class_origin *origin = &w->origin[w->layers];
    int r = w->pictures ? pictures_layer(w->pictures, map->layer, w->codes, e) : 0;
    if (r)
        return r;
    *origin = *layerset_source(w->job->layers, i);
    layer_origin_digest(given, w->codes, n, origin->digest);
    subscene_writer_layer(w->writer, w->codes);
    w->layer[w->layers++] = (struct schema_layer){map, origin};
    manifest_row_classes(w->columns, row, map->layer, w->codes, n);
    return 0;
}

/* Adds the class layers after the bands, because they need the mask of valid pixels. */
static int take_layers(struct subscene_work *w, struct cell c, struct rect px,
                       struct manifest_row *row, struct err *e)
{
    const struct layerset *set = w->job->layers;
    struct layer_cell cell = {
        c.x, c.y, px.x, px.y, w->job->params->size, measure_valid(w->measure)};
    for (size_t i = 0; i < layerset_count(set); i++) {
        bool there = false;
        struct checksum given;
        int r = layerset_take(set, i, &cell, w->codes, w->scratch, &given, &there, e);
        w->layers_failed = r != 0;
        if (r)
            return r;
        r = there ? put_layer(w, i, given, row, e) : 0;
        if (r)
            return r;
    }
    return 0;
}

static int make_file(struct subscene_work *w, struct cell c, struct rect px,
                     struct manifest_row *row, struct err *e)
{
    const struct subscene_job *job = w->job;
    struct subscene_meta meta = {.product = job->product,
                                 .params = job->params,
                                 .parameters = job->parameters,
                                 .digest = job->digest,
                                 .last_modified = job->last_modified,
                                 .grid = &job->target,
                                 .px = px,
                                 .x = c.x,
                                 .y = c.y,
                                 .valid_fraction = row->valid_fraction,
                                 .content_hash = row->content_hash,
                                 .layer = w->layer,
                                 .layers = w->layers};
    int r = subscene_writer_make(w->writer, &meta, e);
    if (r)
        return r;
    subscene_writer_sum(w->writer, &row->file_sum);
    return 0;
}

int subscene_make(struct subscene_work *w, struct cell c, struct rect px,
                  struct sample_source source, struct manifest_row *row, struct err *e)
{
    const struct subscene_job *job = w->job;
    char path[1024];
    *row = (struct manifest_row){.x = c.x, .y = c.y};
    manifest_row_no_classes(row);
    memcpy(row->digest, job->digest, sizeof row->digest);
    w->layers = 0;
    w->is_rejected = w->layers_failed = false;
    int r = subscene_cell_path(job, c.x, c.y, path, row->file, e);
    if (r)
        return r;
    r = take_bands(w, job->params->bands, source, row, e);
    if (r)
        return r;
    w->is_rejected = row->valid_fraction < job->min_valid;
    if (w->is_rejected)
        return 0;
    r = take_layers(w, c, px, row, e);
    if (r)
        return r;
    return make_file(w, c, px, row, e) ? err_wrap(e, "%s", path) : 0;
}

bool subscene_is_rejected(const struct subscene_work *w) { return w->is_rejected; }

bool subscene_layers_failed(const struct subscene_work *w) { return w->layers_failed; }

/* Removes empty folders of subscenes: readers expect a file in each. */
static void remove_empty(const struct subscene_job *job, const char *path)
{
    char root[2048];
    if (job->has_cell_folders && subscene_path(job, job->folder, root, sizeof root, NULL) == 0)
        outfile_remove_empty(path, strcmp(job->folder, ".") == 0 ? job->root : root);
}

static int make_folder(const char *path, struct err *e)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%.*s", (int)path_folder_length(path) - 1, path);
    return outfile_make_folders(folder, e);
}

static int store(struct subscene_work *w, const struct picture_names_cell *cell, struct err *e)
{
    int r = w->job->has_cell_folders ? make_folder(cell->file, e) : 0;
    if (r)
        return r;
    r = w->pictures ? pictures_store(w->pictures, cell, e) : 0;
    return r ? r : subscene_writer_store(w->writer, cell->file, e);
}

int subscene_store(struct subscene_work *w, const char *path, struct cell c, struct err *e)
{
    /* where products share the folder, another process may remove the new empty folder as a
     * leftover */
    enum { TRIES = 9 };
    const bool has_folder = w->job->has_cell_folders;
    struct picture_names_cell cell = subscene_picture_cell(w->job, path, c);
    int r = store(w, &cell, e);
    for (int i = 1; i < TRIES && r && has_folder && e->sys_errno == ENOENT; i++)
        r = store(w, &cell, e);
    if (r)
        remove_empty(w->job, path);
    return r;
}

int subscene_record_origins(const struct subscene_work *w, const char *file,
                            struct layer_origins *origins, struct err *e)
{
    int r = 0;
    if (w->job->params->profile == PROFILE_GEOREF)
        return 0;
    for (int i = 0; r == 0 && i < w->layers; i++)
        r = layer_origins_put(origins, file, w->layer[i].map->layer, &w->origin[i], e);
    return r;
}

int subscene_remove_file(const struct subscene_job *job, const char *path, struct err *e)
{
    int r = outfile_remove(path, e);
    if (r)
        return r;
    remove_empty(job, path);
    return 0;
}

static int remove_pictures(const struct subscene_job *job, const char *path, struct cell c,
                           struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(job, path, c);
    int r = pictures_remove(&cell, job->params->bands, e);
    for (size_t i = 0; r == 0 && i < layerset_count(job->layers); i++)
        r = pictures_remove_layer(&cell, layerset_map(job->layers, i)->layer, e);
    return r;
}

int subscene_remove(const struct subscene_job *job, const char *path, struct cell c, struct err *e)
{
    int r = outfile_remove(path, e);
    if (r)
        return r;
    r = job->png ? remove_pictures(job, path, c, e) : 0;
    if (r)
        return r;
    remove_empty(job, path);
    return 0;
}
