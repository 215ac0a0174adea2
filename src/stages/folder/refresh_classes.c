#include "stages/folder/refresh_classes.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "io/folder/outfile.h"
#include "io/netcdf/head_nc.h"
#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"
#include "stages/folder/manifests.h"
#include "stages/folder/measure.h"
#include "stages/folder/report.h"

/* The state of one call. It has one manifest at a time. */
struct refresh {
    const struct strlist *files, *made;
    struct manifest manifest;
    struct measure_work *work;
    size_t changed; /* number of rows */
};

/* Updates the file's size and checksum in the row if a label was written into the file, by this
 * process or by one that was killed. `subscene verify` reports all other changes. */
static int refresh_sum(const struct refresh *f, struct ncfile *file, struct manifest_row *row,
                       struct err *e)
{
    struct filesum now;
    const char *path = ncfile_path(file);
    bool is_made = strlist_find(f->made, path) >= 0;
    int r = head_nc_sum(ncfile_h5(file), path, &now, e);
    if (r)
        return r;
    if (is_made || now.bytes != row->file_sum.bytes)
        row->file_sum = now;
    return 0;
}

/* Makes an altered row again from the file that it names. The row stays as it is if the file has
 * another x or y, or cannot be read as a subscene. */
static int mend_row(const struct refresh *f, struct ncfile *file, struct manifest_row *row,
                    struct err *e)
{
    struct subscene_facts facts;
    double x, y;
    if (!ncfile_number(file, NULL, "subscene_x", &x) ||
        !ncfile_number(file, NULL, "subscene_y", &y) || x != row->x || y != row->y ||
        subscene_nc_look(ncfile_h5(file), f->manifest.bands, &facts, NULL) || !facts.digest[0])
        return 0;
    memcpy(row->digest, facts.digest, sizeof row->digest);
    int r = measure_file(f->work, f->manifest.bands, ncfile_h5(file), row, e);
    if (r == 0)
        r = head_nc_sum(ncfile_h5(file), ncfile_path(file), &row->file_sum, e);
    row->is_altered = r != 0;
    return r;
}

/* Updates row i from its open file. A layer whose name is not a column name causes a warning. */
static int refresh_row(struct refresh *f, const char *path, size_t i, struct ncfile *file,
                       struct err *e)
{
    struct class_layers layers;
    int r = measure_reserve(&f->work, file, e);
    if (r)
        return r;
    r = layers_list(ncfile_h5(file), &layers, e);
    if (r)
        return r;
    r = measure_add_layers(&f->manifest, &layers, e);
    struct manifest_row row = f->manifest.row[i];
    if (r == 0)
        r = measure_layers(f->work, &f->manifest, ncfile_h5(file), &layers, &row, e);
    else if (r == ERR_INPUT) {
        log_message(LOG_WARNING, "", "%s: %s: its class layers are not counted: %s", path, row.file,
                    e->msg);
        r = 0;
    }
    free(layers.s);
    if (r == 0)
        r = row.is_altered ? mend_row(f, file, &row, e) : refresh_sum(f, file, &row, e);
    if (r || (!manifest_class_difference(&f->manifest, &row, &f->manifest.row[i]) &&
              manifest_row_equal(&row, &f->manifest.row[i], f->manifest.bands)))
        return r;
    f->manifest.row[i] = row;
    f->changed++;
    return 0;
}

static int refresh_file(struct refresh *f, const char *path, size_t i, const char *name,
                        struct err *e)
{
    struct ncfile *file;
    int r = ncfile_open(name, &file, e);
    if (r)
        return r;
    r = refresh_row(f, path, i, file, e);
    ncfile_close(file);
    return r ? err_wrap(e, "%s", name) : 0;
}

/* Updates the rows of all files in the list. A file that cannot be read keeps its row; its error
 * goes to `unread`, and the other rows are updated. */
static int refresh_rows(struct refresh *f, const char *path, struct err *unread, struct err *e)
{
    for (size_t i = 0; i < f->manifest.n; i++) {
        char name[MANIFESTS_PATH];
        struct err why = ERR_INIT;
        manifests_file(path, &f->manifest.row[i], name);
        int r = strlist_find(f->files, name) < 0 ? 0 : refresh_file(f, path, i, name, &why);
        if (r == ERR_INPUT && unread->code == ERR_NONE)
            *unread = why;
        if (r && r != ERR_INPUT) {
            *e = why;
            return r;
        }
    }
    return 0;
}

/* True if any of the files is below the manifest's folder. */
static bool has_files(const struct strlist *files, const char *path)
{
    char folder[4096];
    manifests_folder(path, folder);
    size_t n = strlen(folder);
    for (size_t i = 0; i < files->n; i++)
        if (strncmp(files->s[i], folder, n) == 0 && files->s[i][n] == '/')
            return true;
    return false;
}

static int refresh(struct refresh *f, const char *path, struct err *e)
{
    struct err why = ERR_INIT, unread = ERR_INIT;
    int r = manifest_read(path, &f->manifest, &why);
    if (r == ERR_INPUT) {
        log_message(LOG_WARNING, "", "%s; run again to rebuild it", why.msg);
        return 0;
    }
    if (r) {
        *e = why;
        return r;
    }
    char folder[4096];
    manifests_folder(path, folder);
    f->changed = 0;
    r = outfile_remove_stale(folder, e); /* parts of a process that was killed */
    if (r == 0)
        r = refresh_rows(f, path, &unread, e);
    if (r == 0 && f->changed > 0)
        r = manifest_write(&f->manifest, path, e);
    if (r == 0 && f->changed > 0)
        log_message(LOG_DEBUG, "", "%s: updated class columns of %zu subscenes", path, f->changed);
    manifest_clear(&f->manifest);
    if (r == 0 && unread.code != ERR_NONE) {
        *e = unread;
        r = err_wrap(e, "%s: class layers are not counted", path);
    }
    return r;
}

int refresh_classes(const struct strlist *manifests, const struct strlist *files,
                    const struct strlist *made, struct err *e)
{
    struct refresh f = {.files = files, .made = made};
    int first = 0;
    for (size_t i = 0; i < manifests->n; i++) {
        struct err why = ERR_INIT;
        int r = has_files(files, manifests->s[i]) ? refresh(&f, manifests->s[i], &why) : 0;
        if (r)
            first = report_error("", first, e, &why);
    }
    measure_work_destroy(f.work);
    return first;
}
