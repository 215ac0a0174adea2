#include "io/folder/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "io/folder/outfile.h"

/* Real manifests are far smaller: 22 × 22 rows of 400 characters are 200 KB. A manifest of 1-px
 * subscenes is rejected here. */
enum { MAX_FILE_BYTES = 1 << 30 };

void manifest_init(struct manifest *m, band_set bands) { *m = (struct manifest){.bands = bands}; }

void manifest_clear(struct manifest *m)
{
    free(m->row);
    *m = (struct manifest){.bands = m->bands};
}

size_t manifest_altered(const struct manifest *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += m->row[i].is_altered;
    return n;
}

/* The index of (x, y), or the place to insert it. */
static size_t position(const struct manifest *m, int32_t x, int32_t y)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct manifest_row *r = &m->row[mid];
        if (r->y < y || (r->y == y && r->x < x))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_at(const struct manifest *m, size_t i, int32_t x, int32_t y)
{
    return i < m->n && m->row[i].x == x && m->row[i].y == y;
}

const struct manifest_row *manifest_find(const struct manifest *m, int32_t x, int32_t y)
{
    size_t i = position(m, x, y);
    return is_at(m, i, x, y) ? &m->row[i] : NULL;
}

const struct manifest_row *manifest_find_hash(const struct manifest *m, const char *hash,
                                              const struct manifest_row *except)
{
    for (size_t i = 0; i < m->n; i++)
        if (&m->row[i] != except && strcmp(m->row[i].content_hash, hash) == 0)
            return &m->row[i];
    return NULL;
}

static int grow(struct manifest *m, struct err *e)
{
    struct manifest_row *row = mem_grown(m->row, m->n, &m->cap, sizeof *row, e);
    if (!row)
        return ERR_TEMPORARY;
    m->row = row;
    return 0;
}

int manifest_put(struct manifest *m, const struct manifest_row *row, struct err *e)
{
    size_t i = position(m, row->x, row->y);
    if (!is_at(m, i, row->x, row->y)) {
        int r = grow(m, e);
        if (r)
            return r;
        memmove(&m->row[i + 1], &m->row[i], (m->n - i) * sizeof *m->row);
        m->n++;
    }
    m->row[i] = *row;
    return 0;
}

void manifest_drop(struct manifest *m, int32_t x, int32_t y)
{
    size_t i = position(m, x, y);
    if (!is_at(m, i, x, y))
        return;
    memmove(&m->row[i], &m->row[i + 1], (m->n - i - 1) * sizeof *m->row);
    m->n--;
}

bool manifest_row_equal(const struct manifest_row *a, const struct manifest_row *b, band_set bands)
{
    if (a->x != b->x || a->y != b->y || fabs(a->valid_fraction - b->valid_fraction) > 5e-7 ||
        strcmp(a->content_hash, b->content_hash) != 0 || strcmp(a->digest, b->digest) != 0 ||
        !filesum_equal(&a->file_sum, &b->file_sum) || a->is_altered != b->is_altered)
        return false;
    for (int i = 0; i < BAND_COUNT; i++) {
        const struct manifest_band *s = &a->band[i], *t = &b->band[i];
        if (!band_in(bands, i) || (s->count == 0 && t->count == 0))
            continue;
        if ((s->count == 0) != (t->count == 0) || s->min != t->min || s->max != t->max ||
            fabs(s->mean - t->mean) > 5e-4)
            return false;
    }
    return true;
}

/* ---- writing ---- */

static const char LAST[] = ",content_hash,parameters",
                  SUMS[] = ",file_bytes,head_bytes,head_checksum,row_checksum";

/* `used` NULL: all class columns. */
static void put_header(struct text *t, const struct manifest *m, const bool *used)
{
    char name[MANIFEST_CLASS_NAME];
    text_put(t, "x,y,file,valid_fraction");
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(m->bands, b))
            text_put(t, ",%s_min,%s_mean,%s_max", band_table[b].name, band_table[b].name,
                     band_table[b].name);
    for (size_t i = 0; i < m->classes; i++) {
        manifest_class_name(&m->class[i], name);
        if (!used || used[i])
            text_put(t, ",%s", name);
    }
    text_put(t, "%s%s\n", m->lacks_sums && !used ? "" : SUMS, LAST);
}

static void put_sum(struct text *t, const struct filesum *s)
{
    char sum[CHECKSUM_TEXT_SIZE];
    checksum_format(s->sum, sum);
    if (s->bytes > 0 && s->head > 0)
        text_put(t, ",%" PRId64 ",%" PRId64 ",%s", s->bytes, s->head, sum);
    else if (s->bytes > 0)
        text_put(t, ",%" PRId64 ",,", s->bytes);
    else
        text_put(t, ",,,");
}

/* Writes the last columns. The row's text begins at `begin` and ends where the checksum belongs.
 * The checksum covers this text and the columns after it. */
static void put_last(struct text *t, size_t begin, const struct manifest_row *r)
{
    char last[CHECKSUM_TEXT_SIZE + PARAMS_DIGEST_SIZE + 2];
    struct checksum c = CHECKSUM_INIT;
    snprintf(last, sizeof last, ",%s,%s", r->content_hash, r->digest);
    if (!t->failed)
        checksum_add(&c, t->s + begin, t->len - begin);
    checksum_add(&c, last, strlen(last));
    text_put(t, ",%08" PRIx32 "%s\n", r->is_altered ? ~c.crc : c.crc, last);
}

static void put_row(struct text *t, const struct manifest *m, const bool *used,
                    const struct manifest_row *r)
{
    size_t begin = t->len;
    text_put(t, "%d,%d,%s,%.6f", r->x, r->y, r->file, r->valid_fraction);
    for (int b = 0; b < BAND_COUNT; b++) {
        const struct manifest_band *s = &r->band[b];
        if (!band_in(m->bands, b))
            continue;
        if (s->count > 0)
            text_put(t, ",%u,%.3f,%u", s->min, s->mean, s->max);
        else
            text_put(t, ",,,");
    }
    for (size_t i = 0; i < m->classes; i++) {
        char value[MANIFEST_FRACTION_SIZE];
        manifest_fraction_format(m->class + i, r->fraction[i], value);
        if (used[i])
            text_put(t, ",%s", value);
    }
    put_sum(t, &r->file_sum);
    put_last(t, begin, r);
}

int manifest_write(const struct manifest *m, const char *path, struct err *e)
{
    struct text t = {0};
    bool used[MANIFEST_CLASSES_MAX] = {false};
    for (size_t i = 0; i < m->n; i++)
        for (size_t c = 0; c < m->classes; c++)
            used[c] |= !isnan(m->row[i].fraction[c]);
    put_header(&t, m, used);
    for (size_t i = 0; i < m->n; i++)
        put_row(&t, m, used, &m->row[i]);
    int r = t.failed ? err_nomem(e, t.cap * 2) : outfile_write(path, t.s, t.len, e);
    free(t.s);
    return r;
}

/* ---- reading ---- */

static int read_text(const char *path, char **text, struct err *e)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return err_sys(e, ERR_INPUT, errno, "%s", path);
    int r = 0;
    long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    if (size < 0 || size > MAX_FILE_BYTES)
        r = err_set(e, ERR_INPUT, "%s: is not a manifest: it has %ld bytes", path, size);
    char *s = r ? NULL : mem_alloc((size_t)size + 1, 1);
    if (!r && !s)
        r = err_nomem(e, (size_t)size + 1);
    rewind(f);
    if (!r && fread(s, 1, (size_t)size, f) != (size_t)size)
        r = err_set(e, ERR_INPUT, "%s: cannot be read", path);
    fclose(f);
    if (r) {
        free(s);
        return r;
    }
    s[size] = '\0';
    *text = s;
    return 0;
}

/* Cuts the next field off a line; NULL if none is left. */
static char *next_field(char **line)
{
    char *field = *line;
    if (!field)
        return NULL;
    char *comma = strchr(field, ',');
    if (comma)
        *comma++ = '\0';
    *line = comma;
    return field;
}

static bool take_number(char **line, double min, double max, double *value)
{
    char *field = next_field(line), *end;
    if (!field || *field == '\0')
        return false;
    *value = strtod(field, &end);
    return *end == '\0' && *value >= min && *value <= max;
}

static bool take_text(char **line, char *buf, size_t size)
{
    char *field = next_field(line);
    if (!field || strlen(field) >= size)
        return false;
    memcpy(buf, field, strlen(field) + 1);
    return true;
}

static bool take_band(char **line, struct manifest_band *s)
{
    if (*line && strncmp(*line, ",,", 2) == 0) {
        *s = (struct manifest_band){0};
        return next_field(line) && next_field(line) && next_field(line);
    }
    double min, max;
    if (!take_number(line, 1, UINT16_MAX, &min) || !take_number(line, 1, UINT16_MAX, &s->mean) ||
        !take_number(line, 1, UINT16_MAX, &max))
        return false;
    s->count = 1;
    s->min = (uint16_t)min;
    s->max = (uint16_t)max;
    return true;
}

static bool take_class(char **line, const struct manifest_class *c, float *fraction)
{
    double value = NAN;
    bool is_empty = *line && (**line == ',' || **line == '\0');
    bool ok = is_empty ? next_field(line) != NULL
                       : take_number(line, 0, c->is_mean ? UINT8_MAX : 1, &value);
    *fraction = (float)value;
    return ok;
}

/* Reads a whole number; an empty field is allowed. */
static bool take_bytes(char **line, int64_t *bytes)
{
    static const double most = 1LL << 53;
    double value = 0;
    bool is_empty = *line && (**line == ',' || **line == '\0');
    if (is_empty ? !next_field(line) : !take_number(line, 1, most, &value))
        return false;
    *bytes = (int64_t)value;
    return true;
}

static bool take_sum(char **line, struct filesum *s)
{
    char text[CHECKSUM_TEXT_SIZE];
    int end = 0;
    if (!take_bytes(line, &s->bytes) || !take_bytes(line, &s->head) ||
        !take_text(line, text, sizeof text))
        return false;
    if (s->head == 0)
        return text[0] == '\0';
    return s->head <= s->bytes && strspn(text, "0123456789abcdef") == CHECKSUM_TEXT_SIZE - 1 &&
           sscanf(text, "%8" SCNx32 "%8" SCNx32 "%n", &s->sum.crc, &s->sum.adler, &end) == 2 &&
           text[end] == '\0';
}

/* Removes the column row_checksum from a row's text. Returns false if there is no such column. */
static bool take_row_checksum(char *line, bool *matches)
{
    char *end = line + strlen(line), *last = end, text[16];
    struct checksum c = CHECKSUM_INIT;
    for (int i = 0; last && i < 2; i++) /* it stands before the last two */
        last = memrchr(line, ',', (size_t)(last - line));
    char *field = last ? memrchr(line, ',', (size_t)(last - line)) : NULL;
    if (!field)
        return false;
    checksum_add(&c, line, (size_t)(field - line));
    checksum_add(&c, last, (size_t)(end - last));
    snprintf(text, sizeof text, ",%08" PRIx32, c.crc);
    *matches = (size_t)(last - field) == strlen(text) && memcmp(field, text, strlen(text)) == 0;
    memmove(field, last, (size_t)(end - last) + 1);
    return true;
}

static bool parse_row(char *line, const struct manifest *m, struct manifest_row *r)
{
    double x, y;
    bool is_sound = true;
    *r = (struct manifest_row){0};
    manifest_row_no_classes(r);
    if (!m->lacks_sums && !take_row_checksum(line, &is_sound))
        return false;
    r->is_altered = !is_sound;
    if (!take_number(&line, 0, INT32_MAX, &x) || !take_number(&line, 0, INT32_MAX, &y) ||
        !take_text(&line, r->file, sizeof r->file) || !take_number(&line, 0, 1, &r->valid_fraction))
        return false;
    r->x = (int32_t)x;
    r->y = (int32_t)y;
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(m->bands, b) && !take_band(&line, &r->band[b]))
            return false;
    for (size_t i = 0; i < m->classes; i++)
        if (!take_class(&line, &m->class[i], &r -> fraction[i]))
            return false;
    return (m->lacks_sums || take_sum(&line, &r->file_sum)) &&
           take_text(&line, r->content_hash, sizeof r->content_hash) &&
           take_text(&line, r->digest, sizeof r->digest) && line == NULL;
}

/* Splits a column's name into layer and meaning. A layer's name may contain underscores. If a
 * meaning of the Label or "mean" ends the name, it is the meaning; otherwise the name is split at
 * the first underscore. */
static const char *find_meaning(const char *name)
{
    for (const char *s = strchr(name, '_'); s; s = strchr(s + 1, '_')) {
        if (strcmp(s + 1, "mean") == 0)
            return s;
        for (int code = 0; code < LABEL_COUNT; code++)
            if (strcmp(s + 1, label_name(code)) == 0)
                return s;
    }
    return strchr(name, '_');
}

static bool take_class_name(const char *text, size_t len, struct manifest *m)
{
    struct manifest_class c = {.has_code = false};
    struct err e;
    char name[MANIFEST_CLASS_NAME];
    if (len >= sizeof name)
        return false;
    memcpy(name, text, len);
    name[len] = '\0';
    const char *end = find_meaning(name);
    size_t n = end ? (size_t)(end - name) : len;
    if (!end || n >= sizeof c.layer || len - n - 1 >= sizeof c.meaning)
        return false;
    memcpy(c.layer, name, n);
    memcpy(c.meaning, end + 1, len - n - 1);
    c.is_mean = strcmp(c.meaning, "mean") == 0;
    return manifest_add_class(m, &c, &e) == 0;
}

/* Reads the names between the bands' columns and the last columns. */
static bool parse_class_names(const char *line, struct manifest *m)
{
    char last[80];
    int fixed = 4 + 3 * band_set_count(m->bands);
    snprintf(last, sizeof last, "%s%s", m->lacks_sums ? "" : SUMS, LAST);
    while (fixed > 0 && (line = strchr(line, ',')) != NULL) {
        line++;
        fixed--;
    }
    while (line && strcmp(line, last + 1) != 0) {
        size_t n = strcspn(line, ",");
        if (line[n] == '\0' || !take_class_name(line, n, m))
            return false;
        line += n + 1;
    }
    return line != NULL;
}

/* Reads the names of bands and class columns. The header must be one that put_header writes. */
static int parse_header(const char *line, struct manifest *m, const char *path, struct err *e)
{
    struct text t = {0};
    int r = 0;
    for (int b = 0; b < BAND_COUNT; b++) {
        char column[16];
        snprintf(column, sizeof column, ",%s_min,", band_table[b].name);
        if (strstr(line, column))
            m->bands |= (band_set)1 << b;
    }
    m->lacks_sums = !strstr(line, SUMS);
    bool same = parse_class_names(line, m);
    if (same)
        put_header(&t, m, NULL);
    if (t.failed)
        r = err_nomem(e, t.cap * 2);
    else if (!same || strlen(line) + 1 != t.len || memcmp(line, t.s, t.len - 1) != 0)
        r = err_set(e, ERR_INPUT, "%s: line 1 is not the header of a manifest", path);
    free(t.s);
    return r;
}

static int parse(char *text, const char *path, struct manifest *out, struct err *e)
{
    int line_number = 0, r = 0;
    for (char *line = text, *end; r == 0 && *line; line = end + 1) {
        line_number++;
        end = strchr(line, '\n');
        if (!end)
            return err_set(e, ERR_INPUT, "%s: line %d is cut off", path, line_number);
        *end = '\0';
        struct manifest_row row;
        if (line_number == 1) {
            r = parse_header(line, out, path, e);
        } else if (!parse_row(line, out, &row)) {
            return err_set(e, ERR_INPUT, "%s: line %d is not a row of a manifest", path,
                           line_number);
        } else {
            r = manifest_put(out, &row, e);
        }
    }
    if (r == 0 && line_number == 0)
        r = err_set(e, ERR_INPUT, "%s: is empty", path);
    return r;
}

int manifest_read(const char *path, struct manifest *out, struct err *e)
{
    char *text = NULL;
    manifest_init(out, 0);
    int r = read_text(path, &text, e);
    if (r)
        return r;
    r = parse(text, path, out, e);
    free(text);
    if (r)
        manifest_clear(out);
    return r;
}
