#include "stages/folder/existing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/log.h"
#include "core/text.h"
#include "stages/folder/existing_file.h"
#include "stages/folder/existing_layers.h"
#include "stages/folder/manifests.h"
#include "stages/keep/kept_layers.h"

/* Describes how the file's parameters differ. A file of profile kappazeta only tells its size; then
 * the manifest tells the bands. */
static void describe_difference(const struct survey *s, const struct existing_file *l, char *buf,
                                size_t size)
{
    const struct params *p = s->job->params;
    char there[BAND_SET_TEXT], here[BAND_SET_TEXT];
    band_set_format(s->old->bands, there);
    band_set_format(p->bands, here);
    if (p->compat && !l->facts.digest[0])
        snprintf(buf, size, "has no parameters in it, so cm_vsm made it");
    else if (l->facts.parameters[0])
        params_difference(l->facts.parameters, s->job->parameters, buf, size);
    else if (l->facts.size > 0 && l->facts.size != p->size)
        snprintf(buf, size, "size is %d there and %d here", l->facts.size, p->size);
    else if (s->old->n > 0 && s->old->bands != p->bands)
        snprintf(buf, size, "bands is %s there and %s here", there, here);
    else
        snprintf(buf, size, "made with other parameters");
}

static int other_parameters(const struct survey *s, const struct existing_file *l, struct err *e)
{
    char difference[300];
    describe_difference(s, l, difference, sizeof difference);
    return err_set(e, ERR_USAGE, "%s: %s; choose another --output, or --overwrite to replace it",
                   l->path, difference);
}

/* ---- pictures ---- */

static int look_at_pictures(struct survey *s, const struct existing_file *l,
                            struct picture_names_cell *cell, struct err *e)
{
    *cell = subscene_picture_cell(s->job, l->path, (struct cell){l->row.x, l->row.y});
    return picture_names_look(&s->pictures, cell, e);
}

/* Marks all pictures of a missing or obsolete file as obsolete: nothing tells what they show. */
static int drop_pictures(struct survey *s, const struct existing_file *l, struct err *e)
{
    struct picture_names_cell cell;
    int r = look_at_pictures(s, l, &cell, e);
    return r ? r : picture_names_list(&s->pictures, &cell, &s->out->obsolete, e);
}

static int drop_picture(struct survey *s, const struct existing_file *l, const char *layer,
                        struct err *e)
{
    struct picture_names_cell cell;
    char path[PICTURE_NAMES_PATH];
    int r = look_at_pictures(s, l, &cell, e);
    if (r || !picture_names_has(&s->pictures, &cell, layer))
        return r;
    r = picture_names_path(&cell, layer, path, e);
    return r ? r : strlist_add(&s->out->obsolete, path, strlen(path), e);
}

/* Sets *lacks if a wanted picture of the file is missing. */
static int lacks_pictures(struct survey *s, const struct existing_file *l, bool *lacks,
                          struct err *e)
{
    struct picture_names_cell cell;
    int r = look_at_pictures(s, l, &cell, e);
    *lacks = r == 0 && !pictures_are_there(&s->pictures, &cell, s->job->params->bands, &l->layers);
    return r;
}

/* Marks a file and its pictures as obsolete. */
static int drop(struct survey *s, const struct existing_file *l, struct err *e)
{
    int r = strlist_add(&s->out->obsolete, l->path, strlen(l->path), e);
    return r ? r : drop_pictures(s, l, e);
}

/* Keeps an examined file, or marks it as obsolete. */
static int handle_found(struct survey *s, const struct existing_file *l, struct err *e)
{
    switch (l->found) {
    case FOUND_SAME:
        return manifest_put(&s->out->manifest, &l->row, e);
    case FOUND_OTHER:
        return s->job->overwrite ? drop(s, l, e) : other_parameters(s, l, e);
    case FOUND_DAMAGED:
    case FOUND_UNKNOWN:
        return drop(s, l, e);
    case FOUND_NOTHING:
        return drop_pictures(s, l, e);
    }
    return 0;
}

/* ---- cells ---- */

/* Moves cell i into its group: cells to make, then incomplete cells, then the rest. */
static void sort_cell(struct cell *cells, size_t i, struct existing *r, bool make,
                      bool is_incomplete)
{
    struct cell c = cells[i];
    if (make || is_incomplete) {
        cells[i] = cells[r->n_left + r->n_incomplete];
        cells[r->n_left + r->n_incomplete] = c;
        r->n_incomplete++;
    }
    if (make) {
        size_t at = r->n_left + r->n_incomplete - 1;
        cells[at] = cells[r->n_left];
        cells[r->n_left++] = c;
        r->n_incomplete--;
    }
}

/* Pictures of layers that are given up. */
static int drop_pictures_given_up(struct survey *s, const struct existing_file *l, struct err *e)
{
    for (size_t k = 0; k < l->layers.n; k++) {
        bool again;
        int r = existing_file_remakes_layer(s, l, l->layers.s[k], &again, e);
        if (r == 0 && !again)
            r = drop_picture(s, l, l->layers.s[k], e);
        if (r)
            return r;
    }
    return 0;
}

/* A file that is made again, or that is not there. */
static int survey_to_make(struct survey *s, const struct existing_file *l, struct err *e)
{
    int r = existing_layers_settle(s, l, e);
    if (r)
        return r;
    r = s->job->drop_labels ? drop_pictures_given_up(s, l, e) : 0;
    if (r)
        return r;
    return l->found == FOUND_SAME && !s->job->png ? drop_pictures(s, l, e) : 0;
}

/* A file that stays: does it lack layers or pictures? */
static int survey_to_complete(struct survey *s, const struct existing_file *l, bool *is_incomplete,
                              struct err *e)
{
    *is_incomplete = l->is_unsure;
    return *is_incomplete || !s->job->png ? 0 : lacks_pictures(s, l, is_incomplete, e);
}

static int survey_look(struct survey *s, const struct existing_file *l, struct cell *cells,
                       size_t i, struct err *e)
{
    const bool make = l->found != FOUND_SAME || s->job->overwrite;
    bool is_incomplete = false, waits = false;
    int r = handle_found(s, l, e);
    if (r)
        return r;
    r = existing_layers_waiting(s, l, &waits, e);
    if (r)
        return r;
    r = make ? survey_to_make(s, l, e) : survey_to_complete(s, l, &is_incomplete, e);
    if (r)
        return r;
    sort_cell(cells, i, s->out, make, is_incomplete || waits);
    return 0;
}

static int survey_cell(struct survey *s, struct cell *cells, size_t i, struct err *e)
{
    struct existing_file l;
    int r = existing_file_examine(s, cells[i].x, cells[i].y, &l, e);
    if (r == 0)
        r = survey_look(s, &l, cells, i, e);
    strlist_clear(&l.layers);
    return r;
}

static int survey_cells(struct survey *s, struct cell *cells, size_t n, struct err *e)
{
    s->out->n_left = s->out->n_incomplete = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->job->stopped && s->job->stopped())
            return err_set(e, ERR_STOPPED, "stopped by a signal");
        int r = survey_cell(s, cells, i, e);
        if (r)
            return r;
    }
    qsort(cells + s->out->n_left, s->out->n_incomplete, sizeof *cells, cell_by_row_and_column);
    return 0;
}

/* Handles a subscene made with other parameters that is not selected. Outside of the new lattice it
 * may be removed. */
static int survey_unasked(struct survey *s, struct existing_file *l, struct err *e)
{
    if (!s->job->overwrite)
        return other_parameters(s, l, e);
    if (l->row.x < s->lattice.cols && l->row.y < s->lattice.rows) {
        char difference[300];
        describe_difference(s, l, difference, sizeof difference);
        if (s->others++ == 0)
            snprintf(s->other, sizeof s->other, "%s: %s", l->path, difference);
        return 0;
    }
    int r = existing_file_remember_layers(s, l, e);
    if (r == 0)
        r = existing_layers_leave(s, l, e);
    strlist_clear(&l->layers);
    return r ? r : drop(s, l, e);
}

/* Handles a row of the old manifest whose subscene is not selected. The row is trusted. */
static int survey_other(struct survey *s, const struct manifest_row *old, struct err *e)
{
    struct existing_file l = {.row = *old, .known = old};
    char file[256];
    struct stat st;
    manifest_row_move(s->old, &s->out->manifest, &l.row);
    int r = subscene_cell_path(s->job, old->x, old->y, l.path, file, e);
    if (r || strcmp(file, old->file) != 0 || stat(l.path, &st) != 0)
        return r;
    if (strcmp(old->digest, s->job->digest) == 0)
        return manifest_put(&s->out->manifest, &l.row, e);
    l.found = FOUND_OTHER;
    if (subscene_nc_inspect(l.path, s->job->params->bands, &l.facts, NULL))
        log_message(LOG_DEBUG, s->job->product->name, "%s: other bands, or damaged", l.path);
    return survey_unasked(s, &l, e);
}

static int refuse_two_kinds(const struct survey *s, struct err *e)
{
    return s->others == 0
               ? 0
               : err_set(e, ERR_USAGE,
                         "%s; %zu subscene%s that %s not selected would stay beside the new ones, "
                         "and a folder holds one kind; choose another --output, or select all",
                         s->other, s->others, text_s(s->others), s->others == 1 ? "is" : "are");
}

/* Handles the subscenes of the old manifest that are not selected. */
static int survey_others(struct survey *s, const struct cell *cells, size_t n, struct err *e)
{
    struct manifest asked;
    int r = 0;
    manifest_init(&asked, 0);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = manifest_put(&asked, &(struct manifest_row){.x = cells[i].x, .y = cells[i].y}, e);
    for (size_t i = 0; r == 0 && i < s->old->n; i++)
        if (!manifest_find(&asked, s->old->row[i].x, s->old->row[i].y))
            r = survey_other(s, &s->old->row[i], e);
    manifest_clear(&asked);
    return r ? r : refuse_two_kinds(s, e);
}

static int read_old(const struct survey *s, struct manifest *old, struct err *e)
{
    const struct subscene_job *job = s->job;
    char path[2048];
    int r = subscene_path(job, job->manifest, path, sizeof path, e);
    if (r)
        return r;
    struct err why = ERR_INIT;
    r = manifest_read(path, old, &why);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r && why.sys_errno != ENOENT && why.sys_errno != ENOTDIR)
        log_message(existing_file_warning(s), job->product->name, "made again: %s", why.msg);
    size_t altered = r ? 0 : manifest_altered(old);
    if (altered > 0)
        log_message(existing_file_warning(s), job->product->name,
                    "%s: %zu row%s without the right checksum: made again from the files", path,
                    altered, text_s(altered));
    return 0;
}

static int read_origins(const struct survey *s, struct err *e)
{
    char path[2048];
    int r = subscene_path(s->job, s->job->manifest, path, sizeof path, e);
    return r ? r : layer_origins_read(path, &s->out->origins, e);
}

/* `a` has all class columns of `b`. */
static bool manifest_is(const struct manifest *a, const struct manifest *b)
{
    bool same = a->n == b->n && a->bands == b->bands;
    for (size_t i = 0; same && i < a->n; i++) {
        struct manifest_row row = b->row[i];
        manifest_row_move(b, a, &row);
        same = manifest_row_equal(&a->row[i], &row, a->bands) &&
               strcmp(a->row[i].file, row.file) == 0 &&
               !manifest_class_difference(a, &a->row[i], &row);
    }
    return same;
}

int existing_survey(const struct subscene_job *job, struct cell *cells, size_t n, bool is_last,
                    struct existing *out, struct err *e)
{
    struct geogrid target;
    struct survey s = {.job = job, .is_last = is_last, .old = &out->old, .out = out};
    *out = (struct existing){.n_left = n};
    manifest_init(&out->manifest, job->params->bands);
    manifest_init(&out->old, job->params->bands);
    int r = plan_lattice(job->product, job->params, &target, &s.lattice, e);
    if (r)
        return r;
    r = read_old(&s, &out->old, e);
    if (r)
        return r;
    r = read_origins(&s, e);
    if (r == 0)
        r = existing_layers_begin(&s, e);
    if (r == 0)
        r = manifest_add_classes(&out->manifest, &out->old, e);
    if (r == 0)
        r = survey_cells(&s, cells, n, e);
    if (r == 0)
        r = survey_others(&s, cells, n, e);
    if (r == 0)
        r = existing_layers_finish(&s, cells, n, e);
    out->manifest_changed = r == 0 && !manifest_is(&out->manifest, &out->old);
    measure_work_destroy(s.work);
    addlayers_work_clear(&s.layers_work);
    picture_names_clear(&s.pictures);
    carried_files_clear(&s.waiting);
    strlist_clear(&s.lost);
    return r;
}

static int set_aside(const struct existing *r, const struct subscene_job *job, const char *manifest,
                     const struct kept_file *file, struct err *e)
{
    char folder[4096];
    manifests_folder(manifest, folder);
    const struct chunk_search_known known = {.folder = folder,
                                             .manifest = &r->old,
                                             .row = manifest_find(&r->old, file->x, file->y),
                                             .side = job->params->size};
    return kept_layers_set_aside(file->path, &file->layers, &known, e);
}

int existing_remove_obsolete(struct existing *r, const struct subscene_job *job, struct err *e)
{
    char manifest[2048];
    int failed = subscene_path(job, job->manifest, manifest, sizeof manifest, e);
    if (failed == 0 && r->gives_up_carried)
        failed = carried_files_keep(manifest, &(struct carried_files){0}, e);
    if (failed == 0)
        failed = carried_files_set_aside(manifest, &r->carried, e);
    for (size_t i = 0; failed == 0 && i < r->given_up.n; i++)
        failed = kept_layers_drop(r->given_up.s[i], e);
    for (size_t i = 0; failed == 0 && i < r->n_kept; i++)
        failed = set_aside(r, job, manifest, &r->kept[i], e);
    for (size_t i = 0; failed == 0 && i < r->obsolete.n; i++)
        failed = subscene_remove_file(job, r->obsolete.s[i], e);
    strlist_clear(&r->obsolete);
    return failed;
}

void existing_clear(struct existing *r)
{
    for (size_t i = 0; i < r->n_kept; i++)
        strlist_clear(&r->kept[i].layers);
    free(r->kept);
    carried_files_clear(&r->carried);
    strlist_clear(&r->given_up);
    strlist_clear(&r->obsolete);
    manifest_clear(&r->manifest);
    manifest_clear(&r->old);
    layer_origins_destroy(r->origins);
    *r = (struct existing){.n_kept = 0};
}
