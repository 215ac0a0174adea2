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
    int r = listed ? n.failed : nclib_blame(err_set(e, ERR_INPUT, "its variables cannot be listed"), e);
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

/* One string that brings its own length, as some tools write them. */
static bool read_string(const struct attribute *a, char *buf, size_t size)
{
    char *string = NULL;
    if (H5Sget_simple_extent_npoints(a->space) != 1 || H5Aread(a->id, a->type, &string) < 0 || !string)
        return false;
    size_t n = strlen(string);
    if (n < size)
        memcpy(buf, string, n + 1);
    H5free_memory(string);
    return n < size;
}

/* netCDF's characters are one string of fixed length, and nothing at all where there are none. */
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

/* 0, or −1 where it cannot be read. What is longer than any of ours is not read at all. */
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
    bool ok = object >= 0 && H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, read_attribute, NULL) >= 0;
    if (object >= 0)
        H5Oclose(object);
    nclib_unlock();
    if (ok)
        return 0;
    err_set(e, ERR_INPUT, "damaged: the attributes of %s cannot be read", var ? var : "the file");
    return nclib_blame(ERR_INPUT, e);
}

/* ---- rasters ---- */

/* Chunks of more rows would need more memory than strips do. Larger ones are HDF5's to unpack. */
enum { DIRECT_ROWS = 1024 };
static const hsize_t CHUNK_BYTES_MAX = 1U << 30;

/* Are the values of that type, in either byte order? */
static bool has_type(hid_t set, enum h5file_value value, bool *little)
{
    const hid_t le = value == H5FILE_BYTE ? H5T_STD_U8LE : value == H5FILE_USHORT ? H5T_STD_U16LE : H5T_IEEE_F32LE;
    const hid_t be = value == H5FILE_BYTE ? H5T_STD_U8BE : value == H5FILE_USHORT ? H5T_STD_U16BE : H5T_IEEE_F32BE;
    hid_t type = H5Dget_type(set);
    if (type < 0)
        return false;
    *little = H5Tequal(type, le) > 0 || (value == H5FILE_BYTE && H5Tequal(type, be) > 0);
    bool is = *little || H5Tequal(type, be) > 0;
    H5Tclose(type);
    return is;
}

/* An attribute that makes other numbers of the stored ones? A value that changes nothing does not. */
static bool changes_values(hid_t set, const char *name, double neutral)
{
    double v = neutral + 1;
    if (H5Aexists(set, name) <= 0)
        return false;
    hid_t a = H5Aopen(set, name, H5P_DEFAULT), space = a < 0 ? -1 : H5Aget_space(a);
    bool read = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 && H5Aread(a, H5T_NATIVE_DOUBLE, &v) >= 0;
    if (space >= 0)
        H5Sclose(space);
    if (a >= 0)
        H5Aclose(a);
    return !read || v != neutral;
}

static int get_size(hid_t set, hsize_t dims[2], struct err *e)
{
    hid_t space = H5Dget_space(set);
    bool is = space >= 0 && H5Sget_simple_extent_ndims(space) == 2 &&
              H5Sget_simple_extent_dims(space, dims, NULL) == 2 && dims[0] >= 1 && dims[1] >= 1 &&
              dims[0] <= INT16_MAX + 1 && dims[1] <= INT16_MAX + 1;
    if (space >= 0)
        H5Sclose(space);
    return is ? 0 : err_set(e, ERR_INPUT, "is no raster of 1 to 32768 rows and columns");
}

/* Takes note of shuffle, deflate and checksum in the order in which we write them. *direct becomes
 * false where there is another filter or order. ERR_INPUT: HDF5 cannot undo one. */
static int get_filters(hid_t plist, struct h5file_raster *out, bool *direct, struct err *e)
{
    int n = H5Pget_nfilters(plist);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t id = H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (id < 0 || H5Zfilter_avail(id) <= 0)
            return err_set(e, ERR_INPUT, "is compressed by filter %d, which HDF5 lacks here", (int)id);
        bool first = !out->deflated && !out->summed;
        *direct &= (id == H5Z_FILTER_SHUFFLE && first && !out->shuffled) || (id == H5Z_FILTER_DEFLATE && first) ||
                   (id == H5Z_FILTER_FLETCHER32 && !out->summed);
        out->shuffled |= id == H5Z_FILTER_SHUFFLE;
        out->deflated |= id == H5Z_FILTER_DEFLATE;
        out->summed |= id == H5Z_FILTER_FLETCHER32;
    }
    return n < 0 ? err_set(e, ERR_INPUT, "its filters cannot be read") : 0;
}

/* Are all chunks there? */
static int check_chunks(hid_t set, const struct h5file_raster *r, const hsize_t chunk[2], struct err *e)
{
    hsize_t across = ((hsize_t)r->width + chunk[1] - 1) / chunk[1];
    hsize_t down = ((hsize_t)r->height + chunk[0] - 1) / chunk[0], there = 0;
    hid_t space = H5Dget_space(set);
    bool counted = space >= 0 && H5Dget_num_chunks(set, space, &there) >= 0;
    if (space >= 0)
        H5Sclose(space);
    if (counted && there == across * down)
        return 0;
    return err_set(e, ERR_INPUT, "%llu of its %llu chunks are there", (unsigned long long)there,
                   (unsigned long long)(across * down));
}

static int get_chunks(hid_t set, hid_t plist, enum h5file_value value, struct h5file_raster *out, struct err *e)
{
    hsize_t chunk[2];
    bool direct = true;
    if (H5Pget_chunk(plist, 2, chunk) != 2 || chunk[0] == 0 || chunk[1] == 0 || chunk[0] > CHUNK_BYTES_MAX ||
        chunk[1] > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks have no size");
    hsize_t bytes = chunk[0] * chunk[1] * (hsize_t)value;
    if (bytes > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks of %llu bytes are too large", (unsigned long long)bytes);
    int r = check_chunks(set, out, chunk, e);
    if (r == 0)
        r = get_filters(plist, out, &direct, e);
    direct &= chunk[1] == (hsize_t)out->width && chunk[0] <= DIRECT_ROWS;
    out->chunk_rows = direct ? (int32_t)chunk[0] : 0;
    out->unpack_bytes = direct ? 0 : 2 * (size_t)bytes; /* stored and unpacked */
    return r;
}

static int get_layout(hid_t set, hid_t plist, enum h5file_value value, struct h5file_raster *out, struct err *e)
{
    H5D_layout_t layout = H5Pget_layout(plist);
    if (layout == H5D_CHUNKED)
        return get_chunks(set, plist, value, out, e);
    if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
        return err_set(e, ERR_INPUT, "its values are not in this file");
    if (H5Pget_external_count(plist) != 0)
        return err_set(e, ERR_INPUT, "its values are in another file");
    if (H5Dget_storage_size(set) == 0)
        return err_set(e, ERR_INPUT, "its values were never written");
    return 0;
}

static const char *value_name(enum h5file_value value)
{
    return value == H5FILE_BYTE     ? "unsigned bytes"
           : value == H5FILE_USHORT ? "unsigned 16-bit integers"
                                    : "32-bit floats";
}

static int describe_raster(hid_t set, enum h5file_value value, struct h5file_raster *out, struct err *e)
{
    hsize_t dims[2];
    bool little = false;
    *out = (struct h5file_raster){0};
    int r = get_size(set, dims, e);
    if (r)
        return r;
    if (!has_type(set, value, &little))
        return err_set(e, ERR_INPUT, "its values are not %s", value_name(value));
    if (changes_values(set, "scale_factor", 1) || changes_values(set, "add_offset", 0))
        return err_set(e, ERR_INPUT, "its values are packed with scale_factor or add_offset");
    out->height = (int32_t)dims[0];
    out->width = (int32_t)dims[1];
    hid_t plist = H5Dget_create_plist(set);
    if (plist < 0)
        return err_set(e, ERR_INPUT, "how it is stored cannot be read");
    r = get_layout(set, plist, value, out, e);
    H5Pclose(plist);
    if (!little)
        out->chunk_rows = 0;
    return r;
}

int h5file_raster(struct h5file *f, const char *var, enum h5file_value value, struct h5file_raster *out, struct err *e)
{
    nclib_lock();
    hid_t set = H5Dopen2(f->id, var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : describe_raster(set, value, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    r = nclib_blame(r, e);
    return r ? err_wrap(e, "%s", var) : 0;
}

/* `buf` has room for its `len` bytes. */
static bool read_chunk(hid_t set, const hsize_t origin[2], uint32_t *left_out, void *buf, size_t len)
{
#if H5_VERS_MAJOR >= 2
    return H5Dread_chunk2(set, H5P_DEFAULT, origin, left_out, buf, &len) >= 0;
#else
    (void)len;
    return H5Dread_chunk(set, H5P_DEFAULT, origin, left_out, buf) >= 0;
#endif
}

/* The chunk at `row`; out->bytes stays NULL where HDF5 left a filter out of it, as it may. */
static int read_packed(hid_t set, int32_t row, size_t plain, struct h5file_packed *out, struct err *e)
{
    const hsize_t origin[2] = {(hsize_t)row, 0};
    hsize_t len = 0;
    uint32_t left_out = 0;
    if (H5Dget_chunk_storage_size(set, origin, &len) < 0 || len == 0)
        return err_set(e, ERR_INPUT, "its chunk at row %d is missing", row);
    /* deflate cannot make more of it than this (RFC 1951: 5 bytes a stored block) */
    if (len > plain + plain / 64 + 4096)
        return err_set(e, ERR_INPUT, "its chunk at row %d has %llu bytes for %zu", row, (unsigned long long)len, plain);
    out->bytes = malloc(len);
    if (!out->bytes)
        return err_nomem(e, len);
    out->len = len;
    bool ok = read_chunk(set, origin, &left_out, out->bytes, len);
    if (ok && left_out == 0)
        return 0;
    free(out->bytes);
    out->bytes = NULL;
    return ok ? 0 : err_set(e, ERR_INPUT, "its chunk at row %d cannot be read", row);
}

static int unpack_rows(hid_t set, enum h5file_value value, const hsize_t start[2], const hsize_t count[2], void *values,
                       struct err *e)
{
    const hid_t native = value == H5FILE_BYTE     ? H5T_NATIVE_UINT8
                         : value == H5FILE_USHORT ? H5T_NATIVE_UINT16
                                                  : H5T_NATIVE_FLOAT;
    hid_t file = H5Dget_space(set), memory = H5Screate_simple(2, count, NULL);
    bool ok = file >= 0 && memory >= 0 && H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
              H5Dread(set, native, memory, file, H5P_DEFAULT, values) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    if (file >= 0)
        H5Sclose(file);
    return ok ? 0
              : err_set(e, ERR_INPUT, "its rows %llu to %llu cannot be read: damaged", (unsigned long long)start[0],
                        (unsigned long long)(start[0] + count[0] - 1));
}

static int read_rows(hid_t set, const struct h5file_rows *w, struct h5file_packed *out, struct err *e)
{
    struct h5file_raster *how = &out->how;
    int r = describe_raster(set, w->value, how, e);
    if (r)
        return r;
    size_t line = (size_t)how->width * w->value, plain = line * (size_t)how->chunk_rows;
    if (how->width != w->px.w || w->px.y < 0 || w->px.h < 1 || w->px.h > how->height - w->px.y ||
        (w->whole && w->px.h != how->height) || line * (size_t)w->px.h > w->room)
        return err_set(e, ERR_INPUT, "has %d x %d px where %d x %d are needed", how->width, how->height, w->px.w,
                       w->px.y + w->px.h);
    if (how->chunk_rows > 0 && w->px.y % how->chunk_rows == 0 && w->px.h <= how->chunk_rows && plain <= w->room)
        r = read_packed(set, w->px.y, plain, out, e);
    if (r || out->bytes)
        return r;
    const hsize_t start[2] = {(hsize_t)w->px.y, 0}, count[2] = {(hsize_t)w->px.h, (hsize_t)w->px.w};
    return unpack_rows(set, w->value, start, count, w->values, e);
}

int h5file_read_rows(struct h5file *f, const struct h5file_rows *wanted, struct h5file_packed *out, struct err *e)
{
    *out = (struct h5file_packed){.bytes = NULL};
    nclib_lock();
    hid_t set = H5Dopen2(f->id, wanted->var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : read_rows(set, wanted, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    r = nclib_blame(r, e);
    return r ? err_wrap(e, "%s", wanted->var) : 0;
}
