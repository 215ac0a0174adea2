#include "stages/overview/survey.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/statistics.h"

struct surveying {
    const struct reduced *r;
    band_set bands;
    uint8_t *valid; /* of a row of pixels */
};

static struct manifest_band summary(const struct band_stats *s)
{
    if (s->count == 0)
        return (struct manifest_band){.count = 0};
    return (struct manifest_band){s->count, s->min, s->max, (double)s->sum / (double)s->count};
}

static void survey_cell(const struct surveying *s, struct rect part, struct manifest_row *row)
{
    struct band_stats stats[BAND_COUNT];
    const size_t n = (size_t)part.w;
    int64_t valid = 0;
    for (int b = 0; b < BAND_COUNT; b++)
        stats[b] = (struct band_stats)BAND_STATS_INIT;
    for (int32_t y = part.y; y < part.y + part.h; y++) {
        const size_t at = (size_t)y * (size_t)s->r->grid.width + (size_t)part.x;
        memset(s->valid, 1, n);
        for (int b = 0; b < BAND_COUNT; b++) {
            if (!band_in(s->bands, b))
                continue;
            band_stats_add(&stats[b], s->r->dn[b] + at, n);
            valid_mask_and(s->valid, s->r->dn[b] + at, n);
        }
        valid += valid_mask_count(s->valid, n);
    }
    for (int b = 0; b < BAND_COUNT; b++)
        row->band[b] = summary(&stats[b]);
    row->valid_fraction = (double)valid;
}

int survey_subscenes(const struct reduced *r, const struct lattice *l, int scale,
                     struct manifest *out, struct err *e)
{
    struct surveying s = {r, out->bands, mem_alloc((size_t)r->grid.width, 1)};
    int failed = s.valid ? 0 : err_nomem(e, (size_t)r->grid.width);
    for (int32_t i = 0; failed == 0 && i < l->cols * l->rows; i++) {
        struct manifest_row row = {.x = i % l->cols, .y = i / l->cols};
        survey_cell(&s, reduced_cell(r, l, scale, row.x, row.y), &row);
        /* of the whole subscene: what overhangs the raster has no data */
        const double side = REDUCED_PIXEL_M / (10.0 * scale * l->size);
        row.valid_fraction *= side * side;
        row.valid_fraction = row.valid_fraction > 1 ? 1 : row.valid_fraction;
        manifest_row_no_classes(&row);
        failed = manifest_put(out, &row, e);
    }
    free(s.valid);
    return failed;
}
