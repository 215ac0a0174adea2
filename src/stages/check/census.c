#include "stages/check/census.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/mem.h"
#include "stages/folder/manifests.h"

struct census_seen {
    char *path;
    size_t product; /* index in census.products */
    bool has_product; /* the product is known */
    bool has_data;
    int32_t x, y;
    char content_hash[CHECKSUM_TEXT_SIZE];
};

void census_clear(struct census *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->seen[i].path);
    free(c->seen);
    strlist_clear(&c->products);
    *c = (struct census){0};
}

/* ---- counts ---- */

/* Finds the column, or adds it in its place. NULL: there is no room. */
static struct census_class *find_class(struct census_count *count,
                                       const struct manifest_class *column)
{
    size_t i = 0;
    int order = 1;
    while (i < count->classes &&
           (order = manifest_class_compare(&count->class[i].column, column)) < 0)
        i++;
    if (i < count->classes && order == 0)
        return &count->class[i];
    if (count->classes == MANIFEST_CLASSES_MAX)
        return NULL;
    memmove(&count->class[i + 1], &count -> class[i], (count->classes - i) * sizeof *count->class);
    count->class[i] = (struct census_class){.column = *column};
    count->classes++;
    return &count->class[i];
}

void census_add_count(struct census_count *sum, const struct census_count *more)
{
    for (int i = 0; i < CENSUS_MONTHS; i++)
        sum->month[i] += more->month[i];
    sum->no_month += more->no_month;
    for (size_t i = 0; i < more->classes; i++) {
        struct census_class *c = find_class(sum, &more->class[i].column);
        if (!c)
            continue;
        c->subscenes += more->class[i].subscenes;
        c->sum += more->class[i].sum;
    }
}

static void count_classes(struct census_count *count, const struct manifest *m)
{
    for (size_t i = 0; i < m->classes; i++) {
        struct census_class *c = find_class(count, &m->class[i]);
        for (size_t k = 0; c && k < m->n; k++) {
            float value = m->row[k].fraction[i];
            if (isnan(value))
                continue;
            c->subscenes++;
            c->sum += (double)value;
        }
    }
}

static void count_months(struct census_count *count, const struct manifest *m, const char *product)
{
    struct cellname name;
    int month =
        cellname_product(product, &name) ? 10 * (name.sensing[4] - '0') + name.sensing[5] - '0' : 0;
    if (month >= 1 && month <= CENSUS_MONTHS)
        count->month[month - 1] += m->n;
    else
        count->no_month += m->n;
}

/* ---- duplicates ---- */

static bool has_data(const struct manifest *m, const struct manifest_row *row)
{
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(m->bands, b) && row->band[b].count > 0)
            return true;
    return false;
}

static int add_subscene(struct census *c, const char *path, const struct manifest_row *row,
                        struct err *e)
{
    char file[MANIFESTS_PATH];
    struct census_seen *grown = mem_grown(c->seen, c->n, &c->cap, sizeof *c->seen, e);
    if (!grown)
        return ERR_TEMPORARY;
    c->seen = grown;
    manifests_file(path, row, file);
    struct census_seen *s = &c->seen[c->n];
    *s = (struct census_seen){.path = mem_strdup(file), .x = row->x, .y = row->y};
    memcpy(s->content_hash, row->content_hash, sizeof s->content_hash);
    if (!s->path)
        return err_nomem(e, strlen(file));
    c->n++;
    return 0;
}

int census_add(struct census *c, const char *path, const struct manifest *m, const char *product,
               struct err *e)
{
    size_t which = 0;
    while (which < c->products.n && strcmp(c->products.s[which], product) != 0)
        which++;
    int r = which == c->products.n ? strlist_add(&c->products, product, strlen(product), e) : 0;
    if (r)
        return r;
    for (size_t i = 0; i < m->n; i++) {
        r = add_subscene(c, path, &m->row[i], e);
        if (r)
            return r;
        struct census_seen *s = &c->seen[c->n - 1];
        s->product = which;
        s->has_product = product[0] != '\0';
        s->has_data = has_data(m, &m->row[i]);
    }
    count_classes(&c->count, m);
    count_months(&c->count, m, product);
    return 0;
}

static int compare_paths(const struct census_seen *a, const struct census_seen *b)
{
    return strcmp(a->path, b->path);
}

static int by_place(const void *a, const void *b)
{
    const struct census_seen *s = a, *t = b;
    if (s->product != t->product)
        return s->product < t->product ? -1 : 1;
    if (s->y != t->y || s->x != t->x)
        return s->y != t->y ? (s->y > t->y) - (s->y < t->y) : (s->x > t->x) - (s->x < t->x);
    return compare_paths(s, t);
}

static int by_content(const void *a, const void *b)
{
    const struct census_seen *s = a, *t = b;
    int order = strcmp(s->content_hash, t->content_hash);
    return order ? order : compare_paths(s, t);
}

static bool same_place(const struct census_seen *a, const struct census_seen *b)
{
    return a->has_product && a->product == b->product && a->x == b->x && a->y == b->y;
}

static void tell_same_place(struct census *c, census_duplicate *tell, void *ctx)
{
    char what[MANIFESTS_PATH + 300];
    qsort(c->seen, c->n, sizeof *c->seen, by_place);
    for (size_t i = 1, first = 0; i < c->n; i++) {
        const struct census_seen *s = &c->seen[i], *before = &c->seen[first];
        if (!same_place(before, s)) {
            first = i;
            continue;
        }
        snprintf(what, sizeof what, "is subscene %d_%d of %s, the same as %s", s->x, s->y,
                 c->products.s[s->product], before->path);
        tell(ctx, s->path, what);
    }
}

static void tell_same_content(struct census *c, census_duplicate *tell, void *ctx)
{
    char what[MANIFESTS_PATH + 300];
    qsort(c->seen, c->n, sizeof *c->seen, by_content);
    for (size_t i = 1, first = 0; i < c->n; i++) {
        const struct census_seen *s = &c->seen[i], *before = &c->seen[first];
        if (strcmp(before->content_hash, s->content_hash) != 0) {
            first = i;
            continue;
        }
        if (!s->has_data || same_place(before, s))
            continue;
        snprintf(what, sizeof what, "has the same content as %s: content_hash %s", before->path,
                 s->content_hash);
        tell(ctx, s->path, what);
    }
}

void census_report_duplicates(struct census *c, census_duplicate *tell, void *ctx)
{
    if (c->n == 0)
        return;
    tell_same_place(c, tell, ctx);
    tell_same_content(c, tell, ctx);
}
