#include "stages/jobs/look_page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/strlist.h"
#include "exec/pipeline.h"
#include "io/folder/outfile.h"
#include "io/labels/classmap.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/manifests.h"
#include "stages/look/page_data.h"
#include "stages/look/page_files.h"

struct look {
    const struct look_page_options *options;
    const struct look_page_observer *observer;
    struct look_page_result *result;
    char folder[3900]; /* of the page */
    struct strlist names, manifests; /* the products, and their manifests */
    struct jsonout products; /* products.js */
};

/* The product at hand. */
struct job {
    struct look *look;
    const char *path; /* of its manifest */
    size_t number; /* of the product, from 0 */
    struct manifest manifest;
    struct page_product page;
    struct composite composite[MOSAIC_COMPOSITES_MAX];
    struct sheet sheet;
    struct sheet_work *work; /* per worker */
    bool *shown; /* by row, like the two below */
    double *score;
    char **fault; /* why the file is not shown; NULL: no fault */
};

/* ---- what is known from the manifest and a few files ---- */

static int score_rows(struct job *j, struct err *e)
{
    struct ranks ranks;
    struct err why = ERR_INIT;
    for (size_t i = 0; i < j->manifest.n; i++)
        j->score[i] = NAN;
    int r = rank_subscenes(&j->manifest, j->look->options->by, 0, &ranks, &why);
    if (r == ERR_INPUT) {
        log_message(LOG_WARNING, j->page.name, "%s: %s; no scores", j->path, why.msg);
        return 0;
    }
    if (r) {
        *e = why;
        return r;
    }
    for (size_t i = 0; i < ranks.n; i++) {
        const struct manifest_row *row =
            manifest_find(&j->manifest, ranks.best[i].x, ranks.best[i].y);
        j->score[row - j->manifest.row] = ranks.best[i].score;
    }
    free(ranks.best);
    return 0;
}

/* The size of the first subscene that can be opened. */
static int find_size(const struct job *j, band_set bands, int32_t *size, struct err *e)
{
    int r = ERR_INPUT;
    for (size_t i = 0; r == ERR_INPUT && i < j->manifest.n; i++) {
        char path[MANIFESTS_PATH];
        struct subscene_facts facts;
        struct err why = ERR_INIT;
        manifests_file(j->path, &j->manifest.row[i], path);
        r = subscene_nc_inspect(path, bands, &facts, &why);
        *size = facts.size;
        if (r)
            *e = why;
    }
    return r;
}

/* The colours of the built-in map that makes this layer, or default ones. */
static int colour_codes(struct h5file *f, struct sheet_legend *l, struct err *e)
{
    struct class_map map;
    layers_map(f, &l->layer, &map);
    int r = classmap_borrow_colours(&map, e);
    memcpy(l->colour, map.colour, sizeof l->colour);
    return r;
}

/* Describes a layer as the first file says that has it and can be read. */
static int describe_layer(const struct job *j, size_t column, struct sheet_legends *out,
                          struct err *e)
{
    const char *name = j->manifest.class[column].layer;
    for (size_t i = 0; i < j->manifest.n; i++) {
        char path[MANIFESTS_PATH];
        struct h5file *f;
        struct err why = ERR_INIT;
        if (isnan(j->manifest.row[i].fraction[column]))
            continue;
        manifests_file(j->path, &j->manifest.row[i], path);
        int r = h5file_open(path, &f, &why);
        if (r == 0) {
            r = layers_describe_one(f, name, &out->s[out->n].layer, &why);
            if (r == 0)
                r = colour_codes(f, &out->s[out->n], &why);
            h5file_close(f);
        }
        if (r == 0)
            out->n++;
        if (r != ERR_INPUT) {
            *e = why;
            return r;
        }
    }
    return 0;
}

/* The layers of the manifest's columns, which stand together for each layer. */
static int describe_layers(const struct job *j, struct sheet_legends *out, struct err *e)
{
    const struct manifest *m = &j->manifest;
    *out = (struct sheet_legends){.s = mem_alloc(m->classes, sizeof *out->s)};
    if (!out->s)
        return err_nomem(e, m->classes * sizeof *out->s);
    int r = 0;
    for (size_t i = 0; r == 0 && i < m->classes; i++)
        if (i == 0 || strcmp(m->class[i].layer, m->class[i - 1].layer) != 0)
            r = describe_layer(j, i, out, e);
    return r;
}

static int plan(struct job *j, struct err *e)
{
    const struct manifest *m = &j->manifest;
    struct sheet_legends layers;
    struct sheet_grid grid;
    int32_t size = 0;
    if (m->bands == 0)
        return err_set(e, ERR_INPUT, "its manifest has no band");
    j->page.composites = mosaic_composites(m->bands, j->composite);
    band_set bands = 0;
    for (size_t i = 0; i < j->page.composites; i++)
        bands |= composite_bands(&j->composite[i]);
    int r = find_size(j, bands, &size, e);
    if (r == 0)
        r = sheet_grid_of(m, size, &grid, e);
    if (r)
        return r;
    r = describe_layers(j, &layers, e);
    if (r == 0)
        r = sheet_init(&grid, bands, &layers, &j->sheet, e);
    free(layers.s);
    return r;
}

/* ---- subscenes ---- */

static int read_subscene(void *ctx, int32_t batch, size_t i, int worker, struct err *e)
{
    struct job *j = ctx;
    const struct manifest_row *row = &j->manifest.row[i];
    char path[MANIFESTS_PATH];
    struct err why = ERR_INIT;
    (void)batch;
    manifests_file(j->path, row, path);
    if (!row->is_altered && filesum_look(path, &row->file_sum) == FILESUM_SAME)
        examine_trust(path);
    int r = sheet_add(&j->sheet, &j->work[worker], path, row->x, row->y, &why);
    j->shown[i] = r == 0;
    j->look->observer->step(j->look->observer->ctx);
    if (r == ERR_INPUT) {
        j->fault[i] = mem_strdup(why.msg);
        return j->fault[i] ? 0 : err_nomem(e, strlen(why.msg));
    }
    if (r)
        *e = why;
    return r;
}

/* In the order of rows, which the threads do not keep. */
static void tell_gaps(struct job *j)
{
    for (size_t i = 0; i < j->manifest.n; i++) {
        if (!j->fault[i])
            continue;
        log_message(LOG_ERROR, j->page.name, "%s; a gap in the mosaic", j->fault[i]);
        j->look->result->gaps++;
    }
}

/* ---- files ---- */

static int join(const char *folder, const char *name, char path[OUTFILE_PATH], struct err *e)
{
    if (snprintf(path, OUTFILE_PATH, "%s/%s", folder, name) >= OUTFILE_PATH)
        return err_set(e, ERR_OUTPUT, "%s/%s: the path is too long", folder, name);
    return 0;
}

static int write_text(const char *folder, const char *name, const struct text *t, struct err *e)
{
    char path[OUTFILE_PATH];
    if (t->failed)
        return err_nomem(e, t->cap * 2);
    int r = join(folder, name, path, e);
    return r ? r : outfile_write(path, t->s, t->len, e);
}

static int write_cells(const struct job *j, const char *folder, struct err *e)
{
    struct jsonout cells = {.for_script = true};
    page_data_cells(&cells, &j->page);
    int r = write_text(folder, "cells.js", &cells.text, e);
    jsonout_clear(&cells);
    return r;
}

static int write_product(struct job *j, struct err *e)
{
    char folder[OUTFILE_PATH];
    int r = join(j->look->folder, j->page.folder, folder, e);
    if (r == 0)
        r = outfile_make_folders(folder, e);
    if (r == 0)
        r = outfile_remove_stale(folder, e);
    for (size_t i = 0; r == 0 && i < j->page.composites; i++)
        r = mosaic_write_composite(&j->sheet, &j->composite[i], folder, i == 0, e);
    for (size_t i = 0; r == 0 && i < j->sheet.layers; i++)
        r = mosaic_write_layer(&j->sheet, i, folder, e);
    if (r == 0)
        r = write_cells(j, folder, e);
    if (r == 0)
        page_data_product(&j->look->products, &j->page);
    return r;
}

/* ---- one product ---- */

static int reserve(struct job *j, struct err *e)
{
    const size_t n = j->manifest.n;
    j->work = mem_zalloc((size_t)j->look->options->threads, sizeof *j->work);
    j->shown = mem_zalloc(n, sizeof *j->shown);
    j->score = mem_alloc(n, sizeof *j->score);
    j->fault = mem_zalloc(n, sizeof *j->fault);
    return j->work && j->shown && j->score && j->fault ? 0 : err_nomem(e, n * 32);
}

static void clear_job(struct job *j)
{
    for (int i = 0; j->work && i < j->look->options->threads; i++)
        sheet_work_clear(&j->work[i]);
    for (size_t i = 0; j->fault && i < j->manifest.n; i++)
        free(j->fault[i]);
    free(j->work);
    free(j->shown);
    free(j->score);
    free(j->fault);
    sheet_clear(&j->sheet);
    manifest_clear(&j->manifest);
}

/* The folder of the product's files. A name that a folder or an address may not have is replaced by
 * a number. */
static void name_folder(struct page_product *p, size_t number)
{
    if (mosaic_is_plain(p->name, 128))
        snprintf(p->folder, sizeof p->folder, "products/%s", p->name);
    else
        snprintf(p->folder, sizeof p->folder, "products/product+%zu", number + 1);
}

static int show_product(struct job *j, struct err *e)
{
    struct look *l = j->look;
    j->page.manifest = &j->manifest;
    j->page.sheet = &j->sheet;
    j->page.composite = j->composite;
    name_folder(&j->page, j->number);
    l->observer->begin(l->observer->ctx, j->page.name, j->manifest.n);
    int r = reserve(j, e);
    if (r)
        return r;
    j->page.shown = j->shown;
    j->page.score = j->score;
    r = plan(j, e);
    if (r == 0)
        r = score_rows(j, e);
    if (r == 0)
        r = pipeline_for(j->manifest.n, l->options->threads, l->options->stopped, read_subscene, j,
                         e);
    if (r)
        return r;
    tell_gaps(j);
    r = write_product(j, e);
    l->result->products += r == 0;
    l->result->subscenes += r == 0 ? j->manifest.n : 0;
    return r;
}

/* Logs why a product is left out. Other errors end the job. */
static int leave_out(struct look *l, const char *path, const struct err *why, struct err *e)
{
    if (why->code != ERR_INPUT) {
        *e = *why;
        return (int)why->code;
    }
    const char *about = strstr(why->msg, path) ? "" : path;
    log_message(LOG_ERROR, "", "%s%s%s; left out", about, *about ? ": " : "", why->msg);
    l->result->left_out++;
    return 0;
}

static int show_manifest(struct look *l, size_t i, struct err *e)
{
    struct job j = {.look = l, .path = l->manifests.s[i], .number = i};
    struct err why = ERR_INIT;
    snprintf(j.page.name, sizeof j.page.name, "%s", l->names.s[i]);
    int r = manifest_read(j.path, &j.manifest, &why);
    if (r == 0)
        r = show_product(&j, &why);
    clear_job(&j);
    mem_give_back();
    return r ? leave_out(l, l->manifests.s[i], &why, e) : 0;
}

/* ---- the products ---- */

static int add_product(struct look *l, const char *path, const char *name, struct err *e)
{
    for (size_t i = 0; i < l->names.n; i++)
        if (strcmp(l->names.s[i], name) == 0)
            return err_set(e, ERR_INPUT,
                           "%s and %s are manifests of the same product, %s; give one of them",
                           l->manifests.s[i], path, name);
    int r = strlist_add(&l->names, name, strlen(name), e);
    return r ? r : strlist_add(&l->manifests, path, strlen(path), e);
}

static int add_manifest(struct look *l, const char *path, struct err *e)
{
    char name[PAGE_NAME];
    struct manifest m;
    struct err why = ERR_INIT;
    int r = manifest_read(path, &m, &why);
    if (r)
        return leave_out(l, path, &why, e);
    bool any = m.n > 0; /* without subscenes the product's name is unknown */
    r = any ? manifests_product(path, &m, name, &why) : 0;
    manifest_clear(&m);
    if (r)
        return leave_out(l, path, &why, e);
    return any ? add_product(l, path, name, e) : 0;
}

static int add_folder(struct look *l, const char *folder, struct err *e)
{
    struct strlist found;
    int r = manifests_find(folder, &found, e);
    for (size_t i = 0; r == 0 && i < found.n; i++)
        r = add_manifest(l, found.s[i], e);
    strlist_clear(&found);
    return r;
}

/* ---- the page ---- */

static int write_page(struct look *l, struct err *e)
{
    int r = outfile_make_folders(l->folder, e);
    if (r == 0)
        r = outfile_remove_stale(l->folder, e);
    if (r == 0)
        r = write_text(l->folder, "products.js", &l->products.text, e);
    for (size_t i = page_file_count; r == 0 && i-- > 0;) { /* index.html comes last */
        char path[OUTFILE_PATH];
        r = join(l->folder, page_files[i].name, path, e);
        if (r == 0)
            r = outfile_write(path, page_files[i].text, strlen(page_files[i].text), e);
    }
    return r ? r : join(l->folder, page_files[0].name, l->result->page, e);
}

/* Finds all products before anything is written. */
static int show_folders(struct look *l, const char *const *folder, size_t n, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = add_folder(l, folder[i], e);
    for (size_t i = 0; r == 0 && i < l->names.n; i++)
        r = show_manifest(l, i, e);
    return r;
}

int look_page_make(const char *const *folder, size_t n, const struct look_page_options *options,
                   const struct look_page_observer *observer, struct look_page_result *result,
                   struct err *e)
{
    struct look l = {.options = options,
                     .observer = observer,
                     .result = result,
                     .products = {.for_script = true}};
    const char *base = options->output ? options->output : folder[0];
    *result = (struct look_page_result){.products = 0};
    if (snprintf(l.folder, sizeof l.folder, "%.*s%s", (int)path_trimmed_length(base), base,
                 options->output ? "" : "/look") >= (int)sizeof l.folder)
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", base);
    page_data_begin(&l.products, rank_by_names[options->by]);
    int r = show_folders(&l, folder, n, e);
    page_data_end(&l.products);
    if (r == 0 && result->left_out > 0 && result->products == 0)
        r = err_set(e, ERR_INPUT, "no product can be shown");
    if (r == 0)
        r = write_page(&l, e);
    jsonout_clear(&l.products);
    strlist_clear(&l.names);
    strlist_clear(&l.manifests);
    return r;
}
