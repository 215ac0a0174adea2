#include "stages/folder/session.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"
#include "io/netcdf/layers_nc.h"
#include "stages/folder/carry_over.h"
#include "stages/folder/complete.h"
#include "stages/keep/kept_layers.h"

/* session_save writes a manifest of up to this many rows at every call. It writes a longer one if
 * an eighth of its rows changed. */
enum { SMALL_MANIFEST = 4096 };

static int survey(struct session *s, bool is_last, struct err *e)
{
    existing_clear(&s->existing);
    int r = existing_survey(s->job, s->cell, s->n_cells, is_last, &s->existing, e);
    return r ? r : layerset_columns(s->job->layers, &s->existing.manifest, e);
}

int session_survey(struct session *s, struct cell *cells, size_t n, struct err *e)
{
    s->cell = cells;
    s->n_cells = n;
    return survey(s, s->dry_run, e);
}

bool session_is_done(const struct session *s)
{
    const struct existing *x = &s->existing;
    return s->dry_run || (x->n_incomplete == 0 && !x->carries && session_is_unchanged(s));
}

/* Reports the cells that need nothing. */
static int report_skipped(struct session *s, struct err *e)
{
    size_t todo = session_todo(s);
    return report_subscenes(s->report, s->job, s->cell + todo, s->n_cells - todo, RUN_SKIPPED, e);
}

static void warn_unnamed(const struct session *s)
{
    if (s->existing.unnamed > 0)
        addlayers_warn_unnamed(s->job->product->name, s->existing.unnamed);
}

/* The cells to complete, and the folder's state. */
static struct complete_request completion(const struct session *s, struct session_px px,
                                          int threads)
{
    const struct existing *x = &s->existing;
    return (struct complete_request){
        s->job, x->origins, s->cell + x->n_left, x->n_incomplete, px.of, px.ctx, threads};
}

static int fail_differing(const struct session *s, const struct addlayers_tally *t, struct err *e)
{
    char what[400];
    if (t->subscenes == 0)
        return 0;
    addlayers_tally_format(t, s->job->layers, s->n_cells, what, sizeof what);
    return err_set(e, ERR_OUTPUT,
                   "%s; subscene label --overwrite replaces just these layers, --overwrite makes "
                   "the subscenes again",
                   what);
}

int session_check_layers(const struct session *s, struct session_px px, int threads, struct err *e)
{
    struct complete_request request = completion(s, px, threads);
    request.cells = s->cell;
    request.n = session_todo(s);
    return complete_check(&request, s->existing.n_left, e);
}

static int report_dry_run(struct session *s, struct session_px px, int threads, struct err *e)
{
    const struct complete_request request = completion(s, px, threads);
    struct complete_state state = {.manifest = &s->existing.manifest, .report = s->report};
    int r = report_subscenes(s->report, s->job, s->cell, s->existing.n_left, RUN_WOULD_MAKE, e);
    if (r == 0)
        r = complete_check(&request, 0, e);
    if (r)
        return r;
    r = complete_compare(&request, &state, e);
    s->report->result->space = disk_space_of(s->job->params, layerset_count(s->job->layers),
                                             s->job->png, s->report->result->made);
    return r ? r : fail_differing(s, &state.tally, e);
}

int session_leave(struct session *s, struct session_px px, int threads, struct err *e)
{
    if (!s->dry_run)
        folder_lock_tidy(s->job, s->lock);
    int r = report_skipped(s, e);
    warn_unnamed(s);
    return r || !s->dry_run ? r : report_dry_run(s, px, threads, e);
}

int session_lock(struct session *s, struct err *e)
{
    int r = folder_lock_open(s->job, s->lock, &s->folder_lock, e);
    if (r)
        return r;
    report_locked(s->report, s->folder_lock);
    s->is_reported = true;
    r = survey(s, true, e);
    if (r == 0)
        warn_unnamed(s);
    return r ? r : report_skipped(s, e);
}

/* Writes the manifest if rows changed, and layers.csv if origins changed. */
static int write_manifest(struct session *s, struct err *e)
{
    char path[2048];
    int r = layer_origins_save(s->existing.origins, e);
    if (r || s->unsaved == 0)
        return r;
    s->unsaved = 0;
    r = subscene_path(s->job, s->job->manifest, path, sizeof path, e);
    return r ? r : manifest_write(&s->existing.manifest, path, e);
}

int session_remove_obsolete(struct session *s, struct err *e)
{
    s->unsaved += s->existing.manifest_changed;
    return existing_remove_obsolete(&s->existing, s->job, e);
}

int session_put(struct session *s, const struct manifest_row *row, struct err *e)
{
    s->unsaved++;
    return manifest_put(&s->existing.manifest, row, e);
}

void session_drop(struct session *s, struct cell c)
{
    size_t before = s->existing.manifest.n;
    manifest_drop(&s->existing.manifest, c.x, c.y);
    s->unsaved += s->existing.manifest.n != before;
}

int session_save(struct session *s, struct err *e)
{
    size_t n = s->existing.manifest.n;
    if (s->unsaved == 0 || (n > SMALL_MANIFEST && s->unsaved < n / 8))
        return 0;
    return write_manifest(s, e);
}

int session_finish(struct session *s, int r, struct err *e)
{
    struct err second = ERR_INIT;
    if (write_manifest(s, &second))
        return report_error(s->job->product->name, r, e, &second);
    return r;
}

/* ---- class layers that were kept ---- */

static void log_lost(struct session *s, const char *path, const struct kept_layers_result *found)
{
    s->lost += found->lost.n > 0;
    for (size_t i = 0; i < found->lost.n; i++)
        log_message(LOG_ERROR, s->job->product->name, "%s: its class layer %s is lost: %s", path,
                    found->lost.s[i], found->reason);
}

/* The row of a file that got layers. */
static int measure_restored(struct session *s, struct cell c, const char *path,
                            const struct filesum *sum, struct err *e)
{
    struct manifest *m = &s->existing.manifest;
    const struct manifest_row *known = manifest_find(m, c.x, c.y);
    struct measure_work *work = NULL;
    struct class_layers layers;
    struct h5file *f;
    if (!known)
        return 0;
    struct manifest_row row = *known;
    int r = h5file_open(path, &f, e);
    if (r)
        return r;
    r = layers_list(f, &layers, e);
    if (r)
        goto close;
    r = measure_work_create(s->job->params->size, &work, e);
    if (r)
        goto free_layers;
    r = measure_add_layers(m, &layers, e);
    if (r == 0)
        r = measure_layers(work, m, f, &layers, &row, e);
    row.file_sum = *sum;
    if (r == 0)
        r = session_put(s, &row, e);
    measure_work_destroy(work);
free_layers:
    free(layers.s);
close:
    h5file_close(f);
    return r;
}

static int draw_restored(const struct session *s, struct cell c, const char *path, struct err *e)
{
    struct picture_names_cell cell = subscene_picture_cell(s->job, path, c);
    struct pictures *pictures;
    int r = pictures_create(s->job->params->size, s->job->params->bands, &pictures, e);
    if (r)
        return r;
    r = pictures_of_file(pictures, &cell, e);
    pictures_destroy(pictures);
    return r;
}

static int restore_cell(struct session *s, struct cell c, struct err *e)
{
    struct kept_layers_result found;
    char path[1024], file[256];
    int r = subscene_cell_path(s->job, c.x, c.y, path, file, e);
    if (r)
        return r;
    struct layer_origins *origins =
        s->job->params->profile == PROFILE_GEOREF ? NULL : s->existing.origins;
    r = kept_layers_restore(path, s->job->params->size, origins, file, &found, e);
    log_lost(s, path, &found);
    strlist_clear(&found.lost);
    if (r || !found.changed)
        return r;
    r = measure_restored(s, c, path, &found.sum, e);
    return r || !s->job->png ? r : draw_restored(s, c, path, e);
}

static int restore_cells(struct session *s, size_t from, size_t n, struct err *e)
{
    int r = 0;
    for (size_t i = from; r == 0 && i < from + n; i++)
        r = restore_cell(s, s->cell[i], e);
    return r ? r : write_manifest(s, e);
}

int session_restore(struct session *s, int r, struct err *e)
{
    struct err second = ERR_INIT;
    if (r == ERR_STOPPED)
        return r;
    return restore_cells(s, 0, s->existing.n_left, &second)
               ? report_error(s->job->product->name, r, e, &second)
               : r;
}

/* After the sources: a layer that they give is not carried over. */
static int carry(struct session *s, int threads, struct err *e)
{
    char manifest[2048];
    bool changed;
    int r = subscene_path(s->job, s->job->manifest, manifest, sizeof manifest, e);
    if (r)
        return r;
    const struct carry_over c = {.job = s->job,
                                 .manifest = manifest,
                                 .rows = &s->existing.manifest,
                                 .origins = s->existing.origins,
                                 .threads = threads};
    r = carry_over_finish(&c, &s->uncarried, &changed, e);
    s->unsaved += changed;
    return session_finish(s, r, e);
}

static int fail_lost(const struct session *s, struct err *e)
{
    if (s->lost > 0)
        return err_set(e, ERR_OUTPUT,
                       "%zu subscene%s lost class layers; give their source to subscene label, or "
                       "run again with --drop-labels to give the layers up",
                       s->lost, text_s(s->lost));
    return s->uncarried == 0
               ? 0
               : err_set(e, ERR_OUTPUT,
                         "class layers of %zu old subscene%s are not carried over yet: new ones "
                         "are missing there; make them, or run again with --drop-labels to give "
                         "the layers up",
                         s->uncarried, text_s(s->uncarried));
}

int session_complete(struct session *s, struct session_px px, int threads, struct err *e)
{
    const size_t n = s->existing.n_incomplete;
    const struct complete_request request = completion(s, px, threads);
    struct complete_state state = {.manifest = &s->existing.manifest, .report = s->report};
    const size_t before = s->report->result->labelled;
    int r = n > 0 ? complete_cells(&request, &state, e) : 0;
    s->unsaved += s->report->result->labelled > before;
    r = session_finish(s, r, e);
    if (r == 0) /* after the sources: a layer that they give is not lost */
        r = restore_cells(s, s->existing.n_left, n, e);
    if (r == 0)
        r = carry(s, threads, e);
    if (r)
        return r;
    r = fail_lost(s, e);
    return r ? r : fail_differing(s, &state.tally, e);
}

void session_close(struct session *s)
{
    existing_clear(&s->existing);
    if (s->is_reported)
        report_locked(s->report, NULL);
    folder_lock_close(s->folder_lock);
}
