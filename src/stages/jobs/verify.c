#include "stages/jobs/verify.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "exec/pipeline.h"
#include "io/folder/walk.h"
#include "io/netcdf/stage_nc.h"
#include "stages/check/dataset.h"
#include "stages/check/stray.h"
#include "stages/check/subscene_check.h"
#include "stages/folder/manifests.h"
#include "stages/folder/measure.h"
#include "stages/keep/carried_files.h"

/* One manifest being checked, shared by the threads. */
struct verify {
    const struct verify_observer *observer;
    struct verify_result *result;
    pthread_mutex_t lock; /* guards the two above */
    struct census census; /* of all manifests so far */
    struct check_manifest now; /* the manifest at hand */
    struct measure_work **work; /* per worker, made at the first file */
    struct strays strays;
};

static void report(struct verify *v, const struct verify_fault *f)
{
    pthread_mutex_lock(&v->lock);
    v->result->faults++;
    v->result->faults_of[f->kind]++;
    v->observer->fault(v->observer->ctx, f);
    pthread_mutex_unlock(&v->lock);
}

PRINTF_LIKE(4, 5)
static void fault(struct verify *v, enum fault_kind kind, const char *path, const char *fmt, ...)
{
    char what[MANIFESTS_PATH + 400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    report(v, &(struct verify_fault){.kind = kind, .path = path, .what = what});
}

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

static void count_numbers(struct verify *v)
{
    char kinds[200];
    for (int i = 0; i < COMPAT_COUNT; i++)
        v->result->numbers[i] += v->now.numbers[i];
    v->result->untold += v->now.untold;
    verify_format_kinds(v->now.numbers, kinds, sizeof kinds);
    if (verify_kinds(v->now.numbers) > 1)
        log_message(LOG_WARNING, "", "%s: subscenes with different numbers: %s", v->now.path,
                    kinds);
}

/* ---- one file ---- */

static int check_file(void *ctx, int32_t batch, size_t i, int worker, struct err *e)
{
    struct verify *v = ctx;
    char path[MANIFESTS_PATH];
    struct subscene_finding found;
    (void)batch;
    int r = subscene_check(&v->now, i, &v->work[worker], &found, e);
    if (r)
        return r;
    manifests_file(v->now.path, &v->now.manifest.row[i], path);
    if (found.kind != FAULT_NONE)
        report(v, &(struct verify_fault){.kind = found.kind,
                                         .path = path,
                                         .what = subscene_check_strip(found.why.msg, path),
                                         .manifest = v->now.path,
                                         .row = &v->now.manifest.row[i]});
    pthread_mutex_lock(&v->lock);
    v->result->files++;
    v->result->unreadable += found.is_unreadable;
    v->observer->file(v->observer->ctx);
    pthread_mutex_unlock(&v->lock);
    return 0;
}

/* ---- one manifest ---- */

/* Marks the files that the manifest names. */
static void mark_known(const struct verify *v, const struct strlist *files, bool *known)
{
    for (size_t i = 0; i < v->now.manifest.n; i++) {
        char path[MANIFESTS_PATH];
        manifests_file(v->now.path, &v->now.manifest.row[i], path);
        ptrdiff_t found = strlist_find(files, path);
        if (found >= 0)
            known[found] = true;
    }
}

static int check_manifest(struct verify *v, const char *path, const struct strlist *files,
                          bool *known, int threads, int (*stopped)(void), struct err *e)
{
    struct err err = ERR_INIT;
    snprintf(v->now.path, sizeof v->now.path, "%s", path);
    int r = manifest_read(path, &v->now.manifest, &err);
    if (r == ERR_TEMPORARY) {
        *e = err;
        return r;
    }
    v->result->manifests++;
    v->now.product[0] = '\0';
    memset(v->now.numbers, 0, sizeof v->now.numbers);
    v->now.untold = 0;
    if (r) {
        fault(v, manifests_is_unreadable(&err) ? FAULT_OTHER : FAULT_MANIFEST, path, "%s",
              subscene_check_strip(err.msg, path));
        return 0;
    }
    v->observer->begin(v->observer->ctx, path, v->now.manifest.n);
    mark_known(v, files, known);
    r = pipeline_for(v->now.manifest.n, threads, stopped, check_file, v, e);
    count_numbers(v);
    if (r == 0)
        r = census_add(&v->census, path, &v->now.manifest, v->now.product, e);
    manifest_clear(&v->now.manifest);
    return r;
}

/* A folder of files between the stages is one error, not one fault per file. */
static int refuse_stages(const char *folder, const struct strlist *files, struct err *e)
{
    size_t i = 0;
    while (i < files->n && !text_ends_with(files->s[i], ".nc"))
        i++;
    int stage = i < files->n ? stray_stage(files->s[i]) : -1;
    return stage < 0
               ? 0
               : err_set(e, ERR_INPUT,
                         "%s: holds files of %s, for example %s; verify is for the subscenes that "
                         "run and write make",
                         folder, stage_names[stage], files->s[i]);
}

/* Reports a subscene that is set aside: its class layers wait for a new file, or are lost. */
static void check_kept(struct verify *v, const char *list)
{
    char path[MANIFESTS_PATH], names[300] = "";
    struct strlist layers;
    struct err why = ERR_INIT;
    const enum fault_kind kind = stray_list(list, path, &layers, &why);
    strlist_join(&layers, ", ", names, sizeof names);
    if (kind == FAULT_OTHER)
        fault(v, kind, list, "%s", subscene_check_strip(why.msg, list));
    else if (kind == FAULT_LOST)
        fault(v, kind, path, "lost class layers (%s); give their source to subscene label", names);
    else if (kind == FAULT_LAYERS && access(path, F_OK) == 0)
        fault(v, kind, path,
              "lacks class layers (%s) of its old file; run again to copy them, or give their "
              "source to subscene label",
              names);
    else if (kind == FAULT_LAYERS)
        fault(v, kind, path, "is missing, and had class layers (%s)", names);
    else if (kind == FAULT_LEFTOVER)
        fault(v, kind, list, "is a leftover: the subscene was made again");
    else if (kind == FAULT_MISSING)
        fault(v, kind, path, "is missing: an earlier repair took it out of the manifest");
    strlist_clear(&layers);
}

/* Reports subscenes of another grid whose class layers are not carried over yet. */
static void check_carried(struct verify *v, const char *list)
{
    char manifest[MANIFESTS_PATH];
    struct carried_files waiting;
    struct err why = ERR_INIT;
    if (!carried_files_manifest(list, manifest, sizeof manifest))
        return;
    if (carried_files_find(manifest, &waiting, &why))
        fault(v, FAULT_OTHER, list, "%s", subscene_check_strip(why.msg, list));
    else
        fault(v, FAULT_OTHER, manifest,
              "class layers of %zu old subscene%s wait for new subscenes; run again with the same "
              "options, or with --drop-labels to give them up",
              waiting.path.n, text_s(waiting.path.n));
    carried_files_clear(&waiting);
}

static int check_stray(struct verify *v, const char *path, struct err *e)
{
    struct stray_finding found;
    int r = stray_check(&v->strays, path, &found, e);
    if (r)
        return r;
    report(v, &(struct verify_fault){.kind = found.found.kind,
                                     .path = path,
                                     .what = found.found.why.msg,
                                     .manifest = found.manifest[0] ? found.manifest : NULL,
                                     .is_stray = true});
    return 0;
}

/* Reports files that no manifest names, and leftovers of killed runs. */
static int check_strays(struct verify *v, const struct strlist *files, const bool *known,
                        int (*stopped)(void), struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < files->n; i++) {
        const char *path = files->s[i];
        if (stopped && stopped())
            return err_set(e, ERR_STOPPED, "stopped by a signal");
        check_kept(v, path);
        check_carried(v, path);
        if (path_base(path)[0] == '.' && strstr(path_base(path), ".part-"))
            fault(v, FAULT_LEFTOVER, path, "was left behind by a process that was killed");
        else if (text_ends_with(path, ".nc") && !known[i])
            r = check_stray(v, path, e);
    }
    return r;
}

static void tell_duplicate(void *ctx, const char *path, const char *what)
{
    report(ctx, &(struct verify_fault){.kind = FAULT_OTHER, .path = path, .what = what});
}

static void tell_dataset(void *ctx, const char *path, const char *what)
{
    report(ctx, &(struct verify_fault){.kind = FAULT_DATASET, .path = path, .what = what});
}

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
        r = dataset_compare(&now, folder, path, tell_dataset, v, &err);
    dataset_clear(&now);
    if (r == ERR_INPUT || r == ERR_USAGE)
        fault(v, FAULT_DATASET, path, "cannot be compared with the manifests: %s", err.msg);
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
        r = check_strays(v, files, known, stopped, e);
    if (r == 0)
        census_report_duplicates(&v->census, tell_duplicate, v);
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
    pthread_mutex_init(&v.now.lock, NULL);
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
    strays_clear(&v.strays);
    pthread_mutex_destroy(&v.now.lock);
    pthread_mutex_destroy(&v.lock);
    strlist_clear(&files);
    return r;
}
