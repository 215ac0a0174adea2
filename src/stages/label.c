#include "stages/label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "core/log.h"
#include "core/mem.h"
#include "io/layers.h"
#include "io/subscene_nc.h"
#include "io/walk.h"
#include "stages/hold.h"

enum { NO_IMAGE = -1 };

/* A subscene file. */
struct target {
    char *path;
    char product[136];
    int32_t x, y, size;
    int64_t image; /* of the source */
    bool has_layer;
};

struct label {
    const struct labelsource *source;
    const struct label_options *options;
    const struct label_observer *observer;
    struct label_result *result;
    struct target *target;
    size_t n, cap;
    struct hold *hold;
    int32_t size; /* of the buffers */
    uint8_t *px, *scratch;
    uint16_t *dn;
    void *band_scratch;
};

/* ---- the subscenes that are there ---- */

static int read_target(struct ncfile *f, const struct label *l, struct target *t, struct err *e)
{
    struct cellname name;
    struct ncfile_var v;
    double x, y;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, t->product, sizeof t->product) || ncfile_var_at(f, 0, &v, NULL) ||
        v.n_dims != 2 || v.dim_len[0] != v.dim_len[1] || v.dim_len[0] > 32768)
        return err_set(e, ERR_INPUT, "%s: is no subscene", t->path);
    t->size = (int32_t)v.dim_len[0];
    t->has_layer = layers_has(f, l->options->map->layer);
    if (ncfile_number(f, NULL, "subscene_x", &x) && ncfile_number(f, NULL, "subscene_y", &y)) {
        t->x = (int32_t)x;
        t->y = (int32_t)y;
        return 0;
    }
    const char *slash = strrchr(t->path, '/');
    if (!cellname_parse(slash ? slash : t->path, &name)) /* profile kappazeta does not say it */
        return err_set(e, ERR_INPUT, "%s: neither the file nor its name says which subscene it is", t->path);
    t->x = name.x;
    t->y = name.y;
    return 0;
}

static int look(const struct label *l, struct target *t, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(t->path, &f, e);
    if (r)
        return r;
    r = read_target(f, l, t, e);
    ncfile_close(f);
    return r;
}

static int add_target(struct label *l, const char *path, struct err *e)
{
    struct target *grown = mem_grown(l->target, l->n, &l->cap, sizeof *l->target, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->target = grown;
    struct target *t = &l->target[l->n];
    *t = (struct target){.path = mem_strdup(path), .image = NO_IMAGE};
    if (!t->path)
        return err_nomem(e, strlen(path));
    l->n++;
    return look(l, t, e);
}

static bool is_subscene(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strlen(base);
    return base[0] != '.' && n > 3 && strcmp(base + n - 3, ".nc") == 0;
}

static int find_targets(struct label *l, const char *folder, struct err *e)
{
    struct strlist files;
    int r = walk_folder(folder, &files, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < files.n; i++) {
        if (l->options->stopped && l->options->stopped())
            r = err_set(e, ERR_STOPPED, "stopped by a signal");
        else if (is_subscene(files.s[i]))
            r = add_target(l, files.s[i], e);
    }
    strlist_clear(&files);
    return r;
}

/* ---- which image is of which ---- */

static bool is_of(const struct target *t, const struct cellname *name)
{
    return t->x == name->x && t->y == name->y && strstr(t->product, name->product) &&
           strstr(t->product, name->tile_id) && strstr(t->product, name->sensing);
}

static int match(struct label *l, size_t image, struct err *e)
{
    const char *text = labelsource_name(l->source, image);
    struct cellname name;
    struct target *found = NULL;
    if (!cellname_parse(text, &name))
        return err_set(e, ERR_INPUT, "image \"%s\": its name has no tile_<x>_<y>, or says two things", text);
    for (size_t i = 0; i < l->n; i++) {
        struct target *t = &l->target[i];
        if (!is_of(t, &name))
            continue;
        if (found)
            return err_set(e, ERR_INPUT,
                           "image \"%s\" may be of %s or of %s: name one folder, or the product in the image's name",
                           text, found->path, t->path);
        found = t;
    }
    if (!found) {
        l->result->strangers++;
        log_message(LOG_DEBUG, "", "image \"%s\": there is no such subscene", text);
        return 0;
    }
    if (found->image != NO_IMAGE)
        return err_set(e, ERR_INPUT, "images \"%s\" and \"%s\" are of the same subscene",
                       labelsource_name(l->source, (size_t)found->image), text);
    found->image = (int64_t)image;
    return 0;
}

static int match_all(struct label *l, struct err *e)
{
    l->result->images = labelsource_count(l->source);
    for (size_t i = 0; i < l->result->images; i++) {
        int r = match(l, i, e);
        if (r)
            return r;
    }
    if (l->result->strangers == l->result->images)
        return err_set(e, ERR_INPUT, "none of the %zu images is of a subscene of the %zu that are there",
                       l->result->images, l->n);
    return 0;
}

/* ---- one subscene ---- */

static void free_buffers(struct label *l)
{
    free(l->px);
    free(l->scratch);
    free(l->dn);
    free(l->band_scratch);
    l->px = l->scratch = NULL;
    l->dn = NULL;
    l->band_scratch = NULL;
    l->size = 0;
}

static int reserve(struct label *l, int32_t size, struct err *e)
{
    size_t n = (size_t)size * (size_t)size;
    if (l->size == size)
        return 0;
    free_buffers(l);
    l->px = mem_alloc(n, 1);
    l->scratch = mem_zalloc(n, 1);
    l->dn = mem_alloc(n, sizeof *l->dn);
    l->band_scratch = mem_alloc(n, 8);
    l->size = size;
    if (l->px && l->scratch && l->dn && l->band_scratch)
        return 0;
    l->size = 0;
    return err_nomem(e, n * 12);
}

static int mark_missing(struct label *l, const struct target *t, struct err *e)
{
    size_t n = (size_t)t->size * (size_t)t->size;
    struct ncfile *f;
    struct ncfile_var v;
    if (strcmp(l->options->map->layer, "Label") != 0)
        return 0;
    uint8_t missing = LABEL_MISSING;
    for (size_t i = 0; i < l->options->map->flags; i++)
        if (strcmp(l->options->map->flag[i].meaning, "MISSING") == 0)
            missing = l->options->map->flag[i].value; /* another edition's code */
    int r = ncfile_open(t->path, &f, e);
    if (r)
        return r;
    for (int i = 0; r == 0 && i < ncfile_var_count(f); i++) {
        r = ncfile_var_at(f, i, &v, e);
        if (r || v.n_dims != 2 || band_find(v.name) < 0)
            continue;
        r = subscene_read_band(f, v.name, t->size, l->dn, l->band_scratch, e);
        for (size_t k = 0; r == 0 && k < n; k++)
            if (l->dn[k] == 0)
                l->px[k] = missing;
    }
    ncfile_close(f);
    return r ? err_wrap(e, "%s", t->path) : 0;
}

static int render(struct label *l, const struct target *t, struct err *e)
{
    int r = reserve(l, t->size, e);
    return r ? r : labelsource_render(l->source, (size_t)t->image, t->size, l->px, l->scratch, e);
}

static int put(struct label *l, const struct target *t, struct err *e)
{
    if (l->options->stopped && l->options->stopped())
        return err_set(e, ERR_STOPPED, "stopped by a signal");
    bool keep = t->has_layer && !l->options->overwrite;
    enum label_outcome outcome = keep ? LABEL_SKIPPED : l->options->dry_run ? LABEL_WOULD_MAKE : LABEL_MADE;
    int r = 0;
    if (outcome == LABEL_MADE) {
        r = render(l, t, e);
        if (r == 0)
            r = mark_missing(l, t, e);
        if (r == 0)
            r = layers_put(t->path, &(struct layer){l->options->map, l->px}, t->size, e);
    }
    if (r)
        return r;
    l->result->skipped += keep;
    l->result->made += !keep;
    l->observer->subscene(l->observer->ctx, outcome, t->path);
    return 0;
}

/* Takes hold of all that is going to change, and looks again whether it has its layer by now. */
static int hold_targets(struct label *l, struct err *e)
{
    struct strlist locks = {0};
    char path[HOLD_PATH];
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        if (l->target[i].image == NO_IMAGE)
            continue;
        r = hold_lock_path(l->target[i].path, l->target[i].product, path, e);
        if (r == 0)
            r = strlist_add(&locks, path, strlen(path), e);
    }
    strlist_sort(&locks);
    if (r == 0)
        r = hold_open_paths(&locks, &l->options->lock, &l->hold, e);
    strlist_clear(&locks);
    for (size_t i = 0; r == 0 && i < l->n; i++)
        if (l->target[i].image != NO_IMAGE)
            r = look(l, &l->target[i], e);
    return r;
}

static int label_all(struct label *l, struct err *e)
{
    int r = match_all(l, e);
    for (size_t i = 0; r == 0 && i < l->n; i++)
        if (l->target[i].image != NO_IMAGE)
            r = render(l, &l->target[i], e);
    if (r == 0 && !l->options->dry_run)
        r = hold_targets(l, e);
    if (r)
        return r;
    l->observer->begin(l->observer->ctx, l->result->images - l->result->strangers);
    for (size_t i = 0; r == 0 && i < l->n; i++)
        if (l->target[i].image != NO_IMAGE)
            r = put(l, &l->target[i], e);
    return r;
}

int label_folders(const char *const *folder, size_t n, const struct labelsource *source,
                  const struct label_options *options, const struct label_observer *observer,
                  struct label_result *result, struct err *e)
{
    struct label l = {.source = source, .options = options, .observer = observer, .result = result};
    *result = (struct label_result){0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = find_targets(&l, folder[i], e);
    if (r == 0)
        r = label_all(&l, e);
    for (size_t i = 0; i < l.n; i++)
        free(l.target[i].path);
    free(l.target);
    hold_close(l.hold);
    free_buffers(&l);
    return r;
}
