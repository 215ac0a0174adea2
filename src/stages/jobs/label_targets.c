#include "stages/jobs/label_targets.h"

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
#include "stages/folder/manifests.h"

/* Warnings name this many images without a subscene; -v names all. */
enum { UNMATCHED_NAMED = 5 };

static int check_stop(int (*stopped)(void), struct err *e)
{
    return stopped && stopped() ? err_set(e, ERR_STOPPED, "stopped by a signal") : 0;
}

static int read_target(struct ncfile *f, struct label_target *t, struct err *e)
{
    struct cellname name;
    double x, y;
    if (!ncfile_text(f, NULL, SCHEMA_ATT_PRODUCT, t->product, sizeof t->product))
        return err_set(e, ERR_INPUT, "%s: is not a subscene: it has no attribute %s", t->path,
                       SCHEMA_ATT_PRODUCT);
    if (!subscene_nc_side(f, &t->size))
        return err_set(e, ERR_INPUT, "%s: is not a subscene: its first variable is not square",
                       t->path);
    t->is_placed = subscene_nc_read_place(f, &t->place);
    if (ncfile_number(f, NULL, "subscene_x", &x) && ncfile_number(f, NULL, "subscene_y", &y)) {
        t->x = (int32_t)x;
        t->y = (int32_t)y;
        return 0;
    }
    if (!cellname_parse(path_base(t->path),
                        &name)) /* files of profile kappazeta have no such attributes */
        return err_set(e, ERR_INPUT,
                       "%s: it has no subscene_x and subscene_y, and its name has no tile_<x>_<y>",
                       t->path);
    t->x = name.x;
    t->y = name.y;
    return 0;
}

static int add_target(struct label_targets *l, const char *path, struct err *e)
{
    struct label_target *grown = mem_grown(l->target, l->n, &l->cap, sizeof *l->target, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->target = grown;
    struct label_target *t = &l->target[l->n];
    *t = (struct label_target){.path = mem_strdup(path)};
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
    return path_base(path)[0] != '.' && path_has_suffix(path, ".nc");
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int take_files(struct label_targets *l, const struct strlist *files, int (*stopped)(void),
                      struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < files->n; i++) {
        r = check_stop(stopped, e);
        if (r == 0 && is_subscene(files->s[i]))
            r = add_target(l, files->s[i], e);
        else if (r == 0 && manifests_is(files->s[i]))
            r = strlist_add(&l->manifests, files->s[i], strlen(files->s[i]), e);
        else if (folder_lock_is(files->s[i]))
            snprintf(l->lock, sizeof l->lock, "%s", files->s[i]);
    }
    return r;
}

/* If there is no manifest below the operand, it may be in a folder above. Only the absolute path
 * tells that folder. */
int label_targets_find(struct label_targets *l, const char *operand, int (*stopped)(void),
                       struct err *e)
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
        r = one ? add_target(l, whole ? whole : operand, e) : take_files(l, &files, stopped, e);
    l->folders += !one;
    free(whole);
    strlist_clear(&files);
    return r;
}

static int compare(double a, double b) { return (a > b) - (a < b); }

/* Masks are read from north to south. */
static int by_group_and_place(const void *a, const void *b)
{
    const struct label_target *s = a, *t = b;
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

void label_targets_sort(struct label_targets *l)
{
    qsort(l->target, l->n, sizeof *l->target, by_group_and_place);
}

int label_targets_refuse_unplaced(const struct label_target *t, const char *so, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: has no coordinates (profile kappazeta), so %s", t->path, so);
}

void label_targets_clear(struct label_targets *l)
{
    strlist_clear(&l->manifests);
    for (size_t i = 0; i < l->n; i++)
        free(l->target[i].path);
    free(l->target);
    *l = (struct label_targets){0};
}

/* ---- the image of each subscene ---- */

static int match_target(const struct labels *labels, struct label_target *t,
                        const struct label_target **owner, struct err *e)
{
    int64_t image;
    int r = labels_find(labels, t->product, t->x, t->y, &image, e);
    if (r || image == LABELS_NONE)
        return r;
    if (owner[image])
        return err_set(
            e, ERR_INPUT,
            "image \"%s\" may belong to %s or to %s; give one folder, or put the product into "
            "the image's name",
            labels_name(labels, (size_t)image), owner[image]->path, t->path);
    owner[image] = t;
    t->wanted = true;
    return 0;
}

int label_targets_match(struct label_targets *l, const struct labels *labels, size_t *unmatched,
                        struct err *e)
{
    size_t n = labels_count(labels);
    const struct label_target **owner = mem_zalloc(n, sizeof *owner);
    int r = owner ? 0 : err_nomem(e, n * sizeof *owner);
    for (size_t i = 0; r == 0 && n > 0 && i < l->n; i++)
        r = match_target(labels, &l->target[i], owner, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!owner[i]) {
            (*unmatched)++;
            log_message(l->folders > 0 && *unmatched <= UNMATCHED_NAMED ? LOG_WARNING : LOG_DEBUG,
                        "", "image \"%s\": no subscene found for it", labels_name(labels, i));
        }
    free(owner);
    if (r == 0 && n > 0 && *unmatched == n)
        return err_set(e, ERR_INPUT,
                       "none of the %zu image%s belongs to one of the %zu subscenes found", n,
                       text_s(n), l->n);
    return r;
}
