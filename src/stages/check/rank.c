#include "stages/check/rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

const char *const rank_by_names[] = {"challenge", "valid", "bright", "cirrus",
                                     "spread",    "cloud", "mixed",  NULL};

enum { NO_COLUMN = -1 };

/* The state of one ranking. */
struct ranking {
    const struct manifest *m;
    enum rank_by by;
    const char *layer; /* the class layer; NULL: there is none */
    int column[LABEL_COUNT]; /* the layer's columns by Label code; NO_COLUMN: not in the layer */
    double largest_contrast;
    bool all_have_layer;
};

/* ---- class layers ---- */

static int find_column(const struct manifest *m, const char *layer, const char *meaning)
{
    for (size_t i = 0; i < m->classes; i++)
        if (strcmp(m->class[i].layer, layer) == 0 && strcmp(m->class[i].meaning, meaning) == 0)
            return (int)i;
    return NO_COLUMN;
}

/* Finds the first layer with the class CLOUD, and its columns. Label's columns come first. */
static void find_layer(struct ranking *r)
{
    r->layer = NULL;
    for (size_t i = 0; i < r->m->classes && !r->layer; i++)
        if (strcmp(r->m->class[i].meaning, label_name(LABEL_CLOUD)) == 0)
            r->layer = r->m->class[i].layer;
    for (int code = 0; code < LABEL_COUNT; code++)
        r->column[code] = r->layer ? find_column(r->m, r->layer, label_name(code)) : NO_COLUMN;
}

/* The share of a class. NAN: the subscene lacks the layer; 0: the layer lacks the class. */
static double share(const struct ranking *r, const struct manifest_row *row, int code)
{
    if (r->column[LABEL_CLOUD] == NO_COLUMN || isnan(row->fraction[r->column[LABEL_CLOUD]]))
        return NAN;
    double value = r->column[code] == NO_COLUMN ? 0 : (double)row->fraction[r->column[code]];
    return isnan(value) ? 0 : value;
}

static double mixed(const struct ranking *r, const struct manifest_row *row)
{
    static const int classes[] = {LABEL_CLEAR, LABEL_CLOUD_SHADOW, LABEL_SEMI_TRANSPARENT_CLOUD,
                                  LABEL_CLOUD};
    double sum = 0, squares = 0;
    for (int i = 0; i < 4; i++) {
        double p = share(r, row, classes[i]);
        sum += p;
        squares += p * p;
    }
    return sum == 0 ? 0 : 4.0 / 3 * sum * (1 - squares / (sum * sum));
}

/* ---- bands ---- */

static double mean_of(const struct manifest_row *row, int band)
{
    return row->band[band].count ? row->band[band].mean : NAN;
}

static bool has_data(const struct ranking *r, const struct manifest_row *row)
{
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(r->m->bands, b) && row->band[b].count > 0)
            return true;
    return false;
}

/* The mean of a value over the spectral bands that have data; NAN if none has. */
static double mean_over_bands(const struct ranking *r, const struct manifest_row *row,
                              double (*value)(const struct manifest_band *b))
{
    double sum = 0;
    int n = 0;
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++) {
        if (!band_in(r->m->bands, b) || row->band[b].count == 0)
            continue;
        sum += value(&row->band[b]);
        n++;
    }
    return n ? sum / n : NAN;
}

static double range(const struct manifest_band *b) { return b->max - b->min; }
static double contrast(const struct manifest_band *b)
{
    return sqrt((b->max - b->mean) * (b->mean - b->min));
}

static double challenge(const struct ranking *r, const struct manifest_row *row)
{
    double c = mean_over_bands(r, row, contrast);
    c = r->largest_contrast > 0 ? c / r->largest_contrast : 0;
    return row->valid_fraction * (r->all_have_layer ? (c + mixed(r, row)) / 2 : c);
}

/* ---- the order ---- */

/* Computes the two values of the whole product that the score `challenge` needs. */
static void survey_product(struct ranking *r)
{
    r->all_have_layer = r->column[LABEL_CLOUD] != NO_COLUMN;
    for (size_t i = 0; i < r->m->n; i++) {
        double c = mean_over_bands(r, &r->m->row[i], contrast);
        if (isnan(c))
            continue;
        r->largest_contrast = c > r->largest_contrast ? c : r->largest_contrast;
        r->all_have_layer = r->all_have_layer && !isnan(share(r, &r->m->row[i], LABEL_CLOUD));
    }
}

static double score(const struct ranking *r, const struct manifest_row *row)
{
    switch (r->by) {
    case RANK_CHALLENGE:
        return challenge(r, row);
    case RANK_VALID:
        return row->valid_fraction;
    case RANK_BRIGHT:
        return (mean_of(row, band_find("B02")) + mean_of(row, band_find("B03")) +
                mean_of(row, band_find("B04"))) /
               3;
    case RANK_CIRRUS:
        return mean_of(row, band_find("B10"));
    case RANK_SPREAD:
        return mean_over_bands(r, row, range);
    case RANK_CLOUD:
        return share(r, row, LABEL_CLOUD) + share(r, row, LABEL_SEMI_TRANSPARENT_CLOUD);
    case RANK_MIXED:
        return mixed(r, row);
    }
    return NAN;
}

static int check_needs(const struct ranking *r, struct err *e)
{
    static const char *const bands[][3] = {
        [RANK_BRIGHT] = {"B02", "B03", "B04"}, [RANK_CIRRUS] = {"B10"}, [RANK_MIXED] = {NULL}};
    for (int i = 0; i < 3 && bands[r->by][i]; i++)
        if (!band_in(r->m->bands, band_find(bands[r->by][i])))
            return err_set(e, ERR_INPUT, "has no band %s, which --by %s needs", bands[r->by][i],
                           rank_by_names[r->by]);
    if ((r->by == RANK_CHALLENGE || r->by == RANK_SPREAD) && !(r->m->bands & BAND_SET_SPECTRAL))
        return err_set(e, ERR_INPUT, "has no spectral band, which --by %s needs",
                       rank_by_names[r->by]);
    if ((r->by == RANK_CLOUD || r->by == RANK_MIXED) && r->column[LABEL_CLOUD] == NO_COLUMN)
        return err_set(e, ERR_INPUT, "has no class layer with clouds, which --by %s needs",
                       rank_by_names[r->by]);
    return 0;
}

static int by_score(const void *a, const void *b)
{
    const struct ranked *s = a, *t = b;
    if (s->score > t->score || s->score < t->score)
        return s->score > t->score ? -1 : 1;
    return s->y != t->y ? (s->y > t->y) - (s->y < t->y) : (s->x > t->x) - (s->x < t->x);
}

/* True if the score depends on the class layer. */
static bool uses_layer(const struct ranking *r)
{
    return r->by == RANK_CLOUD || r->by == RANK_MIXED ||
           (r->by == RANK_CHALLENGE && r->all_have_layer);
}

int rank_subscenes(const struct manifest *m, enum rank_by by, double min_valid, struct ranks *out,
                   struct err *e)
{
    struct ranking ranking = {.m = m, .by = by};
    *out = (struct ranks){0};
    find_layer(&ranking);
    int r = check_needs(&ranking, e);
    if (r)
        return r;
    survey_product(&ranking);
    if (uses_layer(&ranking))
        snprintf(out->layer, sizeof out->layer, "%s", ranking.layer);
    out->best = mem_alloc(m->n, sizeof *out->best);
    if (!out->best)
        return err_nomem(e, m->n * sizeof *out->best);
    for (size_t i = 0; i < m->n; i++) {
        const struct manifest_row *row = &m->row[i];
        /* rounded as it is printed, so that equal output means equal scores */
        double value = nearbyint(score(&ranking, row) * 1e6) / 1e6;
        if (!isnan(value) && has_data(&ranking, row) && row->valid_fraction >= min_valid)
            out->best[out->n++] = (struct ranked){row->x, row->y, value};
    }
    if (out->n > 0)
        qsort(out->best, out->n, sizeof *out->best, by_score);
    return 0;
}
