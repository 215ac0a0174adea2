#include "stages/layers/addlayers.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"

void addlayers_work_clear(struct addlayers_work *w)
{
    for (int i = 0; i < SCHEMA_LAYERS_MAX; i++)
        free(w->codes[i]);
    free(w->valid);
    free(w->scratch);
    free(w->dn);
    free(w->band_scratch);
    *w = (struct addlayers_work){0};
}

static int reserve(struct addlayers_work *w, int32_t size, size_t layers, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    if (w->size != size) {
        addlayers_work_clear(w);
        w->valid = mem_alloc(n, 1);
        w->scratch = mem_zalloc(n, 1);
        w->dn = mem_alloc(n, sizeof *w->dn);
        w->band_scratch = mem_alloc(n, 8);
        w->size = size;
    }
    bool ok = w->valid && w->scratch && w->dn && w->band_scratch;
    for (size_t i = 0; ok && i < layers; i++)
        ok = w->codes[i] || (w->codes[i] = mem_alloc(n, 1)) != NULL;
    if (ok)
        return 0;
    addlayers_work_clear(w);
    return err_nomem(e, n * (12 + layers));
}

/* Sets w->valid to 1 where all bands of the file have data. */
static int read_valid(struct addlayers_work *w, struct ncfile *f, struct err *e)
{
    size_t n = (size_t)w->size * (size_t)w->size;
    struct ncfile_var v;
    memset(w->valid, 1, n);
    for (int i = 0; i < ncfile_var_count(f); i++) {
        int r = ncfile_var_at(f, i, &v, e);
        if (r)
            return r;
        if (v.n_dims != 2 || band_find(v.name) < 0)
            continue;
        r = subscene_nc_read_band(ncfile_h5(f), v.name, w->size, w->dn, w->band_scratch, e);
        if (r)
            return r;
        for (size_t k = 0; k < n; k++)
            w->valid[k] &= w->dn[k] != 0;
    }
    return 0;
}

/* Finds the layers to add, as indices into the set. */
struct wanted {
    size_t layer[SCHEMA_LAYERS_MAX], n;
    bool needs_valid;
};

static int find_wanted(struct ncfile *f, const struct layerset *set, const struct layer_cell *c,
                       bool overwrite, struct wanted *w, struct addlayers_result *out,
                       struct err *e)
{
    *w = (struct wanted){0};
    *out = (struct addlayers_result){0};
    for (size_t i = 0; i < layerset_count(set); i++) {
        bool there;
        int r = layerset_has(set, i, c->x, c->y, &there, e);
        if (r)
            return r;
        out->wanted += there;
        if (!there || (!overwrite && layers_has(f, layerset_map(set, i)->layer)))
            continue;
        w->layer[w->n++] = i;
        w->needs_valid |= layerset_map(set, i)->missing >= 0;
    }
    out->added = w->n;
    memcpy(out->layer, w->layer, sizeof out->layer);
    return 0;
}

int addlayers_plan(const char *path, const struct layerset *set, const struct layer_cell *c,
                   bool overwrite, struct addlayers_result *out, struct err *e)
{
    struct ncfile *f;
    struct wanted wanted;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = find_wanted(f, set, c, overwrite, &wanted, out, e);
    ncfile_close(f);
    return r;
}

int addlayers_file(struct addlayers_work *w, const char *path, const struct layerset *set,
                   const struct layer_cell *c, bool overwrite, struct addlayers_result *out,
                   struct err *e)
{
    struct ncfile *f;
    struct wanted wanted;
    struct layer layer[SCHEMA_LAYERS_MAX];
    struct layer_cell cell = *c;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = find_wanted(f, set, c, overwrite, &wanted, out, e);
    if (r == 0 && wanted.n > 0)
        r = reserve(w, c->size, wanted.n, e);
    if (r == 0 && wanted.needs_valid && (r = read_valid(w, f, e)) != 0)
        err_wrap(e, "%s", path);
    ncfile_close(f);
    cell.valid = w->valid;
    for (size_t i = 0; r == 0 && i < wanted.n; i++) {
        bool there;
        layer[i] = (struct layer){layerset_map(set, wanted.layer[i]), w->codes[i]};
        r = layerset_take(set, wanted.layer[i], &cell, w->codes[i], w->scratch, &there, e);
    }
    return r || wanted.n == 0 ? r : layers_put(path, layer, wanted.n, c->size, &out->sum, e);
}

void addlayers_row(const struct addlayers_work *w, const struct layerset *set,
                   const struct addlayers_result *did, const struct manifest *columns,
                   struct manifest_row *row)
{
    size_t n = (size_t)w->size * (size_t)w->size;
    for (size_t i = 0; i < did->added; i++)
        manifest_row_classes(columns, row, layerset_map(set, did->layer[i])->layer, w->codes[i], n);
    if (did->added > 0)
        row->file_sum = did->sum;
}
