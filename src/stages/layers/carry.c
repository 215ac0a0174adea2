#include "stages/layers/carry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/netcdf/layers_nc.h"
#include "stages/layers/layer_origin.h"

/* An old subscene in metres: its west and north edge. */
struct old {
    const struct carry_file *file;
    double west_m, north_m, side_m;
    uint32_t layers; /* a bit for each layer that the file has */
};

struct carried {
    struct class_map map;
    struct class_origin origin;
    char source[CLASS_SOURCE_SIZE]; /* of the old layer; "": the files have several */
    uint8_t undefined; /* where old subscenes disagree */
};

/* The old subscenes of one tile and sensing time. */
struct carry_layers {
    char tile_id[8], sensing[16];
    int32_t epsg;
    struct old *old; /* from north to south */
    size_t n, cap;
    double side_max_m;
    struct carried layer[SCHEMA_LAYERS_MAX];
    size_t layers;
};

struct carry {
    const char *folder;
    int unlabelled; /* −1: not given */
    struct carry_layers *group;
    size_t n, cap;
};

/* ---- groups ---- */

static const struct carry_layers *find(const struct carry *c, const struct cellname *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->group[i].tile_id, name->tile_id) == 0 &&
            strcmp(c->group[i].sensing, name->sensing) == 0)
            return &c->group[i];
    return NULL;
}

const struct carry_layers *carry_find(const struct carry *c, const char *product)
{
    struct cellname name;
    return cellname_product(product, &name) ? find(c, &name) : NULL;
}

static int group_of(struct carry *c, const struct carry_file *f, struct carry_layers **out,
                    struct err *e)
{
    struct cellname name;
    if (!cellname_product(f->product, &name))
        return err_set(e, ERR_INPUT, "%s: its product_name %s has no tile and sensing time",
                       f->path, f->product);
    const struct carry_layers *found = find(c, &name);
    *out = c->group + (found ? found - c->group : (ptrdiff_t)c->n);
    if (found)
        return 0;
    struct carry_layers *grown = mem_grown(c->group, c->n, &c->cap, sizeof *c->group, e);
    if (!grown)
        return ERR_TEMPORARY;
    c->group = grown;
    *out = &c->group[c->n++];
    **out = (struct carry_layers){.epsg = f->place.grid.epsg};
    memcpy((*out)->tile_id, name.tile_id, sizeof name.tile_id);
    memcpy((*out)->sensing, name.sensing, sizeof name.sensing);
    return 0;
}

/* ---- layers ---- */

static ptrdiff_t find_layer(const struct carry_layers *g, const char *name)
{
    for (size_t i = 0; i < g->layers; i++)
        if (strcmp(g->layer[i].map.layer, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static const struct class_flag *flag_named(const struct class_map *m, const char *meaning)
{
    for (size_t i = 0; i < m->flags; i++)
        if (strcmp(m->flag[i].meaning, meaning) == 0)
            return &m->flag[i];
    return NULL;
}

static bool has_code(const struct class_map *m, int code)
{
    bool has = m->flags == 0;
    for (size_t i = 0; i < m->flags; i++)
        has |= m->flag[i].value == code;
    return has;
}

static int choose_unlabelled(const struct carry *c, struct carried *l, struct err *e)
{
    const struct class_flag *undefined = flag_named(&l->map, "UNDEFINED");
    int code = c->unlabelled >= 0 ? c->unlabelled : undefined ? undefined->value : 0;
    if (!has_code(&l->map, code))
        return c->unlabelled >= 0
                   ? err_set(e, ERR_USAGE, "--unlabelled %d: is not a code of the layer %s", code,
                             l->map.layer)
                   : err_set(e, ERR_INPUT,
                             "%s: the layer %s has no code for pixels that nothing covers; give "
                             "--unlabelled",
                             c->folder, l->map.layer);
    l->map.unlabelled = (uint8_t)code;
    l->undefined = undefined ? undefined->value : (uint8_t)code;
    return 0;
}

/* The layer as its first file describes it. */
static int add_layer(const struct carry *c, struct carry_layers *g, struct h5file *f,
                     const struct class_layer *from, const char *path, struct err *e)
{
    if (g->layers == SCHEMA_LAYERS_MAX)
        return err_set(e, ERR_INPUT, "%s: more than %d class layers", path, SCHEMA_LAYERS_MAX);
    struct carried *l = &g->layer[g->layers];
    *l = (struct carried){.source = ""};
    layers_map(f, from, &l->map);
    layers_origin(f, from->name, &l->origin);
    memcpy(l->source, l->origin.source, sizeof l->source);
    if (!l->origin.map_digest[0])
        class_map_digest(&l->map, l->origin.map_digest);
    l->origin.digest[0] = '\0';
    g->layers++;
    return choose_unlabelled(c, l, e);
}

static int compare_layer(struct carried *l, struct h5file *f, const struct class_layer *from,
                         const char *path, struct err *e)
{
    struct class_origin origin;
    if (!class_flags_equal(from->flag, from->flags, l->map.flag, l->map.flags))
        return err_set(e, ERR_INPUT, "%s: %s has other classes than in other files of its product",
                       path, from->name);
    layers_origin(f, from->name, &origin);
    if (strcmp(origin.source, l->source) != 0)
        l->source[0] = '\0';
    return 0;
}

static int check_codes(struct h5file *f, const struct class_layer *layer, int32_t size,
                       struct err *e)
{
    uint8_t *codes = mem_alloc((size_t)size, (size_t)size);
    if (!codes)
        return err_nomem(e, (size_t)size * (size_t)size);
    int r = layers_read(f, layer->name, size, codes, e);
    if (r == 0)
        r = layers_check(layer, codes, size, e);
    free(codes);
    return r;
}

static int take_layer(const struct carry *c, struct carry_layers *g, struct old *old,
                      struct h5file *f, const struct class_layer *layer, struct err *e)
{
    const char *path = old->file->path;
    ptrdiff_t at = find_layer(g, layer->name);
    int r = at < 0 ? add_layer(c, g, f, layer, path, e)
                   : compare_layer(&g->layer[at], f, layer, path, e);
    if (r)
        return r;
    r = check_codes(f, layer, old->file->size, e);
    if (r)
        return err_wrap(e, "%s", path);
    old->layers |= (uint32_t)1 << (at < 0 ? g->layers - 1 : (size_t)at);
    return 0;
}

static int read_layers(const struct carry *c, struct carry_layers *g, struct old *old,
                       struct err *e)
{
    struct class_layers layers;
    struct h5file *f;
    int r = h5file_open(old->file->path, &f, e);
    if (r)
        return r;
    r = layers_list(f, &layers, e);
    if (r)
        err_wrap(e, "%s", old->file->path);
    for (size_t i = 0; r == 0 && i < layers.n; i++)
        r = take_layer(c, g, old, f, &layers.s[i], e);
    free(layers.s);
    h5file_close(f);
    return r;
}

/* ---- open ---- */

static int add_file(struct carry *c, const struct carry_file *f, struct err *e)
{
    struct carry_layers *g = NULL;
    const struct geogrid *grid = &f->place.grid;
    int r = group_of(c, f, &g, e);
    if (r)
        return r;
    if (grid->epsg != g->epsg)
        return err_set(e, ERR_INPUT, "%s: is in EPSG:%d, other files of its tile in EPSG:%d",
                       f->path, grid->epsg, g->epsg);
    struct old *grown = mem_grown(g->old, g->n, &g->cap, sizeof *g->old, e);
    if (!grown)
        return ERR_TEMPORARY;
    g->old = grown;
    struct old *old = &g->old[g->n++];
    *old = (struct old){.file = f,
                        .west_m = grid->ulx_m + f->place.px_x * grid->pixel_m,
                        .north_m = grid->uly_m - f->place.px_y * grid->pixel_m,
                        .side_m = f->size * grid->pixel_m};
    g->side_max_m = fmax(g->side_max_m, old->side_m);
    return read_layers(c, g, old, e);
}

static int by_north(const void *a, const void *b)
{
    const struct old *s = a, *t = b;
    return (s->north_m < t->north_m) - (s->north_m > t->north_m);
}

/* After all files are read: sorts them, and completes the origins. */
static size_t finish(struct carry *c)
{
    size_t layers = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct carry_layers *g = &c->group[i];
        layers += g->layers;
        qsort(g->old, g->n, sizeof *g->old, by_north);
        for (size_t k = 0; k < g->layers; k++) {
            struct carried *l = &g->layer[k];
            char name[4096];
            snprintf(name, sizeof name, l->source[0] ? "%s (%s)" : "%s", path_base(c->folder),
                     l->source);
            layer_origin_source("subscenes", name, l->origin.source);
        }
    }
    return layers;
}

int carry_open(const char *folder, const struct carry_file *file, size_t n, int unlabelled,
               int (*stopped)(void), struct carry **out, struct err *e)
{
    struct carry *c = mem_zalloc(1, sizeof *c);
    if (!c)
        return err_nomem(e, sizeof *c);
    *c = (struct carry){.folder = folder, .unlabelled = unlabelled};
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal")
                                 : add_file(c, &file[i], e);
    if (r == 0 && finish(c) == 0)
        r = err_set(e, ERR_INPUT, "%s: none of the %zu subscenes has a class layer", folder, n);
    if (r)
        carry_close(c);
    else
        *out = c;
    return r;
}

void carry_close(struct carry *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        free(c->group[i].old);
    free(c->group);
    free(c);
}

size_t carry_count(const struct carry_layers *l) { return l->layers; }
const struct class_map *carry_map(const struct carry_layers *l, size_t i)
{
    return &l->layer[i].map;
}
const struct class_origin *carry_origin(const struct carry_layers *l, size_t i)
{
    return &l->layer[i].origin;
}

/* ---- take ---- */

/* Pixels of the new grid. */
struct target {
    double west_m, north_m, pixel_m; /* of the first one */
    int32_t w, h;
};

static struct target target_of(const struct geogrid *grid, struct rect px)
{
    return (struct target){grid->ulx_m + px.x * grid->pixel_m, grid->uly_m - px.y * grid->pixel_m,
                           grid->pixel_m, px.w, px.h};
}

/* The old pixel under the centre of new pixel i; both axes begin at their first pixel, `offset_m`
 * apart. Coordinates are multiples of half a metre, so the quotient of an edge is exact. */
static int32_t old_index(int32_t i, double new_pixel_m, double offset_m, double old_pixel_m)
{
    return (int32_t)floor((offset_m + (i + 0.5) * new_pixel_m) / old_pixel_m);
}

/* The new pixels from..to − 1 of an axis of `n` whose centres the old subscene covers. */
struct span {
    int32_t from, to;
};

static struct span span_under(double offset_m, double pixel_m, int32_t n, double side_m)
{
    /* centre i is at offset + (i + 1/2) pixel from the old edge; 0 and more, and less than side */
    double from = ceil(-offset_m / pixel_m - 0.5), to = ceil((side_m - offset_m) / pixel_m - 0.5);
    struct span s = {from > 0 ? (int32_t)fmin(from, n) : 0, to > 0 ? (int32_t)fmin(to, n) : 0};
    return s.from < s.to ? s : (struct span){0, 0};
}

static struct rect part_under(const struct target *t, const struct old *o)
{
    struct span x = span_under(t->west_m - o->west_m, t->pixel_m, t->w, o->side_m),
                y = span_under(o->north_m - t->north_m, t->pixel_m, t->h, o->side_m);
    return (struct rect){x.from, y.from, x.to - x.from, y.to - y.from};
}

/* The first old subscene that may reach the new pixels; those before it are north of them. */
static size_t first_old(const struct carry_layers *l, const struct target *t)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->old[mid].north_m - l->side_max_m >= t->north_m)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The next old subscene from `at` on with layer i over new pixels; l->n: none. */
static size_t next_old(const struct carry_layers *l, size_t i, const struct target *t, size_t at,
                       struct rect *part)
{
    const double south_m = t->north_m - t->h * t->pixel_m;
    for (; at < l->n && l->old[at].north_m > south_m; at++) {
        *part = part_under(t, &l->old[at]);
        if ((l->old[at].layers >> i & 1) && !rect_is_empty(*part))
            return at;
    }
    return l->n;
}

bool carry_has(const struct carry_layers *l, size_t i, const struct geogrid *grid, struct rect px)
{
    const struct target t = target_of(grid, px);
    struct rect part;
    return next_old(l, i, &t, first_old(l, &t), &part) < l->n;
}

enum cover { COVER_NONE, COVER_ONE, COVER_CONFLICT };

/* Puts the codes of an old subscene on the pixels `part` of the new one. */
static void put_codes(const struct target *t, const struct old *o, struct rect part,
                      const uint8_t *from, uint8_t *codes, uint8_t *cover)
{
    const double pixel_m = o->file->place.grid.pixel_m;
    for (int32_t y = part.y; y < part.y + part.h; y++) {
        const int32_t row = old_index(y, t->pixel_m, o->north_m - t->north_m, pixel_m);
        for (int32_t x = part.x; x < part.x + part.w; x++) {
            const int32_t column = old_index(x, t->pixel_m, t->west_m - o->west_m, pixel_m);
            const size_t at = (size_t)y * (size_t)t->w + (size_t)x;
            const uint8_t code = from[(size_t)row * (size_t)o->file->size + (size_t)column];
            if (cover[at] == COVER_NONE) {
                codes[at] = code;
                cover[at] = COVER_ONE;
            } else if (codes[at] != code) {
                cover[at] = COVER_CONFLICT;
            }
        }
    }
}

static int take_old(const struct carry_layers *l, size_t i, const struct target *t,
                    const struct old *o, struct rect part, uint8_t *codes, uint8_t *cover,
                    struct err *e)
{
    const int32_t size = o->file->size;
    struct h5file *f;
    int r = h5file_open(o->file->path, &f, e);
    if (r)
        return r;
    uint8_t *from = mem_alloc((size_t)size, (size_t)size);
    r = from ? layers_read(f, l->layer[i].map.layer, size, from, e)
             : err_nomem(e, (size_t)size * (size_t)size);
    h5file_close(f);
    if (r)
        err_wrap(e, "%s", o->file->path);
    else
        put_codes(t, o, part, from, codes, cover);
    free(from);
    return r;
}

int carry_take(const struct carry_layers *l, size_t i, const struct geogrid *grid, struct rect px,
               uint8_t *codes, uint8_t *scratch, size_t *conflicts, struct err *e)
{
    const struct target t = target_of(grid, px);
    const size_t n = (size_t)px.w * (size_t)px.h;
    struct rect part;
    int r = 0;
    memset(codes, l->layer[i].map.unlabelled, n);
    for (size_t at = next_old(l, i, &t, first_old(l, &t), &part); r == 0 && at < l->n;
         at = next_old(l, i, &t, at + 1, &part))
        r = take_old(l, i, &t, &l->old[at], part, codes, scratch, e);
    for (size_t k = 0; k < n; k++)
        if (scratch[k] == COVER_CONFLICT) {
            codes[k] = l->layer[i].undefined;
            ++*conflicts;
        }
    memset(scratch, 0, n);
    return r;
}
