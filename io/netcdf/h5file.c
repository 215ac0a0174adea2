#include "io/netcdf/h5file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "io/netcdf/nclib.h"

struct h5file {
    hid_t id;
};

/* HDF5 keeps to itself why the system refused. */
static int not_opened(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, ERR_INPUT, errno, "%s: cannot be opened", path);
    close(fd);
    return err_set(e, ERR_INPUT, "%s: is not a NetCDF4 (HDF5) file, or is damaged", path);
}

int h5file_open(const char *path, struct h5file **out, struct err *e)
{
    struct h5file *f = mem_alloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    nclib_lock();
    f->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    nclib_unlock();
    if (f->id < 0) {
        free(f);
        return not_opened(path, e);
    }
    *out = f;
    return 0;
}

void h5file_close(struct h5file *f)
{
    if (!f)
        return;
    nclib_lock();
    H5Fclose(f->id);
    nclib_unlock();
    free(f);
}

/* ---- what is in it ---- */

struct naming {
    struct strlist *names;
    struct err *e;
    int failed;
};

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *ctx)
{
    struct naming *n = ctx;
    (void)group;
    (void)info;
    n->failed = strlist_add(n->names, name, strlen(name), n->e);
    return n->failed ? 1 : 0;
}

static bool list(hid_t id, H5_index_t by, struct naming *n)
{
    return H5Literate(id, by, H5_ITER_INC, NULL, add_name, n) >= 0;
}

int h5file_names(struct h5file *f, struct strlist *names, struct err *e)
{
    struct naming n = {names, e, 0};
    *names = (struct strlist){0};
    nclib_lock();
    bool listed = list(f->id, H5_INDEX_CRT_ORDER, &n);
    if (!listed) {
        strlist_clear(names);
        listed = list(f->id, H5_INDEX_NAME, &n);
    }
    nclib_unlock();
    int r = listed ? n.failed : err_set(e, ERR_INPUT, "its variables cannot be listed");
    if (r)
        strlist_clear(names);
    return r;
}

static bool is_byte(hid_t type)
{
    return H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE;
}

static bool is_byte_raster(hid_t set)
{
    hid_t type = H5Dget_type(set), space = H5Dget_space(set);
    bool is = type >= 0 && space >= 0 && is_byte(type) && H5Sget_simple_extent_ndims(space) == 2;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return is;
}

bool h5file_is_byte_raster(struct h5file *f, const char *var)
{
    nclib_lock();
    hid_t set = H5Dopen2(f->id, var, H5P_DEFAULT);
    bool is = set >= 0 && is_byte_raster(set);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    return is;
}

/* ---- attributes ---- */

struct attribute {
    hid_t id, type, space;
};

/* false: there is none. */
static bool open_attribute(const struct h5file *f, const char *var, const char *name, struct attribute *a)
{
    *a = (struct attribute){-1, -1, -1};
    a->id = H5Aopen_by_name(f->id, var ? var : ".", name, H5P_DEFAULT, H5P_DEFAULT);
    if (a->id < 0)
        return false;
    a->type = H5Aget_type(a->id);
    a->space = H5Aget_space(a->id);
    return true;
}

static void close_attribute(const struct attribute *a)
{
    if (a->space >= 0)
        H5Sclose(a->space);
    if (a->type >= 0)
        H5Tclose(a->type);
    if (a->id >= 0)
        H5Aclose(a->id);
}

/* netCDF's characters are one string of fixed length, and nothing at all where there are none; an array of strings, or one that brings its own length, is something
 * else to it. */
static bool read_text(const struct attribute *a, char *buf, size_t size)
{
    H5S_class_t shape = a->space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(a->space);
    if (a->type < 0 || H5Tget_class(a->type) != H5T_STRING || H5Tis_variable_str(a->type) != 0)
        return false;
    size_t n = shape == H5S_NULL ? 0 : H5Tget_size(a->type);
    if ((shape != H5S_NULL && (shape != H5S_SCALAR || n == 0)) || n >= size)
        return false;
    if (n > 0 && H5Aread(a->id, a->type, buf) < 0)
        return false;
    buf[n] = '\0';
    return true;
}

bool h5file_text(struct h5file *f, const char *var, const char *name, char *buf, size_t size)
{
    struct attribute a;
    nclib_lock();
    bool ok = open_attribute(f, var, name, &a) && read_text(&a, buf, size);
    close_attribute(&a);
    nclib_unlock();
    return ok;
}

static bool read_bytes(const struct attribute *a, uint8_t *values, size_t *n)
{
    hssize_t points = a->space < 0 ? -1 : H5Sget_simple_extent_npoints(a->space);
    if (a->type < 0 || points < 0 || (size_t)points > *n || !is_byte(a->type))
        return false;
    *n = (size_t)points;
    return points == 0 || H5Aread(a->id, a->type, values) >= 0;
}

bool h5file_bytes(struct h5file *f, const char *var, const char *name, uint8_t *values, size_t *n)
{
    struct attribute a;
    nclib_lock();
    bool there = open_attribute(f, var, name, &a), ok = !there || read_bytes(&a, values, n);
    close_attribute(&a);
    nclib_unlock();
    if (!there)
        *n = 0;
    return ok;
}

/* ---- chunks ---- */

/* Only shuffle and deflate, in this order: what we write, and what the caller can undo. */
static int chunk_filters(hid_t plist, struct h5file_chunk *out)
{
    int n = H5Pget_nfilters(plist);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t id = H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (id == H5Z_FILTER_SHUFFLE && !out->shuffled && !out->deflated)
            out->shuffled = true;
        else if (id == H5Z_FILTER_DEFLATE && !out->deflated)
            out->deflated = true;
        else
            return -1;
    }
    return n < 0 ? -1 : 0;
}

/* Chunks that have all columns? */
static bool has_whole_rows(hid_t set, hid_t plist, struct h5file_chunk *out)
{
    hsize_t dims[2], chunk[2];
    hid_t space = H5Dget_space(set);
    if (space < 0)
        return false;
    bool whole_rows = H5Sget_simple_extent_ndims(space) == 2 && H5Sget_simple_extent_dims(space, dims, NULL) == 2 &&
                      H5Pget_layout(plist) == H5D_CHUNKED && H5Pget_chunk(plist, 2, chunk) == 2 &&
                      dims[1] == chunk[1] && dims[0] <= INT32_MAX && chunk[0] <= INT32_MAX;
    H5Sclose(space);
    out->height = whole_rows ? (int32_t)dims[0] : 0;
    out->rows = whole_rows ? (int32_t)chunk[0] : 0;
    return whole_rows;
}

static int read_chunk(hid_t set, int32_t row, bool want_bytes, struct h5file_chunk *out, struct err *e)
{
    const hsize_t origin[2] = {(hsize_t)row, 0};
    hsize_t len = 0;
    hid_t plist = H5Dget_create_plist(set);
    bool usual = plist >= 0 && has_whole_rows(set, plist, out) && chunk_filters(plist, out) == 0;
    if (plist >= 0)
        H5Pclose(plist);
    if (!usual)
        return err_set(e, ERR_INPUT, "is not stored in chunks of whole rows with shuffle and deflate");
    if (H5Dget_chunk_storage_size(set, origin, &len) < 0 || len == 0)
        return err_set(e, ERR_INPUT, "its chunk at row %d is missing", row);
    out->len = len;
    if (!want_bytes)
        return 0;
    out->bytes = malloc(len);
    if (!out->bytes)
        return err_nomem(e, len);
    uint32_t mask = 0;
    if (H5Dread_chunk(set, H5P_DEFAULT, origin, &mask, out->bytes) >= 0 && mask == 0)
        return 0;
    free(out->bytes);
    out->bytes = NULL;
    return err_set(e, ERR_INPUT, "its chunk at row %d cannot be read", row);
}

int h5file_chunk(struct h5file *f, const char *var, int32_t row, bool want_bytes, struct h5file_chunk *out,
                 struct err *e)
{
    *out = (struct h5file_chunk){0};
    nclib_lock();
    hid_t set = H5Dopen2(f->id, var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : read_chunk(set, row, want_bytes, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    return r ? err_wrap(e, "%s", var) : 0;
}
