#include "stages/folder/subscene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/folder/outfile.h"

struct subscene_work {
    struct subscene_writer *writer;
    struct measure_work *survey;
    struct pictures *pictures; /* NULL: none are wanted */
    uint16_t *dn;
    uint8_t *codes, *scratch; /* of class layers, when there can be any */
    const struct class_map *map[SCHEMA_LAYERS_MAX]; /* of the layers added */
    int layers;
    bool layers_failed;
};

/* "2020-05-29T12:04:41.000000Z" as cm_vsm writes times: "2020-05-29 12:04:41". */
static void format_time(const char *iso, char buf[32])
{
    snprintf(buf, 32, "%.19s", iso);
    char *t = strchr(buf, 'T');
    if (t)
        *t = ' ';
}

int subscene_job_init(struct subscene_job *job, const struct product *product,
                      const struct params *params, const char *root, const char *layout,
                      const char *timestamp, struct err *e)
{
    *job =
        (struct subscene_job){.product = product, .params = params, .root = root, .layout = layout};
    params_format(params, job->parameters);
    params_digest(job->parameters, job->digest);
    format_time(timestamp ? timestamp : product->generation_time, job->last_modified);
    job->target = geogrid_with_pixel(&product->grid[PRODUCT_GRID_10], params->resolution_m);
    char pattern[1024];
    int r = layout_folder(layout, product, job->folder, sizeof job->folder, e);
    if (r == 0)
        r = layout_stem(layout, product, job->stem, sizeof job->stem, e);
    if (r == 0)
        r = layout_pattern(layout, product, pattern, sizeof pattern, e);
    job->has_cell_folders = r == 0 && strchr(pattern, '/');
    return r ? r : layout_manifest(layout, product, job->manifest, sizeof job->manifest, e);
}

int subscene_path(const struct subscene_job *job, const char *relative, char *buf, size_t size,
                  struct err *e)
{
    if (strncmp(relative, "./", 2) == 0) /* in the output folder itself */
        relative += 2;
    bool is_root = strcmp(relative, ".") == 0;
    int n = snprintf(buf, size, "%s%s%s", job->root, is_root ? "" : "/", is_root ? "" : relative);
    return n > 0 && (size_t)n < size
               ? 0
               : err_set(e, ERR_OUTPUT, "%s/%s: the path is too long", job->root, relative);
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
                                                const int32_t xy[2])
{
    return (struct picture_names_cell){path, job->stem, xy[0], xy[1]};
}

int subscene_work_create(const struct params *params, size_t layers, bool png,
                         struct subscene_work **out, struct err *e)
{
    size_t n = (size_t)params->size * (size_t)params->size;
    struct subscene_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->dn = mem_alloc(n, sizeof *w->dn);
    w->codes = mem_alloc(layers ? n : 0, 1);
    w->scratch = mem_zalloc(layers ? n : 0, 1);
    bool ok = w->dn && w->codes && w->scratch;
    int r = ok ? measure_work_create(params->size, &w->survey, e)
               : err_nomem(e, subscene_work_bytes(params, layers, png));
    if (r == 0)
        r = subscene_writer_create(params, (int)layers, &w->writer, e);
    if (r == 0 && png)
        r = pictures_create(params->size, params->bands, &w->pictures, e);
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
    measure_work_destroy(w->survey);
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

/* Every band once: its samples are looked at and packed while they are in the cache. */
static int take_bands(struct subscene_work *w, band_set bands, struct sample_source source,
                      struct manifest_row *row, struct err *e)
{
    subscene_writer_reset(w->writer);
    measure_begin(w->survey);
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
        measure_band(w->survey, b, w->dn, row);
        subscene_writer_add(w->writer, b, w->dn);
    }
    measure_end(w->survey, row);
    return 0;
}

/* The class layers behind the bands, once it is known where there is data. */
static int take_layers(struct subscene_work *w, const struct subscene_job *job, struct rect px,
                       const int32_t xy[2], struct manifest_row *row, struct err *e)
{
    size_t n = (size_t)job->params->size * (size_t)job->params->size;
    struct layer_cell c = {xy[0], xy[1], px.x, px.y, job->params->size, measure_valid(w->survey)};
    w->layers = 0;
    for (size_t i = 0; i < layerset_count(job->layers); i++) {
        bool there = false;
        int r = layerset_take(job->layers, i, &c, w->codes, w->scratch, &there, e);
        w->layers_failed = r != 0;
        if (r)
            return r;
        if (!there)
            continue;
        if (w->pictures && (r = pictures_layer(w->pictures, layerset_map(job->layers, i)->layer,
                                               w->codes, e)) != 0)
            return r;
        subscene_writer_layer(w->writer, w->codes);
        w->map[w->layers++] = layerset_map(job->layers, i);
        manifest_row_classes(job->columns, row, layerset_map(job->layers, i)->layer, w->codes, n);
    }
    return 0;
}

int subscene_make(struct subscene_work *w, const struct subscene_job *job, struct rect px,
                  const int32_t xy[2], struct sample_source source, struct manifest_row *row,
                  bool *rejected, struct err *e)
{
    char path[1024];
    *row = (struct manifest_row){.x = xy[0], .y = xy[1]};
    manifest_row_no_classes(row);
    memcpy(row->digest, job->digest, sizeof row->digest);
    int r = subscene_cell_path(job, xy[0], xy[1], path, row->file, e);
    if (r == 0)
        r = take_bands(w, job->params->bands, source, row, e);
    *rejected = r == 0 && row->valid_fraction < job->min_valid;
    w->layers_failed = false;
    if (r == 0 && !*rejected)
        r = take_layers(w, job, px, xy, row, e);
    if (r || *rejected)
        return r;
    struct subscene_meta meta = {.product = job->product,
                                 .params = job->params,
                                 .parameters = job->parameters,
                                 .digest = job->digest,
                                 .last_modified = job->last_modified,
                                 .grid = &job->target,
                                 .px = px,
                                 .x = xy[0],
                                 .y = xy[1],
                                 .valid_fraction = row->valid_fraction,
                                 .content_hash = row->content_hash,
                                 .layer = w->map,
                                 .layers = w->layers};
    r = subscene_writer_make(w->writer, &meta, e);
    if (r == 0)
        subscene_writer_sum(w->writer, &row->file_sum);
    return r ? err_wrap(e, "%s", path) : 0;
}

bool subscene_layers_failed(const struct subscene_work *w) { return w->layers_failed; }

/* Folders of subscenes that are left empty do not stay: their readers expect a file in each. */
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
    int r = w->pictures ? pictures_store(w->pictures, cell, e) : 0;
    return r ? r : subscene_writer_store(w->writer, cell->file, e);
}

int subscene_store(struct subscene_work *w, const struct subscene_job *job, const char *path,
                   const int32_t xy[2], struct err *e)
{
    enum {
        TRIES = 8
    }; /* where products share the folder, another process may just then take it for one that is
          left over */
    struct picture_names_cell cell = subscene_picture_cell(job, path, xy);
    int r = job->has_cell_folders ? make_folder(path, e) : 0;
    if (r == 0)
        r = store(w, &cell, e);
    for (int i = 0; i < TRIES && r && job->has_cell_folders && e->sys_errno == ENOENT; i++) {
        r = make_folder(path, e);
        if (r == 0)
            r = store(w, &cell, e);
    }
    if (r)
        remove_empty(job, path);
    return r;
}

int subscene_remove_file(const struct subscene_job *job, const char *path, struct err *e)
{
    int r = outfile_remove(path, e);
    if (r == 0)
        remove_empty(job, path);
    return r;
}

int subscene_remove(const struct subscene_job *job, const char *path, const int32_t xy[2],
                    struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(job, path, xy);
    int r = outfile_remove(path, e);
    if (r == 0 && job->png)
        r = pictures_remove(&cell, job->params->bands, e);
    for (size_t i = 0; r == 0 && job->png && i < layerset_count(job->layers); i++)
        r = pictures_remove_layer(&cell, layerset_map(job->layers, i)->layer, e);
    if (r == 0)
        remove_empty(job, path);
    return r;
}
