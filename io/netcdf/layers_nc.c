#include "io/netcdf/layers_nc.h"

#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"
#include "io/netcdf/raster_nc.h"
#include "io/netcdf/schema.h"

enum { VARS_MAX = NCSPEC_VARS };

/* A file that is being copied, with its layers. */
struct copy {
    struct ncfile *f;
    const struct layer *layer;
    size_t layers, placed; /* number of layers; layers already in the spec */
    int32_t size;
    int dim[2];
    struct ncspec *spec;
    struct deflater *deflater;
    void *packed[SCHEMA_LAYERS_MAX]; /* chunks of the layers */
    size_t packed_len[SCHEMA_LAYERS_MAX];
    void *bytes[VARS_MAX]; /* values that the spec borrows */
    int n_bytes;
};

bool layers_has(struct ncfile *f, const char *name)
{
    struct ncfile_var v;
    for (int i = 0; i < ncfile_var_count(f); i++)
        if (ncfile_var_at(f, i, &v, NULL) == 0 && strcmp(v.name, name) == 0)
            return true;
    return false;
}

int layers_read(struct h5file *f, const char *name, int32_t size, uint8_t *px, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    void *planes = mem_alloc(n, 1);
    if (!planes)
        return err_nomem(e, n);
    const struct h5raster_rows wanted = {name, H5RASTER_BYTE, {0, 0, size, size}, true, px, n};
    int r = raster_nc_copy(f, &wanted, planes, e);
    free(planes);
    return r;
}

/* ---- descriptions of layers ---- */

static int read_values(struct h5file *f, const char *name, struct class_layer *layer, struct err *e)
{
    uint8_t value[CLASS_FLAGS_MAX];
    layer->flags = CLASS_FLAGS_MAX;
    if (!h5file_bytes(f, name, "flag_values", value, &layer->flags))
        return err_set(e, ERR_INPUT, "its flag_values are not up to %d unsigned bytes",
                       CLASS_FLAGS_MAX);
    for (size_t i = 0; i < layer->flags; i++)
        layer->flag[i].value = value[i];
    return 0;
}

/* Reads one word for each value. */
static int take_meanings(const char *text, struct class_layer *layer, struct err *e)
{
    size_t words = 0;
    for (const char *s = text + strspn(text, " "); *s; s += strspn(s, " "), words++) {
        size_t n = strcspn(s, " ");
        if (words < layer->flags && n < CLASS_NAME_SIZE) {
            memcpy(layer->flag[words].meaning, s, n);
            layer->flag[words].meaning[n] = '\0';
        } else if (words < layer->flags) {
            return err_set(e, ERR_INPUT, "the word %.*s of its flag_meanings is too long",
                           CLASS_NAME_SIZE, s);
        }
        s += n;
    }
    if (words != layer->flags)
        return err_set(e, ERR_INPUT, "it has %zu flag_values and %zu flag_meanings", layer->flags,
                       words);
    return 0;
}

int layers_describe_one(struct h5file *f, const char *name, struct class_layer *out, struct err *e)
{
    char meanings[CLASS_MEANINGS_SIZE] = "";
    *out = (struct class_layer){.flags = 0};
    if (strlen(name) >= sizeof out->name)
        return err_set(e, ERR_INPUT, "%s: the name is too long for a class layer", name);
    memcpy(out->name, name, strlen(name) + 1);
    int r = read_values(f, name, out, e);
    if (r == 0 && out->flags > 0 &&
        !h5file_text(f, name, "flag_meanings", meanings, sizeof meanings))
        r = err_set(e, ERR_INPUT, "it has flag_values and no flag_meanings");
    if (r == 0)
        r = take_meanings(meanings, out, e);
    return r ? err_wrap(e, "%s", name) : 0;
}

static void read_text(struct h5file *f, const char *layer, const char *name, char *buf, size_t size)
{
    if (!h5file_text(f, layer, name, buf, size))
        buf[0] = '\0';
}

void layers_origin(struct h5file *f, const char *layer, struct class_origin *out)
{
    read_text(f, layer, SCHEMA_ATT_SOURCE, out->source, sizeof out->source);
    read_text(f, layer, SCHEMA_ATT_SOURCE_DIGEST, out->digest, sizeof out->digest);
    read_text(f, layer, SCHEMA_ATT_MAP, out->map, sizeof out->map);
    read_text(f, layer, SCHEMA_ATT_MAP_DIGEST, out->map_digest, sizeof out->map_digest);
}

void layers_map(struct h5file *f, const struct class_layer *layer, struct class_map *out)
{
    *out = (struct class_map){.missing = -1, .flags = layer->flags};
    memcpy(out->layer, layer->name, sizeof out->layer);
    memcpy(out->flag, layer->flag, sizeof out->flag);
    read_text(f, layer->name, "long_name", out->title, sizeof out->title);
    read_text(f, layer->name, SCHEMA_ATT_MAP, out->name, sizeof out->name);
    class_map_default_colours(out);
}

int layers_names(struct h5file *f, struct strlist *out, struct err *e)
{
    struct strlist all;
    int r = h5file_names(f, &all, e);
    *out = (struct strlist){0};
    for (size_t i = 0; r == 0 && i < all.n; i++) {
        const char *name = all.s[i];
        if (!schema_is_coordinate(name) && band_find(name) < 0 && h5file_is_byte_raster(f, name))
            r = strlist_add(out, name, strlen(name), e);
    }
    strlist_clear(&all);
    if (r)
        strlist_clear(out);
    return r;
}

int layers_describe(struct h5file *f, const struct strlist *names, struct class_layers *out,
                    struct err *e)
{
    int r = 0;
    *out = (struct class_layers){0};
    if (names->n == 0)
        return 0;
    out->s = mem_alloc(names->n, sizeof *out->s);
    if (!out->s)
        return err_nomem(e, names->n * sizeof *out->s);
    for (size_t i = 0; r == 0 && i < names->n; i++)
        r = layers_describe_one(f, names->s[i], &out->s[i], e);
    out->n = names->n;
    if (r) {
        free(out->s);
        *out = (struct class_layers){0};
    }
    return r;
}

int layers_list(struct h5file *f, struct class_layers *out, struct err *e)
{
    struct strlist names;
    *out = (struct class_layers){0};
    int r = layers_names(f, &names, e);
    if (r)
        return r;
    r = layers_describe(f, &names, out, e);
    strlist_clear(&names);
    return r;
}

int layers_check(const struct class_layer *layer, const uint8_t *px, int32_t size, struct err *e)
{
    bool allowed[256];
    size_t n = (size_t)size * (size_t)size;
    memset(allowed, layer->flags == 0, sizeof allowed);
    for (size_t k = 0; k < layer->flags; k++)
        allowed[layer->flag[k].value] = true;
    for (size_t i = 0; i < n; i++)
        if (!allowed[px[i]])
            return err_set(e, ERR_INPUT,
                           "%s: the code %d at column %d, row %d is not among its flag_values",
                           layer->name, px[i], (int)(i % (size_t)size), (int)(i / (size_t)size));
    return 0;
}

static int pack(struct copy *c, int level, struct err *e)
{
    size_t n = (size_t)c->size * (size_t)c->size;
    int r = level > 0 ? deflater_create(level, &c->deflater, e) : 0;
    if (r)
        return r;
    size_t bound = c->deflater ? deflater_bound(c->deflater, n) : n;
    for (size_t i = 0; i < c->layers; i++) {
        c->packed[i] = mem_alloc(bound, 1);
        if (!c->packed[i])
            return err_nomem(e, bound);
        c->packed_len[i] = n;
        if (c->deflater)
            c->packed_len[i] = deflater_run(c->deflater, c->layer[i].px, n, c->packed[i], bound);
        else
            memcpy(c->packed[i], c->layer[i].px, n);
    }
    return 0;
}

static void place_next(struct copy *c)
{
    size_t i = c->placed++;
    const struct schema_layer layer = {c->layer[i].map, c->layer[i].origin};
    int var = schema_add_layer(&layer, c->spec, c->dim, c->f && layers_has(c->f, "crs"));
    ncspec_chunk(c->spec, var, c->packed[i], c->packed_len[i]);
}

/* True if the next layer comes before a variable or replaces it. Bands come first; variables that
 * are not rasters come last. */
static bool is_before(const struct copy *c, const struct ncfile_var *v)
{
    return c->placed < c->layers &&
           (v->n_dims < 2 || (v->kind == NC_KIND_UBYTE && band_find(v->name) < 0 &&
                              schema_layer_order(c->layer[c->placed].map->layer, v->name) <= 0));
}

static bool is_replaced(const struct copy *c, const struct ncfile_var *v)
{
    for (size_t i = 0; v->n_dims == 2 && i < c->layers; i++)
        if (strcmp(v->name, c->layer[i].map->layer) == 0)
            return true;
    return false;
}

static int by_crs_rank(const void *a, const void *b)
{
    const struct ncfile_att *s = a, *t = b;
    return schema_crs_rank(s->name) - schema_crs_rank(t->name);
}

/* Copies attributes in the file's order. Attributes of crs take the schema's order, so a copy has
 * the bytes of a newly made file. */
static int copy_atts(struct copy *c, int from, int to, struct err *e)
{
    int n = ncfile_att_count(c->f, from), r = 0;
    struct ncfile_att *att = mem_zalloc((size_t)n, sizeof *att);
    if (!att)
        return err_nomem(e, (size_t)n * sizeof *att);
    for (int i = 0; r == 0 && i < n; i++)
        r = ncfile_att_at(c->f, from, i, &att[i], e);
    if (r == 0 && to >= 0 && strcmp(c->spec->var[to].name, "crs") == 0)
        qsort(att, (size_t)n, sizeof *att, by_crs_rank);
    for (int i = 0; r == 0 && i < n; i++)
        ncspec_values(c->spec, to, att[i].name, att[i].kind, att[i].values, att[i].n);
    for (int i = 0; i < n; i++)
        free(att[i].values);
    free(att);
    return r;
}

/* The bytes of a raster as this spec stores it: one chunk, shuffled and deflated, or plain. */
struct stored {
    void *bytes; /* free() it */
    size_t len;
};

/* Takes the stored bytes of a file of this program; otherwise out->bytes stays NULL. */
static int take_stored(struct copy *c, int i, const struct h5raster_rows *wanted,
                       struct stored *out, struct err *e)
{
    struct h5raster_chunk p;
    bool packed = c->spec->deflate > 0;
    int r = h5raster_read(ncfile_h5(c->f), wanted, &p, e);
    if (r)
        return r;
    if (p.bytes && p.how.chunk_rows == c->size && p.how.deflated == packed &&
        p.how.shuffled == packed && !p.how.summed &&
        ncfile_deflate_level(c->f, i) == c->spec->deflate)
        *out = (struct stored){p.bytes, p.len};
    else
        free(p.bytes);
    return 0;
}

/* Unpacks and packs again the samples of a file that another tool wrote. */
static int store_again(struct copy *c, const struct h5raster_rows *wanted, void *planes,
                       struct stored *out, struct err *e)
{
    size_t n = (size_t)c->size * (size_t)c->size, bytes = n * wanted->value;
    size_t bound = c->deflater ? deflater_bound(c->deflater, bytes) : bytes;
    int r = raster_nc_copy(ncfile_h5(c->f), wanted, planes, e);
    if (r)
        return r;
    out->bytes = mem_alloc(bound, 1);
    if (!out->bytes)
        return err_nomem(e, bound);
    out->len = bytes;
    if (!c->deflater) {
        memcpy(out->bytes, wanted->values, bytes);
    } else if (wanted->value == H5RASTER_FLOAT) {
        shuffle4(wanted->values, n, planes, n);
        out->len = deflater_run_planes(c->deflater, planes, n, H5RASTER_FLOAT, out->bytes, bound);
    } else {
        out->len = deflater_run(c->deflater, wanted->values, bytes, out->bytes, bound);
    }
    return 0;
}

static int get_stored(struct copy *c, int i, const struct ncfile_var *v, struct stored *out,
                      struct err *e)
{
    enum h5raster_value value = v->kind == NC_KIND_UBYTE ? H5RASTER_BYTE : H5RASTER_FLOAT;
    size_t bytes = (size_t)c->size * (size_t)c->size * value;
    char *room = mem_alloc(2, bytes);
    if (!room)
        return err_nomem(e, 2 * bytes);
    const struct h5raster_rows wanted = {v->name, value, {0, 0, c->size, c->size},
                                         true,    room,  bytes};
    int r = take_stored(c, i, &wanted, out, e);
    if (r == 0 && !out->bytes)
        r = store_again(c, &wanted, room + bytes, out, e);
    free(room);
    return r;
}

static int copy_raster(struct copy *c, int i, const struct ncfile_var *v, struct err *e)
{
    struct stored stored = {NULL, 0};
    if (v->dim_len[0] != (size_t)c->size || v->dim_len[1] != (size_t)c->size)
        return err_set(e, ERR_INPUT, "is not %d × %d", c->size, c->size);
    if (v->kind != NC_KIND_UBYTE && v->kind != NC_KIND_FLOAT)
        return err_set(e, ERR_INPUT, "is neither a band nor a class layer");
    int r = get_stored(c, i, v, &stored, e);
    c->bytes[c->n_bytes++] = stored.bytes;
    if (r)
        return r;
    int var = ncspec_raster(c->spec, v->name, v->kind, c->dim[0], c->dim[1]);
    ncspec_chunk(c->spec, var, stored.bytes, stored.len);
    return copy_atts(c, i, var, e);
}

static int copy_small(struct copy *c, int i, const struct ncfile_var *v, struct err *e)
{
    void *values;
    int r = ncfile_read_values(c->f, i, &values, e);
    if (r)
        return r;
    c->bytes[c->n_bytes++] = values;
    bool is_slow = v->n_dims == 1 && strcmp(v->dim_name[0], c->spec->dim[c->dim[0]].name) == 0;
    int var = v->n_dims == 0
                  ? ncspec_scalar(c->spec, v->name, v->kind, values)
                  : ncspec_vector(c->spec, v->name, v->kind, c->dim[is_slow ? 0 : 1], values);
    return copy_atts(c, i, var, e);
}

static int copy_var(struct copy *c, int i, struct err *e)
{
    struct ncfile_var v;
    int r = ncfile_var_at(c->f, i, &v, e);
    if (r)
        return r;
    if (!v.known_kind || v.n_dims > 2)
        return err_set(e, ERR_INPUT, "variable %s is not like those of subscenes", v.name);
    bool replaced = is_replaced(c, &v);
    if (replaced && v.kind != NC_KIND_UBYTE)
        return err_set(e, ERR_INPUT, "%s exists but is not a class layer", v.name);
    while (is_before(c, &v))
        place_next(c);
    if (replaced)
        return 0;
    r = v.n_dims == 2 ? copy_raster(c, i, &v, e) : copy_small(c, i, &v, e);
    return r ? err_wrap(e, "%s", v.name) : 0;
}

static int begin_spec(struct copy *c, int deflate, struct err *e)
{
    c->spec = mem_alloc(1, sizeof *c->spec);
    if (!c->spec)
        return err_nomem(e, sizeof *c->spec);
    ncspec_init(c->spec, deflate);
    return pack(c, deflate, e);
}

static int make_spec(struct copy *c, struct err *e)
{
    struct ncfile_var v;
    int n = ncfile_var_count(c->f), r = ncfile_var_at(c->f, 0, &v, e);
    if (r)
        return r;
    if (v.n_dims != 2 || n >= VARS_MAX)
        return err_set(e, ERR_INPUT, "is not a subscene: its first variable is not a band");
    r = begin_spec(c, ncfile_deflate_level(c->f, 0), e);
    if (r)
        return r;
    c->dim[0] = ncspec_dim(c->spec, v.dim_name[0], v.dim_len[0]);
    c->dim[1] = ncspec_dim(c->spec, v.dim_name[1], v.dim_len[1]);
    for (int i = 0; r == 0 && i < n; i++)
        r = copy_var(c, i, e);
    if (r)
        return r;
    while (c->placed < c->layers)
        place_next(c);
    return copy_atts(c, NCSPEC_GLOBAL, NCSPEC_GLOBAL, e);
}

static void clear(struct copy *c)
{
    for (int i = 0; i < c->n_bytes; i++)
        free(c->bytes[i]);
    deflater_destroy(c->deflater);
    for (size_t i = 0; i < c->layers; i++)
        free(c->packed[i]);
    free(c->spec);
}

int layers_put(const char *path, const struct layer *layer, size_t n, int32_t size,
               struct filesum *sum, struct err *e)
{
    struct copy c = {.layer = layer, .layers = n, .size = size};
    struct ncimage image = {0};
    int r = ncfile_open(path, &c.f, e);
    if (r)
        return r;
    r = make_spec(&c, e);
    if (r == 0)
        r = ncmake_image(c.spec, &image, e);
    ncfile_close(c.f);
    if (r == 0 && sum)
        filesum_of(image.data, image.len, image.head, sum);
    r = r ? err_wrap(e, "%s", path) : outfile_write(path, image.data, image.len, e);
    ncimage_clear(&image);
    clear(&c);
    return r;
}

int layers_save(const char *path, const struct layer *layer, size_t n, int32_t size, struct err *e)
{
    struct copy c = {.layer = layer, .layers = n, .size = size};
    struct ncimage image = {0};
    int r = begin_spec(&c, 1, e);
    if (r == 0) {
        c.dim[0] = ncspec_dim(c.spec, "y", (size_t)size);
        c.dim[1] = ncspec_dim(c.spec, "x", (size_t)size);
        while (c.placed < n)
            place_next(&c);
        r = ncmake_image(c.spec, &image, e);
    }
    r = r ? err_wrap(e, "%s", path) : outfile_write(path, image.data, image.len, e);
    ncimage_clear(&image);
    clear(&c);
    return r;
}
