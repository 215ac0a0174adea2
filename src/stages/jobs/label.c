#include "stages/jobs/label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cellname.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "io/folder/walk.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/manifests.h"
#include "stages/folder/pictures.h"
#include "stages/folder/refresh_classes.h"
#include "stages/folder/report.h"
#include "stages/jobs/product_input.h"
#include "stages/layers/addlayers.h"

enum { WHOLE_TILE_M = 109800 }; /* the side of a Sentinel-2 tile */
enum { STRANGERS_NAMED = 5 }; /* images without a subscene that warnings name; the others only with -v */

/* A subscene file. */
struct target {
    char *path;
    char product[136];
    int32_t x, y, size;
    bool is_placed; /* it says where its pixels are: */
    struct subscene_place place;
    bool wanted, made; /* some source has a layer for it; it got one */
};

/* Targets of one product, pixel and size, and what they can get. */
struct group {
    size_t first, n;
    struct layerset *set;
};

struct label {
    const struct label_options *options;
    const struct label_observer *observer;
    struct label_result *result;
    struct input input; /* of options->product */
    size_t folders; /* among the operands; the others are files */
    struct target *target; /* by product, pixel, row, column, once all are found */
    size_t n, cap;
    struct group *group;
    size_t groups, group_cap;
    struct strlist manifests; /* below the folders, or above */
    char lock[HOLD_PATH]; /* one of those below them; "": there is none */
    struct addlayers_work work;
    struct hold *hold;
};

static int check_stop(const struct label *l, struct err *e)
{
    return l->options->stopped && l->options->stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal") : 0;
}

/* ---- the subscenes that are there ---- */

static int read_target(struct ncfile *f, struct target *t, struct err *e)
{
    struct cellname name;
    struct ncfile_var v;
    double x, y;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, t->product, sizeof t->product) || ncfile_var_at(f, 0, &v, NULL) ||
        v.n_dims != 2 || v.dim_len[0] != v.dim_len[1] || v.dim_len[0] < 1 || v.dim_len[0] > 32768)
        return err_set(e, ERR_INPUT, "%s: is no subscene", t->path);
    t->size = (int32_t)v.dim_len[0];
    t->is_placed = subscene_read_place(f, &t->place);
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

static int add_target(struct label *l, const char *path, struct err *e)
{
    struct target *grown = mem_grown(l->target, l->n, &l->cap, sizeof *l->target, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->target = grown;
    struct target *t = &l->target[l->n];
    *t = (struct target){.path = mem_strdup(path)};
    if (!t->path)
        return err_nomem(e, strlen(path));
    l->n++;
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = read_target(f, t, e);
    ncfile_close(f);
    return r;
}

static bool is_subscene(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strlen(base);
    return base[0] != '.' && n > 3 && strcmp(base + n - 3, ".nc") == 0;
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int take_files(struct label *l, const struct strlist *files, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < files->n; i++) {
        r = check_stop(l, e);
        if (r == 0 && is_subscene(files->s[i]))
            r = add_target(l, files->s[i], e);
        else if (r == 0 && manifests_is(files->s[i]))
            r = strlist_add(&l->manifests, files->s[i], strlen(files->s[i]), e);
        else if (hold_is_lock(files->s[i]))
            snprintf(l->lock, sizeof l->lock, "%s", files->s[i]);
    }
    return r;
}

/* A folder, or one file. Where the manifest is not below it, it may lie in a folder above, which only the whole path names. */
static int find_targets(struct label *l, const char *operand, struct err *e)
{
    struct strlist files = {0};
    char *whole = NULL;
    bool one = is_file(operand);
    int r = one ? 0 : walk_folder(operand, &files, e);
    if (r == 0 && !manifests_any(&files))
        whole = realpath(operand, NULL);
    if (r == 0 && whole && !one) {
        strlist_clear(&files);
        r = walk_folder(whole, &files, e);
    }
    if (r == 0)
        r = one ? add_target(l, whole ? whole : operand, e) : take_files(l, &files, e);
    l->folders += !one;
    free(whole);
    strlist_clear(&files);
    return r;
}

static int compare(double a, double b) { return (a > b) - (a < b); }

/* Masks are read from north to south. */
static int by_group_and_place(const void *a, const void *b)
{
    const struct target *s = a, *t = b;
    int order = strcmp(s->product, t->product);
    if (order == 0)
        order = compare(s->place.grid.pixel_m, t->place.grid.pixel_m);
    if (order == 0)
        order = compare(s->size, t->size);
    if (order == 0)
        order = compare(s->place.px_y, t->place.px_y);
    if (order == 0)
        order = compare(s->place.px_x, t->place.px_x);
    return order ? order : strcmp(s->path, t->path);
}

/* ---- which image is of which ---- */

static int match_target(const struct label *l, struct target *t, const struct target **owner, struct err *e)
{
    const struct labelsource *labels = l->options->request->labels;
    int64_t image;
    int r = labelsource_find(labels, t->product, t->x, t->y, &image, e);
    if (r || image == LABELSOURCE_NONE)
        return r;
    if (owner[image])
        return err_set(e, ERR_INPUT,
                       "image \"%s\" may be of %s or of %s: name one folder, or the product in the image's name",
                       labelsource_name(labels, (size_t)image), owner[image]->path, t->path);
    owner[image] = t;
    t->wanted = true;
    return 0;
}

static int match_images(struct label *l, struct err *e)
{
    const struct labelsource *labels = l->options->request->labels;
    size_t n = labels ? labelsource_count(labels) : 0;
    const struct target **owner = mem_zalloc(n, sizeof *owner);
    int r = owner ? 0 : err_nomem(e, n * sizeof *owner);
    for (size_t i = 0; r == 0 && n > 0 && i < l->n; i++)
        r = match_target(l, &l->target[i], owner, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!owner[i]) {
            l->result->strangers++;
            log_message(l->folders > 0 && l->result->strangers <= STRANGERS_NAMED ? LOG_WARNING : LOG_DEBUG, "",
                        "image \"%s\": there is no such subscene", labelsource_name(labels, i));
        }
    free(owner);
    l->result->images = n;
    if (r == 0 && n > 0 && l->result->strangers == n)
        return err_set(e, ERR_INPUT, "none of the %zu image%s is of a subscene of the %zu found", n, text_s(n), l->n);
    return r;
}

/* ---- masks ---- */

/* Of those that the user names, the files; the others are of the product that he names too. */
static bool has_files(const struct layer_request *r)
{
    for (size_t i = 0; i < r->masks; i++)
        if (r->mask[i].file)
            return true;
    return false;
}

static bool is_of_product(const struct label *l, const struct target *t)
{
    const char *name = l->input.product.name;
    size_t n = strlen(name);
    return l->input.source && strncmp(t->product, name, n) == 0 && strcmp(t->product + n, ".SAFE") == 0;
}

static int check_masks(const struct label *l, struct err *e)
{
    bool any = false, files = has_files(l->options->request);
    for (size_t i = 0; i < l->n; i++) {
        const struct target *t = &l->target[i];
        bool of_product = is_of_product(l, t);
        any |= of_product;
        if (files && strcmp(t->product, l->target[0].product) != 0)
            return err_set(e, ERR_INPUT, "%s is of %s, %s of %s: a mask is of one product; name its folder alone",
                           l->target[0].path, l->target[0].product, t->path, t->product);
        if ((files || of_product) && !t->is_placed)
            return err_set(e, ERR_INPUT,
                           "%s: does not say where its pixels are, as profile kappazeta has it; give the masks to run",
                           t->path);
    }
    if (l->options->product && !any)
        return err_set(e, ERR_INPUT, "%s: none of the %zu subscene%s is of this product", l->options->product, l->n,
                       text_s(l->n));
    return 0;
}

static struct mask_frame frame_of(const struct label *l, const struct target *t)
{
    if (is_of_product(l, t))
        return mask_frame_of(&l->input.product.grid[PRODUCT_GRID_10], &t->place.grid);
    return (struct mask_frame){t->place.grid, WHOLE_TILE_M, WHOLE_TILE_M, true};
}

static int open_group(struct label *l, size_t first, size_t n, struct err *e)
{
    struct group *grown = mem_grown(l->group, l->groups, &l->group_cap, sizeof *l->group, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->group = grown;
    struct group *g = &l->group[l->groups++];
    *g = (struct group){.first = first, .n = n};
    const struct target *t = &l->target[first];
    struct mask_frame frame = frame_of(l, t);
    struct source *source = is_of_product(l, t) ? l->input.source : NULL;
    return layerset_open(l->options->request, source, t->product, &frame, &g->set, e);
}

static int open_groups(struct label *l, struct err *e)
{
    int r = check_masks(l, e);
    for (size_t i = 0, n; r == 0 && i < l->n; i += n) {
        const struct target *t = &l->target[i];
        for (n = 1;
             i + n < l->n && strcmp(t[n].product, t->product) == 0 && t[n].place.grid.pixel_m == t->place.grid.pixel_m;
             n++)
            ;
        r = open_group(l, i, n, e);
    }
    return r;
}

/* ---- one subscene ---- */

static struct layer_cell cell_of(const struct target *t)
{
    return (struct layer_cell){t->x, t->y, t->place.px_x, t->place.px_y, t->size, NULL};
}

/* A mask that lies beside all subscenes is of something else. */
static int check_reach(const struct label *l, const struct group *g, struct err *e)
{
    for (size_t i = 0; i < layerset_count(g->set); i++) {
        bool any = false;
        for (size_t k = g->first; !any && k < g->first + g->n; k++) {
            struct layer_cell cell = cell_of(&l->target[k]);
            any = layerset_reaches(g->set, i, &cell);
        }
        if (!any)
            return err_set(e, ERR_INPUT, "%s: no pixel of it lies on one of the %zu subscene%s",
                           layerset_origin(g->set, i), g->n, text_s(g->n));
    }
    return 0;
}

/* Looks at all that is wanted of the sources. */
static int check_group(struct label *l, const struct group *g, size_t *wanted, struct err *e)
{
    size_t n = 0;
    struct cell *cells = mem_alloc(g->n, sizeof *cells);
    if (!cells)
        return err_nomem(e, g->n * sizeof *cells);
    for (size_t i = g->first; i < g->first + g->n; i++) {
        struct target *t = &l->target[i];
        t->wanted |= layerset_count(g->set) > (l->options->request->labels != NULL);
        if (t->wanted)
            cells[n++] = (struct cell){t->x, t->y};
    }
    *wanted += n;
    int r = check_reach(l, g, e);
    if (r == 0)
        r = layerset_check(g->set, cells, n, l->target[g->first].size, l->options->stopped, e);
    free(cells);
    return r;
}

/* A picture of a layer that is put anew shows the old one. */
static int drop_pictures(const struct group *g, const struct target *t, struct err *e)
{
    const struct pictures_subscene subscene = {t->path, t->product, t->x, t->y};
    struct layer_cell cell = cell_of(t);
    struct addlayers_result will;
    int r = addlayers_look(t->path, g->set, &cell, true, &will, e);
    for (size_t i = 0; r == 0 && i < will.added; i++)
        r = pictures_forget_layer(&subscene, layerset_map(g->set, will.layer[i])->layer, e);
    return r;
}

static int put(struct label *l, const struct group *g, struct target *t, struct err *e)
{
    struct layer_cell cell = cell_of(t);
    struct addlayers_result did = {0};
    int r = check_stop(l, e);
    if (r == 0 && l->options->overwrite && !l->options->dry_run)
        r = drop_pictures(g, t, e);
    if (r == 0)
        r = l->options->dry_run ? addlayers_look(t->path, g->set, &cell, l->options->overwrite, &did, e)
                                : addlayers_file(&l->work, t->path, g->set, &cell, l->options->overwrite, &did, e);
    if (r)
        return r;
    enum label_outcome outcome = did.added == 0 ? LABEL_SKIPPED : l->options->dry_run ? LABEL_WOULD_MAKE : LABEL_MADE;
    l->result->skipped += did.added == 0;
    l->result->made += did.added > 0;
    t->made = outcome == LABEL_MADE;
    l->observer->subscene(l->observer->ctx, outcome, t->path);
    return 0;
}

static int add_lock(const struct target *t, struct strlist *locks, struct strlist *folders, struct err *e)
{
    char path[HOLD_PATH];
    const char *slash = strrchr(t->path, '/');
    int r = hold_lock_path(t->path, t->product, path, e);
    if (r == 0)
        r = strlist_add(locks, path, strlen(path), e);
    if (r || !slash)
        return r;
    size_t n = (size_t)(slash - t->path);
    const char *last = folders->n > 0 ? folders->s[folders->n - 1] : "";
    return strncmp(last, t->path, n) == 0 && last[n] == '\0' ? 0 : strlist_add(folders, t->path, n, e);
}

/* Takes hold of all that is going to change; what a file lacks is looked at when its turn comes. */
static int hold_targets(struct label *l, struct err *e)
{
    struct strlist locks = {0}, folders = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->n; i++)
        if (l->target[i].wanted)
            r = add_lock(&l->target[i], &locks, &folders, e);
    strlist_sort(&locks);
    strlist_sort(&folders);
    if (r == 0)
        r = hold_open_paths(&locks, &folders, &l->options->lock, &l->hold, e);
    strlist_clear(&locks);
    strlist_clear(&folders);
    return r;
}

static int label_all(struct label *l, struct err *e)
{
    size_t wanted = 0;
    qsort(l->target, l->n, sizeof *l->target, by_group_and_place);
    int r = match_images(l, e);
    if (r == 0)
        r = open_groups(l, e);
    for (size_t i = 0; r == 0 && i < l->groups; i++)
        r = check_group(l, &l->group[i], &wanted, e);
    if (r == 0 && wanted == 0)
        r = err_set(e, ERR_INPUT, "%s: there is no mask of a class layer in it", l->options->product);
    if (r == 0 && !l->options->dry_run)
        r = hold_targets(l, e);
    if (r)
        return r;
    l->observer->begin(l->observer->ctx, wanted);
    for (size_t i = 0; r == 0 && i < l->groups; i++) {
        const struct group *g = &l->group[i];
        for (size_t k = g->first; r == 0 && k < g->first + g->n; k++)
            if (l->target[k].wanted)
                r = put(l, g, &l->target[k], e);
    }
    return r;
}

/* Those that lie above the folders. */
static int find_manifests(struct label *l, struct err *e)
{
    char path[MANIFESTS_PATH];
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        const struct target *t = &l->target[i];
        if (!t->wanted || !manifests_of(t->path, t->product, path) || strlist_find(&l->manifests, path) >= 0)
            continue;
        r = strlist_add(&l->manifests, path, strlen(path), e);
        strlist_sort(&l->manifests);
    }
    return r;
}

/* Also for subscenes that had their layers: a call that was killed may not have come to this. */
static int refresh_manifests(struct label *l, struct err *e)
{
    struct strlist files = {0}, made = {0};
    strlist_sort(&l->manifests);
    int r = find_manifests(l, e);
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        const char *path = l->target[i].path;
        if (l->target[i].wanted)
            r = strlist_add(&files, path, strlen(path), e);
        if (r == 0 && l->target[i].made)
            r = strlist_add(&made, path, strlen(path), e);
    }
    strlist_sort(&files);
    strlist_sort(&made);
    if (r == 0)
        r = fractions_refresh(&l->manifests, &files, &made, e);
    strlist_clear(&files);
    strlist_clear(&made);
    return r;
}

static void clear(struct label *l)
{
    hold_close(l->hold);
    strlist_clear(&l->manifests);
    for (size_t i = 0; i < l->groups; i++)
        layerset_close(l->group[i].set);
    for (size_t i = 0; i < l->n; i++)
        free(l->target[i].path);
    free(l->group);
    free(l->target);
    addlayers_work_clear(&l->work);
    input_close(&l->input);
}

/* A run that began a moment ago has its lock there, and nothing else. */
static int nothing_to_label(const struct label *l, const char *folder, struct err *e)
{
    int r = l->lock[0] ? lock_look(l->lock, l->options->lock.timeout_s, e) : 0;
    return r ? err_wrap(e, "there is no subscene yet")
             : err_set(e, ERR_INPUT, "%s: there is no subscene below it", folder);
}

int label_folders(const char *const *folder, size_t n, const struct label_options *options,
                  const struct label_observer *observer, struct label_result *result, struct err *e)
{
    struct label l = {.options = options, .observer = observer, .result = result};
    *result = (struct label_result){0};
    int r = options->product ? input_open(options->product, &l.input, e) : 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = find_targets(&l, folder[i], e);
    if (r == 0 && l.n == 0)
        r = nothing_to_label(&l, folder[0], e);
    if (r == 0)
        r = label_all(&l, e);
    struct err second = ERR_INIT;
    if (!options->dry_run && result->made + result->skipped > 0 && refresh_manifests(&l, &second))
        r = report_error("", r, e, &second);
    clear(&l);
    return r;
}
