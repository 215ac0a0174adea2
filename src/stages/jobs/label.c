#include "stages/jobs/label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cellname.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/text.h"
#include "io/folder/walk.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/folder_lock.h"
#include "stages/folder/manifests.h"
#include "stages/folder/refresh_classes.h"
#include "stages/folder/report.h"
#include "stages/jobs/label_old.h"
#include "stages/jobs/label_origins.h"
#include "stages/jobs/label_pictures.h"
#include "stages/jobs/label_targets.h"
#include "stages/jobs/product_input.h"
#include "stages/keep/kept_layers.h"
#include "stages/layers/addlayers.h"

enum { WHOLE_TILE_M = 109800 }; /* the side of a Sentinel-2 tile */
/* Targets of one product and pixel, and the layers for them. */
struct group {
    size_t first, n;
    struct layerset *set;
};

struct label {
    const struct label_options *options;
    const struct label_observer *observer;
    struct label_result *result;
    struct layer_request request; /* of the options, with the layers of `old` */
    struct label_old old; /* the subscenes of options->from */
    struct product_input input; /* of options->product */
    struct label_targets found;
    struct group *group;
    size_t groups, group_cap;
    size_t unnamed; /* subscenes that keep a layer of labels that no longer name them */
    struct addlayers_work work;
    struct label_origins origins; /* of the folder of the current subscene */
    struct folder_lock *lock;
};

static int check_stop(const struct label *l, struct err *e)
{
    return l->options->stopped && l->options->stopped()
               ? err_set(e, ERR_STOPPED, "stopped by a signal")
               : 0;
}

static int match_images(struct label *l, struct err *e)
{
    const struct labels *labels = l->options->request->labels;
    if (!labels)
        return 0;
    l->result->images = labels_count(labels);
    int r = label_targets_match(&l->found, labels, &l->result->unmatched, e);
    return r ? err_wrap(e, "%s", labels_path(labels)) : 0;
}

/* ---- masks ---- */

/* True if a mask is given as a file. All other masks come from the product given with them. */
static bool has_files(const struct layer_request *r)
{
    for (size_t i = 0; i < r->masks; i++)
        if (r->mask[i].file)
            return true;
    return false;
}

static bool is_of_product(const struct label *l, const struct label_target *t)
{
    return l->input.source && product_is_named(&l->input.product, t->product);
}

static int check_masks(const struct label *l, struct err *e)
{
    bool any = false, files = has_files(l->options->request);
    for (size_t i = 0; i < l->found.n; i++) {
        const struct label_target *t = &l->found.target[i];
        bool of_product = is_of_product(l, t);
        any |= of_product;
        if (files && strcmp(t->product, l->found.target[0].product) != 0)
            return err_set(
                e, ERR_INPUT,
                "%s belongs to %s, %s to %s: a mask belongs to one product; give only that "
                "product's folder",
                l->found.target[0].path, l->found.target[0].product, t->path, t->product);
        if ((files || of_product) && !t->is_placed)
            return label_targets_refuse_unplaced(t, "masks cannot be added; give the masks to run",
                                                 e);
    }
    if (l->options->product && !any)
        return err_set(e, ERR_INPUT, "%s: none of the %zu subscene%s belongs to this product",
                       l->options->product, l->found.n, text_s(l->found.n));
    return 0;
}

static struct mask_frame frame_of(const struct label *l, const struct label_target *t)
{
    if (is_of_product(l, t))
        return mask_frame_of(&l->input.product.grid[PRODUCT_GRID_10], &t->place.grid);
    return (struct mask_frame){t->place.grid, WHOLE_TILE_M, WHOLE_TILE_M, true, TILE_DECODER_AUTO};
}

static int open_group(struct label *l, size_t first, size_t n, struct err *e)
{
    struct group *grown = mem_grown(l->group, l->groups, &l->group_cap, sizeof *l->group, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->group = grown;
    struct group *g = &l->group[l->groups++];
    *g = (struct group){.first = first, .n = n};
    const struct label_target *t = &l->found.target[first];
    struct mask_frame frame = frame_of(l, t);
    struct source *source = is_of_product(l, t) ? l->input.source : NULL;
    return layerset_open(&l->request, source, t->product, &frame, &g->set, e);
}

static int open_groups(struct label *l, struct err *e)
{
    int r = check_masks(l, e);
    for (size_t i = 0, n; r == 0 && i < l->found.n; i += n) {
        const struct label_target *t = &l->found.target[i];
        for (n = 1; i + n < l->found.n && strcmp(t[n].product, t->product) == 0 &&
                    t[n].place.grid.pixel_m == t->place.grid.pixel_m;
             n++)
            ;
        r = open_group(l, i, n, e);
    }
    return r;
}

/* ---- one subscene ---- */

static struct layer_cell cell_of(const struct label_target *t)
{
    return (struct layer_cell){t->x, t->y, t->place.px_x, t->place.px_y, t->size, NULL};
}

/* A mask that covers none of the subscenes does not belong to them. */
static int check_reach(const struct label *l, const struct group *g, struct err *e)
{
    for (size_t i = 0; i < layerset_count(g->set); i++) {
        bool any = false;
        for (size_t k = g->first; !any && k < g->first + g->n; k++) {
            struct layer_cell cell = cell_of(&l->found.target[k]);
            any = layerset_reaches(g->set, i, &cell);
        }
        if (!any)
            return err_set(e, ERR_INPUT, "%s: it covers none of the %zu subscene%s",
                           layerset_file(g->set, i), g->n, text_s(g->n));
    }
    return 0;
}

static int find_target(struct label *l, const struct group *g, const struct label_target *t,
                       struct addlayers_target *out, struct err *e)
{
    *out = (struct addlayers_target){.path = t->path, .set = g->set, .cell = cell_of(t)};
    int r = label_origins_look(&l->origins, t->path, t->product, e);
    out->known = l->origins.rows;
    out->file = l->origins.file;
    return r;
}

/* Masks are read only under the subscenes that lack a layer or may have another one. */
static int want_masks(struct label *l, const struct group *g, const struct label_target *t,
                      struct err *e)
{
    struct addlayers_list unsure;
    struct addlayers_target target;
    int r = find_target(l, g, t, &target, e);
    if (r == 0)
        r = addlayers_unsure(&l->work, &target, &unsure, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < unsure.n; i++)
        r = layerset_want(g->set, unsure.layer[i], &target.cell, e);
    return r;
}

/* Does a source have a layer for the subscene? */
static int find_wanted(const struct group *g, struct label_target *t, struct err *e)
{
    const struct layer_cell cell = cell_of(t);
    for (size_t i = 0; !t->wanted && i < layerset_count(g->set); i++) {
        int r = layerset_has(g->set, i, &cell, &t->wanted, e);
        if (r)
            return r;
    }
    return 0;
}

/* Counts the subscenes that keep a layer of labels that no longer name them. */
static int count_unnamed(struct label *l, const struct group *g, const struct label_target *t,
                         struct err *e)
{
    struct addlayers_target target;
    struct h5file *f;
    int r = find_target(l, g, t, &target, e);
    if (r || h5file_open(t->path, &f, NULL))
        return r;
    const bool unnamed = addlayers_is_unnamed(&target, f);
    h5file_close(f);
    if (unnamed && l->options->dry_run)
        log_message(LOG_WARNING, "", "%s: keeps a class layer whose source no longer names it",
                    t->path);
    l->unnamed += unnamed;
    return 0;
}

/* Checks the sources under the wanted subscenes. */
static int check_group(struct label *l, const struct group *g, size_t *wanted, struct err *e)
{
    const struct layerset_workers workers = {1, l->options->stopped};
    const bool masks = layerset_count(g->set) > (l->options->request->labels != NULL);
    size_t n = 0;
    struct cell *cells = mem_alloc(g->n, sizeof *cells);
    if (!cells)
        return err_nomem(e, g->n * sizeof *cells);
    int r = check_reach(l, g, e);
    for (size_t i = g->first; r == 0 && i < g->first + g->n; i++) {
        struct label_target *t = &l->found.target[i];
        r = find_wanted(g, t, e);
        if (r == 0 && l->options->request->labels)
            r = count_unnamed(l, g, t, e);
        if (r == 0 && t->wanted)
            cells[n++] = (struct cell){t->x, t->y};
        if (r == 0 && t->wanted && masks)
            r = want_masks(l, g, t, e);
    }
    *wanted += n;
    if (r == 0)
        r = layerset_check(g->set, cells, n, l->found.target[g->first].size, workers, e);
    free(cells);
    return r;
}

/* Adds layers that wait for the file (stages/keep/kept_layers.h). A lost layer stays lost, unless
 * the labels have just replaced it. */
static int restore_kept(const struct label *l, struct label_target *t, struct err *e)
{
    struct kept_layers_result kept;
    int r = kept_layers_restore(t->path, t->size, t->is_placed ? NULL : l->origins.rows,
                                l->origins.file, &kept, e);
    t->made |= kept.changed;
    strlist_clear(&kept.lost);
    return r;
}

/* ---- one subscene ---- */

/* Pictures come first: a subscene with its layers has their pictures too. */
static int put_layers(struct label *l, struct label_target *t,
                      const struct addlayers_target *target, struct addlayers_result *plan,
                      struct err *e)
{
    const struct pictures_subscene subscene = {t->path, t->product, t->x, t->y};
    int r = label_pictures_of_added(&l->work, target, &subscene, plan, l->options->png, e);
    if (r == 0)
        r = addlayers_put(&l->work, target, plan, e);
    if (r == 0)
        r = addlayers_record(plan, target, t->is_placed, l->origins.rows, e);
    t->made = r == 0 && plan->added.n > 0;
    if (r == 0 && l->options->png)
        r = label_pictures_lacking(&l->work, target, &subscene, e);
    return r ? r : restore_kept(l, t, e);
}

static void count(struct label *l, const struct label_target *t,
                  const struct addlayers_result *plan)
{
    struct label_result *result = l->result;
    const bool adds = plan->added.n > 0;
    result->skipped += !adds;
    result->made += adds;
    addlayers_count(&result->differing, plan);
    if (l->options->dry_run)
        disk_space_add(&result->space, disk_space_of_layers(plan->added.n, t->size));
    l->observer->subscene(l->observer->ctx,
                          !adds                 ? LABEL_SKIPPED
                          : l->options->dry_run ? LABEL_WOULD_MAKE
                                                : LABEL_MADE,
                          t->path);
}

static int put(struct label *l, const struct group *g, struct label_target *t, struct err *e)
{
    struct addlayers_target target;
    struct addlayers_result plan;
    int r = check_stop(l, e);
    if (r == 0)
        r = find_target(l, g, t, &target, e);
    if (r == 0)
        r = addlayers_plan(&l->work, &target, l->options->overwrite, &plan, e);
    if (r)
        return r;
    if (l->options->dry_run)
        addlayers_log_differing(&plan, &target);
    else
        r = put_layers(l, t, &target, &plan, e);
    if (r == 0)
        count(l, t, &plan);
    return r;
}

/* ---- all subscenes ---- */

/* Locks the folders of all wanted subscenes. What a file lacks is checked later, file by file. */
static int lock_targets(struct label *l, struct err *e)
{
    struct folder_lock_places places = {.locks = {0}};
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->found.n; i++) {
        const struct label_target *t = &l->found.target[i];
        char lock[FOLDER_LOCK_PATH];
        if (!t->wanted)
            continue;
        r = folder_lock_path(t->path, t->product, lock, e);
        if (r == 0)
            r = folder_lock_add(&places, lock, t->path, e);
    }
    if (r == 0)
        r = folder_lock_open_places(&places, &l->options->lock, &l->lock, e);
    folder_lock_places_clear(&places);
    return r;
}

static int open_old(struct label *l, struct err *e)
{
    const struct label_options *o = l->options;
    l->request = *o->request;
    if (!o->from)
        return 0;
    int r = label_old_open(&l->old, o->from, o->from_unlabelled, o->stopped, e);
    if (r == 0)
        r = label_old_check(&l->old, &l->found, e);
    l->request.from = l->old.layers;
    return r;
}

static int label_all(struct label *l, struct err *e)
{
    size_t wanted = 0;
    label_targets_sort(&l->found);
    int r = match_images(l, e);
    if (r == 0)
        r = open_old(l, e);
    if (r == 0)
        r = open_groups(l, e);
    for (size_t i = 0; r == 0 && i < l->groups; i++)
        r = check_group(l, &l->group[i], &wanted, e);
    if (r == 0 && wanted == 0)
        r = err_set(e, ERR_INPUT, "%s: the product has no mask that gives a class layer",
                    l->options->product ? l->options->product : l->options->from);
    if (r == 0 && !l->options->dry_run)
        r = lock_targets(l, e);
    if (r)
        return r;
    l->observer->begin(l->observer->ctx, wanted);
    for (size_t i = 0; r == 0 && i < l->groups; i++) {
        const struct group *g = &l->group[i];
        for (size_t k = g->first; r == 0 && k < g->first + g->n; k++)
            if (l->found.target[k].wanted)
                r = put(l, g, &l->found.target[k], e);
    }
    return r;
}

static void warn_of_conflicts(const struct label *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->groups; i++)
        n += layerset_conflicts(l->group[i].set);
    if (n > 0)
        log_message(
            LOG_WARNING, "",
            "%s: subscenes that overlap have different classes at %zu pixel%s; UNDEFINED there",
            l->options->from, n, text_s(n));
}

/* Of several products the message names the sources of the first one. */
static int fail_differing(const struct label *l, struct err *e)
{
    char what[400];
    const struct label_result *result = l->result;
    if (result->differing.subscenes == 0)
        return 0;
    addlayers_tally_format(&result->differing, l->group[0].set, result->made + result->skipped,
                           what, sizeof what);
    return err_set(e, ERR_OUTPUT, "%s; --overwrite replaces them", what);
}

/* Adds the manifests in folders above the operands. */
static int find_manifests(struct label *l, struct err *e)
{
    char path[MANIFESTS_PATH];
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->found.n; i++) {
        const struct label_target *t = &l->found.target[i];
        if (!t->wanted || !manifests_of(t->path, t->product, path) ||
            strlist_find(&l->found.manifests, path) >= 0)
            continue;
        r = strlist_add(&l->found.manifests, path, strlen(path), e);
        strlist_sort(&l->found.manifests);
    }
    return r;
}

/* Also handles subscenes that already had their layers: a killed call may not have updated the
 * manifests. */
static int refresh_manifests(struct label *l, struct err *e)
{
    struct strlist files = {0}, made = {0};
    strlist_sort(&l->found.manifests);
    int r = find_manifests(l, e);
    for (size_t i = 0; r == 0 && i < l->found.n; i++) {
        const char *path = l->found.target[i].path;
        if (l->found.target[i].wanted)
            r = strlist_add(&files, path, strlen(path), e);
        if (r == 0 && l->found.target[i].made)
            r = strlist_add(&made, path, strlen(path), e);
    }
    strlist_sort(&files);
    strlist_sort(&made);
    if (r == 0)
        r = refresh_classes(&l->found.manifests, &files, &made, e);
    strlist_clear(&files);
    strlist_clear(&made);
    return r;
}

static void clear(struct label *l)
{
    folder_lock_close(l->lock);
    for (size_t i = 0; i < l->groups; i++)
        layerset_close(l->group[i].set);
    free(l->group);
    label_old_clear(&l->old);
    label_targets_clear(&l->found);
    addlayers_work_clear(&l->work);
    label_origins_clear(&l->origins);
    product_input_close(&l->input);
}

/* If a run has just begun, the folder has its lock and no subscene yet. */
static int nothing_to_label(const struct label *l, const char *folder, struct err *e)
{
    int r = l->found.lock[0] ? lock_look(l->found.lock, l->options->lock.timeout_s, e) : 0;
    return r ? err_wrap(e, "no subscene is there yet")
             : err_set(e, ERR_INPUT, "%s: no subscene found below this folder", folder);
}

int label_folders(const char *const *folder, size_t n, const struct label_options *options,
                  const struct label_observer *observer, struct label_result *result, struct err *e)
{
    struct label l = {.options = options, .observer = observer, .result = result};
    l.origins.is_dry = options->dry_run;
    *result = (struct label_result){0};
    int r = options->product ? product_input_open(options->product, &l.input, e) : 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = label_targets_find(&l.found, folder[i], options->stopped, e);
    if (r == 0 && l.found.n == 0)
        r = nothing_to_label(&l, folder[0], e);
    if (r == 0)
        r = label_all(&l, e);
    struct err second = ERR_INIT;
    if (label_origins_save(&l.origins, &second))
        r = report_error("", r, e, &second);
    if (!options->dry_run && result->made + result->skipped > 0 && refresh_manifests(&l, &second))
        r = report_error("", r, e, &second);
    warn_of_conflicts(&l);
    if (l.unnamed > 0)
        addlayers_warn_unnamed("", l.unnamed);
    if (r == 0)
        r = fail_differing(&l, e);
    clear(&l);
    return r;
}
