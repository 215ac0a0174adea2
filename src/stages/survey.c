#include "stages/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/statistics.h"
#include "io/subscene_nc.h"

struct survey_work {
    int32_t size;
    uint16_t *dn;
    uint8_t *mask;
    void *scratch; /* made when a file is first read */
};

/* Of one sample, in the buffers above. */
enum { DN_BYTES = 2, MASK_BYTES = 1, SCRATCH_BYTES = 8 };

static size_t samples(int32_t size) { return (size_t)size * (size_t)size; }

int survey_work_create(int32_t size, struct survey_work **out, struct err *e)
{
    struct survey_work *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return err_nomem(e, sizeof *w);
    w->size = size;
    w->dn = mem_alloc(samples(size), DN_BYTES);
    w->mask = mem_alloc(samples(size), MASK_BYTES);
    if (!w->dn || !w->mask) {
        survey_work_destroy(w);
        return err_nomem(e, survey_work_bytes(size));
    }
    *out = w;
    return 0;
}

void survey_work_destroy(struct survey_work *w)
{
    if (!w)
        return;
    free(w->dn);
    free(w->mask);
    free(w->scratch);
    free(w);
}

size_t survey_work_bytes(int32_t size) { return samples(size) * (DN_BYTES + MASK_BYTES); }

static double rounded(double value, double scale) { return nearbyint(value * scale) / scale; }

static struct manifest_band summarise(const struct band_stats *s)
{
    if (s->count == 0)
        return (struct manifest_band){0};
    return (struct manifest_band){s->count, s->min, s->max, rounded((double)s->sum / (double)s->count, 1e3)};
}

int survey_samples(struct survey_work *w, band_set bands, struct sample_source source, struct manifest_row *row,
                   struct err *e)
{
    size_t n = samples(w->size);
    struct checksum hash = CHECKSUM_INIT;
    memset(w->mask, 1, n);
    for (int b = 0, i = 0; b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        int r = source.band(source.ctx, i++, w->dn, e);
        if (r)
            return r;
        struct band_stats stats = BAND_STATS_INIT;
        band_stats_add(&stats, w->dn, n);
        row->band[b] = summarise(&stats);
        valid_mask_and(w->mask, w->dn, n);
        checksum_add(&hash, w->dn, n * DN_BYTES);
    }
    row->valid_fraction = rounded((double)valid_mask_count(w->mask, n) / (double)n, 1e6);
    checksum_format(hash, row->content_hash);
    return 0;
}

struct file_bands {
    struct ncfile *file;
    band_set bands;
    struct survey_work *work;
};

static int read_nth_band(void *ctx, int i, uint16_t *dn, struct err *e)
{
    struct file_bands *f = ctx;
    int b = band_set_nth(f->bands, i);
    return subscene_read_band(f->file, band_table[b].name, f->work->size, dn, f->work->scratch, e);
}

int survey_file(struct survey_work *w, band_set bands, struct ncfile *f, struct manifest_row *row, struct err *e)
{
    if (!w->scratch && !(w->scratch = mem_alloc(samples(w->size), SCRATCH_BYTES)))
        return err_nomem(e, samples(w->size) * SCRATCH_BYTES);
    struct file_bands source = {f, bands, w};
    return survey_samples(w, bands, (struct sample_source){read_nth_band, &source}, row, e);
}
