#include "stages/verify.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "exec/pipeline.h"
#include "io/layers.h"
#include "io/schema.h"
#include "io/walk.h"
#include "stages/dataset.h"
#include "stages/manifests.h"
#include "stages/survey.h"

/* One manifest being checked, shared by the threads. */
struct verify {
    const struct verify_observer *observer;
    struct verify_result *result;
    pthread_mutex_t lock; /* guards the two above */
    char folder[4096]; /* of the manifest */
    char product[136]; /* product_name of its files: of the first one read; under the lock */
    size_t numbers[COMPAT_COUNT]; /* of its files: whose they are; under the lock */
    struct census census; /* of all manifests so far */
    struct manifest manifest;
    struct survey_work **work; /* per worker, made at the first file */
    int32_t *work_size;
};

PRINTF_LIKE(3, 4)
static void fault(struct verify *v, const char *path, const char *fmt, ...)
{
    char what[MANIFESTS_PATH + 400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    pthread_mutex_lock(&v->lock);
    v->result->faults++;
    v->observer->fault(v->observer->ctx, path, what);
    pthread_mutex_unlock(&v->lock);
}

/* The path stands before every fault; messages that begin with it need not say it twice. */
static const char *without_path(const char *msg, const char *path)
{
    size_t n = strlen(path);
    return strncmp(msg, path, n) == 0 && strncmp(msg + n, ": ", 2) == 0 ? msg + n + 2 : msg;
}

/* ---- one file ---- */

/* No subscene is larger than a product. */
enum { MAX_SIDE = 32768 };

/* What a file is like, once its shape is known to be right. */
struct shape {
    bool georeferenced;
    int32_t size;
    bool is_unreadable; /* found out later */
};

static bool is_raster(const struct ncfile_var *v, enum nc_kind kind, const struct shape *s)
{
    const char *slow = s->georeferenced ? "y" : "x", *fast = s->georeferenced ? "x" : "y";
    return v->known_kind && v->kind == kind && v->n_dims == 2 && strcmp(v->dim_name[0], slow) == 0 &&
           strcmp(v->dim_name[1], fast) == 0 && v->dim_len[0] == (size_t)s->size && v->dim_len[1] == (size_t)s->size;
}

/* Bands in table order, class layers, then x, y and crs: `at` walks over the variables. */
static int check_bands(struct ncfile *f, band_set bands, struct shape *s, int *at, struct err *e)
{
    struct ncfile_var v;
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        int r = ncfile_var_at(f, *at, &v, e);
        if (r)
            return err_wrap(e, "band %s", band_table[b].name);
        if (*at == 0 && v.n_dims == 2 && v.dim_len[0] <= MAX_SIDE) {
            s->size = (int32_t)v.dim_len[0];
            s->georeferenced = strcmp(v.dim_name[0], "y") == 0;
        }
        if (strcmp(v.name, band_table[b].name) != 0 || !is_raster(&v, NC_KIND_FLOAT, s))
            return err_set(e, ERR_INPUT, "variable %d is %s where the float band %s belongs, square like the others",
                           *at, v.name, band_table[b].name);
        ++*at;
    }
    return 0;
}

static int check_axis(struct ncfile *f, const char *name, const struct shape *s, double *first, double *step,
                      struct err *e)
{
    double *values = mem_alloc((size_t)s->size, sizeof *values);
    if (!values)
        return err_nomem(e, (size_t)s->size * sizeof *values);
    int r = ncfile_read_doubles(f, name, values, (size_t)s->size, e);
    *step = r == 0 && s->size > 1 ? values[1] - values[0] : 0;
    for (int32_t i = 1; r == 0 && i < s->size; i++)
        if (fabs(values[i] - values[0] - i * *step) > 1e-6)
            r = err_set(e, ERR_INPUT, "%s is not evenly spaced at %d", name, i);
    *first = r == 0 ? values[0] : 0;
    free(values);
    return r;
}

/* x, y and the GeoTransform of crs must say the same. */
static int check_georeference(struct ncfile *f, const struct shape *s, struct err *e)
{
    char text[256];
    double x, y, dx, dy, g[6];
    int r = check_axis(f, "x", s, &x, &dx, e);
    if (r == 0)
        r = check_axis(f, "y", s, &y, &dy, e);
    if (r)
        return r;
    if (!ncfile_text(f, "crs", "GeoTransform", text, sizeof text) ||
        sscanf(text, "%lf %lf %lf %lf %lf %lf", &g[0], &g[1], &g[2], &g[3], &g[4], &g[5]) != 6)
        return err_set(e, ERR_INPUT, "crs has no GeoTransform of six numbers");
    if (s->size == 1) {
        dx = g[1];
        dy = g[5];
    }
    if (fabs(g[0] + g[1] / 2 - x) > 1e-6 || fabs(g[3] + g[5] / 2 - y) > 1e-6 || fabs(g[1] - dx) > 1e-6 ||
        fabs(g[5] - dy) > 1e-6 || dx <= 0 || dy >= 0)
        return err_set(e, ERR_INPUT, "x and y do not agree with the GeoTransform %s", text);
    return ncfile_text(f, "crs", "crs_wkt", (char[2048]){0}, 2048) ? 0 : err_set(e, ERR_INPUT, "crs has no crs_wkt");
}

static int check_shape(struct ncfile *f, band_set bands, struct shape *s, struct err *e)
{
    struct ncfile_var v;
    int at = 0, n = ncfile_var_count(f);
    int r = check_bands(f, bands, s, &at, e);
    int coordinates = s->georeferenced ? 3 : 0;
    for (; r == 0 && at < n - coordinates; at++) {
        r = ncfile_var_at(f, at, &v, e);
        if (r == 0 && !is_raster(&v, NC_KIND_UBYTE, s))
            r = err_set(e, ERR_INPUT, "variable %s is neither a band of the manifest nor a class layer", v.name);
        if (r == 0)
            r = layers_check(f, v.name, s->size, e);
    }
    static const char *const names[] = {"x", "y", "crs"};
    for (int i = 0; r == 0 && i < coordinates; i++) {
        r = ncfile_var_at(f, at + i, &v, e);
        if (r == 0 && strcmp(v.name, names[i]) != 0)
            r = err_set(e, ERR_INPUT, "variable %d is %s where %s belongs", at + i, v.name, names[i]);
    }
    return r == 0 && s->georeferenced ? check_georeference(f, s, e) : r;
}

/* ---- whose numbers ---- */

int verify_kinds(const size_t numbers[COMPAT_COUNT])
{
    int kinds = 0;
    for (int i = 0; i < COMPAT_COUNT; i++)
        kinds += numbers[i] > 0;
    return kinds;
}

void verify_format_kinds(const size_t numbers[COMPAT_COUNT], char *buf, size_t size)
{
    buf[0] = '\0';
    for (size_t i = 0, n = 0; i < COMPAT_COUNT && n < size; i++)
        if (numbers[i] > 0)
            n += (size_t)snprintf(buf + n, size - n, "%s%zu of %s", n ? ", " : "", numbers[i],
                                  i ? compat_declared[i] : "our own");
}

static int check_numbers(struct verify *v, struct ncfile *f, struct err *e)
{
    char text[64];
    int whose = COMPAT_NONE;
    if (ncfile_text(f, NULL, SCHEMA_ATT_COMPAT, text, sizeof text)) {
        for (whose = 1; whose < COMPAT_COUNT && strcmp(text, compat_declared[whose]) != 0;)
            whose++;
        if (whose == COMPAT_COUNT)
            return err_set(e, ERR_INPUT, "compat is \"%s\": nobody knows these numbers", text);
    }
    pthread_mutex_lock(&v->lock);
    v->numbers[whose]++;
    pthread_mutex_unlock(&v->lock);
    return 0;
}

static void count_numbers(struct verify *v, const char *manifest)
{
    char kinds[200];
    for (int i = 0; i < COMPAT_COUNT; i++)
        v->result->numbers[i] += v->numbers[i];
    verify_format_kinds(v->numbers, kinds, sizeof kinds);
    if (verify_kinds(v->numbers) > 1)
        log_message(LOG_WARNING, "", "%s: subscenes with different numbers: %s", manifest, kinds);
}

/* What the file says of itself must be what the manifest says. */
/* All files of a manifest are of one product. */
static int check_product(struct verify *v, const char *name, struct err *e)
{
    pthread_mutex_lock(&v->lock);
    if (!v->product[0])
        snprintf(v->product, sizeof v->product, "%.135s", name);
    bool same = strcmp(v->product, name) == 0;
    pthread_mutex_unlock(&v->lock);
    return same ? 0 : err_set(e, ERR_INPUT, "belongs to product %s, others of its manifest to %s", name, v->product);
}

static int check_attributes(struct verify *v, struct ncfile *f, const struct shape *s, const struct manifest_row *row,
                            struct err *e)
{
    char text[256], product[256];
    double number;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, product, sizeof product) ||
        !ncfile_text(f, NULL, "version", text, sizeof text) || !ncfile_number(f, NULL, "overlap", &number))
        return err_set(e, ERR_INPUT, "one of the attributes version, product_name, overlap is missing");
    if (check_product(v, product, e) || check_numbers(v, f, e))
        return ERR_INPUT;
    if (!s->georeferenced)
        return 0;
    if (!ncfile_number(f, NULL, "subscene_x", &number) || number != row->x ||
        !ncfile_number(f, NULL, "subscene_y", &number) || number != row->y)
        return err_set(e, ERR_INPUT, "subscene_x and subscene_y are not %d and %d", row->x, row->y);
    if (!ncfile_number(f, NULL, SCHEMA_ATT_VALID, &number) || fabs(number - row->valid_fraction) > 5e-7)
        return err_set(e, ERR_INPUT, "valid_fraction is not the manifest's %.6f", row->valid_fraction);
    if (!ncfile_text(f, NULL, SCHEMA_ATT_HASH, text, sizeof text) || strcmp(text, row->content_hash) != 0)
        return err_set(e, ERR_INPUT, "content_hash is not the manifest's %s", row->content_hash);
    if (!ncfile_text(f, NULL, SCHEMA_ATT_DIGEST, text, sizeof text) || strcmp(text, row->digest) != 0)
        return err_set(e, ERR_INPUT, "was made with other parameters (%s) than the manifest says (%s)", text,
                       row->digest);
    return 0;
}

static int survey_of(struct verify *v, int worker, int32_t size, struct survey_work **out, struct err *e)
{
    int r = 0;
    if (v->work[worker] && v->work_size[worker] != size) {
        survey_work_destroy(v->work[worker]);
        v->work[worker] = NULL;
    }
    if (!v->work[worker])
        r = survey_work_create(size, &v->work[worker], e);
    v->work_size[worker] = size;
    *out = v->work[worker];
    return r;
}

/* The class columns of the row are those of the file's layers. */
static int check_fractions(struct survey_work *work, const struct manifest *m, struct ncfile *f,
                           const struct manifest_row *row, struct err *e)
{
    static const char remedy[] = "label again, or remove the manifest and run again, to rebuild it";
    struct manifest_row now = *row;
    char name[MANIFEST_CLASS_NAME], is[MANIFEST_FRACTION_SIZE], said[MANIFEST_FRACTION_SIZE];
    int r = survey_layers(work, m, f, &now, e);
    if (r == ERR_INPUT) {
        struct err why = *e;
        return err_set(e, r, "%s; %s", why.msg, remedy);
    }
    const struct manifest_class *c = r ? NULL : manifest_class_difference(m, &now, row);
    if (!c)
        return r;
    manifest_class_name(c, name);
    manifest_fraction_format(c, now.fraction[c - m->class], is);
    manifest_fraction_format(c, row->fraction[c - m->class], said);
    return err_set(e, ERR_INPUT, "%s is %s in the file, and %s in the manifest; %s", name, is[0] ? is : "nothing",
                   said[0] ? said : "nothing", remedy);
}

static int check_samples(struct verify *v, int worker, struct ncfile *f, struct shape *s,
                         const struct manifest_row *row, struct err *e)
{
    struct survey_work *work;
    struct manifest_row now = *row;
    int r = survey_of(v, worker, s->size, &work, e);
    if (r)
        return r;
    r = survey_file(work, v->manifest.bands, f, &now, e);
    s->is_unreadable = r != 0;
    if (r)
        return r;
    if (strcmp(now.content_hash, row->content_hash) != 0)
        return err_set(e, ERR_INPUT, "the samples have hash %s, the manifest says %s", now.content_hash,
                       row->content_hash);
    if (!manifest_row_equal(&now, row, v->manifest.bands))
        return err_set(e, ERR_INPUT, "the samples' statistics are not those of the manifest");
    return check_fractions(work, &v->manifest, f, row, e);
}

static int check_file(void *ctx, int32_t batch, size_t i, int worker, struct err *e)
{
    struct verify *v = ctx;
    const struct manifest_row *row = &v->manifest.row[i];
    char path[4400];
    struct ncfile *f;
    struct shape shape = {0};
    struct err err = ERR_INIT;
    (void)batch;
    snprintf(path, sizeof path, "%s/%s", v->folder, row->file);
    int r = ncfile_open(path, &f, &err);
    bool open = r == 0;
    shape.is_unreadable = !open;
    if (r == 0)
        r = check_shape(f, v->manifest.bands, &shape, &err);
    if (r == 0)
        r = check_attributes(v, f, &shape, row, &err);
    if (r == 0)
        r = check_samples(v, worker, f, &shape, row, &err);
    if (open)
        ncfile_close(f);
    if (r == ERR_TEMPORARY) {
        *e = err;
        return r;
    }
    if (r)
        fault(v, path, "%s", without_path(err.msg, path));
    pthread_mutex_lock(&v->lock);
    v->result->files++;
    v->result->unreadable += shape.is_unreadable;
    v->observer->file(v->observer->ctx);
    pthread_mutex_unlock(&v->lock);
    return 0;
}

/* ---- one manifest ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* Notes which of the walked files the manifest names. */
static int by_path(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void mark_known(const struct verify *v, const struct strlist *files, bool *known)
{
    for (size_t i = 0; i < v->manifest.n; i++) {
        char path[4400];
        snprintf(path, sizeof path, "%s/%s", v->folder, v->manifest.row[i].file);
        char *key = path;
        char **found = bsearch(&key, files->s, files->n, sizeof *files->s, by_path);
        if (found)
            known[found - files->s] = true;
    }
}

static int check_manifest(struct verify *v, const char *path, const struct strlist *files, bool *known, int threads,
                          int (*stopped)(void), struct err *e)
{
    struct err err = ERR_INIT;
    manifests_folder(path, v->folder);
    int r = manifest_read(path, &v->manifest, &err);
    if (r == ERR_TEMPORARY) {
        *e = err;
        return r;
    }
    v->result->manifests++;
    v->product[0] = '\0';
    memset(v->numbers, 0, sizeof v->numbers);
    if (r) {
        fault(v, path, "%s; run again to rebuild it", without_path(err.msg, path));
        return 0;
    }
    v->observer->begin(v->observer->ctx, path, v->manifest.n);
    mark_known(v, files, known);
    r = pipeline_for(v->manifest.n, threads, stopped, check_file, v, e);
    count_numbers(v, path);
    if (r == 0)
        r = census_add(&v->census, path, &v->manifest, v->product, e);
    manifest_clear(&v->manifest);
    return r;
}

/* Files that no manifest names, and what killed runs left. */
static void check_strays(struct verify *v, const struct strlist *files, const bool *known)
{
    for (size_t i = 0; i < files->n; i++) {
        const char *path = files->s[i];
        if (base_name(path)[0] == '.' && strstr(base_name(path), ".part-"))
            fault(v, path, "was left behind by a run that was killed; run it again");
        else if (ends_with(path, ".nc") && !known[i])
            fault(v, path, "is in no manifest");
    }
}

static void tell(void *ctx, const char *path, const char *what) { fault(ctx, path, "%s", what); }

/* The folder's dataset.csv, where it has one. What keeps it from being compared is a fault of a manifest too. */
static int check_dataset(struct verify *v, const char *folder, const struct strlist *files, int (*stopped)(void),
                         struct err *e)
{
    char path[4400], *key = path;
    struct dataset now;
    struct err err = ERR_INIT;
    int n = (int)strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    snprintf(path, sizeof path, "%.*s/%s", n, folder, DATASET_FILE);
    if (!bsearch(&key, files->s, files->n, sizeof *files->s, by_path))
        return 0;
    int r = dataset_collect(folder, stopped, &now, &err);
    if (r == 0)
        r = dataset_compare(&now, folder, path, tell, v, &err);
    dataset_clear(&now);
    if (r == ERR_INPUT || r == ERR_USAGE)
        fault(v, path, "cannot be compared with the manifests: %s", err.msg);
    else if (r)
        *e = err;
    return r == ERR_INPUT || r == ERR_USAGE ? 0 : r;
}

static int check_all(struct verify *v, const char *folder, const struct strlist *files, bool *known, int threads,
                     int (*stopped)(void), struct err *e)
{
    int r = 0;
    bool any = false;
    for (size_t i = 0; r == 0 && i < files->n; i++) {
        any |= manifests_is(files->s[i]) || ends_with(files->s[i], ".nc");
        if (manifests_is(files->s[i]))
            r = check_manifest(v, files->s[i], files, known, threads, stopped, e);
    }
    if (r == 0 && !any)
        return err_set(e, ERR_INPUT, "%s: there is no manifest.csv and no subscene below it", folder);
    if (r == 0)
        check_strays(v, files, known);
    if (r == 0)
        census_tell_twice(&v->census, tell, v);
    return r == 0 ? check_dataset(v, folder, files, stopped, e) : r;
}

int verify_folder(const char *folder, int threads, int (*stopped)(void), const struct verify_observer *observer,
                  struct verify_result *result, struct err *e)
{
    struct verify v = {.observer = observer, .result = result};
    struct strlist files;
    *result = (struct verify_result){0};
    int r = walk_folder(folder, &files, e);
    if (r)
        return r;
    pthread_mutex_init(&v.lock, NULL);
    bool *known = mem_zalloc(files.n, sizeof *known);
    v.work = mem_zalloc((size_t)threads, sizeof *v.work);
    v.work_size = mem_zalloc((size_t)threads, sizeof *v.work_size);
    if (known && v.work && v.work_size)
        r = check_all(&v, folder, &files, known, threads, stopped, e);
    else
        r = err_nomem(e, files.n);
    result->count = v.census.count;
    census_clear(&v.census);
    for (int i = 0; v.work && i < threads; i++)
        survey_work_destroy(v.work[i]);
    free(v.work);
    free(v.work_size);
    free(known);
    pthread_mutex_destroy(&v.lock);
    strlist_clear(&files);
    return r;
}
