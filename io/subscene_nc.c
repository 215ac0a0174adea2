#include "io/subscene_nc.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/ncmake.h"
#include "io/outfile.h"

struct packed_band {
    int band_id;
    void *bytes;
    size_t len;
};

struct subscene_writer {
    size_t n; /* samples of a band */
    size_t bound; /* bytes a packed band can have */
    struct deflater *deflater; /* NULL: --deflate 0 */
    uint8_t *planes;
    double *x_m, *y_m;
    struct ncspec *spec;
    struct ncimage image;
    int added;
    struct packed_band band[BAND_COUNT];
};

static int allocate(struct subscene_writer *w, const struct params *p, struct err *e)
{
    int bands = band_set_count(p->bands);
    if (p->deflate > 0) {
        int r = deflater_create(p->deflate, &w->deflater, e);
        if (r)
            return r;
        w->planes = mem_alloc(w->n, sizeof(float));
    }
    w->bound = w->deflater ? deflater_bound(w->deflater, w->n * sizeof(float)) : w->n * sizeof(float);
    w->x_m = mem_alloc((size_t)p->size, sizeof *w->x_m);
    w->y_m = mem_alloc((size_t)p->size, sizeof *w->y_m);
    w->spec = mem_alloc(1, sizeof *w->spec);
    bool ok = w->x_m && w->y_m && w->spec && (w->planes || !w->deflater);
    for (int i = 0; ok && i < bands; i++)
        ok = (w->band[i].bytes = mem_alloc(w->bound, 1)) != NULL;
    return ok ? 0 : err_nomem(e, subscene_writer_bytes(p));
}

int subscene_writer_create(const struct params *params, struct subscene_writer **out, struct err *e)
{
    struct subscene_writer *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->n = (size_t)params->size * (size_t)params->size;
    int r = allocate(w, params, e);
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
    deflater_destroy(w->deflater);
    free(w->planes);
    free(w->x_m);
    free(w->y_m);
    free(w->spec);
    ncimage_clear(&w->image);
    free(w);
}

size_t subscene_writer_bytes(const struct params *params)
{
    size_t samples = (size_t)params->size * (size_t)params->size;
    /* planes, the packed bands, the file; the compressor, and what the library keeps of a file */
    size_t packed = (samples * sizeof(float) + 4096) * (size_t)band_set_count(params->bands);
    return samples * sizeof(float) + 2 * packed + (3U << 20);
}

/* The stored values of n samples, shuffled, in pieces that stay in the first cache. */
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

void subscene_writer_add(struct subscene_writer *w, int band_id, const uint16_t *dn)
{
    struct packed_band *b = &w->band[w->added++];
    b->band_id = band_id;
    if (!w->deflater) {
        b->len = w->n * sizeof(float);
        schema_store(dn, b->bytes, w->n);
        return;
    }
    store_shuffled(dn, w->n, w->planes);
    b->len = deflater_run_planes(w->deflater, w->planes, w->n, sizeof(float), b->bytes, w->bound);
}

void subscene_writer_reset(struct subscene_writer *w) { w->added = 0; }

int subscene_writer_make(struct subscene_writer *w, const struct subscene_meta *m, struct err *e)
{
    int band_var[BAND_COUNT];
    schema_describe(m, w->spec, band_var, w->x_m, w->y_m);
    for (int i = 0; i < w->added; i++)
        ncspec_chunk(w->spec, band_var[w->band[i].band_id], w->band[i].bytes, w->band[i].len);
    subscene_writer_reset(w);
    return ncmake_image(w->spec, &w->image, e);
}

int subscene_writer_store(struct subscene_writer *w, const char *path, struct err *e)
{
    return outfile_write(path, w->image.data, w->image.len, e);
}

static int unpack(const struct ncfile_chunk *c, size_t n, float *values, void *planes, struct err *e)
{
    size_t len = n * sizeof *values;
    void *first = c->shuffled ? planes : (void *)values;
    if (c->deflated) {
        int r = inflate_run(c->bytes, c->len, first, len, e);
        if (r)
            return r;
    } else if (c->len == len) {
        memcpy(first, c->bytes, len);
    } else {
        return err_set(e, ERR_INPUT, "%zu bytes are stored where %zu belong", c->len, len);
    }
    if (c->shuffled)
        unshuffle4(planes, values, n);
    return 0;
}

int subscene_read_band(struct ncfile *f, const char *band, int32_t size, uint16_t *dn, void *scratch, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    float *values = scratch;
    struct ncfile_chunk chunk;
    int r = ncfile_chunk(f, band, 0, true, &chunk, e);
    if (r)
        return r;
    r = chunk.rows == size ? unpack(&chunk, n, values, values + n, e)
                           : err_set(e, ERR_INPUT, "is stored in chunks of %d rows, not %d", chunk.rows, size);
    free(chunk.bytes);
    if (r)
        return err_wrap(e, "%s", band);
    if (!schema_load(values, dn, n))
        return err_set(e, ERR_INPUT, "%s: a value is not k / 65535", band);
    return 0;
}

static void read_facts(struct ncfile *f, struct subscene_facts *out)
{
    struct ncfile_var v;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, out->product, sizeof out->product))
        out->product[0] = '\0';
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PARAMETERS, out->parameters, sizeof out->parameters))
        out->parameters[0] = '\0';
    if (!ncfile_text(f, NULL, SCHEMA_ATT_DIGEST, out->digest, sizeof out->digest))
        out->digest[0] = '\0';
    if (ncfile_var_at(f, 0, &v, NULL) == 0 && v.n_dims == 2 && v.dim_len[0] <= 32768)
        out->size = (int32_t)v.dim_len[0];
    for (int i = ncfile_var_count(f) - 1; i > 0 && !out->has_layers; i--)
        out->has_layers =
            ncfile_var_at(f, i, &v, NULL) == 0 && v.known_kind && v.kind == NC_KIND_UBYTE && v.n_dims == 2;
}

int subscene_inspect(const char *path, band_set bands, struct subscene_facts *out, struct err *e)
{
    struct ncfile *f;
    *out = (struct subscene_facts){0};
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    for (int b = 0; r == 0 && b < BAND_COUNT; b++) {
        struct ncfile_chunk chunk;
        if (band_in(bands, b))
            r = ncfile_chunk(f, band_table[b].name, 0, false, &chunk, e);
    }
    read_facts(f, out);
    ncfile_close(f);
    return r ? err_wrap(e, "%s", path) : 0;
}
