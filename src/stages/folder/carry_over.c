#include "stages/folder/carry_over.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "stages/image/plan.h"

/* ---- what covers what ---- */

/* Metres; half-open. */
struct extent {
    double west, north, east, south;
};

static struct extent extent_of(const struct geogrid *g, struct rect px)
{
    return (struct extent){g->ulx_m + px.x * g->pixel_m, g->uly_m - px.y * g->pixel_m,
                           g->ulx_m + ((double)px.x + px.w) * g->pixel_m,
                           g->uly_m - ((double)px.y + px.h) * g->pixel_m};
}

static bool is_empty(struct extent a) { return a.west >= a.east || a.south >= a.north; }

static struct extent common(struct extent a, struct extent b)
{
    return (struct extent){fmax(a.west, b.west), fmin(a.north, b.north), fmin(a.east, b.east),
                           fmax(a.south, b.south)};
}

/* Do the n extents cover all of `part`? What the first one leaves is up to the others. */
static bool is_covered(struct extent part, const struct extent *by, size_t n)
{
    if (is_empty(part))
        return true;
    while (n > 0 && is_empty(common(part, *by))) {
        by++;
        n--;
    }
    if (n == 0)
        return false;
    const struct extent c = common(part, *by);
    const struct extent rest[] = {{part.west, part.north, part.east, c.north},
                                  {part.west, c.south, part.east, part.south},
                                  {part.west, c.north, c.west, c.south},
                                  {c.east, c.north, part.east, c.south}};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        if (!is_covered(rest[i], by + 1, n - 1))
            return false;
    return true;
}

/* ---- the old subscenes ---- */

struct old_files {
    struct carry_file *file;
    char (*path)[CARRIED_PATH];
    const char **name; /* as the list has it */
    size_t n;
};

static void clear_old(struct old_files *o)
{
    free(o->file);
    free(o->path);
    free(o->name);
}

static int read_old(const char *path, const char *product, struct carry_file *out, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    *out = (struct carry_file){.path = path, .product = product};
    if (!subscene_nc_read_place(f, &out->place) || !subscene_nc_side(f, &out->size))
        r = err_set(e, ERR_INPUT, "%s: its coordinates cannot be read", path);
    ncfile_close(f);
    return r;
}

/* Opens the files, at their names or where they are set aside. Those that are gone have been
 * carried over. */
static int open_old(const struct subscene_job *job, const struct carried_files *c, bool aside,
                    struct old_files *o, struct err *e)
{
    const size_t n = c->path.n;
    int r = 0;
    *o = (struct old_files){.file = mem_zalloc(n, sizeof *o->file),
                            .path = mem_zalloc(n, sizeof *o->path),
                            .name = mem_zalloc(n, sizeof *o->name)};
    if (!o->file || !o->path || !o->name)
        return err_nomem(e, n * (sizeof *o->file + sizeof *o->path));
    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *name = c->path.s[i];
        if (aside)
            carried_files_aside(name, o->path[o->n]);
        else
            snprintf(o->path[o->n], CARRIED_PATH, "%s", name);
        if (aside && access(o->path[o->n], F_OK) != 0)
            continue;
        r = read_old(o->path[o->n], job->product->name, &o->file[o->n], e);
        o->name[o->n++] = name;
    }
    return r;
}

/* The part of an old subscene that is inside the product: a last column may extend beyond it. */
static struct extent extent_of_old(const struct carry_file *f, const struct geogrid *target)
{
    const struct rect px = {f->place.px_x, f->place.px_y, f->size, f->size},
                      product = {0, 0, target->width, target->height};
    return common(extent_of(&f->place.grid, px), extent_of(target, product));
}

/* ---- check ---- */

static int check_covered(const struct subscene_job *job, const struct old_files *o,
                         const struct cell *cells, size_t n, struct err *e)
{
    struct geogrid target;
    struct lattice lattice;
    int r = plan_lattice(job->product, job->params, &target, &lattice, e);
    if (r)
        return r;
    struct extent *by = mem_alloc(n, sizeof *by);
    if (!by)
        return err_nomem(e, n * sizeof *by);
    for (size_t i = 0; i < n; i++)
        by[i] = extent_of(&target, lattice_cell(&lattice, cells[i].x, cells[i].y));
    for (size_t i = 0; r == 0 && i < o->n; i++)
        if (!is_covered(extent_of_old(&o->file[i], &target), by, n))
            r = err_set(e, ERR_INPUT, "%s: the new subscenes do not cover all of it",
                        o->file[i].path);
    free(by);
    return r;
}

int carry_over_check(const struct subscene_job *job, const struct carried_files *files,
                     const struct cell *cells, size_t n, struct err *e)
{
    struct old_files old;
    struct carry *layers = NULL;
    int r = open_old(job, files, false, &old, e);
    if (r == 0)
        r = check_covered(job, &old, cells, n, e);
    if (r == 0)
        r = carry_open(job->folder, old.file, old.n, -1, job->stopped, &layers, e);
    carry_close(layers);
    clear_old(&old);
    return r;
}

/* ---- finish ---- */

/* The subscenes that exist, and their pixels. */
struct new_files {
    struct geogrid target;
    struct lattice lattice;
    struct cell *cell; /* all that may get a layer */
    size_t n;
    struct extent *extent; /* of all rows */
};

static struct rect px_of(const void *ctx, struct cell c)
{
    return lattice_cell(&((const struct new_files *)ctx)->lattice, c.x, c.y);
}

static bool takes_any(const struct carry_layers *l, const struct geogrid *grid, struct rect px)
{
    bool any = false;
    for (size_t i = 0; !any && i < carry_count(l); i++)
        any = carry_has(l, i, grid, px);
    return any;
}

static int find_new(const struct carry_over *c, const struct carry_layers *l, struct new_files *out,
                    struct err *e)
{
    const size_t rows = c->rows->n;
    int r = plan_lattice(c->job->product, c->job->params, &out->target, &out->lattice, e);
    if (r)
        return r;
    out->cell = mem_alloc(rows, sizeof *out->cell);
    out->extent = mem_alloc(rows, sizeof *out->extent);
    if (!out->cell || !out->extent)
        return err_nomem(e, rows * (sizeof *out->cell + sizeof *out->extent));
    for (size_t i = 0; i < rows; i++) {
        const struct cell cell = {.x = c->rows->row[i].x, .y = c->rows->row[i].y};
        const struct rect px = px_of(out, cell);
        out->extent[i] = extent_of(&out->target, px);
        if (l && takes_any(l, &out->target, px))
            out->cell[out->n++] = cell;
    }
    return 0;
}

/* The outcome of these cells is reported already. */
static int put_layers(const struct carry_over *c, const struct layerset *set,
                      const struct new_files *to, size_t *labelled, struct err *e)
{
    struct subscene_job job = *c->job;
    struct run_result result = {0};
    struct report quiet;
    struct complete_state state = {.manifest = c->rows, .report = &quiet};
    const struct complete_request request = {&job,  c->origins, to->cell,  to->n,
                                             px_of, to,         c->threads};
    job.layers = set;
    int r = layerset_columns(set, c->rows, e);
    if (r)
        return r;
    report_open(&quiet, NULL, &result);
    r = complete_cells(&request, &state, e);
    report_close(&quiet);
    *labelled = result.labelled;
    return r;
}

/* Removes what was carried over whole. */
static int remove_old(const struct carry_over *c, const struct carried_files *all,
                      const struct old_files *old, const struct new_files *to, size_t *left,
                      struct err *e)
{
    struct carried_files kept = {0};
    int r = 0;
    memcpy(kept.digest, all->digest, sizeof kept.digest);
    for (size_t i = 0; r == 0 && i < old->n; i++)
        if (!is_covered(extent_of_old(&old->file[i], &to->target), to->extent, c->rows->n))
            r = strlist_add(&kept.path, old->name[i], strlen(old->name[i]), e);
    *left = kept.path.n;
    if (r == 0)
        r = carried_files_keep(c->manifest, &kept, e);
    carried_files_clear(&kept);
    return r;
}

static void tell(const struct carry_over *c, const struct old_files *old, size_t labelled,
                 size_t conflicts)
{
    const char *product = c->job->product->name;
    if (labelled > 0)
        log_message(LOG_INFO, product,
                    "class layers of %zu subscene%s of another grid were carried over to %zu",
                    old->n, text_s(old->n), labelled);
    if (conflicts > 0)
        log_message(LOG_WARNING, product,
                    "%zu pixel%s of class layers are UNDEFINED: old subscenes disagree there",
                    conflicts, text_s(conflicts));
}

/* `old` is not empty. */
static int carry(const struct carry_over *c, const struct old_files *old, struct new_files *to,
                 bool *changed, struct err *e)
{
    struct carry *layers = NULL;
    struct layerset *set = NULL;
    struct mask_frame frame = {0};
    size_t labelled = 0;
    int r = carry_open(c->job->folder, old->file, old->n, -1, c->job->stopped, &layers, e);
    if (r)
        return r;
    const char *product = c->job->product->name;
    r = find_new(c, carry_find(layers, product), to, e);
    if (r == 0) {
        frame.target = to->target;
        r = layerset_open(&(struct layer_request){.from = layers}, NULL, product, &frame, &set, e);
    }
    if (r == 0)
        r = put_layers(c, set, to, &labelled, e);
    *changed = labelled > 0;
    if (r == 0)
        tell(c, old, labelled, layerset_conflicts(set));
    layerset_close(set);
    carry_close(layers);
    return r;
}

int carry_over_finish(const struct carry_over *c, size_t *left, bool *changed, struct err *e)
{
    struct carried_files all;
    struct old_files old = {0};
    struct new_files to = {0};
    *left = 0;
    *changed = false;
    int r = carried_files_find(c->manifest, &all, e);
    if (r || !all.digest[0])
        return r;
    r = open_old(c->job, &all, true, &old, e);
    if (r == 0 && old.n > 0)
        r = carry(c, &old, &to, changed, e);
    if (r == 0)
        r = remove_old(c, &all, &old, &to, left, e);
    free(to.cell);
    free(to.extent);
    clear_old(&old);
    carried_files_clear(&all);
    return r;
}
