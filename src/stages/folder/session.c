#include "stages/folder/session.h"

#include "stages/folder/complete.h"

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
    return s->dry_run || (session_todo(s) == 0 && !s->existing.manifest_changed);
}

/* Reports the cells that need nothing. */
static int report_skipped(struct session *s, struct err *e)
{
    size_t todo = session_todo(s);
    return report_subscenes(s->report, s->job, s->cell + todo, s->n_cells - todo, RUN_SKIPPED, e);
}

int session_leave(struct session *s, struct err *e)
{
    if (!s->dry_run)
        folder_lock_tidy(s->job, s->lock);
    const size_t todo = session_todo(s);
    int r = report_skipped(s, e);
    if (r)
        return r;
    if (s->dry_run)
        s->report->result->space =
            disk_space_of(s->job->params, layerset_count(s->job->layers), s->job->png, todo);
    return report_subscenes(s->report, s->job, s->cell, todo, RUN_WOULD_MAKE, e);
}

int session_lock(struct session *s, struct err *e)
{
    int r = folder_lock_open(s->job, s->lock, &s->folder_lock, e);
    if (r)
        return r;
    report_locked(s->report, s->folder_lock);
    s->is_reported = true;
    r = survey(s, true, e);
    return r ? r : report_skipped(s, e);
}

static int write_manifest(struct session *s, struct err *e)
{
    char path[2048];
    s->unsaved = 0;
    int r = subscene_path(s->job, s->job->manifest, path, sizeof path, e);
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
    if (s->unsaved > 0 && write_manifest(s, &second))
        return report_error(s->job->product->name, r, e, &second);
    return r;
}

int session_check_layers(const struct session *s, struct session_px px, int threads, struct err *e)
{
    const struct complete_request request = {s->job, s->cell, session_todo(s),
                                             px.of,  px.ctx,  threads};
    return complete_check(&request, s->existing.n_left, e);
}

int session_complete(struct session *s, struct session_px px, int threads, struct err *e)
{
    size_t n = s->existing.n_incomplete;
    if (n == 0)
        return 0;
    const struct complete_request request = {s->job, s->cell + s->existing.n_left, n, px.of, px.ctx,
                                             threads};
    int r = complete_cells(&request, &s->existing.manifest, s->report, e);
    s->unsaved += n;
    return session_finish(s, r, e);
}

void session_close(struct session *s)
{
    existing_clear(&s->existing);
    if (s->is_reported)
        report_locked(s->report, NULL);
    folder_lock_close(s->folder_lock);
}
