#include "stages/jobs/verify.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "exec/pipeline.h"
#include "io/folder/walk.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/stage_nc.h"
#include "stages/check/conform.h"
#include "stages/check/dataset.h"
#include "stages/folder/kept_layers.h"
#include "stages/folder/manifests.h"
#include "stages/folder/measure.h"

/* One manifest being checked, shared by the threads. */
struct verify {
    const struct verify_observer *observer;
    struct verify_result *result;
    pthread_mutex_t lock; /* guards the two above */
    char folder[4096]; /* of the manifest */
    char product[136]; /* product_name of the first file read; under the lock */
    size_t numbers[COMPAT_COUNT]; /* files by the program whose numbers they have; under the lock */
    struct census census; /* of all manifests so far */
    struct manifest manifest;
    struct measure_work **work; /* per worker, made at the first file */
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

/* The path is printed before every fault, so it is removed from the start of a message. */
static const char *without_path(const char *msg, const char *path)
{
    size_t n = strlen(path);
    return strncmp(msg, path, n) == 0 && strncmp(msg + n, ": ", 2) == 0 ? msg + n + 2 : msg;
}

/* ---- one file ---- */

/* ---- own numbers or cm_vsm's ---- */

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
            return err_set(e, ERR_INPUT, "compat is \"%s\", which is unknown", text);
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

/* The file's attributes must agree with the manifest. */
/* All files of a manifest must belong to one product. */
static int check_product(struct verify *v, const char *name, struct err *e)
{
    pthread_mutex_lock(&v->lock);
    if (!v->product[0])
        snprintf(v->product, sizeof v->product, "%.135s", name);
    bool same = strcmp(v->product, name) == 0;
    pthread_mutex_unlock(&v->lock);
    return same ? 0
                : err_set(e, ERR_INPUT, "belongs to product %s, other files of its manifest to %s",
                          name, v->product);
}

static int check_attributes(struct verify *v, struct ncfile *f, const struct conform_shape *s,
                            const struct manifest_row *row, struct err *e)
{
    char text[256], product[256];
    double number;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, product, sizeof product) ||
        !ncfile_text(f, NULL, "version", text, sizeof text) ||
        !ncfile_number(f, NULL, "overlap", &number))
        return err_set(e, ERR_INPUT,
                       "one of the attributes version, product_name, overlap is missing");
    if (check_product(v, product, e) || check_numbers(v, f, e))
        return ERR_INPUT;
    if (!s->georeferenced)
        return 0;
    if (!ncfile_number(f, NULL, "subscene_x", &number) || number != row->x ||
        !ncfile_number(f, NULL, "subscene_y", &number) || number != row->y)
        return err_set(e, ERR_INPUT, "subscene_x and subscene_y are not %d and %d", row->x, row->y);
    if (!ncfile_number(f, NULL, SCHEMA_ATT_VALID, &number) ||
        fabs(number - row->valid_fraction) > 5e-7)
        return err_set(e, ERR_INPUT, "valid_fraction is not the manifest's %.6f",
                       row->valid_fraction);
    if (!ncfile_text(f, NULL, SCHEMA_ATT_HASH, text, sizeof text) ||
        strcmp(text, row->content_hash) != 0)
        return err_set(e, ERR_INPUT, "content_hash is not the manifest's %s", row->content_hash);
    if (!ncfile_text(f, NULL, SCHEMA_ATT_DIGEST, text, sizeof text) ||
        strcmp(text, row->digest) != 0)
        return err_set(e, ERR_INPUT,
                       "was made with other parameters (%s) than the manifest says (%s)", text,
                       row->digest);
    return 0;
}

static int survey_of(struct verify *v, int worker, int32_t size, struct measure_work **out,
                     struct err *e)
{
    int r = 0;
    if (v->work[worker] && measure_size(v->work[worker]) != size) {
        measure_work_destroy(v->work[worker]);
        v->work[worker] = NULL;
    }
    if (!v->work[worker])
        r = measure_work_create(size, &v->work[worker], e);
    *out = v->work[worker];
    return r;
}

static const char rebuild[] = "label again, or remove the manifest and run again, to rebuild it";

/* The class columns of the row must agree with the file's layers. */
static int check_fractions(const struct manifest *m, const struct manifest_row *now,
                           const struct manifest_row *row, struct err *e)
{
    char name[MANIFEST_CLASS_NAME], is[MANIFEST_FRACTION_SIZE], said[MANIFEST_FRACTION_SIZE];
    const struct manifest_class *c = manifest_class_difference(m, now, row);
    if (!c)
        return 0;
    manifest_class_name(c, name);
    manifest_fraction_format(c, now->fraction[c - m->class], is);
    manifest_fraction_format(c, row->fraction[c - m->class], said);
    return err_set(e, ERR_INPUT, "%s is %s in the file, and %s in the manifest; %s", name,
                   is[0] ? is : "nothing", said[0] ? said : "nothing", rebuild);
}

/* Fills the layer's columns of `now`. */
static int check_layer(struct measure_work *work, const struct manifest *m, struct h5file *f,
                       const struct class_layer *layer, struct manifest_row *now, struct err *e)
{
    const uint8_t *px;
    int32_t size = measure_size(work);
    int r = measure_codes(work, f, layer->name, &px, e);
    if (r == 0)
        r = layers_check(layer, px, size, e);
    if (r == 0 && manifest_row_layer(m, now, layer, px, (size_t)size * (size_t)size, e)) {
        struct err why = *e;
        r = err_set(e, why.code, "%s; %s", why.msg, rebuild);
    }
    return r;
}

static int check_layers(struct measure_work *work, const struct manifest *m, struct h5file *f,
                        const struct manifest_row *row, struct err *e)
{
    struct manifest_row now = *row;
    struct class_layers layers;
    int r = layers_list(f, &layers, e);
    manifest_row_no_classes(&now);
    for (size_t i = 0; r == 0 && i < layers.n; i++)
        r = check_layer(work, m, f, &layers.s[i], &now, e);
    free(layers.s);
    return r == 0 ? check_fractions(m, &now, row, e) : r;
}

static int check_samples(struct verify *v, int worker, struct ncfile *f, struct conform_shape *s,
                         const struct manifest_row *row, struct err *e)
{
    struct measure_work *work;
    struct manifest_row now = *row;
    int r = survey_of(v, worker, s->size, &work, e);
    if (r)
        return r;
    r = measure_file(work, v->manifest.bands, ncfile_h5(f), &now, e);
    s->is_unreadable = r != 0;
    if (r)
        return r;
    if (strcmp(now.content_hash, row->content_hash) != 0)
        return err_set(e, ERR_INPUT, "the samples have hash %s, the manifest says %s",
                       now.content_hash, row->content_hash);
    if (!manifest_row_equal(&now, row, v->manifest.bands))
        return err_set(e, ERR_INPUT, "the samples' statistics are not those of the manifest");
    return check_layers(work, &v->manifest, ncfile_h5(f), row, e);
}

/* Called last, because the other checks give better reasons. A file of another size was rewritten
 * by another tool; its contents have already been checked. */
static int check_sum(const struct manifest_row *row, enum filesum_state state, struct err *e)
{
    if (row->is_altered)
        return err_set(e, ERR_INPUT,
                       "its row in the manifest does not have its row_checksum; repeat the run to "
                       "make the row "
                       "again from the file");
    return state != FILESUM_CHANGED
               ? 0
               : err_set(e, ERR_INPUT,
                         "its metadata do not have the checksum in the manifest; "
                         "repeat the run to make the file again");
}

static int check_file(void *ctx, int32_t batch, size_t i, int worker, struct err *e)
{
    struct verify *v = ctx;
    const struct manifest_row *row = &v->manifest.row[i];
    char path[4400];
    struct ncfile *f;
    struct conform_shape shape = {0};
    struct err err = ERR_INIT;
    (void)batch;
    snprintf(path, sizeof path, "%s/%s", v->folder, row->file);
    enum filesum_state state =
        row->is_altered ? FILESUM_UNKNOWN : filesum_look(path, &row->file_sum);
    if (state == FILESUM_SAME)
        examine_trust(path);
    int r = ncfile_open(path, &f, &err);
    bool open = r == 0;
    shape.is_unreadable = !open;
    if (r == 0)
        r = conform_check(f, v->manifest.bands, &shape, &err);
    if (r == 0)
        r = check_attributes(v, f, &shape, row, &err);
    if (r == 0)
        r = check_samples(v, worker, f, &shape, row, &err);
    if (r == 0)
        r = check_sum(row, state, &err);
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

/* Marks the files that the manifest names. */
static void mark_known(const struct verify *v, const struct strlist *files, bool *known)
{
    for (size_t i = 0; i < v->manifest.n; i++) {
        char path[4400];
        snprintf(path, sizeof path, "%s/%s", v->folder, v->manifest.row[i].file);
        ptrdiff_t found = strlist_find(files, path);
        if (found >= 0)
            known[found] = true;
    }
}

static int check_manifest(struct verify *v, const char *path, const struct strlist *files,
                          bool *known, int threads, int (*stopped)(void), struct err *e)
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

/* The stage that made a file. −1: none, or the file cannot be read. */
static int stage_of(const char *path)
{
    struct ncfile *f;
    struct stage_meta meta;
    if (ncfile_open(path, &f, NULL))
        return -1;
    int r = stage_nc_read(f, &meta, NULL);
    ncfile_close(f);
    return r ? -1 : (int)meta.kind;
}

/* A folder of files between the stages is one error, not one fault per file. */
static int refuse_stages(const char *folder, const struct strlist *files, struct err *e)
{
    size_t i = 0;
    while (i < files->n && !text_ends_with(files->s[i], ".nc"))
        i++;
    int stage = i < files->n ? stage_of(files->s[i]) : -1;
    return stage < 0
               ? 0
               : err_set(e, ERR_INPUT,
                         "%s: holds files of %s, for example %s; verify is for the subscenes that "
                         "run and write make",
                         folder, stage_names[stage], files->s[i]);
}

/* Reports class layers that wait for a subscene, or are lost. */
static void check_kept(struct verify *v, const char *list)
{
    char path[4400], names[300] = "";
    struct strlist layers;
    struct err why = ERR_INIT;
    if (!kept_layers_subscene(list, path, sizeof path))
        return;
    if (kept_layers_find(path, &layers, &why)) {
        fault(v, list, "%s", without_path(why.msg, list));
        return;
    }
    strlist_join(&layers, ", ", names, sizeof names);
    fault(v, path,
          "lacks class layers that it had (%s); run again to copy them, or give their source to "
          "subscene label",
          names);
    strlist_clear(&layers);
}

/* Reports files that no manifest names, and leftovers of killed runs. */
static void check_strays(struct verify *v, const struct strlist *files, const bool *known)
{
    for (size_t i = 0; i < files->n; i++) {
        const char *path = files->s[i];
        check_kept(v, path);
        if (path_base(path)[0] == '.' && strstr(path_base(path), ".part-"))
            fault(v, path, "was left behind by a run that was killed; run it again");
        else if (text_ends_with(path, ".nc") && !known[i]) {
            int stage = stage_of(path);
            if (stage < 0)
                fault(v, path, "is in no manifest");
            else
                fault(v, path, "is a file of %s, no subscene, and in no manifest",
                      stage_names[stage]);
        }
    }
}

static void tell(void *ctx, const char *path, const char *what) { fault(ctx, path, "%s", what); }

/* Compares the folder's dataset.csv, if there is one. If it cannot be compared, a manifest is
 * faulty, and that is reported too. */
static int check_dataset(struct verify *v, const char *folder, const struct strlist *files,
                         int (*stopped)(void), struct err *e)
{
    char path[4400];
    struct dataset now;
    struct err err = ERR_INIT;
    snprintf(path, sizeof path, "%.*s/%s", (int)path_trimmed_length(folder), folder, DATASET_FILE);
    if (strlist_find(files, path) < 0)
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

static int check_all(struct verify *v, const char *folder, const struct strlist *files, bool *known,
                     int threads, int (*stopped)(void), struct err *e)
{
    int r = 0;
    bool any = false, manifests = false;
    for (size_t i = 0; i < files->n; i++) {
        manifests |= manifests_is(files->s[i]);
        any |= manifests || text_ends_with(files->s[i], ".nc");
    }
    if (!manifests)
        r = refuse_stages(folder, files, e);
    for (size_t i = 0; r == 0 && i < files->n; i++) {
        if (manifests_is(files->s[i]))
            r = check_manifest(v, files->s[i], files, known, threads, stopped, e);
    }
    if (r == 0 && !any)
        return err_set(e, ERR_INPUT, "%s: no manifest.csv and no subscene found below this folder",
                       folder);
    if (r == 0)
        check_strays(v, files, known);
    if (r == 0)
        census_report_duplicates(&v->census, tell, v);
    return r == 0 ? check_dataset(v, folder, files, stopped, e) : r;
}

int verify_folder(const char *folder, int threads, int (*stopped)(void),
                  const struct verify_observer *observer, struct verify_result *result,
                  struct err *e)
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
    if (known && v.work)
        r = check_all(&v, folder, &files, known, threads, stopped, e);
    else
        r = err_nomem(e, files.n);
    result->count = v.census.count;
    census_clear(&v.census);
    for (int i = 0; v.work && i < threads; i++)
        measure_work_destroy(v.work[i]);
    free(v.work);
    free(known);
    pthread_mutex_destroy(&v.lock);
    strlist_clear(&files);
    return r;
}
