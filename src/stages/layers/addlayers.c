#include "stages/layers/addlayers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/layers/layer_origin.h"

void addlayers_work_clear(struct addlayers_work *w)
{
    for (int i = 0; i < SCHEMA_LAYERS_MAX; i++)
        free(w->codes[i]);
    free(w->valid);
    free(w->scratch);
    free(w->there);
    free(w->dn);
    free(w->band_scratch);
    *w = (struct addlayers_work){0};
}

/* Makes the buffers, with room for the codes of `layers` layers. */
static int reserve(struct addlayers_work *w, int32_t size, size_t layers, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    if (w->size != size) {
        addlayers_work_clear(w);
        w->valid = mem_alloc(n, 1);
        w->scratch = mem_zalloc(n, 1);
        w->there = mem_alloc(n, 1);
        w->dn = mem_alloc(n, sizeof *w->dn);
        w->band_scratch = mem_alloc(n, 8);
        w->size = size;
    }
    bool ok = w->valid && w->scratch && w->there && w->dn && w->band_scratch;
    for (size_t i = 0; ok && i < layers; i++)
        ok = w->codes[i] || (w->codes[i] = mem_alloc(n, 1)) != NULL;
    if (ok)
        return 0;
    addlayers_work_clear(w);
    return err_nomem(e, n * (13 + layers));
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

static void list_add(struct addlayers_list *l, size_t layer) { l->layer[l->n++] = layer; }

/* ---- is a layer certainly what its source gives? ---- */

/* A file being compared. */
struct comparison {
    struct addlayers_work *w;
    const struct addlayers_target *t;
    struct h5file *f;
    struct strlist names; /* of the layers in the file */
};

/* What layers.csv says of the layer's origin, or "". */
static void find_known(const struct comparison *c, const char *layer, struct class_origin *out)
{
    const struct addlayers_target *t = c->t;
    if (!t->known || !layer_origins_find(t->known, t->file, layer, out))
        *out = (struct class_origin){.source = ""};
}

/* Reads the layer's codes from the file. False: they cannot be read, which makes it another one. */
static int read_there(const struct comparison *c, const char *layer, bool *readable, struct err *e)
{
    struct err why = ERR_INIT;
    int r = layers_read(c->f, layer, c->w->size, c->w->there, &why);
    *readable = r == 0;
    if (r == 0 || r == ERR_INPUT)
        return 0;
    *e = why;
    return r;
}

static bool fits(const struct class_origin *o, const struct class_origin *source,
                 const char *digest)
{
    return strcmp(o->digest, digest) == 0 && strcmp(o->map_digest, source->map_digest) == 0;
}

/* Compares digests. Uses w->there, and w->codes[0] for labels. */
static int is_certain(const struct comparison *c, size_t i, bool *certain, struct err *e)
{
    const struct addlayers_target *t = c->t;
    const char *layer = layerset_map(t->set, i)->layer;
    const struct class_origin *source = layerset_source(t->set, i);
    struct class_origin in_file, known;
    struct checksum given;
    char digest[CLASS_DIGEST_SIZE];
    bool readable;
    *certain = false;
    layers_origin(c->f, layer, &in_file);
    find_known(c, layer, &known);
    if (!in_file.digest[0] && !known.digest[0])
        return 0;
    int r = read_there(c, layer, &readable, e);
    if (r || !readable)
        return r;
    r = layerset_given(t->set, i, &t->cell, c->w->codes[0], c->w->scratch, &given, e);
    if (r)
        return r;
    layer_origin_digest(given, c->w->there, (size_t)c->w->size * (size_t)c->w->size, digest);
    *certain = fits(&in_file, source, digest) || fits(&known, source, digest);
    return 0;
}

static int list_unsure(struct comparison *c, struct addlayers_list *out, struct err *e)
{
    const struct addlayers_target *t = c->t;
    *out = (struct addlayers_list){.n = 0};
    for (size_t i = 0; i < layerset_count(t->set); i++) {
        bool there, certain = false;
        int r = layerset_has(t->set, i, &t->cell, &there, e);
        if (r)
            return r;
        if (!there)
            continue;
        if (strlist_has(&c->names, layerset_map(t->set, i)->layer))
            r = is_certain(c, i, &certain, e);
        if (r)
            return r;
        if (!certain)
            list_add(out, i);
    }
    return 0;
}

static int begin(struct comparison *c, struct err *e)
{
    int r = layers_names(c->f, &c->names, e);
    return r ? r : reserve(c->w, c->t->cell.size, 1, e);
}

int addlayers_unsure_of(struct addlayers_work *w, const struct addlayers_target *t,
                        struct h5file *f, struct addlayers_list *out, struct err *e)
{
    struct comparison c = {.w = w, .t = t, .f = f};
    *out = (struct addlayers_list){.n = 0};
    int r = begin(&c, e);
    if (r == 0)
        r = list_unsure(&c, out, e);
    strlist_clear(&c.names);
    return r;
}

bool addlayers_is_unnamed(const struct addlayers_target *t, struct h5file *f)
{
    const struct comparison c = {.t = t, .f = f};
    bool unnamed = false;
    for (size_t i = 0; !unnamed && i < layerset_count(t->set); i++) {
        const char *layer = layerset_map(t->set, i)->layer;
        const char *source = layerset_source(t->set, i)->source;
        struct class_origin in_file, known;
        bool there = true;
        if (layerset_has(t->set, i, &t->cell, &there, NULL) || there ||
            !h5file_is_byte_raster(f, layer))
            continue;
        layers_origin(f, layer, &in_file);
        find_known(&c, layer, &known);
        unnamed =
            source[0] && strcmp(in_file.source[0] ? in_file.source : known.source, source) == 0;
    }
    return unnamed;
}

void addlayers_warn_unnamed(const char *product, size_t n)
{
    log_message(LOG_WARNING, product,
                "%zu subscene%s keep%s a class layer of a given source that no longer names %s", n,
                text_s(n), n == 1 ? "s" : "", n == 1 ? "it" : "them");
}

int addlayers_unsure(struct addlayers_work *w, const struct addlayers_target *t,
                     struct addlayers_list *out, struct err *e)
{
    struct h5file *f;
    int r = h5file_open(t->path, &f, e);
    if (r)
        return r;
    r = addlayers_unsure_of(w, t, f, out, e);
    h5file_close(f);
    return r;
}

/* ---- exactly ---- */

/* Are the layer's attributes those of the map, as far as the file says? */
static bool is_of_map(const struct comparison *c, size_t i)
{
    const struct class_map *map = layerset_map(c->t->set, i);
    struct class_layer layer;
    struct class_origin known;
    struct err ignored = ERR_INIT;
    layers_origin(c->f, map->layer, &known);
    if (!known.map_digest[0])
        find_known(c, map->layer, &known);
    if (known.map_digest[0])
        return strcmp(known.map_digest, layerset_source(c->t->set, i)->map_digest) == 0;
    return layers_describe_one(c->f, map->layer, &layer, &ignored) == 0 &&
           class_flags_equal(layer.flag, layer.flags, map->flag, map->flags);
}

/* Sets *same if the file has the layer with these codes. */
static int is_same(const struct comparison *c, size_t i, const uint8_t *codes, bool *same,
                   struct err *e)
{
    bool readable = false;
    const char *layer = layerset_map(c->t->set, i)->layer;
    *same = false;
    if (!strlist_has(&c->names, layer))
        return 0;
    int r = read_there(c, layer, &readable, e);
    *same = readable && is_of_map(c, i) &&
            memcmp(c->w->there, codes, (size_t)c->w->size * (size_t)c->w->size) == 0;
    return r;
}

/* Takes layer i from its source, and decides what becomes of it. */
static int decide(const struct comparison *c, size_t i, bool overwrite,
                  struct addlayers_result *out, struct err *e)
{
    const struct addlayers_target *t = c->t;
    struct layer_cell cell = t->cell;
    uint8_t *codes = c->w->codes[out->added.n];
    struct class_origin origin = *layerset_source(t->set, i);
    struct checksum given;
    bool there, same;
    cell.valid = c->w->valid;
    int r = layerset_take(t->set, i, &cell, codes, c->w->scratch, &given, &there, e);
    if (r == 0)
        r = is_same(c, i, codes, &same, e);
    if (r)
        return r;
    layer_origin_digest(given, codes, (size_t)c->w->size * (size_t)c->w->size, origin.digest);
    if (same) {
        out->confirmed_origin[out->confirmed.n] = origin;
        list_add(&out->confirmed, i);
    } else if (overwrite || !strlist_has(&c->names, layerset_map(t->set, i)->layer)) {
        out->origin[out->added.n] = origin;
        list_add(&out->added, i);
    } else {
        list_add(&out->differing, i);
    }
    return 0;
}

static int compare(struct comparison *c, struct ncfile *file, bool overwrite,
                   struct addlayers_result *out, struct err *e)
{
    struct addlayers_list unsure;
    bool needs_valid = false;
    int r = begin(c, e);
    if (r == 0)
        r = list_unsure(c, &unsure, e);
    if (r)
        return r;
    for (size_t i = 0; i < unsure.n; i++)
        needs_valid |= layerset_map(c->t->set, unsure.layer[i])->missing >= 0;
    r = reserve(c->w, c->t->cell.size, unsure.n, e);
    if (r == 0 && needs_valid && (r = read_valid(c->w, file, e)) != 0)
        err_wrap(e, "%s", c->t->path);
    for (size_t i = 0; r == 0 && i < unsure.n; i++)
        r = decide(c, unsure.layer[i], overwrite, out, e);
    return r;
}

int addlayers_plan(struct addlayers_work *w, const struct addlayers_target *t, bool overwrite,
                   struct addlayers_result *out, struct err *e)
{
    struct ncfile *file;
    *out = (struct addlayers_result){.added = {.n = 0}};
    int r = ncfile_open(t->path, &file, e);
    if (r)
        return r;
    struct comparison c = {.w = w, .t = t, .f = ncfile_h5(file)};
    r = compare(&c, file, overwrite, out, e);
    strlist_clear(&c.names);
    ncfile_close(file);
    return r;
}

int addlayers_put(const struct addlayers_work *w, const struct addlayers_target *t,
                  struct addlayers_result *plan, struct err *e)
{
    struct layer layer[SCHEMA_LAYERS_MAX];
    for (size_t i = 0; i < plan->added.n; i++)
        layer[i] = (struct layer){layerset_map(t->set, plan->added.layer[i]), w->codes[i],
                                  &plan->origin[i]};
    return plan->added.n == 0
               ? 0
               : layers_put(t->path, layer, plan->added.n, t->cell.size, &plan->sum, e);
}

void addlayers_row(const struct addlayers_work *w, const struct layerset *set,
                   const struct addlayers_result *did, const struct manifest *columns,
                   struct manifest_row *row)
{
    size_t n = (size_t)w->size * (size_t)w->size;
    for (size_t i = 0; i < did->added.n; i++)
        manifest_row_classes(columns, row, layerset_map(set, did->added.layer[i])->layer,
                             w->codes[i], n);
    if (did->added.n > 0)
        row->file_sum = did->sum;
}

int addlayers_record(const struct addlayers_result *did, const struct addlayers_target *t,
                     bool in_file, struct layer_origins *origins, struct err *e)
{
    int r = 0;
    if (!origins)
        return 0;
    for (size_t i = 0; r == 0 && i < did->confirmed.n; i++)
        r = layer_origins_put(origins, t->file,
                              layerset_map(t->set, did->confirmed.layer[i])->layer,
                              &did->confirmed_origin[i], e);
    for (size_t i = 0; r == 0 && !in_file && i < did->added.n; i++)
        r = layer_origins_put(origins, t->file, layerset_map(t->set, did->added.layer[i])->layer,
                              &did->origin[i], e);
    return r;
}

/* ---- layers that differ ---- */

/* The source without its kind: "corrected.xml". */
static const char *source_name(const struct layerset *set, size_t i)
{
    return strchr(layerset_source(set, i)->source, ' ') + 1;
}

void addlayers_log_differing(const struct addlayers_result *found, const struct addlayers_target *t)
{
    for (size_t i = 0; i < found->differing.n; i++) {
        const size_t layer = found->differing.layer[i];
        log_message(LOG_WARNING, "", "%s: has another %s than %s", t->path,
                    layerset_map(t->set, layer)->layer, source_name(t->set, layer));
    }
}

void addlayers_count(struct addlayers_tally *t, const struct addlayers_result *did)
{
    t->subscenes += did->differing.n > 0;
    for (size_t i = 0; i < did->differing.n; i++)
        t->layer[did->differing.layer[i]]++;
}

void addlayers_tally_format(const struct addlayers_tally *t, const struct layerset *set,
                            size_t subscenes, char *buf, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < layerset_count(set) && at < size; i++) {
        const char *layer = layerset_map(set, i)->layer, *source = source_name(set, i);
        if (t->layer[i] > 0 && at == 0)
            at += (size_t)snprintf(buf, size, "%zu of %zu subscene%s %s another %s than %s",
                                   t->layer[i], subscenes, text_s(subscenes),
                                   t->layer[i] == 1 ? "has" : "have", layer, source);
        else if (t->layer[i] > 0)
            at += (size_t)snprintf(buf + at, size - at, ", %zu another %s than %s", t->layer[i],
                                   layer, source);
    }
}
