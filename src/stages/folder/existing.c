#include "stages/folder/existing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/log.h"
#include "core/text.h"
#include "io/netcdf/layers_nc.h"

struct look_around {
    const struct write_job *job;
    const struct manifest *old; /* what the last run wrote; empty when there is none that can be read */
    struct survey_work *work; /* made when the first file must be read */
    struct resume *out;
    struct gallery gallery; /* of the folder at hand */
    size_t losing; /* files whose layers the job would not make again */
    struct strlist lost; /* these layers */
};

static enum log_level warning(const struct write_job *job) { return job->first_look ? LOG_DEBUG : LOG_WARNING; }

enum found { FOUND_NOTHING, FOUND_DAMAGED, FOUND_UNKNOWN, FOUND_OTHER, FOUND_SAME };

/* One file that may be there. */
struct look {
    char path[1024];
    struct h5file *file; /* while it is looked at */
    enum found found;
    struct subscene_facts facts;
    struct strlist layers; /* names of its class layers */
    struct manifest_row row; /* of FOUND_SAME */
};

/* Fills the row's class columns: as they are in `known`, which may be NULL, if it has them. */
static int count_layers(struct look_around *s, struct look *l, const struct class_layers *layers,
                        const struct manifest_row *known, struct err *e)
{
    struct manifest *m = &s->out->manifest;
    int r = survey_add_layers(m, layers, e);
    if (r == 0 && known) {
        memcpy(l->row.fraction, known->fraction, sizeof l->row.fraction);
        manifest_row_move(s->old, m, &l->row);
        if (survey_has_layers(m, layers, &l->row))
            return 0;
    }
    if (r == 0 && !s->work)
        r = survey_work_create(s->job->params->size, &s->work, e);
    return r == 0 ? survey_layers(s->work, m, l->file, layers, &l->row, e) : r;
}

/* The class columns of a row whose other columns are right. What cannot be said of layers is a warning: a file is never made again for them. */
static int take_layers(struct look_around *s, struct look *l, const struct manifest_row *known, struct err *e)
{
    struct class_layers layers;
    struct err why = ERR_INIT;
    manifest_row_no_classes(&l->row);
    int r = layers_describe(l->file, &l->layers, &layers, &why);
    if (r == 0 && layers.n > 0)
        r = count_layers(s, l, &layers, known, &why);
    free(layers.s);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r) {
        manifest_row_no_classes(&l->row);
        log_message(LOG_WARNING, s->job->product->name, "%s: its class layers are not counted: %s", l->path, why.msg);
    }
    return 0;
}

/* A file that the manifest does not know: its row comes from its samples. */
static int row_from_file(struct look_around *s, struct look *l, struct err *e)
{
    int r = s->work ? 0 : survey_work_create(s->job->params->size, &s->work, e);
    if (r == 0)
        r = survey_file(s->work, s->job->params->bands, l->file, &l->row, e);
    if (r)
        return err_wrap(e, "%s", l->path);
    return take_layers(s, l, NULL, e);
}

/* The manifest's word is taken for it, but for layers that came later. */
static int row_from_manifest(struct look_around *s, struct look *l, const struct manifest_row *known, struct err *e)
{
    l->row = *known;
    return take_layers(s, l, known, e);
}

/* Was it made by other parameters? Profile kappazeta does not say which made it, then the manifest does. Where neither does, the size must do: with the right one
 * a killed run of these parameters may have left it, with another one it is somebody else's. */
static bool is_of_others(const struct look_around *s, const struct look *l)
{
    const struct write_job *job = s->job;
    const struct manifest_row *known = manifest_find(s->old, l->row.x, l->row.y);
    const char *made_with = l->facts.digest[0] ? l->facts.digest : known ? known->digest : "";
    if (made_with[0])
        return strcmp(made_with, job->digest) != 0;
    if (job->params->compat)
        return true; /* ours say what made them (io/netcdf/schema.h): it is cm_vsm's own */
    return l->facts.size > 0 && l->facts.size != job->params->size;
}

/* The file is whole, and may be the job's. */
static int classify(struct look_around *s, struct look *l, struct err *e)
{
    const struct write_job *job = s->job;
    const struct manifest_row *known = manifest_find(s->old, l->row.x, l->row.y);
    if (!l->facts.digest[0] && !known) {
        l->found = FOUND_UNKNOWN;
        return 0;
    }
    l->found = FOUND_SAME;
    memcpy(l->row.digest, job->digest, sizeof l->row.digest);
    bool is_known = known && s->old->bands == job->params->bands && strcmp(known->digest, job->digest) == 0;
    int r = is_known ? row_from_manifest(s, l, known, e) : row_from_file(s, l, e);
    if (r)
        l->found = FOUND_DAMAGED;
    return r;
}

/* Layouts without {product} can give two products of one datatake the same file. */
static int check_product(const struct look_around *s, const struct look *l, struct err *e)
{
    const char *name = s->job->product->name;
    size_t n = strlen(name);
    if (!l->facts.product[0] || (strncmp(l->facts.product, name, n) == 0 && strcmp(l->facts.product + n, ".SAFE") == 0))
        return 0;
    return err_set(e, ERR_USAGE, "%s: belongs to %s; choose another --output, or a --layout with {product}", l->path,
                   l->facts.product);
}

/* The open file. ERR_INPUT: it is damaged. */
static int look_into(struct look_around *s, struct look *l, struct err *e)
{
    struct err why = ERR_INIT;
    int r = subscene_look(l->file, s->job->params->bands, &l->facts, &why);
    if (check_product(s, l, e))
        return ERR_USAGE;
    /* of a damaged file too: what it is going to lose is told */
    int unlisted = layers_names(l->file, &l->layers, r ? NULL : &why);
    if (is_of_others(s, l)) {
        l->found = FOUND_OTHER; /* of other bands, say: no damage */
        return 0;
    }
    if (r || unlisted) {
        *e = why;
        return err_wrap(e, "%s", l->path);
    }
    return classify(s, l, e);
}

static int look_at(struct look_around *s, int32_t x, int32_t y, struct look *l, struct err *e)
{
    struct stat st;
    struct err why = ERR_INIT;
    *l = (struct look){
        .row = {.x = x, .y = y}
    };
    int r = write_cell_path(s->job, x, y, l->path, l->row.file, e);
    if (r)
        return r;
    /* one that is there and cannot be looked at may hold hand labels */
    if (stat(l->path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? 0
                                                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot be looked at", l->path);
    l->found = FOUND_DAMAGED;
    r = h5file_open(l->path, &l->file, &why);
    if (r == 0)
        r = look_into(s, l, &why);
    h5file_close(l->file);
    l->file = NULL;
    if (r && r != ERR_INPUT) {
        *e = why;
        return r;
    }
    if (l->found == FOUND_DAMAGED)
        log_message(warning(s->job), s->job->product->name, "made again: %s", why.msg);
    return 0;
}

/* In what they differ, where the file of profile kappazeta says no more than its size, and the manifest no more than the bands. */
static void tell_difference(const struct look_around *s, const struct look *l, char *buf, size_t size)
{
    const struct params *p = s->job->params;
    char there[BAND_SET_TEXT], here[BAND_SET_TEXT];
    band_set_format(s->old->bands, there);
    band_set_format(p->bands, here);
    if (p->compat && !l->facts.digest[0])
        snprintf(buf, size, "does not say what made it, so it is cm_vsm's own");
    else if (l->facts.parameters[0])
        params_difference(l->facts.parameters, s->job->parameters, buf, size);
    else if (l->facts.size > 0 && l->facts.size != p->size)
        snprintf(buf, size, "size is %d there and %d here", l->facts.size, p->size);
    else if (s->old->n > 0 && s->old->bands != p->bands)
        snprintf(buf, size, "bands is %s there and %s here", there, here);
    else
        snprintf(buf, size, "made with other parameters");
}

static int other_parameters(const struct look_around *s, const struct look *l, struct err *e)
{
    char difference[300];
    tell_difference(s, l, difference, sizeof difference);
    return err_set(e, ERR_USAGE, "%s: %s; choose another --output, or --overwrite to replace it", l->path, difference);
}

/* ---- pictures ---- */

static int look_at_pictures(struct look_around *s, const struct look *l, struct gallery_cell *cell, struct err *e)
{
    *cell = write_gallery_cell(s->job, l->path, (const int32_t[]){l->row.x, l->row.y});
    return gallery_look(&s->gallery, cell, e);
}

/* Those of a file that is not there, or goes: they may be of anything. */
static int drop_pictures(struct look_around *s, const struct look *l, struct err *e)
{
    struct gallery_cell cell;
    int r = look_at_pictures(s, l, &cell, e);
    return r ? r : gallery_list(&s->gallery, &cell, &s->out->obsolete, e);
}

static int drop_picture(struct look_around *s, const struct look *l, const char *layer, struct err *e)
{
    struct gallery_cell cell;
    char path[GALLERY_PATH];
    int r = look_at_pictures(s, l, &cell, e);
    if (r || !gallery_has(&s->gallery, &cell, layer))
        return r;
    r = gallery_path(&cell, layer, path, e);
    return r ? r : strlist_add(&s->out->obsolete, path, strlen(path), e);
}

/* Does the file lack pictures that are wanted? */
static int lacks_pictures(struct look_around *s, const struct look *l, bool *lacks, struct err *e)
{
    struct gallery_cell cell;
    int r = look_at_pictures(s, l, &cell, e);
    *lacks = r == 0 && !pictures_are_there(&s->gallery, &cell, s->job->params->bands);
    for (size_t i = 0; r == 0 && !*lacks && i < l->layers.n; i++)
        *lacks = !gallery_has(&s->gallery, &cell, l->layers.s[i]);
    return r;
}

/* The file goes, and then its pictures. */
static int drop(struct look_around *s, const struct look *l, struct err *e)
{
    int r = strlist_add(&s->out->obsolete, l->path, strlen(l->path), e);
    return r ? r : drop_pictures(s, l, e);
}

/* What becomes of a file that was looked at. */
static int settle(struct look_around *s, const struct look *l, struct err *e)
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

/* ---- class layers ---- */

static bool has_layer(const struct look *l, const char *layer)
{
    for (size_t i = 0; i < l->layers.n; i++)
        if (strcmp(l->layers.s[i], layer) == 0)
            return true;
    return false;
}

/* Does the file lack a layer that the job has for it? */
static int is_bare(const struct look_around *s, const struct look *l, bool *bare, struct err *e)
{
    const struct layerset *set = s->job->layers;
    int r = 0;
    *bare = false;
    for (size_t i = 0; r == 0 && !*bare && i < layerset_count(set); i++) {
        bool there = false;
        if (!has_layer(l, layerset_map(set, i)->layer))
            r = layerset_has(set, i, l->row.x, l->row.y, &there, e);
        *bare = there;
    }
    return r;
}

static int note_lost(struct look_around *s, const char *layer, struct err *e)
{
    for (size_t i = 0; i < s->lost.n; i++)
        if (strcmp(s->lost.s[i], layer) == 0)
            return 0;
    return strlist_add(&s->lost, layer, strlen(layer), e);
}

static void warn_of_losses(const struct look_around *s)
{
    char names[400] = "";
    for (size_t i = 0, n = 0; i < s->lost.n && n < sizeof names; i++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", s->lost.s[i]);
    log_message(LOG_WARNING, s->job->product->name, "%zu subscene%s made again without class layers that %s: %s",
                s->losing, s->losing == 1 ? " is" : "s are", s->losing == 1 ? "it has" : "they have", names);
}

/* Notes layers that the file has and its next form will not. */
static int note_losses(struct look_around *s, const struct look *l, struct err *e)
{
    const struct layerset *set = s->job->layers;
    bool loses = false;
    for (size_t k = 0; k < l->layers.n; k++) {
        bool there = false;
        for (size_t i = 0; i < layerset_count(set); i++) {
            int r = strcmp(layerset_map(set, i)->layer, l->layers.s[k]) == 0
                        ? layerset_has(set, i, l->row.x, l->row.y, &there, e)
                        : 0;
            if (r)
                return r;
        }
        int r = there ? 0 : note_lost(s, l->layers.s[k], e);
        if (r == 0 && !there)
            r = drop_picture(s, l, l->layers.s[k], e);
        if (r)
            return r;
        loses |= !there;
    }
    s->losing += loses;
    return 0;
}

/* Files that stay as they are go to the end, those that lack layers or pictures before them. */
static void sort_cell(struct cell *cells, size_t i, struct resume *r, bool make, bool bare)
{
    struct cell c = cells[i];
    if (make || bare) {
        cells[i] = cells[r->n_left + r->n_bare];
        cells[r->n_left + r->n_bare] = c;
        r->n_bare++;
    }
    if (make) {
        size_t at = r->n_left + r->n_bare - 1;
        cells[at] = cells[r->n_left];
        cells[r->n_left++] = c;
        r->n_bare--;
    }
}

static int survey_cell(struct look_around *s, struct cell *cells, size_t i, struct err *e)
{
    struct look l;
    bool bare = false;
    int r = look_at(s, cells[i].x, cells[i].y, &l, e);
    if (r == 0)
        r = settle(s, &l, e);
    bool make = l.found != FOUND_SAME || s->job->overwrite;
    if (r == 0 && make && l.found != FOUND_NOTHING)
        r = note_losses(s, &l, e);
    if (r == 0 && make && l.found == FOUND_SAME && !s->job->png)
        r = drop_pictures(s, &l, e);
    if (r == 0 && !make)
        r = is_bare(s, &l, &bare, e);
    if (r == 0 && !make && !bare && s->job->png)
        r = lacks_pictures(s, &l, &bare, e);
    if (r == 0)
        sort_cell(cells, i, s->out, make, bare);
    strlist_clear(&l.layers);
    return r;
}

static int survey_cells(struct look_around *s, struct cell *cells, size_t n, struct err *e)
{
    s->out->n_left = s->out->n_bare = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->job->stopped && s->job->stopped())
            return err_set(e, ERR_STOPPED, "stopped by a signal");
        int r = survey_cell(s, cells, i, e);
        if (r)
            return r;
    }
    qsort(cells + s->out->n_left, s->out->n_bare, sizeof *cells, cell_by_row_and_column);
    if (s->losing > 0 && !s->job->first_look)
        warn_of_losses(s);
    return 0;
}

/* Subscenes of the old manifest that this run was not asked for: the manifest's word is taken for them. */
static int survey_others(struct look_around *s, const struct cell *cells, size_t n, struct err *e)
{
    struct manifest asked;
    size_t removed = 0;
    manifest_init(&asked, 0);
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = manifest_put(&asked, &(struct manifest_row){.x = cells[i].x, .y = cells[i].y}, e);
    for (size_t i = 0; r == 0 && i < s->old->n; i++) {
        const struct manifest_row *old = &s->old->row[i];
        struct look l = {.row = *old};
        manifest_row_move(s->old, &s->out->manifest, &l.row);
        char file[256];
        struct stat st;
        if (manifest_find(&asked, old->x, old->y))
            continue;
        r = write_cell_path(s->job, old->x, old->y, l.path, file, e);
        if (r || strcmp(file, old->file) != 0 || stat(l.path, &st) != 0)
            continue;
        l.found = strcmp(old->digest, s->job->digest) == 0 ? FOUND_SAME : FOUND_OTHER;
        if (l.found == FOUND_OTHER && subscene_inspect(l.path, s->job->params->bands, &l.facts, NULL))
            log_message(LOG_DEBUG, s->job->product->name, "%s: other bands, or damaged", l.path);
        r = settle(s, &l, e);
        removed += r == 0 && l.found == FOUND_OTHER;
    }
    if (r == 0 && removed > 0)
        log_message(warning(s->job), s->job->product->name,
                    "--overwrite removes %zu subscene%s outside of the selection: made with other parameters", removed,
                    text_s(removed));
    manifest_clear(&asked);
    return r;
}

static int read_old(const struct write_job *job, struct manifest *old, struct err *e)
{
    char path[2048];
    manifest_init(old, job->params->bands);
    int r = write_path(job, job->manifest, path, sizeof path, e);
    if (r)
        return r;
    struct err why = ERR_INIT;
    r = manifest_read(path, old, &why);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r && why.sys_errno != ENOENT && why.sys_errno != ENOTDIR)
        log_message(warning(job), job->product->name, "made again: %s", why.msg);
    return 0;
}

/* `a` has all class columns of `b`. */
static bool manifest_is(const struct manifest *a, const struct manifest *b)
{
    bool same = a->n == b->n && a->bands == b->bands;
    for (size_t i = 0; same && i < a->n; i++) {
        struct manifest_row row = b->row[i];
        manifest_row_move(b, a, &row);
        same = manifest_row_equal(&a->row[i], &row, a->bands) && strcmp(a->row[i].file, row.file) == 0 &&
               !manifest_class_difference(a, &a->row[i], &row);
    }
    return same;
}

int resume_survey(const struct write_job *job, struct cell *cells, size_t n, struct resume *out, struct err *e)
{
    struct manifest old;
    struct look_around s = {.job = job, .old = &old, .out = out};
    *out = (struct resume){.n_left = n};
    manifest_init(&out->manifest, job->params->bands);
    int r = read_old(job, &old, e);
    if (r)
        return r;
    r = manifest_add_classes(&out->manifest, &old, e);
    if (r == 0)
        r = survey_cells(&s, cells, n, e);
    if (r == 0)
        r = survey_others(&s, cells, n, e);
    out->manifest_changed = r == 0 && !manifest_is(&out->manifest, &old);
    manifest_clear(&old);
    survey_work_destroy(s.work);
    gallery_clear(&s.gallery);
    strlist_clear(&s.lost);
    return r;
}

int resume_clear_away(struct resume *r, const struct write_job *job, struct err *e)
{
    int failed = 0;
    for (size_t i = 0; failed == 0 && i < r->obsolete.n; i++)
        failed = write_remove_file(job, r->obsolete.s[i], e);
    strlist_clear(&r->obsolete);
    return failed;
}

void resume_clear(struct resume *r)
{
    strlist_clear(&r->obsolete);
    manifest_clear(&r->manifest);
    *r = (struct resume){0};
}
