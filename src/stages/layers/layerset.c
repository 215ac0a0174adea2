#include "stages/layers/layerset.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/labels/classmap.h"
#include "io/netcdf/schema.h"
#include "stages/layers/layer_origin.h"
#include "stages/layers/masks_check.h"

struct one_layer {
    const struct class_map *map;
    struct class_map *owned; /* the map, if it was found here */
    struct mask *mask; /* NULL: the labels, or other subscenes: */
    const struct carry_layers *from;
    size_t from_layer; /* index into `from` */
    struct class_origin origin; /* without the digest, which each subscene has for itself */
};

struct layerset {
    const struct labels *labels;
    const char *product;
    struct geogrid target;
    struct one_layer layer[SCHEMA_LAYERS_MAX];
    size_t n;
    atomic_size_t *conflicts;
};

bool layer_request_any(const struct layer_request *r)
{
    return r->labels || r->masks > 0 || r->find || r->from;
}

/* ---- open ---- */

struct opening {
    struct layerset *set;
    struct source *source;
    const struct mask_frame *frame;
    struct strlist files; /* of the product */
};

static bool has_layer(const struct layerset *s, const char *layer)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->layer[i].map->layer, layer) == 0)
            return true;
    return false;
}

/* The place of a layer: the order does not depend on the order of the options. */
static struct one_layer *insert(struct layerset *s, const struct class_map *map, const char *kind,
                                const char *path)
{
    size_t at = s->n++;
    for (; at > 0 && schema_layer_order(map->layer, s->layer[at - 1].map->layer) < 0; at--)
        s->layer[at] = s->layer[at - 1];
    struct one_layer *l = &s->layer[at];
    *l = (struct one_layer){.map = map};
    layer_origin_source(kind, path, l->origin.source);
    memcpy(l->origin.map, map->name, sizeof l->origin.map);
    class_map_digest(map, l->origin.map_digest);
    return l;
}

static int add(struct opening *o, struct source *source, const char *file,
               const struct class_map *map, struct one_layer **out, struct err *e)
{
    struct mask *mask;
    if (o->set->n == SCHEMA_LAYERS_MAX)
        return err_set(e, ERR_USAGE, "more than %d class layers", SCHEMA_LAYERS_MAX);
    int r = mask_open(source, file, map, o->frame, &mask, e);
    if (r)
        return r;
    *out = insert(o->set, map, "mask", file);
    (*out)->mask = mask;
    return 0;
}

/* The file at one of the map's places; NULL: none. */
static int file_at(const struct opening *o, const struct class_place *place, const char **out,
                   struct err *e)
{
    *out = NULL;
    for (size_t i = 0; i < o->files.n; i++) {
        if (!source_matches(place->pattern, o->files.s[i]))
            continue;
        if (*out)
            return err_set(
                e, ERR_INPUT,
                "%s and %s are both at the place %s; name one with --raster, or use --no-masks",
                *out, o->files.s[i], place->pattern);
        *out = o->files.s[i];
    }
    return 0;
}

/* Tries the places with the target's pixel first, then the others in their order. */
static int find_file(const struct opening *o, const struct class_map *map, const char **out,
                     struct err *e)
{
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < map->places; i++) {
            if (exact && map->place[i].pixel_m != (int32_t)o->frame->target.pixel_m)
                continue;
            int r = file_at(o, &map->place[i], out, e);
            if (r || *out)
                return r;
        }
    return 0;
}

static int add_if_there(struct opening *o, struct class_map *map, bool *taken, struct err *e)
{
    const char *file = NULL;
    struct one_layer *layer = NULL;
    *taken = false;
    if (has_layer(o->set, map->layer))
        return 0;
    int r = find_file(o, map, &file, e);
    if (r || !file)
        return r;
    r = add(o, o->source, file, map, &layer, e);
    if (r)
        return r;
    layer->owned = map;
    *taken = true;
    return 0;
}

/* Opens a mask of the product that the user named by its class map. Without the product there is no
 * such layer. */
static int add_from_places(struct opening *o, const struct class_map *map, struct err *e)
{
    const char *file = NULL;
    struct one_layer *layer = NULL;
    if (!o->source)
        return 0;
    int r = find_file(o, map, &file, e);
    if (r == 0 && !file)
        r = err_set(e, ERR_INPUT, "%s: no file for the layer %s at the places of class map %s",
                    source_path(o->source), map->layer, map->name);
    return r ? r : add(o, o->source, file, map, &layer, e);
}

static int add_named(struct opening *o, const struct layer_request *request, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < request->masks; i++) {
        struct one_layer *layer = NULL;
        const struct named_mask *m = &request->mask[i];
        if (has_layer(o->set, m->map.layer))
            return err_set(e, ERR_USAGE, "%s: the layer %s has two sources",
                           m->file ? m->file : "--raster", m->map.layer);
        r = m->file ? add(o, NULL, m->file, &m->map, &layer, e) : add_from_places(o, &m->map, e);
    }
    return r;
}

/* Replaces the usual map of a layer by the preferred one. */
static int prefer(const char *name, struct class_map *map, struct err *e)
{
    struct class_map preferred;
    int r = name ? classmap_find(name, &preferred, e) : 0;
    if (r || !name || strcmp(preferred.layer, map->layer) != 0)
        return r;
    *map = preferred;
    return classmap_borrow_places(map, e);
}

static int add_found(struct opening *o, const char *preferred, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < classmap_count(); i++) {
        bool taken = false;
        struct class_map *map = mem_alloc(1, sizeof *map);
        r = map ? classmap_find(classmap_name(i), map, e) : err_nomem(e, sizeof *map);
        bool is_wanted = r == 0 && map->by_itself;
        if (is_wanted)
            r = prefer(preferred, map, e);
        if (r == 0 && is_wanted)
            r = add_if_there(o, map, &taken, e);
        if (!taken)
            free(map);
    }
    return r;
}

/* Layers that no other source has. */
static int add_carried(struct layerset *s, const struct carry *from, struct err *e)
{
    const struct carry_layers *l = from ? carry_find(from, s->product) : NULL;
    for (size_t i = 0; l && i < carry_count(l); i++) {
        if (has_layer(s, carry_map(l, i)->layer))
            continue;
        if (s->n == SCHEMA_LAYERS_MAX)
            return err_set(e, ERR_USAGE, "more than %d class layers", SCHEMA_LAYERS_MAX);
        struct one_layer *layer = insert(s, carry_map(l, i), "", "");
        layer->from = l;
        layer->from_layer = i;
        layer->origin = *carry_origin(l, i);
    }
    return 0;
}

int layerset_open(const struct layer_request *request, struct source *source, const char *name,
                  const struct mask_frame *frame, struct layerset **out, struct err *e)
{
    struct layerset *s = mem_zalloc(1, sizeof *s);
    if (!s)
        return err_nomem(e, sizeof *s);
    struct opening o = {.set = s, .source = source, .frame = frame};
    s->conflicts = mem_zalloc(1, sizeof *s->conflicts);
    if (!s->conflicts) {
        free(s);
        return err_nomem(e, sizeof *s->conflicts);
    }
    s->labels = request->labels;
    s->product = name;
    s->target = frame->target;
    if (s->labels)
        insert(s, labels_map(s->labels), labels_tool_name(s->labels), labels_path(s->labels));
    int r = source ? source_list(source, &o.files, e) : 0;
    if (r == 0)
        r = add_named(&o, request, e);
    if (r == 0 && request->find && source)
        r = add_found(&o, request->prefer, e);
    if (r == 0)
        r = add_carried(s, request->from, e);
    strlist_clear(&o.files);
    if (r)
        layerset_close(s);
    else
        *out = s;
    return r;
}

void layerset_close(struct layerset *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++) {
        mask_close(s->layer[i].mask);
        free(s->layer[i].owned);
    }
    free(s->conflicts);
    free(s);
}

/* ---- check ---- */

/* Renders labels to check them; the codes are discarded. */
struct canvas {
    int32_t size;
    uint8_t *px, *scratch;
};

static int check_label(const struct layerset *s, struct cell c, const struct canvas *to,
                       struct err *e)
{
    int64_t image;
    int r = labels_find(s->labels, s->product, c.x, c.y, &image, e);
    if (r || image == LABELS_NONE)
        return r;
    return labels_render(s->labels, (size_t)image, to->size, to->px, to->scratch, e);
}

static int check_labels(const struct layerset *s, const struct cell *cells, size_t n, int32_t size,
                        int (*stopped)(void), struct err *e)
{
    size_t samples = (size_t)size * (size_t)size;
    struct canvas to = {size, mem_alloc(samples, 1), mem_zalloc(samples, 1)};
    int r = to.px && to.scratch ? 0 : err_nomem(e, 2 * samples);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal")
                                 : check_label(s, cells[i], &to, e);
    free(to.px);
    free(to.scratch);
    return r;
}

int layerset_want(const struct layerset *s, size_t i, const struct layer_cell *c, struct err *e)
{
    struct mask *m = s->layer[i].mask;
    return m ? mask_want(m, c->px_x, c->px_y, c->size, e) : 0;
}

int layerset_check(const struct layerset *s, const struct cell *cells, size_t n, int32_t size,
                   struct layerset_workers workers, struct err *e)
{
    struct mask *mask[SCHEMA_LAYERS_MAX];
    struct masks_check check = {mask, 0, size, workers.threads, workers.stopped};
    for (size_t i = 0; i < layerset_count(s); i++)
        if (s->layer[i].mask)
            mask[check.n++] = s->layer[i].mask;
    int r = masks_check(&check, e);
    return r == 0 && n > 0 && s && s->labels ? check_labels(s, cells, n, size, workers.stopped, e)
                                             : r;
}

/* ---- take ---- */

size_t layerset_count(const struct layerset *s) { return s ? s->n : 0; }
const struct class_map *layerset_map(const struct layerset *s, size_t i) { return s->layer[i].map; }

const char *layerset_file(const struct layerset *s, size_t i)
{
    const struct one_layer *l = &s->layer[i];
    return l->mask ? mask_file(l->mask) : l->from ? l->origin.source : "labels";
}

const struct class_origin *layerset_source(const struct layerset *s, size_t i)
{
    return &s->layer[i].origin;
}

static struct rect px_of(const struct layer_cell *c)
{
    return (struct rect){c->px_x, c->px_y, c->size, c->size};
}

/* Finds the labelled image of a subscene. A mask has a part for every subscene. */
static int find_image(const struct layerset *s, size_t i, const struct layer_cell *c,
                      int64_t *image, struct err *e)
{
    const struct one_layer *l = &s->layer[i];
    *image = 0;
    if (l->from && !carry_has(l->from, l->from_layer, &s->target, px_of(c)))
        *image = LABELS_NONE;
    return l->mask || l->from ? 0 : labels_find(s->labels, s->product, c->x, c->y, image, e);
}

int layerset_has(const struct layerset *s, size_t i, const struct layer_cell *c, bool *there,
                 struct err *e)
{
    int64_t image;
    int r = find_image(s, i, c, &image, e);
    *there = r == 0 && image != LABELS_NONE;
    return r;
}

/* The codes of labels or other subscenes, before pixels without data become `missing`. */
static int draw(const struct layerset *s, size_t i, const struct layer_cell *c, int64_t image,
                uint8_t *px, uint8_t *scratch, size_t *conflicts, struct err *e)
{
    const struct one_layer *l = &s->layer[i];
    return l->from
               ? carry_take(l->from, l->from_layer, &s->target, px_of(c), px, scratch, conflicts, e)
               : labels_render(s->labels, (size_t)image, c->size, px, scratch, e);
}

/* The checksum of what the source gives. `px` has the codes of labels, as they are drawn. */
static int sum_given(const struct one_layer *l, const struct layer_cell *c, const uint8_t *px,
                     struct checksum *given, struct err *e)
{
    if (l->mask)
        return mask_sum(l->mask, c->px_x, c->px_y, c->size, given, e);
    *given = CHECKSUM_INIT;
    checksum_add(given, px, (size_t)c->size * (size_t)c->size);
    return 0;
}

int layerset_given(const struct layerset *s, size_t i, const struct layer_cell *c, uint8_t *px,
                   uint8_t *scratch, struct checksum *given, struct err *e)
{
    const struct one_layer *l = &s->layer[i];
    size_t conflicts = 0;
    int64_t image;
    int r = find_image(s, i, c, &image, e);
    if (r == 0 && !l->mask)
        r = draw(s, i, c, image, px, scratch, &conflicts, e);
    return r ? r : sum_given(l, c, px, given, e);
}

int layerset_take(const struct layerset *s, size_t i, const struct layer_cell *c, uint8_t *px,
                  uint8_t *scratch, struct checksum *given, bool *there, struct err *e)
{
    const struct one_layer *l = &s->layer[i];
    size_t n = (size_t)c->size * (size_t)c->size, conflicts = 0;
    int64_t image;
    int r = find_image(s, i, c, &image, e);
    *there = r == 0 && image != LABELS_NONE;
    if (!*there)
        return r;
    r = l->mask ? mask_take(l->mask, c->px_x, c->px_y, c->size, px, e)
                : draw(s, i, c, image, px, scratch, &conflicts, e);
    atomic_fetch_add(s->conflicts, conflicts);
    if (r == 0 && given)
        r = sum_given(l, c, px, given, e);
    for (size_t k = 0; r == 0 && l->map->missing >= 0 && k < n; k++)
        if (!c->valid[k])
            px[k] = (uint8_t)l->map->missing;
    return r;
}

int layerset_columns(const struct layerset *s, struct manifest *m, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < layerset_count(s); i++) {
        const struct class_map *map = layerset_map(s, i);
        r = manifest_add_layer(m, map->layer, map->flag, map->flags, e);
    }
    return r;
}

size_t layerset_conflicts(const struct layerset *s) { return s ? atomic_load(s->conflicts) : 0; }

bool layerset_reaches(const struct layerset *s, size_t i, const struct layer_cell *c)
{
    const struct one_layer *l = &s->layer[i];
    if (l->from)
        return carry_has(l->from, l->from_layer, &s->target, px_of(c));
    return !s->layer[i].mask || mask_reaches(s->layer[i].mask, c->px_x, c->px_y, c->size);
}

size_t layerset_bytes(const struct layerset *s, int32_t size)
{
    size_t sum = 0;
    for (size_t i = 0; s && i < s->n; i++)
        sum += s->layer[i].mask ? mask_bytes(s->layer[i].mask, size) : 0;
    return sum;
}
