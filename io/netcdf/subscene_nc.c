#include "io/netcdf/subscene_nc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/folder/outfile.h"
#include "io/netcdf/ncmake.h"
#include "io/netcdf/raster_nc.h"

struct packed {
    int band_id; /* of a band */
    void *bytes;
    size_t len;
};

struct subscene_writer {
    size_t n; /* samples of a band */
    size_t bound; /* largest size of a packed band, bytes */
    struct deflater *deflater; /* NULL: --deflate 0 */
    uint8_t *planes;
    double *x_m, *y_m;
    struct ncspec *spec;
    struct ncimage image;
    int added, layers;
    struct packed band[BAND_COUNT], layer[SCHEMA_LAYERS_MAX];
};

static size_t layer_bound(const struct subscene_writer *w)
{
    return w->deflater ? deflater_bound(w->deflater, w->n) : w->n;
}

static int allocate(struct subscene_writer *w, const struct params *p, int layers, struct err *e)
{
    int bands = band_set_count(p->bands);
    if (p->deflate > 0) {
        int r = deflater_create(p->deflate, &w->deflater, e);
        if (r)
            return r;
        w->planes = mem_alloc(w->n, sizeof(float));
    }
    w->bound =
        w->deflater ? deflater_bound(w->deflater, w->n * sizeof(float)) : w->n * sizeof(float);
    w->x_m = mem_alloc((size_t)p->size, sizeof *w->x_m);
    w->y_m = mem_alloc((size_t)p->size, sizeof *w->y_m);
    w->spec = mem_alloc(1, sizeof *w->spec);
    bool ok = w->x_m && w->y_m && w->spec && (w->planes || !w->deflater);
    for (int i = 0; ok && i < bands; i++)
        ok = (w->band[i].bytes = mem_alloc(w->bound, 1)) != NULL;
    for (int i = 0; ok && i < layers; i++)
        ok = (w->layer[i].bytes = mem_alloc(layer_bound(w), 1)) != NULL;
    return ok ? 0 : err_nomem(e, subscene_writer_bytes(p, layers));
}

int subscene_writer_create(const struct params *params, int layers, struct subscene_writer **out,
                           struct err *e)
{
    struct subscene_writer *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->n = (size_t)params->size * (size_t)params->size;
    int r = allocate(w, params, layers, e);
    if (r) {
        subscene_writer_destroy(w);
        return r;
    }
    *out = w;
    return 0;
}

void subscene_writer_destroy(struct subscene_writer *w)
{
    if (!w)
        return;
    for (int i = 0; i < BAND_COUNT; i++)
        free(w->band[i].bytes);
    for (int i = 0; i < SCHEMA_LAYERS_MAX; i++)
        free(w->layer[i].bytes);
    deflater_destroy(w->deflater);
    free(w->planes);
    free(w->x_m);
    free(w->y_m);
    free(w->spec);
    ncimage_clear(&w->image);
    free(w);
}

size_t subscene_writer_bytes(const struct params *params, int layers)
{
    size_t samples = (size_t)params->size * (size_t)params->size;
    /* planes, packed bands, file, compressor, and the library's memory for a file */
    size_t packed = (samples * sizeof(float) + 4096) * (size_t)band_set_count(params->bands) +
                    (samples + 4096) * (size_t)layers;
    return samples * sizeof(float) + 2 * packed + (3U << 20);
}

/* Makes the shuffled stored values of n samples, in pieces that fit the first-level cache. */
static void store_shuffled(const uint16_t *dn, size_t n, uint8_t *planes)
{
    enum { PIECE = 2048 };
    float values[PIECE];
    for (size_t i = 0; i < n; i += PIECE) {
        size_t some = n - i < PIECE ? n - i : PIECE;
        schema_store(dn + i, values, some);
        shuffle4(values, some, planes + i, n);
    }
}

static void pack_bytes(struct subscene_writer *w, const uint8_t *px, struct packed *to)
{
    to->len = w->n;
    if (w->deflater) /* bytes need no shuffling */
        to->len = deflater_run(w->deflater, px, w->n, to->bytes, layer_bound(w));
    else if (px != to->bytes)
        memcpy(to->bytes, px, w->n);
}

static void add_colour(struct subscene_writer *w, struct packed *to, const uint16_t *dn)
{
    uint8_t *px = w->deflater ? w->planes : to->bytes;
    for (size_t i = 0; i < w->n; i++)
        px[i] = (uint8_t)dn[i];
    pack_bytes(w, px, to);
}

void subscene_writer_add(struct subscene_writer *w, int band_id, const uint16_t *dn)
{
    struct packed *b = &w->band[w->added++];
    b->band_id = band_id;
    if (band_is_byte(band_id)) {
        add_colour(w, b, dn);
        return;
    }
    if (!w->deflater) {
        b->len = w->n * sizeof(float);
        schema_store(dn, b->bytes, w->n);
        return;
    }
    store_shuffled(dn, w->n, w->planes);
    b->len = deflater_run_planes(w->deflater, w->planes, w->n, sizeof(float), b->bytes, w->bound);
}

void subscene_writer_layer(struct subscene_writer *w, const uint8_t *px)
{
    pack_bytes(w, px, &w->layer[w->layers++]);
}

void subscene_writer_reset(struct subscene_writer *w) { w->added = w->layers = 0; }

int subscene_writer_make(struct subscene_writer *w, const struct subscene_meta *m, struct err *e)
{
    struct schema_vars vars;
    schema_describe(m, w->spec, &vars, w->x_m, w->y_m);
    for (int i = 0; i < w->added; i++)
        ncspec_chunk(w->spec, vars.band[w->band[i].band_id], w->band[i].bytes, w->band[i].len);
    for (int i = 0; i < w->layers; i++)
        ncspec_chunk(w->spec, vars.layer[i], w->layer[i].bytes, w->layer[i].len);
    subscene_writer_reset(w);
    return ncmake_image(w->spec, &w->image, e);
}

void subscene_writer_sum(const struct subscene_writer *w, struct filesum *out)
{
    filesum_of(w->image.data, w->image.len, w->image.head, out);
}

int subscene_writer_store(struct subscene_writer *w, const char *path, struct err *e)
{
    return outfile_write(path, w->image.data, w->image.len, e);
}

/* Colours are bytes in the file. */
static int read_colour(struct h5file *f, const char *band, int32_t size, uint16_t *dn,
                       uint8_t *scratch, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    const struct h5raster_rows wanted = {band, H5RASTER_BYTE, {0, 0, size, size}, true, scratch, n};
    int r = raster_nc_copy(f, &wanted, scratch + n, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        dn[i] = scratch[i];
    return r;
}

int subscene_nc_read_band(struct h5file *f, const char *band, int32_t size, uint16_t *dn,
                          void *scratch, struct err *e)
{
    size_t n = (size_t)size * (size_t)size, bytes = n * sizeof(float);
    int b = band_find(band);
    if (b >= 0 && band_is_byte(b))
        return read_colour(f, band, size, dn, scratch, e);
    struct raster_nc rows;
    const struct h5raster_rows wanted = {band, H5RASTER_FLOAT, {0, 0, size, size},
                                         true, scratch,        bytes};
    int r = raster_nc_read(f, &wanted, (char *)scratch + bytes, &rows, e);
    if (r)
        return r;
    bool is_dn = schema_load(rows.values, dn, n);
    raster_nc_clear(&rows);
    return is_dn ? 0 : err_set(e, ERR_INPUT, "%s: a value is not k / 65535", band);
}

/* Reads a file attribute of two integers. */
static bool read_pair(struct ncfile *f, const char *name, int32_t v[2])
{
    bool found = false;
    for (int i = 0; !found && i < ncfile_att_count(f, -1); i++) {
        struct ncfile_att a;
        if (ncfile_att_at(f, -1, i, &a, NULL) != 0)
            continue;
        found = strcmp(a.name, name) == 0 && a.kind == NC_KIND_INT && a.n == 2;
        if (found)
            memcpy(v, a.values, 2 * sizeof *v);
        free(a.values);
    }
    return found;
}

bool subscene_nc_read_place(struct ncfile *f, struct subscene_place *out)
{
    char transform[256], epsg[64];
    double g[6];
    int32_t px[2], code;
    if (!read_pair(f, SCHEMA_ATT_PIXEL, px) ||
        !ncfile_text(f, "crs", "GeoTransform", transform, sizeof transform) ||
        !ncfile_text(f, "crs", "epsg_code", epsg, sizeof epsg) ||
        sscanf(epsg, "EPSG:%" SCNd32, &code) != 1 ||
        sscanf(transform, "%lf %lf %lf %lf %lf %lf", &g[0], &g[1], &g[2], &g[3], &g[4], &g[5]) !=
            6 ||
        g[1] <= 0)
        return false;
    *out = (struct subscene_place){.grid = {.epsg = code,
                                            .ulx_m = g[0] - px[0] * g[1],
                                            .uly_m = g[3] + px[1] * g[1],
                                            .pixel_m = g[1]},
                                   .px_x = px[0],
                                   .px_y = px[1]};
    return true;
}

bool subscene_nc_side(struct ncfile *f, int32_t *out)
{
    enum { SIDE_MAX = 32768 };
    struct ncfile_var v;
    if (ncfile_var_at(f, 0, &v, NULL) || v.n_dims != 2 || v.dim_len[0] != v.dim_len[1] ||
        v.dim_len[0] < 1 || v.dim_len[0] > SIDE_MAX)
        return false;
    *out = (int32_t)v.dim_len[0];
    return true;
}

static void read_facts(struct h5file *f, struct subscene_facts *out)
{
    if (!h5file_text(f, NULL, SCHEMA_ATT_PRODUCT, out->product, sizeof out->product))
        out->product[0] = '\0';
    if (!h5file_text(f, NULL, SCHEMA_ATT_PARAMETERS, out->parameters, sizeof out->parameters))
        out->parameters[0] = '\0';
    if (!h5file_text(f, NULL, SCHEMA_ATT_DIGEST, out->digest, sizeof out->digest))
        out->digest[0] = '\0';
    out->has_cell = h5file_int(f, "subscene_x", &out->x) && h5file_int(f, "subscene_y", &out->y);
}

int subscene_nc_look(struct h5file *f, band_set bands, struct subscene_facts *out, struct err *e)
{
    struct h5raster how;
    int r = 0;
    *out = (struct subscene_facts){0};
    read_facts(f, out);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        r = h5raster_describe(f, band_table[b].name,
                              band_is_byte(b) ? H5RASTER_BYTE : H5RASTER_FLOAT, &how, e);
        if (r == 0 && (how.width != how.height || (out->size > 0 && how.height != out->size)))
            r = err_set(e, ERR_INPUT, "%s: is %d x %d px, not a square like the bands before it",
                        band_table[b].name, how.width, how.height);
        if (r == 0)
            out->size = how.height;
    }
    return r;
}

int subscene_nc_inspect(const char *path, band_set bands, struct subscene_facts *out, struct err *e)
{
    struct h5file *f;
    *out = (struct subscene_facts){0};
    int r = h5file_open(path, &f, e);
    if (r)
        return r;
    r = subscene_nc_look(f, bands, out, e);
    h5file_close(f);
    return r ? err_wrap(e, "%s", path) : 0;
}
