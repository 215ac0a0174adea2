#include "io/netcdf/h5file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/nclib.h"

struct h5file {
    hid_t id;
};

/* HDF5 hides the reason why the system refused. */
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
    int r = examine(path, e);
    if (r)
        return r;
    struct h5file *f = mem_alloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    nclib_lock();
    f->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    nclib_unlock();
    if (f->id < 0) {
        free(f);
        return nclib_blame(not_opened(path, e), e);
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

int64_t h5file_id(const struct h5file *f) { return f->id; }

/* ---- contents ---- */

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
    int r =
        listed ? n.failed : nclib_blame(err_set(e, ERR_INPUT, "its variables cannot be listed"), e);
    if (r)
        strlist_clear(names);
    return r;
}

static bool is_byte(hid_t type)
{
    return H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 &&
           H5Tget_sign(type) == H5T_SGN_NONE;
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

/* Returns false if there is none. */
static bool open_attribute(const struct h5file *f, const char *var, const char *name,
                           struct attribute *a)
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

/* Reads one variable-length string, which some tools write. */
static bool read_string(const struct attribute *a, char *buf, size_t size)
{
    char *string = NULL;
    if (H5Sget_simple_extent_npoints(a->space) != 1 || H5Aread(a->id, a->type, &string) < 0 ||
        !string)
        return false;
    size_t n = strlen(string);
    if (n < size)
        memcpy(buf, string, n + 1);
    H5free_memory(string);
    return n < size;
}

/* netCDF stores characters as one string of fixed length, and no characters as an empty
 * attribute. */
static bool read_text(const struct attribute *a, char *buf, size_t size)
{
    H5S_class_t shape = a->space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(a->space);
    if (a->type < 0 || a->space < 0 || H5Tget_class(a->type) != H5T_STRING)
        return false;
    if (H5Tis_variable_str(a->type) != 0)
        return shape != H5S_NULL && read_string(a, buf, size);
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

bool h5file_int(struct h5file *f, const char *name, int32_t *out)
{
    struct attribute a;
    nclib_lock();
    const bool ok = open_attribute(f, NULL, name, &a) && a.type >= 0 && a.space >= 0 &&
                    H5Tget_class(a.type) == H5T_INTEGER &&
                    H5Sget_simple_extent_npoints(a.space) == 1 &&
                    H5Aread(a.id, H5T_NATIVE_INT32, out) >= 0;
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

/* Returns 0, or −1 if it cannot be read. Attributes longer than any of this program's are
 * skipped. */
static herr_t read_attribute(hid_t object, const char *name, const H5A_info_t *info, void *ctx)
{
    static const hsize_t longest = 1 << 20;
    struct attribute a = {H5Aopen(object, name, H5P_DEFAULT), -1, -1};
    (void)info;
    (void)ctx;
    if (a.id < 0)
        return -1;
    a.type = H5Aget_type(a.id);
    a.space = H5Aget_space(a.id);
    hsize_t bytes = H5Aget_storage_size(a.id);
    hssize_t points = a.space < 0 ? -1 : H5Sget_simple_extent_npoints(a.space);
    bool ok = a.type >= 0 && points >= 0;
    if (ok && points > 0 && bytes <= longest && (hsize_t)points <= longest) {
        size_t room = (size_t)points * H5Tget_size(a.type);
        void *values = room <= longest ? mem_zalloc(1, room + 1) : NULL;
        ok = values && H5Aread(a.id, a.type, values) >= 0;
        if (ok)
            H5Dvlen_reclaim(a.type, a.space, H5P_DEFAULT, values);
        free(values);
    }
    close_attribute(&a);
    return ok ? 0 : -1;
}

int h5file_read_attributes(struct h5file *f, const char *var, struct err *e)
{
    nclib_lock();
    hid_t object = H5Oopen(f->id, var ? var : ".", H5P_DEFAULT);
    bool ok = object >= 0 &&
              H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, NULL) >= 0;
    if (object >= 0)
        H5Oclose(object);
    nclib_unlock();
    if (ok)
        return 0;
    err_set(e, ERR_INPUT, "damaged: the attributes of %s cannot be read", var ? var : "the file");
    return nclib_blame(ERR_INPUT, e);
}
