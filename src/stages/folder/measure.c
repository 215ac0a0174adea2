#include "stages/folder/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/statistics.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"

struct measure_work {
    int32_t size;
    uint8_t *mask; /* pixels at which all bands so far have data; afterwards the codes of a class
                      layer */
    struct checksum hash;
    uint16_t *dn; /* made when a file is first read, */
    void *scratch; /* as this */
};

/* Of one sample, in the buffers above. */
enum { DN_BYTES = 2, MASK_BYTES = 1, SCRATCH_BYTES = 8 };

static size_t samples(int32_t size) { return (size_t)size * (size_t)size; }

int measure_work_create(int32_t size, struct measure_work **out, struct err *e)
{
    struct measure_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->size = size;
    w->mask = mem_alloc(samples(size), MASK_BYTES);
    if (!w->mask) {
        measure_work_destroy(w);
        return err_nomem(e, measure_work_bytes(size));
    }
    *out = w;
    return 0;
}

void measure_work_destroy(struct measure_work *w)
{
    if (!w)
        return;
    free(w->dn);
    free(w->mask);
    free(w->scratch);
    free(w);
}

size_t measure_work_bytes(int32_t size) { return samples(size) * MASK_BYTES; }

int32_t measure_size(const struct measure_work *w) { return w->size; }

int measure_reserve(struct measure_work **w, struct ncfile *f, struct err *e)
{
    struct ncfile_var v;
    int r = ncfile_var_at(f, 0, &v, e);
    if (r)
        return r;
    if (v.n_dims != 2 || v.dim_len[0] != v.dim_len[1] || v.dim_len[0] < 1 || v.dim_len[0] > 32768)
        return err_set(e, ERR_INPUT, "is not a subscene: its first variable is not square");
    if (*w && (size_t)(*w)->size == v.dim_len[0])
        return 0;
    measure_work_destroy(*w);
    *w = NULL;
    return measure_work_create((int32_t)v.dim_len[0], w, e);
}

static double rounded(double value, double scale) { return nearbyint(value * scale) / scale; }

static struct manifest_band summarise(const struct band_stats *s)
{
    if (s->count == 0)
        return (struct manifest_band){0};
    return (struct manifest_band){s->count, s->min, s->max,
                                  rounded((double)s->sum / (double)s->count, 1e3)};
}

void measure_begin(struct measure_work *w)
{
    memset(w->mask, 1, samples(w->size));
    w->hash = CHECKSUM_INIT;
}

/* As many bytes as the band's numbers have. */
static void add_to_hash(struct checksum *hash, int band_id, const uint16_t *dn, size_t n)
{
    enum { PIECE = 4096 };
    uint8_t piece[PIECE];
    if (!band_is_byte(band_id)) {
        checksum_add(hash, dn, n * DN_BYTES);
        return;
    }
    for (size_t at = 0, some; at < n; at += some) {
        some = n - at < PIECE ? n - at : PIECE;
        for (size_t i = 0; i < some; i++)
            piece[i] = (uint8_t)dn[at + i];
        checksum_add(hash, piece, some);
    }
}

void measure_band(struct measure_work *w, int band_id, const uint16_t *dn, struct manifest_row *row)
{
    size_t n = samples(w->size);
    struct band_stats stats = BAND_STATS_INIT;
    band_stats_add(&stats, dn, n);
    row->band[band_id] = summarise(&stats);
    valid_mask_and(w->mask, dn, n);
    add_to_hash(&w->hash, band_id, dn, n);
}

void measure_end(struct measure_work *w, struct manifest_row *row)
{
    size_t n = samples(w->size);
    row->valid_fraction = rounded((double)valid_mask_count(w->mask, n) / (double)n, 1e6);
    checksum_format(w->hash, row->content_hash);
}

const uint8_t *measure_valid(const struct measure_work *w) { return w->mask; }

static int reserve_for_files(struct measure_work *w, struct err *e)
{
    size_t n = samples(w->size);
    if (!w->dn)
        w->dn = mem_alloc(n, DN_BYTES);
    if (!w->scratch)
        w->scratch = mem_alloc(n, SCRATCH_BYTES);
    return w->dn && w->scratch ? 0 : err_nomem(e, n * (DN_BYTES + SCRATCH_BYTES));
}

int measure_file(struct measure_work *w, band_set bands, struct h5file *f, struct manifest_row *row,
                 struct err *e)
{
    int r = reserve_for_files(w, e);
    measure_begin(w);
    for (int b = 0; r == 0 && b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        r = subscene_nc_read_band(f, band_table[b].name, w->size, w->dn, w->scratch, e);
        if (r == 0)
            measure_band(w, b, w->dn, row);
    }
    measure_end(w, row);
    return r;
}

int measure_codes(struct measure_work *w, struct h5file *f, const char *layer, const uint8_t **px,
                  struct err *e)
{
    *px = w->mask;
    return layers_read(f, layer, w->size, w->mask, e);
}

int measure_add_layers(struct manifest *m, const struct class_layers *layers, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < layers->n; i++)
        r = manifest_add_layer(m, layers->s[i].name, layers->s[i].flag, layers->s[i].flags, e);
    return r;
}

int measure_layers(struct measure_work *w, const struct manifest *m, struct h5file *f,
                   const struct class_layers *layers, struct manifest_row *row, struct err *e)
{
    int r = 0;
    manifest_row_no_classes(row);
    for (size_t i = 0; r == 0 && i < layers->n; i++) {
        const uint8_t *px;
        r = measure_codes(w, f, layers->s[i].name, &px, e);
        if (r == 0)
            r = manifest_row_layer(m, row, &layers->s[i], px, samples(w->size), e);
    }
    return r;
}

bool measure_has_layers(const struct manifest *m, const struct class_layers *layers,
                        const struct manifest_row *row)
{
    size_t columns = 0;
    bool has = true;
    for (size_t i = 0; i < m->classes; i++)
        columns += !isnan(row->fraction[i]);
    for (size_t i = 0; i < layers->n; i++) {
        has = has && manifest_row_has_layer(m, row, &layers->s[i]);
        columns -= layers->s[i].flags ? layers->s[i].flags : 1;
    }
    return has && columns == 0;
}
