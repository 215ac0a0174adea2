#include "stages/resume.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "io/outfile.h"

struct survey {
    const struct write_job *job;
    const struct manifest *old; /* what the last run wrote; empty when there is none that can be read */
    struct survey_work *work; /* made when the first file must be read */
};

/* A file that the manifest does not know: its row comes from its samples. */
static int row_from_file(struct survey *s, const char *path, struct manifest_row *row, struct err *e)
{
    struct ncfile *f;
    int r = s->work ? 0 : survey_work_create(s->job->params->size, &s->work, e);
    if (r == 0)
        r = ncfile_open(path, &f, e);
    if (r)
        return r;
    r = survey_file(s->work, s->job->params->bands, f, row, e);
    ncfile_close(f);
    return r;
}

static int other_parameters(const struct write_job *job, const char *path, const char *parameters, struct err *e)
{
    char difference[300] = "made with other parameters";
    if (parameters[0])
        params_difference(parameters, job->parameters, difference, sizeof difference);
    return err_set(e, ERR_USAGE, "%s: %s; choose another --output, or --overwrite to replace it", path, difference);
}

/* Is the file of this cell to be kept? Its row is filled then. */
static int survey_cell(struct survey *s, struct cell c, bool *keep, struct manifest_row *row, struct err *e)
{
    const struct write_job *job = s->job;
    char path[1024], parameters[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    struct stat st;
    *keep = false;
    *row = (struct manifest_row){.x = c.x, .y = c.y};
    int r = write_cell_path(job, c.x, c.y, path, row->file, e);
    if (r || stat(path, &st) != 0)
        return r;
    struct err why = ERR_INIT;
    r = subscene_inspect(path, job->params->bands, parameters, digest, &why);
    const struct manifest_row *known = manifest_find(s->old, c.x, c.y);
    const char *made_with = r == 0 && digest[0] ? digest : known ? known->digest : "";
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (digest[0] && made_with[0] && strcmp(made_with, job->digest) != 0)
        return other_parameters(job, path, parameters, e);
    if (r) {
        log_message(LOG_WARNING, job->product->name, "made again: %s", why.msg);
        return 0;
    }
    if (made_with[0] && strcmp(made_with, job->digest) != 0)
        return other_parameters(job, path, parameters, e);
    if (!made_with[0])
        return 0; /* profile kappazeta says nothing and the manifest does not know it */
    memcpy(row->digest, job->digest, sizeof row->digest);
    if (known && s->old->bands == job->params->bands && strcmp(known->digest, job->digest) == 0) {
        *row = *known;
    } else if (row_from_file(s, path, row, &why)) {
        log_message(LOG_WARNING, job->product->name, "made again: %s", why.msg);
        return 0;
    }
    *keep = true;
    return 0;
}

static int survey_cells(struct survey *s, struct cell *cells, size_t n, struct resume *out, struct err *e)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        bool keep;
        struct manifest_row row;
        int r = survey_cell(s, cells[i], &keep, &row, e);
        if (r)
            return r;
        if (keep && (r = manifest_put(&out->manifest, &row, e)) != 0)
            return r;
        if (!keep) {
            struct cell c = cells[i];
            cells[i] = cells[left];
            cells[left++] = c;
        }
    }
    out->n_left = left;
    return 0;
}

/* A file of the old manifest that this run was not asked for and that other parameters made: the two must not stand side by side. */
static int other_file(const struct write_job *job, const char *path, bool overwrite, struct err *e)
{
    char parameters[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    struct err ignored = ERR_INIT;
    if (!overwrite) {
        if (subscene_inspect(path, job->params->bands, parameters, digest, &ignored) == ERR_TEMPORARY)
            parameters[0] = '\0';
        return other_parameters(job, path, parameters, e);
    }
    log_message(LOG_WARNING, job->product->name, "removed: %s was made with other parameters", path);
    if (unlink(path) != 0 && errno != ENOENT)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot remove", path);
    return 0;
}

/* Subscenes of the old manifest that this run was not asked for. */
static int survey_others(const struct survey *s, const struct cell *cells, size_t n, bool overwrite,
                         struct manifest *manifest, struct err *e)
{
    const struct write_job *job = s->job;
    struct manifest asked;
    manifest_init(&asked, 0);
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = manifest_put(&asked, &(struct manifest_row){.x = cells[i].x, .y = cells[i].y}, e);
    for (size_t i = 0; r == 0 && i < s->old->n; i++) {
        const struct manifest_row *old = &s->old->row[i];
        char path[1024], file[256];
        struct stat st;
        if (manifest_find(&asked, old->x, old->y))
            continue;
        r = write_cell_path(job, old->x, old->y, path, file, e);
        if (r || strcmp(file, old->file) != 0 || stat(path, &st) != 0)
            continue;
        r = strcmp(old->digest, job->digest) == 0 ? manifest_put(manifest, old, e)
                                                  : other_file(job, path, overwrite, e);
    }
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
        log_message(LOG_WARNING, job->product->name, "made again: %s", why.msg);
    return 0;
}

static bool manifest_is(const struct manifest *a, const struct manifest *b)
{
    bool same = a->n == b->n && a->bands == b->bands;
    for (size_t i = 0; same && i < a->n; i++)
        same = manifest_row_equal(&a->row[i], &b->row[i], a->bands) && strcmp(a->row[i].file, b->row[i].file) == 0;
    return same;
}

int resume_survey(const struct write_job *job, struct cell *cells, size_t n, bool overwrite, struct resume *out,
                  struct err *e)
{
    char folder[2048];
    struct manifest old;
    struct survey s = {.job = job, .old = &old};
    *out = (struct resume){.n_left = n};
    manifest_init(&out->manifest, job->params->bands);
    int r = write_path(job, job->folder, folder, sizeof folder, e);
    if (r == 0)
        r = outfile_remove_stale(folder, e);
    if (r || (r = read_old(job, &old, e)) != 0)
        return r;
    if (!overwrite)
        r = survey_cells(&s, cells, n, out, e);
    if (r == 0)
        r = survey_others(&s, cells, n, overwrite, &out->manifest, e);
    out->manifest_changed = r == 0 && !manifest_is(&out->manifest, &old);
    manifest_clear(&old);
    survey_work_destroy(s.work);
    return r;
}
