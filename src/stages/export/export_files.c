#include "stages/export/export_files.h"

#include <stdio.h>

#include "core/log.h"

/* Warnings name this many files that stay; -v names all. */
enum { OTHERS_NAMED = 5 };

static bool writes(const struct export_files *f)
{
    return f->mode == OUTSTREAM_KEEP || f->mode == OUTSTREAM_REPLACE;
}

int export_files_path(const struct export_files *f, const char *name, char path[OUTFILE_PATH],
                      struct err *e)
{
    if ((size_t)snprintf(path, OUTFILE_PATH, "%s%s%s", f->folder, name[0] ? "/" : "", name) >=
        OUTFILE_PATH)
        return err_set(e, ERR_OUTPUT, "%s/%s: the path is too long", f->folder, name);
    return 0;
}

int export_files_folder(struct export_files *f, const char *name, struct err *e)
{
    char path[OUTFILE_PATH];
    int r = export_files_path(f, name, path, e);
    if (r)
        return r;
    if (!writes(f))
        return outfile_check_folder(path, e);
    r = outfile_make_folders(path, e);
    return r ? r : outfile_remove_stale(path, e);
}

void export_files_count(struct export_files *f, const char *name, enum outstream_outcome outcome)
{
    char path[OUTFILE_PATH];
    if (export_files_path(f, name, path, NULL) != 0)
        return;
    f->n_made += outcome == OUTSTREAM_MADE;
    f->n_same += outcome == OUTSTREAM_SAME;
    f->n_other += outcome == OUTSTREAM_OTHER;
    if (outcome == OUTSTREAM_MADE)
        f->made(f->ctx, path);
    if (outcome != OUTSTREAM_OTHER)
        return;
    if (f->n_other == 1)
        snprintf(f->other, sizeof f->other, "%s", path);
    log_message(f->n_other <= OTHERS_NAMED ? LOG_WARNING : LOG_DEBUG, "",
                "%s: is there with other contents, and stays", path);
}

int export_files_put(struct export_files *f, const char *name, const void *data, size_t len,
                     struct err *e)
{
    char path[OUTFILE_PATH];
    enum outstream_outcome outcome;
    int r = export_files_path(f, name, path, e);
    r = r ? r : outstream_put(path, f->mode, data, len, &outcome, e);
    if (r == 0)
        export_files_count(f, name, outcome);
    return r;
}

int export_files_put_json(struct export_files *f, const char *name, struct jsonout *j,
                          struct err *e)
{
    text_put(&j->text, "\n");
    return j->text.failed ? err_nomem(e, j->text.len)
                          : export_files_put(f, name, j->text.s, j->text.len, e);
}
