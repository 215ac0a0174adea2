#include "stages/jobs/repair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/path.h"
#include "io/folder/outfile.h"
#include "io/folder/walk.h"
#include "stages/check/dataset.h"
#include "stages/check/stray.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/manifests.h"
#include "stages/jobs/repair_faults.h"
#include "stages/jobs/repair_manifest.h"
#include "stages/jobs/repair_remake.h"
#include "stages/keep/kept_layers.h"

struct repair {
    const char *folder;
    const struct repair_options *options;
    const struct repair_observer *observer;
    struct repair_result *result;
    struct repair_faults faults;
    struct err unrecorded; /* a fault could not be recorded */
    struct folder_lock *lock;
};

/* ---- what verify finds ---- */

static void on_begin(void *ctx, const char *manifest, size_t files)
{
    const struct verify_observer *o = &((const struct repair *)ctx)->observer->verify;
    o->begin(o->ctx, manifest, files);
}

static void on_file(void *ctx)
{
    const struct verify_observer *o = &((const struct repair *)ctx)->observer->verify;
    o->file(o->ctx);
}

static void on_fault(void *ctx, const struct verify_fault *fault)
{
    struct repair *p = ctx;
    const struct verify_observer *o = &p->observer->verify;
    if (p->unrecorded.code == ERR_NONE)
        (void)!repair_faults_add(&p->faults, fault, &p->unrecorded);
    o->fault(o->ctx, fault);
}

static int verify(struct repair *p, struct err *e)
{
    const struct verify_observer observer = {on_begin, on_file, on_fault, p};
    int r = verify_folder(p->folder, p->options->threads, p->options->stopped, &observer,
                          &p->result->found, e);
    if (r)
        return r;
    if (p->unrecorded.code != ERR_NONE) {
        *e = p->unrecorded;
        return e->code;
    }
    return repair_faults_sort(&p->faults, e);
}

static void tell(void *ctx, const char *path, const char *what)
{
    struct repair *p = ctx;
    p->result->mended++;
    p->observer->mended(p->observer->ctx, path, what);
}

/* ---- a dry run ---- */

static void tell_plan(struct repair *p, const struct repair_fault *t)
{
    static const char *const plan[FAULT_KINDS] = {
        [FAULT_DAMAGED] = "would be set aside",
        [FAULT_MISSING] = "its row would leave the manifest",
        [FAULT_MANIFEST] = "its row would be made from the file",
        [FAULT_DATASET] = "would be written again",
        [FAULT_LAYERS] = "would get its class layers back",
        [FAULT_LEFTOVER] = "would be removed, if its process is gone",
    };
    const bool has_product = p->options->product != NULL;
    const bool is_listed = t->kind == FAULT_MISSING && !t->has_row; /* and has no row to lose */
    const bool waits = t->kind == FAULT_LAYERS && access(t->path, F_OK) != 0;
    if (t->kind == FAULT_MANIFEST && manifests_is(t->path))
        tell(p, t->path, "would be made from the files");
    else if (plan[t->kind] && !is_listed && !waits)
        tell(p, t->path, plan[t->kind]);
    if (has_product && (t->kind == FAULT_DAMAGED || t->kind == FAULT_MISSING || waits))
        tell(p, t->path, "would be made again, if it is of the product");
}

/* ---- the work ---- */

static int lock_folders(struct repair *p, struct err *e)
{
    struct folder_lock_places places = {.locks = {0}};
    int r = repair_faults_locks(&p->faults, &places, e);
    if (r == 0)
        r = folder_lock_open_places(&places, &p->options->lock, &p->lock, e);
    folder_lock_places_clear(&places);
    return r;
}

static int mend_groups(struct repair *p, struct err *e)
{
    const struct repair_teller teller = {tell, p};
    for (size_t i = 0, n; i < p->faults.n; i += n) {
        n = repair_faults_group(&p->faults, i);
        if (p->options->stopped && p->options->stopped())
            return err_set(e, ERR_STOPPED, "stopped by a signal");
        int r = repair_manifest(&p->faults.fault[i], n, &teller, p->options->stopped, e);
        if (r)
            return r;
    }
    return 0;
}

/* Temporary files. The lock has already removed those of processes that are gone, where it covers
 * them. */
static int remove_leftovers(struct repair *p, struct err *e)
{
    for (size_t i = 0; i < p->faults.n; i++) {
        struct repair_fault *t = &p->faults.fault[i];
        char folder[MANIFESTS_PATH];
        if (t->kind != FAULT_LEFTOVER || t->is_mended)
            continue;
        int n = (int)path_folder_length(t->path);
        snprintf(folder, sizeof folder, "%.*s", n > 0 ? n : 1, n > 0 ? t->path : ".");
        int r = outfile_remove_stale(folder, e);
        if (r)
            return r;
        t->is_mended = access(t->path, F_OK) != 0;
        if (t->is_mended)
            tell(p, t->path, "is removed");
    }
    return 0;
}

static void note_difference(void *ctx, const char *path, const char *what)
{
    (void)path;
    (void)what;
    *(bool *)ctx = true;
}

/* Writes dataset.csv again if it is there and out of date. A manifest that cannot be read leaves it
 * as it is. */
static int mend_dataset(struct repair *p, struct err *e)
{
    char path[4096];
    struct dataset now;
    struct err why = ERR_INIT;
    bool differs = false;
    snprintf(path, sizeof path, "%.*s/%s", (int)path_trimmed_length(p->folder), p->folder,
             DATASET_FILE);
    if (access(path, F_OK) != 0)
        return 0;
    p->result->left_of[FAULT_DATASET] = 0;
    int r = dataset_collect(p->folder, p->options->stopped, &now, &why);
    if (r == 0)
        r = dataset_compare(&now, p->folder, path, note_difference, &differs, &why);
    if (r == 0 && differs)
        r = dataset_write(&now, p->folder, path, &why);
    dataset_clear(&now);
    if (r == ERR_INPUT || r == ERR_USAGE) {
        p->result->left_of[FAULT_DATASET] = 1;
        log_message(LOG_WARNING, "", "%s: stays as it is: %s", path, why.msg);
        return 0;
    }
    if (r)
        *e = why;
    else if (differs)
        tell(p, path, "is written again");
    return r;
}

/* ---- what is left ---- */

/* Counts a list of layers as verify does. */
static int count_list(struct repair *p, const char *list, struct err *e)
{
    char path[MANIFESTS_PATH];
    struct strlist layers;
    struct err why = ERR_INIT;
    const enum fault_kind kind = stray_list(list, path, &layers, &why);
    strlist_clear(&layers);
    if (why.code == ERR_TEMPORARY) {
        *e = why;
        return why.code;
    }
    p->result->left_of[kind] += kind != FAULT_NONE;
    return 0;
}

/* Faults that were not mended, and the lists that are there now. */
static int count_left(struct repair *p, struct err *e)
{
    struct strlist files;
    size_t *left = p->result->left_of;
    char path[MANIFESTS_PATH];
    for (size_t i = 0; i < p->faults.n; i++) {
        const struct repair_fault *t = &p->faults.fault[i];
        bool is_counted = t->kind == FAULT_LAYERS || t->kind == FAULT_LOST ||
                          t->kind == FAULT_DATASET || (t->kind == FAULT_MISSING && !t->has_row) ||
                          kept_layers_subscene(t->path, path, sizeof path);
        left[t->kind] += !is_counted && !t->is_mended;
    }
    int r = walk_folder(p->folder, &files, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < files.n; i++)
        r = count_list(p, files.s[i], e);
    strlist_clear(&files);
    for (int k = 1; k < FAULT_KINDS; k++)
        p->result->left += left[k];
    return r;
}

static int mend(struct repair *p, struct err *e)
{
    int r = lock_folders(p, e);
    if (r == 0)
        r = mend_groups(p, e);
    if (r == 0)
        r = remove_leftovers(p, e);
    folder_lock_close(p->lock);
    p->lock = NULL;
    if (r == 0 && p->options->product)
        r = repair_remake(p->folder, p->options, &(struct repair_teller){tell, p}, e);
    if (r == 0)
        r = mend_dataset(p, e);
    return r ? r : count_left(p, e);
}

int repair_folder(const char *folder, const struct repair_options *options,
                  const struct repair_observer *observer, struct repair_result *result,
                  struct err *e)
{
    struct repair p = {
        .folder = folder, .options = options, .observer = observer, .result = result};
    *result = (struct repair_result){.mended = 0};
    int r = repair_remake_check(options, e);
    if (r == 0)
        r = verify(&p, e);
    if (r == 0 && options->dry_run)
        for (size_t i = 0; i < p.faults.n; i++)
            tell_plan(&p, &p.faults.fault[i]);
    if (r == 0 && options->dry_run) {
        result->left = result->found.faults;
        memcpy(result->left_of, result->found.faults_of, sizeof result->left_of);
    } else if (r == 0) {
        r = mend(&p, e);
    }
    repair_faults_clear(&p.faults);
    return r;
}
