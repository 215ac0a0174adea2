#include "io/netcdf/examine.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "io/netcdf/h5raster.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/nclib.h"

static examine_fn *ask_other;
static void *ask_ctx;

void examine_with(examine_fn *ask, void *ctx)
{
    ask_other = ask;
    ask_ctx = ctx;
}

/* ---- files already examined ---- */

struct seen {
    uint64_t device, inode, size;
    int64_t modified_ns, changed_ns;
};

/* A file replaces another file in the same slot; that file is then examined again. */
enum { SLOTS = 8192 };
static struct seen seen[SLOTS];
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static struct seen identify(const struct stat *st)
{
    return (struct seen){(uint64_t)st->st_dev, (uint64_t)st->st_ino, (uint64_t)st->st_size,
                         (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
                         (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec};
}

static bool is_seen(const struct seen *s)
{
    pthread_mutex_lock(&seen_lock);
    const struct seen *t = &seen[s->inode % SLOTS];
    bool is = s->device == t->device && s->inode == t->inode && s->size == t->size &&
              s->modified_ns == t->modified_ns && s->changed_ns == t->changed_ns;
    pthread_mutex_unlock(&seen_lock);
    return is;
}

static void note_seen(const struct seen *s)
{
    pthread_mutex_lock(&seen_lock);
    seen[s->inode % SLOTS] = *s;
    pthread_mutex_unlock(&seen_lock);
}

void examine_trust(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    const struct seen s = identify(&st);
    note_seen(&s);
}

int examine(const char *path, struct err *e)
{
    struct stat st;
    if (!ask_other || stat(path, &st) != 0)
        return 0;
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_INPUT, "%s: is not a plain file", path);
    const struct seen s = identify(&st);
    if (is_seen(&s))
        return 0;
    int r = ask_other(ask_ctx, path, e);
    if (r == 0)
        note_seen(&s);
    return r == 0 || (e && strncmp(e->msg, path, strlen(path)) == 0) ? r : err_wrap(e, "%s", path);
}

/* ---- in the other process ---- */

static int read_variable(struct ncfile *f, int i, struct err *e)
{
    struct ncfile_var v;
    void *values;
    int r = ncfile_var_at(f, i, &v, e);
    if (r || !v.known_kind || v.n_dims > 1)
        return r;
    r = ncfile_read_values(f, i, &values, e);
    if (r == 0)
        free(values);
    return r;
}

/* Reads the file through netCDF-C. An attribute of a kind that no subscene has is not damage. */
static int read_as_netcdf(const char *path, struct err *e)
{
    struct ncfile *f;
    int r = ncfile_open(path, &f, e);
    if (r)
        return r;
    int n = ncfile_var_count(f);
    for (int i = -1; r == 0 && i < n; i++) {
        for (int k = 0; k < ncfile_att_count(f, i); k++) {
            struct ncfile_att a;
            if (ncfile_att_at(f, i, k, &a, NULL) == 0)
                free(a.values);
        }
        r = i < 0 ? 0 : read_variable(f, i, e);
    }
    ncfile_close(f);
    return r;
}

/* Reads samples that HDF5 will later unpack here: filters of other tools can be damaged too.
 * Samples that cannot be read are no error here; the code that needs them reports it. */
static int unpack(struct h5file *f, const char *var, enum h5raster_value value,
                  const struct h5raster *how, struct err *e)
{
    enum { ROWS = 512 };
    const size_t room = (size_t)how->width * ROWS * value;
    void *values = mem_alloc(room, 1);
    if (!values)
        return err_nomem(e, room);
    for (int32_t y = 0, h; y < how->height; y += h) {
        struct h5raster_chunk packed;
        h = how->height - y < ROWS ? how->height - y : ROWS;
        const struct h5raster_rows rows = {var, value, {0, y, how->width, h}, false, values, room};
        if (h5raster_read(f, &rows, &packed, NULL))
            break;
        free(packed.bytes);
    }
    free(values);
    return 0;
}

static int read_raster(struct h5file *f, const char *var, struct err *e)
{
    struct h5raster how;
    for (int value = H5RASTER_BYTE; value <= H5RASTER_FLOAT; value *= 2)
        if (h5raster_describe(f, var, (enum h5raster_value)value, &how, NULL) == 0)
            return how.by_hdf5 ? unpack(f, var, (enum h5raster_value)value, &how, e) : 0;
    return 0;
}

static int read_as_hdf5(const char *path, struct err *e)
{
    struct h5file *f;
    struct strlist names = {0};
    int r = h5file_open(path, &f, e);
    if (r)
        return r;
    r = h5file_names(f, &names, e);
    for (size_t i = 0; r == 0 && i < names.n; i++) {
        r = h5file_read_attributes(f, names.s[i], e);
        if (r == 0)
            r = read_raster(f, names.s[i], e);
    }
    if (r == 0)
        r = h5file_read_attributes(f, NULL, e);
    strlist_clear(&names);
    h5file_close(f);
    return r;
}

static int read_whole(const char *path, struct err *e)
{
    int r = read_as_hdf5(path, e);
    return r == 0 ? read_as_netcdf(path, e) : r;
}

int examine_here(const char *path, struct err *e)
{
    /* makes values that HDF5 forgets to set differ from earlier ones */
    nclib_forget();
    int r = read_whole(path, e);
    if (r == ERR_TEMPORARY) /* for this file the error would repeat each time */
        r = read_whole(path, e);
    if (r == ERR_TEMPORARY && e->sys_errno != 0 && e->sys_errno != ENOMEM)
        return r;
    /* an idle process has enough memory for any valid file */
    return r == ERR_TEMPORARY
               ? err_set(e, ERR_INPUT, "damaged: its metadata take more memory than there is")
               : r;
}
