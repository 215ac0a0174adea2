#include "stages/jobs/repair_manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/path.h"
#include "io/netcdf/h5file.h"
#include "io/netcdf/layers_nc.h"
#include "stages/check/stray.h"
#include "stages/check/subscene_check.h"
#include "stages/folder/file_row.h"
#include "stages/keep/kept_layers.h"

struct mend {
    const struct repair_teller *teller;
    struct check_manifest m;
    bool is_there; /* the manifest was read, or has been begun */
    bool is_changed;
    struct strays strays;
    struct measure_work *work;
};

static void tell(const struct mend *d, const char *path, const char *what)
{
    d->teller->tell(d->teller->ctx, path, what);
}

static bool row_at(const struct mend *d, int32_t x, int32_t y, size_t *i)
{
    const struct manifest_row *row = manifest_find(&d->m.manifest, x, y);
    if (row)
        *i = (size_t)(row - d->m.manifest.row);
    return row != NULL;
}

/* Errors that concern one file only: it is left as it is. */
static int leave(const struct repair_fault *t, int r, const struct err *why, struct err *e)
{
    if (r != ERR_INPUT && r != ERR_USAGE) {
        *e = *why;
        return r;
    }
    log_message(LOG_WARNING, "", "%s: stays as it is: %s", t->path,
                subscene_check_strip(why->msg, t->path));
    return 0;
}

/* ---- rows of good files ---- */

static int put_row(struct mend *d, struct repair_fault *t, struct manifest_row row, struct err *e)
{
    struct err why = ERR_INIT;
    int r = file_row_make(&d->work, &d->m.manifest, t->path, &row, &why);
    if (r == 0)
        r = manifest_put(&d->m.manifest, &row, &why);
    if (r)
        return leave(t, r, &why, e);
    d->is_changed = t->is_mended = true;
    tell(d, t->path, "its row in the manifest is made from the file");
    return 0;
}

/* The digest of the other rows, for a file that has none and whose row is altered. */
static void borrow_digest(const struct mend *d, struct manifest_row *row)
{
    const struct manifest *m = &d->m.manifest;
    for (size_t i = 0; row->is_altered && i < m->n; i++)
        if (!m->row[i].is_altered) {
            memcpy(row->digest, m->row[i].digest, sizeof row->digest);
            return;
        }
}

/* ---- damaged and missing files ---- */

/* Names of the class layers of the file, as far as it can be read. */
static int names_in_file(const char *path, struct strlist *names, struct err *e)
{
    struct h5file *f;
    struct err why = ERR_INIT;
    int r = h5file_open(path, &f, &why);
    if (r == 0) {
        r = layers_names(f, names, &why);
        h5file_close(f);
    }
    if (r == ERR_TEMPORARY)
        *e = why;
    return r == ERR_TEMPORARY ? r : 0;
}

/* Adds what was set aside earlier. *clashes: the file set aside earlier has layers that the file at
 * `path` lacks, so it must not be replaced. */
static int add_earlier(const char *path, struct strlist *names, bool *clashes, struct err *e)
{
    struct strlist earlier;
    int r = kept_layers_find(path, &earlier, e);
    *clashes = false;
    for (size_t i = 0; r == 0 && i < earlier.n; i++) {
        if (strlist_has(names, earlier.s[i]))
            continue;
        *clashes |= kept_layers_has_file(path) && access(path, F_OK) == 0;
        r = strlist_add(names, earlier.s[i], strlen(earlier.s[i]), e);
    }
    strlist_clear(&earlier);
    return r;
}

static int move_aside(const struct mend *d, const char *path, const struct strlist *names,
                      const struct manifest_row *row, struct err *e)
{
    char folder[4096];
    manifests_folder(d->m.path, folder);
    const struct chunk_search_known known = {folder, &d->m.manifest, row, 0};
    return kept_layers_set_aside(path, names, &known, e);
}

static int set_aside(struct mend *d, struct repair_fault *t, const struct manifest_row *row,
                     struct err *e)
{
    struct strlist names = {0};
    bool clashes = false;
    const bool is_there = access(t->path, F_OK) == 0;
    int r = is_there ? names_in_file(t->path, &names, e) : 0;
    if (r == 0)
        r = add_earlier(t->path, &names, &clashes, e);
    if (r == 0 && row)
        r = manifest_row_layer_names(&d->m.manifest, row, &names, e);
    if (r == 0 && clashes)
        r = err_set(e, ERR_INPUT,
                    "an earlier file was set aside with class layers that this one lacks; subscene "
                    "label adds them");
    if (r == 0)
        r = move_aside(d, t->path, &names, row, e);
    strlist_clear(&names);
    if (r)
        return r;
    t->is_mended = true;
    if (row) {
        manifest_drop(&d->m.manifest, row->x, row->y);
        d->is_changed = true;
    }
    char what[600];
    snprintf(what, sizeof what, "is set aside as .%.500s.kept", path_base(t->path));
    tell(d, t->path, is_there ? what : "its row leaves the manifest");
    return 0;
}

/* Rows name files below the manifest's folder; an altered row may name anything. */
static bool is_inside(const char *file)
{
    return file[0] != '/' && strncmp(file, "../", 3) != 0 && !strstr(file, "/../");
}

static int remove_row(struct mend *d, struct repair_fault *t, size_t i, struct err *e)
{
    struct err why = ERR_INIT;
    const struct manifest_row row = d->m.manifest.row[i];
    if (is_inside(row.file)) {
        int r = set_aside(d, t, &row, &why);
        return r ? leave(t, r, &why, e) : 0;
    }
    manifest_drop(&d->m.manifest, row.x, row.y);
    d->is_changed = t->is_mended = true;
    tell(d, t->path, "its row leaves the manifest");
    return 0;
}

/* ---- one fault ---- */

static int mend_row(struct mend *d, struct repair_fault *t, struct err *e)
{
    char path[MANIFESTS_PATH];
    struct subscene_finding found;
    size_t i = 0;
    if (row_at(d, t->x, t->y, &i))
        manifests_file(d->m.path, &d->m.manifest.row[i], path);
    else
        path[0] = '\0';
    if (strcmp(path, t->path) != 0) {
        t->is_mended = true; /* it has another row by now, or none */
        return 0;
    }
    int r = subscene_check(&d->m, i, &d->work, &found, e);
    if (r)
        return r;
    struct manifest_row row = d->m.manifest.row[i];
    switch (found.kind) {
    case FAULT_NONE:
        t->is_mended = true;
        return 0;
    case FAULT_MANIFEST:
        borrow_digest(d, &row);
        row.x = found.x;
        row.y = found.y;
        r = put_row(d, t, row, e);
        if (r == 0 && t->is_mended && (found.x != t->x || found.y != t->y))
            manifest_drop(&d->m.manifest, t->x, t->y);
        return r;
    case FAULT_DAMAGED:
    case FAULT_MISSING:
        return remove_row(d, t, i, e);
    default:
        return 0;
    }
}

static int add_stray(struct mend *d, struct repair_fault *t, const struct stray_finding *s,
                     struct err *e)
{
    if (!d->is_there) {
        manifest_init(&d->m.manifest, s->bands);
        d->is_there = true;
    }
    if (d->m.manifest.bands != s->bands) {
        log_message(LOG_WARNING, "", "%s: stays as it is: it has other bands than the files there",
                    t->path);
        return 0;
    }
    return put_row(d, t, s->row, e);
}

static int mend_stray(struct mend *d, struct repair_fault *t, struct err *e)
{
    struct stray_finding found;
    struct err why = ERR_INIT;
    if (access(t->path, F_OK) != 0) {
        t->is_mended = true;
        return 0;
    }
    int r = stray_check(&d->strays, t->path, &found, e);
    if (r)
        return r;
    if (found.found.kind == FAULT_MANIFEST && strcmp(found.manifest, d->m.path) == 0)
        return add_stray(d, t, &found, e);
    if (found.found.kind == FAULT_DAMAGED)
        r = set_aside(d, t, NULL, &why);
    return r ? leave(t, r, &why, e) : 0;
}

/* Class layers that wait, for a file that is good. */
static int restore_layers(struct mend *d, struct repair_fault *t, const char *path, size_t i,
                          struct err *e)
{
    struct kept_layers_result kept;
    struct manifest_row row = d->m.manifest.row[i];
    int r = kept_layers_restore(path, measure_size(d->work), NULL, "", &kept, e);
    t->is_mended = r == 0 && kept.lost.n == 0;
    if (r == 0 && kept.lost.n > 0)
        log_message(LOG_WARNING, "", "%s: its class layer %s is lost: %s", path, kept.lost.s[0],
                    kept.reason);
    strlist_clear(&kept.lost);
    if (r == 0 && kept.changed)
        r = file_row_make(&d->work, &d->m.manifest, path, &row, e);
    if (r == 0 && kept.changed) {
        r = manifest_put(&d->m.manifest, &row, e);
        d->is_changed = true;
        tell(d, path, "gets its class layers back");
    } else if (r == 0 && t->is_mended)
        tell(d, t->path, "is removed");
    return r;
}

static int mend_list(struct mend *d, struct repair_fault *t, struct err *e)
{
    char path[MANIFESTS_PATH], file[MANIFESTS_PATH];
    struct err why = ERR_INIT;
    struct subscene_finding found;
    if (!kept_layers_subscene(t->path, path, sizeof path))
        snprintf(path, sizeof path, "%s", t->path);
    for (size_t i = 0; i < d->m.manifest.n; i++) {
        manifests_file(d->m.path, &d->m.manifest.row[i], file);
        if (strcmp(file, path) != 0)
            continue;
        int r = subscene_check(&d->m, i, &d->work, &found, e);
        if (r || found.kind != FAULT_NONE)
            return r;
        r = restore_layers(d, t, path, i, &why);
        return r ? leave(t, r, &why, e) : 0;
    }
    return 0;
}

static int mend_fault(struct mend *d, struct repair_fault *t, struct err *e)
{
    switch (t->kind) {
    case FAULT_LAYERS:
    case FAULT_LOST:
    case FAULT_LEFTOVER:
        return t->manifest ? mend_list(d, t, e) : 0;
    case FAULT_DAMAGED:
    case FAULT_MISSING:
    case FAULT_MANIFEST:
        if (t->has_row)
            return mend_row(d, t, e);
        return t->is_stray ? mend_stray(d, t, e) : 0;
    default:
        return 0;
    }
}

/* ---- the manifest ---- */

static int read_manifest(struct mend *d, const char *path, struct err *e)
{
    struct err why = ERR_INIT;
    if (!path)
        return 0;
    snprintf(d->m.path, sizeof d->m.path, "%s", path);
    int r = manifest_read(path, &d->m.manifest, &why);
    d->is_there = r == 0;
    if (r == ERR_TEMPORARY || (r && manifests_is_unreadable(&why))) {
        *e = why;
        return r;
    }
    return 0;
}

static int write_manifest(struct mend *d, struct repair_fault *fault, size_t n, struct err *e)
{
    int r = manifest_write(&d->m.manifest, d->m.path, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (strcmp(fault[i].path, d->m.path) == 0) {
            fault[i].is_mended = true;
            tell(d, d->m.path, "is made from the files");
        }
    return r;
}

int repair_manifest(struct repair_fault *fault, size_t n, const struct repair_teller *teller,
                    int (*stopped)(void), struct err *e)
{
    struct mend d = {.teller = teller};
    pthread_mutex_init(&d.m.lock, NULL);
    int r = read_manifest(&d, fault[0].manifest, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal")
                                 : mend_fault(&d, &fault[i], e);
    if ((r == 0 || r == ERR_STOPPED) && d.is_changed) {
        struct err why = ERR_INIT;
        int failed = write_manifest(&d, fault, n, &why);
        if (failed) {
            *e = why;
            r = failed;
        }
    }
    manifest_clear(&d.m.manifest);
    strays_clear(&d.strays);
    measure_work_destroy(d.work);
    pthread_mutex_destroy(&d.m.lock);
    return r;
}
