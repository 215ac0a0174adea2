#include "stages/jobs/repair_faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/schema.h"
#include "stages/folder/manifests.h"
#include "stages/keep/kept_layers.h"

void repair_faults_clear(struct repair_faults *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->fault[i].path);
        free(l->fault[i].manifest);
    }
    free(l->fault);
    *l = (struct repair_faults){0};
}

/* The manifest of a fault is the file itself if that is the manifest. */
static const char *manifest_of(const struct verify_fault *f)
{
    return f->kind == FAULT_MANIFEST && manifests_is(f->path) ? f->path : f->manifest;
}

int repair_faults_add(struct repair_faults *l, const struct verify_fault *f, struct err *e)
{
    struct repair_fault *grown = mem_grown(l->fault, l->n, &l->cap, sizeof *grown, e);
    const char *manifest = manifest_of(f);
    if (!grown)
        return ERR_TEMPORARY;
    l->fault = grown;
    struct repair_fault *t = &l->fault[l->n++];
    *t = (struct repair_fault){.kind = f->kind, .is_stray = f->is_stray};
    t->path = mem_strdup(f->path);
    t->manifest = manifest ? mem_strdup(manifest) : NULL;
    if (!t->path || (manifest && !t->manifest))
        return err_nomem(e, strlen(f->path));
    if (f->row) {
        t->has_row = true;
        t->x = f->row->x;
        t->y = f->row->y;
    }
    return 0;
}

/* The subscene that the fault is about: a list names it in its own name. */
static void subscene_of(const struct repair_fault *t, char path[MANIFESTS_PATH])
{
    if (!kept_layers_subscene(t->path, path, MANIFESTS_PATH))
        snprintf(path, MANIFESTS_PATH, "%s", t->path);
}

/* The manifest of a subscene that is there and whose layers wait. */
static int find_manifest(struct repair_fault *t, struct err *e)
{
    char path[MANIFESTS_PATH], manifest[MANIFESTS_PATH], product[136];
    struct ncfile *f;
    subscene_of(t, path);
    if (ncfile_open(path, &f, NULL))
        return 0;
    bool found = ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, product, sizeof product) &&
                 manifests_of(path, product, manifest);
    ncfile_close(f);
    if (!found)
        return 0;
    t->manifest = mem_strdup(manifest);
    return t->manifest ? 0 : err_nomem(e, strlen(manifest));
}

static bool is_of_list(const struct repair_fault *t)
{
    char path[MANIFESTS_PATH];
    return t->kind == FAULT_LAYERS || t->kind == FAULT_LOST ||
           (t->kind == FAULT_LEFTOVER && kept_layers_subscene(t->path, path, sizeof path));
}

static int rank(const struct repair_fault *t) { return t->is_stray ? 0 : is_of_list(t) ? 2 : 1; }

static int by_manifest(const void *a, const void *b)
{
    const struct repair_fault *s = a, *t = b;
    if (!s->manifest != !t->manifest)
        return !s->manifest - !t->manifest;
    int order = s->manifest ? strcmp(s->manifest, t->manifest) : 0;
    if (order == 0)
        order = rank(s) - rank(t);
    return order ? order : strcmp(s->path, t->path);
}

int repair_faults_sort(struct repair_faults *l, struct err *e)
{
    for (size_t i = 0; i < l->n; i++) {
        int r = is_of_list(&l->fault[i]) ? find_manifest(&l->fault[i], e) : 0;
        if (r)
            return r;
    }
    if (l->n > 0)
        qsort(l->fault, l->n, sizeof *l->fault, by_manifest);
    return 0;
}

size_t repair_faults_group(const struct repair_faults *l, size_t first)
{
    const char *manifest = l->fault[first].manifest;
    size_t n = 1;
    while (first + n < l->n && manifest && l->fault[first + n].manifest &&
           strcmp(l->fault[first + n].manifest, manifest) == 0)
        n++;
    return n;
}

int repair_faults_locks(const struct repair_faults *l, struct folder_lock_places *places,
                        struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        const struct repair_fault *t = &l->fault[i];
        char lock[FOLDER_LOCK_PATH];
        if (t->kind == FAULT_OTHER || t->kind == FAULT_DATASET)
            continue;
        if (t->manifest)
            r = folder_lock_of_manifest(t->manifest, lock, e);
        else if (t->kind == FAULT_DAMAGED)
            r = folder_lock_path(t->path, "", lock, e);
        else
            continue;
        if (r == 0)
            r = folder_lock_add(places, lock, t->path, e);
    }
    return r;
}
