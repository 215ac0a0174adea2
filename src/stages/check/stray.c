#include "stages/check/stray.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cellname.h"
#include "core/path.h"
#include "core/product.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/stage_nc.h"
#include "stages/keep/kept_layers.h"

/* A file at hand. */
struct stray {
    struct strays *s;
    struct stray_finding *out;
    const char *path;
    struct subscene_look look;
    char product[136];
};

int stray_stage(const char *path)
{
    struct ncfile *f;
    struct stage_meta meta;
    if (ncfile_open(path, &f, NULL))
        return -1;
    int r = stage_nc_read(f, &meta, NULL);
    ncfile_close(f);
    return r ? -1 : (int)meta.kind;
}

enum fault_kind stray_list(const char *file, char path[MANIFESTS_PATH], struct strlist *layers,
                           struct err *why)
{
    *layers = (struct strlist){0};
    if (!kept_layers_subscene(file, path, MANIFESTS_PATH))
        return FAULT_NONE;
    if (kept_layers_find(path, layers, why))
        return FAULT_OTHER;
    if (layers->n > 0)
        return access(path, F_OK) == 0 && !kept_layers_can_be_read(path) ? FAULT_LOST
                                                                         : FAULT_LAYERS;
    return access(path, F_OK) == 0 ? FAULT_LEFTOVER : FAULT_MISSING;
}

void strays_clear(struct strays *s)
{
    measure_work_destroy(s->work);
    manifest_clear(&s->manifest);
    *s = (struct strays){0};
}

/* Ends the check of a file. */
PRINTF_LIKE(3, 4)
static int found(struct stray *t, enum fault_kind kind, const char *fmt, ...)
{
    char msg[440];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    t->out->found.kind = kind;
    return err_set(&t->out->found.why, ERR_INPUT, "%s", msg);
}

static bool has_cell_name(const char *path, struct cellname *name)
{
    return path_base(path)[0] != '.' && cellname_parse(path_base(path), name);
}

/* ---- its manifest ---- */

/* The manifest that a file without one should have. False: the names do not tell. */
static bool place_manifest(const char *file, const char *product, char path[MANIFESTS_PATH])
{
    char *whole = realpath(file, NULL);
    char name[64], prefix[32] = "";
    struct cellname facts, cell;
    int n = (int)path_folder_length(file), len = 0;
    snprintf(name, sizeof name, "%.*s", (int)product_name_length(product, strlen(product)),
             product);
    if (whole && path_go_up(whole) && !cellname_parse(path_base(whole), &cell)) {
        if (cellname_product(name, &facts))
            snprintf(prefix, sizeof prefix, "%s_%s", facts.tile_id, facts.sensing);
        if (strstr(whole, name))
            len = snprintf(path, MANIFESTS_PATH, "%.*smanifest.csv", n, file);
        else if (strstr(file + n, name) || (prefix[0] && strstr(file + n, prefix)))
            len = snprintf(path, MANIFESTS_PATH, "%.*s%s.manifest.csv", n, file, name);
    }
    free(whole);
    return len > 0 && len < MANIFESTS_PATH;
}

/* Reads a manifest, unless it is the last one read. */
static int read_manifest(struct strays *s, const char *path, struct err *e)
{
    struct err why = ERR_INIT;
    if (strcmp(s->path, path) == 0)
        return 0;
    manifest_clear(&s->manifest);
    s->size = 0;
    snprintf(s->path, sizeof s->path, "%s", path);
    int r = manifest_read(path, &s->manifest, &why);
    s->is_read = r == 0;
    s->is_unreadable = r && manifests_is_unreadable(&why);
    if (r == ERR_TEMPORARY) {
        s->path[0] = '\0';
        *e = why;
    }
    return r == ERR_TEMPORARY ? r : 0;
}

/* Finds the file's manifest, and its name there. */
static int find_manifest(struct stray *t, struct err *e)
{
    struct stray_finding *out = t->out;
    if (!manifests_of(t->path, t->product, out->manifest) &&
        !place_manifest(t->path, t->product, out->manifest)) {
        out->manifest[0] = '\0';
        return found(t, FAULT_OTHER,
                     "is in no manifest, and its place does not tell which one lacks it; "
                     "repeat the run");
    }
    const char *file = t->path + path_folder_length(out->manifest);
    if (snprintf(out->row.file, sizeof out->row.file, "%s", file) >= (int)sizeof out->row.file)
        return found(t, FAULT_OTHER, "is in no manifest, and its name is too long for one");
    return read_manifest(t->s, out->manifest, e);
}

/* ---- profile kappazeta ---- */

/* The size of the subscenes that the manifest names. */
static int32_t size_of_others(struct strays *s)
{
    for (size_t i = 0; i < s->manifest.n && s->size == 0; i++) {
        char file[MANIFESTS_PATH];
        struct ncfile *f;
        struct ncfile_var v;
        manifests_file(s->path, &s->manifest.row[i], file);
        if (ncfile_open(file, &f, NULL))
            continue;
        if (ncfile_var_at(f, 0, &v, NULL) == 0 && v.n_dims == 2)
            s->size = (int32_t)v.dim_len[0];
        ncfile_close(f);
    }
    return s->size;
}

/* The digest that all rows of the manifest have; NULL: they differ, or there is no row. */
static const char *common_digest(const struct manifest *m)
{
    const char *digest = NULL;
    for (size_t i = 0; i < m->n; i++) {
        if (m->row[i].is_altered)
            continue;
        if (digest && strcmp(m->row[i].digest, digest) != 0)
            return NULL;
        digest = m->row[i].digest;
    }
    return digest;
}

/* A folder has subscenes of one kind, so the other rows tell what the file does not. */
static int borrow_parameters(struct stray *t)
{
    struct strays *s = t->s;
    struct cellname name;
    const char *digest = s->is_read ? common_digest(&s->manifest) : NULL;
    if (!digest || size_of_others(s) != t->look.shape.size || !has_cell_name(t->path, &name))
        return found(t, FAULT_OTHER,
                     "is in no manifest, and nothing tells its parameters (profile kappazeta); "
                     "repeat the run");
    const struct manifest_row *owner =
        manifest_find_hash(&s->manifest, t->look.row.content_hash, NULL);
    if (t->look.row.valid_fraction > 0 && owner)
        return found(t, FAULT_OTHER, "is in no manifest, and has the samples of %s", owner->file);
    t->look.row.x = name.x;
    t->look.row.y = name.y;
    memcpy(t->look.row.digest, digest, sizeof t->look.row.digest);
    return 0;
}

/* ---- the decision ---- */

/* Does a row of the manifest stand against it? */
static int compare_rows(struct stray *t)
{
    const struct strays *s = t->s;
    const struct manifest_row *row = &t->look.row;
    const struct manifest_row *same = manifest_find(&s->manifest, row->x, row->y);
    const char *digest = common_digest(&s->manifest);
    char file[MANIFESTS_PATH];
    if (t->look.bands != s->manifest.bands)
        return found(t, FAULT_OTHER, "is in no manifest, and has other bands than the files there");
    if (digest && strcmp(digest, row->digest) != 0)
        return found(t, FAULT_OTHER,
                     "is in no manifest, and was made with other parameters than the files there");
    if (!same || same->is_altered)
        return 0;
    manifests_file(s->path, same, file);
    return access(file, F_OK) == 0
               ? found(t, FAULT_OTHER,
                       "is in no manifest, and is subscene %d_%d, as %s is; move it away", row->x,
                       row->y, same->file)
               : found(t, FAULT_OTHER, "is in no manifest, and is subscene %d_%d; rename it to %s",
                       row->x, row->y, same->file);
}

static int decide(struct stray *t)
{
    struct cellname name;
    struct stray_finding *out = t->out;
    int r = t->look.shape.georeferenced ? 0 : borrow_parameters(t);
    if (r)
        return r;
    const struct manifest_row *row = &t->look.row;
    r = t->s->is_read ? compare_rows(t) : 0;
    if (r)
        return r;
    if (has_cell_name(t->path, &name) && (name.x != row->x || name.y != row->y))
        return found(t, FAULT_OTHER,
                     "is in no manifest, and is subscene %d_%d, not %d_%d; rename it", row->x,
                     row->y, name.x, name.y);
    out->row.x = row->x;
    out->row.y = row->y;
    memcpy(out->row.digest, row->digest, sizeof out->row.digest);
    out->bands = t->look.bands;
    if (t->s->is_read)
        return found(t, FAULT_MANIFEST, "is good, but no row of its manifest names it");
    return found(t, FAULT_MANIFEST, "is good, but its manifest is %s",
                 access(out->manifest, F_OK) == 0 ? "damaged" : "missing");
}

static int check_subscene(struct stray *t, struct ncfile *f, struct err *e)
{
    struct params own;
    struct err why = ERR_INIT;
    int r = find_manifest(t, e);
    if (r)
        return r;
    if (t->s->is_unreadable)
        return found(t, FAULT_OTHER, "is in no manifest that can be read");
    const bool tells = subscene_parameters(f, &own);
    if (!tells && !t->s->is_read)
        return found(t, FAULT_OTHER,
                     "is in no manifest, and does not tell its parameters; repeat the run");
    t->look.bands = tells ? own.bands : t->s->manifest.bands;
    r = subscene_look(&t->look, f, NULL, &why);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r == 0)
        return decide(t);
    t->out->found.is_unreadable = t->look.shape.is_unreadable;
    return found(t, FAULT_DAMAGED, "is in no manifest, and is damaged: %s",
                 subscene_check_strip(why.msg, t->path));
}

/* A file that does not open. Only its name tells whether it is a subscene. */
static int judge_unopened(struct stray *t, const struct err *why, struct err *e)
{
    struct cellname name;
    if (why->code == ERR_TEMPORARY) {
        *e = *why;
        return ERR_TEMPORARY;
    }
    bool is_readable = why->sys_errno == 0;
    t->out->found.is_unreadable = true;
    return found(t, is_readable && has_cell_name(t->path, &name) ? FAULT_DAMAGED : FAULT_OTHER,
                 "is in no manifest, and cannot be read: %s",
                 subscene_check_strip(why->msg, t->path));
}

static int check_open(struct stray *t, struct ncfile *f, struct err *e)
{
    struct stage_meta meta;
    struct cellname name;
    if (stage_nc_read(f, &meta, NULL) == 0)
        return found(t, FAULT_OTHER, "is a file of %s, no subscene, and in no manifest",
                     stage_names[meta.kind]);
    if (path_base(t->path)[0] == '.')
        return found(t, FAULT_OTHER, "is in no manifest");
    if (ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, t->product, sizeof t->product))
        return check_subscene(t, f, e);
    return found(t, has_cell_name(t->path, &name) ? FAULT_DAMAGED : FAULT_OTHER,
                 "is in no manifest, and has no %s", SCHEMA_ATT_PRODUCT);
}

int stray_check(struct strays *s, const char *path, struct stray_finding *out, struct err *e)
{
    struct ncfile *f;
    struct err why = ERR_INIT, temporary = ERR_INIT;
    *out = (struct stray_finding){.found = {.kind = FAULT_NONE}};
    struct stray t = {.s = s, .out = out, .path = path};
    t.look = (struct subscene_look){.path = path, .work = &s->work};
    if (ncfile_open(path, &f, &why)) {
        (void)judge_unopened(&t, &why, &temporary);
    } else {
        (void)check_open(&t, f, &temporary);
        ncfile_close(f);
        free(t.look.layers.s);
    }
    if (temporary.code == ERR_NONE)
        return 0;
    *e = temporary;
    return temporary.code;
}
