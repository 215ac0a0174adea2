#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/folder/manifest.h"

static const char MEAN[] = "mean";

void manifest_class_name(const struct manifest_class *c, char buf[MANIFEST_CLASS_NAME])
{
    snprintf(buf, MANIFEST_CLASS_NAME, "%s_%s", c->layer, c->meaning);
}

void manifest_fraction_format(const struct manifest_class *c, float fraction,
                              char buf[MANIFEST_FRACTION_SIZE])
{
    buf[0] = '\0';
    if (!isnan(fraction))
        snprintf(buf, MANIFEST_FRACTION_SIZE, "%.*f", c->is_mean ? 3 : 6, (double)fraction);
}

/* Reads a name character by character. */
struct cursor {
    const char *at;
    const char *parts[3];
    int part;
};

static struct cursor cursor_of(const struct manifest_class *c)
{
    return (struct cursor){.at = c->layer, .parts = {c->layer, "_", c->meaning}};
}

static unsigned char next(struct cursor *c)
{
    while (*c->at == '\0' && c->part < 2)
        c->at = c->parts[++c->part];
    return (unsigned char)(*c->at ? *c->at++ : '\0');
}

static bool is_label(const struct manifest_class *c)
{
    static const char label[] = "Label_";
    struct cursor a = cursor_of(c);
    size_t i = 0;
    while (label[i] && next(&a) == (unsigned char)label[i])
        i++;
    return label[i] == '\0';
}

/* Compares whole names, because layer and meaning of a column from a file are a guess. */
int manifest_class_compare(const struct manifest_class *a, const struct manifest_class *b)
{
    struct cursor s = cursor_of(a), t = cursor_of(b);
    unsigned char c, d;
    if (is_label(a) != is_label(b))
        return is_label(b) - is_label(a);
    do {
        c = next(&s);
        d = next(&t);
    } while (c == d && c != '\0');
    return c - d;
}

/* The column's index, or the place to insert it. */
static size_t position(const struct manifest *m, const struct manifest_class *c, bool *found)
{
    size_t low = 0, high = m->classes;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (manifest_class_compare(&m->class[mid], c) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *found = low < m->classes && manifest_class_compare(&m->class[low], c) == 0;
    return low;
}

static int check_name(const struct manifest_class *c, struct err *e)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+.@";
    if (c->layer[0] == '\0' || c->meaning[0] == '\0' ||
        c->layer[strspn(c->layer, allowed)] != '\0' ||
        c->meaning[strspn(c->meaning, allowed)] != '\0')
        return err_set(e, ERR_USAGE,
                       "class layer \"%s\", meaning \"%s\": not a column name; use letters, digits "
                       "and _-+.@",
                       c->layer, c->meaning);
    if (band_find(c->layer) >= 0)
        return err_set(e, ERR_USAGE, "class layer %s: has the name of a band", c->layer);
    if (!c->is_mean && strcmp(c->meaning, MEAN) == 0)
        return err_set(e, ERR_USAGE, "class layer %s: a flag cannot have the meaning \"%s\"",
                       c->layer, MEAN);
    return 0;
}

static int refuse_more(const struct manifest_class *c, struct err *e)
{
    return err_set(e, ERR_USAGE,
                   "class layer %s: a manifest has at most %d columns of class layers", c->layer,
                   MANIFEST_CLASSES_MAX);
}

int manifest_add_class(struct manifest *m, const struct manifest_class *c, struct err *e)
{
    bool found;
    size_t i = position(m, c, &found);
    int r = check_name(c, e);
    if (r)
        return r;
    if (found) {
        if (c->has_code)
            m->class[i] = *c;
        return 0;
    }
    if (m->classes == MANIFEST_CLASSES_MAX)
        return refuse_more(c, e);
    memmove(&m->class[i + 1], &m -> class[i], (m->classes - i) * sizeof *m->class);
    m->class[i] = *c;
    for (size_t k = 0; k < m->n; k++) {
        float *fraction = m->row[k].fraction;
        memmove(&fraction[i + 1], &fraction[i], (m->classes - i) * sizeof *fraction);
        fraction[i] = NAN;
    }
    m->classes++;
    return 0;
}

static struct manifest_class make_class(const char *layer, const struct class_flag *flag)
{
    struct manifest_class c = {.is_mean = !flag, .has_code = true, .code = flag ? flag->value : 0};
    snprintf(c.layer, sizeof c.layer, "%s", layer);
    snprintf(c.meaning, sizeof c.meaning, "%s", flag ? flag->meaning : MEAN);
    return c;
}

/* Checks that all columns fit and have different names. */
static int check_flags(const struct manifest *m, const char *layer, const struct class_flag *flag,
                       size_t flags, struct err *e)
{
    size_t more = 0;
    for (size_t i = 0; i < (flags ? flags : 1); i++) {
        struct manifest_class c = make_class(layer, flags ? &flag[i] : NULL);
        bool found;
        int r = check_name(&c, e);
        if (r)
            return r;
        position(m, &c, &found);
        more += !found;
        for (size_t k = 0; k < i; k++)
            if (strcmp(flag[k].meaning, flag[i].meaning) == 0)
                return err_set(e, ERR_USAGE, "class layer %s: the codes %d and %d both mean %s",
                               layer, flag[k].value, flag[i].value, flag[i].meaning);
        if (m->classes + more > MANIFEST_CLASSES_MAX)
            return refuse_more(&c, e);
    }
    return 0;
}

int manifest_add_layer(struct manifest *m, const char *layer, const struct class_flag *flag,
                       size_t flags, struct err *e)
{
    int r = check_flags(m, layer, flag, flags, e);
    for (size_t i = 0; r == 0 && i < m->classes; i++)
        if (strcmp(m->class[i].layer, layer) == 0)
            m->class[i].has_code = false; /* the old code may belong to another class now */
    for (size_t i = 0; r == 0 && i < (flags ? flags : 1); i++) {
        struct manifest_class c = make_class(layer, flags ? &flag[i] : NULL);
        r = manifest_add_class(m, &c, e);
    }
    return r;
}

int manifest_add_classes(struct manifest *m, const struct manifest *from, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < from->classes; i++) {
        struct manifest_class c = from->class[i];
        c.has_code = false;
        r = manifest_add_class(m, &c, e);
    }
    return r;
}

/* ---- rows ---- */

void manifest_row_no_classes(struct manifest_row *row)
{
    for (size_t i = 0; i < MANIFEST_CLASSES_MAX; i++)
        row->fraction[i] = NAN;
}

/* The number of pixels with each code. */
struct codes {
    size_t count[256];
    size_t n;
};

static struct codes count_codes(const uint8_t *px, size_t n)
{
    struct codes c = {.n = n};
    for (size_t i = 0; i < n; i++)
        c.count[px[i]]++;
    return c;
}

static float share(const struct codes *c, uint8_t code)
{
    return (float)(nearbyint((double)c->count[code] / (double)c->n * 1e6) / 1e6);
}

static float mean(const struct codes *c)
{
    double sum = 0;
    for (int code = 0; code < 256; code++)
        sum += (double)code * (double)c->count[code];
    return (float)(nearbyint(sum / (double)c->n * 1e3) / 1e3);
}

void manifest_row_classes(const struct manifest *m, struct manifest_row *row, const char *layer,
                          const uint8_t *px, size_t n)
{
    struct codes codes = count_codes(px, n);
    for (size_t i = 0; i < m->classes; i++) {
        const struct manifest_class *c = &m->class[i];
        if (strcmp(c->layer, layer) == 0)
            row->fraction[i] = !c->has_code ? NAN
                               : c->is_mean ? mean(&codes)
                                            : share(&codes, c->code);
    }
}

int manifest_row_layer(const struct manifest *m, struct manifest_row *row,
                       const struct class_layer *layer, const uint8_t *px, size_t n, struct err *e)
{
    struct codes codes = count_codes(px, n);
    for (size_t i = 0; i < (layer->flags ? layer->flags : 1); i++) {
        struct manifest_class c = make_class(layer->name, layer->flags ? &layer->flag[i] : NULL);
        bool found;
        size_t at = position(m, &c, &found);
        if (!found)
            return err_set(e, ERR_INPUT, "class layer %s: the manifest has no column %s_%s",
                           c.layer, c.layer, c.meaning);
        row->fraction[at] = c.is_mean ? mean(&codes) : share(&codes, c.code);
    }
    return 0;
}

int manifest_row_layer_names(const struct manifest *m, const struct manifest_row *row,
                             struct strlist *names, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < m->classes; i++) {
        const char *layer = m->class[i].layer;
        if (!isnan(row->fraction[i]) && !strlist_has(names, layer))
            r = strlist_add(names, layer, strlen(layer), e);
    }
    return r;
}

bool manifest_row_has_layer(const struct manifest *m, const struct manifest_row *row,
                            const struct class_layer *layer)
{
    for (size_t i = 0; i < (layer->flags ? layer->flags : 1); i++) {
        struct manifest_class c = make_class(layer->name, layer->flags ? &layer->flag[i] : NULL);
        bool found;
        size_t at = position(m, &c, &found);
        if (!found || isnan(row->fraction[at]))
            return false;
    }
    return true;
}

void manifest_row_move(const struct manifest *from, const struct manifest *to,
                       struct manifest_row *row)
{
    struct manifest_row old = *row;
    manifest_row_no_classes(row);
    for (size_t i = 0; i < from->classes; i++) {
        bool found;
        size_t at = position(to, &from->class[i], &found);
        if (found)
            row->fraction[at] = old.fraction[i];
    }
}

const struct manifest_class *manifest_class_difference(const struct manifest *m,
                                                       const struct manifest_row *a,
                                                       const struct manifest_row *b)
{
    for (size_t i = 0; i < m->classes; i++) {
        float s = a->fraction[i], t = b->fraction[i];
        double step = m->class[i].is_mean ? 1e-3 : 1e-6;
        if (isnan(s) && isnan(t))
            continue;
        if (isnan(s) != isnan(t) || fabs((double)s - (double)t) > step / 2)
            return &m->class[i];
    }
    return NULL;
}
