#include "io/netcdf/h5raster.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/netcdf/nclib.h"

/* Chunks of more rows would need more memory than strips. HDF5 unpacks larger chunks. */
enum { DIRECT_ROWS = 1024 };
static const hsize_t CHUNK_BYTES_MAX = 1U << 30;

/* True if the values have that type, in either byte order. */
static bool has_type(hid_t set, enum h5raster_value value, bool *little)
{
    const hid_t le = value == H5RASTER_BYTE     ? H5T_STD_U8LE
                     : value == H5RASTER_USHORT ? H5T_STD_U16LE
                                                : H5T_IEEE_F32LE;
    const hid_t be = value == H5RASTER_BYTE     ? H5T_STD_U8BE
                     : value == H5RASTER_USHORT ? H5T_STD_U16BE
                                                : H5T_IEEE_F32BE;
    hid_t type = H5Dget_type(set);
    if (type < 0)
        return false;
    *little = H5Tequal(type, le) > 0 || (value == H5RASTER_BYTE && H5Tequal(type, be) > 0);
    bool is = *little || H5Tequal(type, be) > 0;
    H5Tclose(type);
    return is;
}

/* True if an attribute changes the meaning of stored values. A neutral value does not. */
static bool changes_values(hid_t set, const char *name, double neutral)
{
    double v = neutral + 1;
    if (H5Aexists(set, name) <= 0)
        return false;
    hid_t a = H5Aopen(set, name, H5P_DEFAULT), space = a < 0 ? -1 : H5Aget_space(a);
    bool read = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
                H5Aread(a, H5T_NATIVE_DOUBLE, &v) >= 0;
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
    return is ? 0 : err_set(e, ERR_INPUT, "is not a raster of 1 to 32768 rows and columns");
}

/* Notes shuffle, deflate and checksum in this program's order. *direct becomes false for another
 * filter or order. ERR_INPUT: HDF5 cannot undo a filter. */
static int get_filters(hid_t plist, struct h5raster *out, bool *direct, struct err *e)
{
    int n = H5Pget_nfilters(plist);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t id =
            H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (id < 0 || H5Zfilter_avail(id) <= 0)
            return err_set(e, ERR_INPUT, "is compressed by filter %d, which HDF5 lacks here",
                           (int)id);
        bool first = !out->deflated && !out->summed;
        *direct &= (id == H5Z_FILTER_SHUFFLE && first && !out->shuffled) ||
                   (id == H5Z_FILTER_DEFLATE && first) ||
                   (id == H5Z_FILTER_FLETCHER32 && !out->summed);
        out->shuffled |= id == H5Z_FILTER_SHUFFLE;
        out->deflated |= id == H5Z_FILTER_DEFLATE;
        out->summed |= id == H5Z_FILTER_FLETCHER32;
    }
    return n < 0 ? err_set(e, ERR_INPUT, "its filters cannot be read") : 0;
}

/* Checks that all chunks exist. */
static int check_chunks(hid_t set, const struct h5raster *r, const hsize_t chunk[2], struct err *e)
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

/* Are the chunks no larger than the raster, where it cannot grow? HDF5 makes no others. Of a
 * damaged size it unpacks more than is stored, and does not notice. */
static bool fit_chunks(hid_t set, const hsize_t chunk[2])
{
    hsize_t dims[2], most[2];
    hid_t space = H5Dget_space(set);
    bool fit = space >= 0 && H5Sget_simple_extent_dims(space, dims, most) == 2;
    for (int i = 0; fit && i < 2; i++)
        fit = most[i] == H5S_UNLIMITED || chunk[i] <= most[i];
    if (space >= 0)
        H5Sclose(space);
    return fit;
}

static int get_chunks(hid_t set, hid_t plist, enum h5raster_value value, struct h5raster *out,
                      struct err *e)
{
    hsize_t chunk[2];
    bool direct = true;
    if (H5Pget_chunk(plist, 2, chunk) != 2 || chunk[0] == 0 || chunk[1] == 0 ||
        chunk[0] > CHUNK_BYTES_MAX || chunk[1] > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks have no size");
    hsize_t bytes = chunk[0] * chunk[1] * (hsize_t)value;
    if (bytes > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks of %llu bytes are too large",
                       (unsigned long long)bytes);
    if (!fit_chunks(set, chunk))
        return err_set(e, ERR_INPUT, "damaged: its chunks are larger than it is");
    int r = check_chunks(set, out, chunk, e);
    if (r == 0)
        r = get_filters(plist, out, &direct, e);
    direct &= chunk[1] == (hsize_t)out->width && chunk[0] <= DIRECT_ROWS;
    out->chunk_rows = direct ? (int32_t)chunk[0] : 0;
    out->unpack_bytes = direct ? 0 : 2 * (size_t)bytes; /* stored and unpacked */
    return r;
}

static int get_layout(hid_t set, hid_t plist, enum h5raster_value value, struct h5raster *out,
                      struct err *e)
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

static const char *value_name(enum h5raster_value value)
{
    return value == H5RASTER_BYTE     ? "unsigned bytes"
           : value == H5RASTER_USHORT ? "unsigned 16-bit integers"
                                      : "32-bit floats";
}

static int describe_raster(hid_t set, enum h5raster_value value, struct h5raster *out,
                           struct err *e)
{
    hsize_t dims[2];
    bool little = false;
    *out = (struct h5raster){0};
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
        return err_set(e, ERR_INPUT, "its storage cannot be read");
    r = get_layout(set, plist, value, out, e);
    H5Pclose(plist);
    if (!little)
        out->chunk_rows = 0;
    return r;
}

int h5raster_describe(struct h5file *f, const char *var, enum h5raster_value value,
                      struct h5raster *out, struct err *e)
{
    nclib_lock();
    hid_t set = H5Dopen2((hid_t)h5file_id(f), var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : describe_raster(set, value, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    r = nclib_blame(r, e);
    return r ? err_wrap(e, "%s", var) : 0;
}

/* `buf` has room for its `len` bytes. */
static bool read_chunk(hid_t set, const hsize_t origin[2], uint32_t *left_out, void *buf,
                       size_t len)
{
#if H5_VERS_MAJOR >= 2
    return H5Dread_chunk2(set, H5P_DEFAULT, origin, left_out, buf, &len) >= 0;
#else
    (void)len;
    return H5Dread_chunk(set, H5P_DEFAULT, origin, left_out, buf) >= 0;
#endif
}

/* The chunk at `row`. out->bytes stays NULL if HDF5 skipped a filter for it, which HDF5 may do. */
static int read_packed(hid_t set, int32_t row, size_t plain, struct h5raster_chunk *out,
                       struct err *e)
{
    const hsize_t origin[2] = {(hsize_t)row, 0};
    hsize_t len = 0;
    uint32_t left_out = 0;
    if (H5Dget_chunk_storage_size(set, origin, &len) < 0 || len == 0)
        return err_set(e, ERR_INPUT, "its chunk at row %d is missing", row);
    /* the longest possible result of deflate (RFC 1951: 5 bytes per stored block) */
    if (len > plain + plain / 64 + 4096)
        return err_set(e, ERR_INPUT, "its chunk at row %d has %llu bytes for %zu", row,
                       (unsigned long long)len, plain);
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

static int unpack_rows(hid_t set, enum h5raster_value value, const hsize_t start[2],
                       const hsize_t count[2], void *values, struct err *e)
{
    const hid_t native = value == H5RASTER_BYTE     ? H5T_NATIVE_UINT8
                         : value == H5RASTER_USHORT ? H5T_NATIVE_UINT16
                                                    : H5T_NATIVE_FLOAT;
    hid_t file = H5Dget_space(set), memory = H5Screate_simple(2, count, NULL);
    bool ok = file >= 0 && memory >= 0 &&
              H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
              H5Dread(set, native, memory, file, H5P_DEFAULT, values) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    if (file >= 0)
        H5Sclose(file);
    return ok ? 0
              : err_set(e, ERR_INPUT, "its rows %llu to %llu cannot be read: damaged",
                        (unsigned long long)start[0],
                        (unsigned long long)(start[0] + count[0] - 1));
}

static int read_rows(hid_t set, const struct h5raster_rows *w, struct h5raster_chunk *out,
                     struct err *e)
{
    struct h5raster *how = &out->how;
    int r = describe_raster(set, w->value, how, e);
    if (r)
        return r;
    size_t line = (size_t)how->width * w->value, plain = line * (size_t)how->chunk_rows;
    if (how->width != w->px.w || w->px.y < 0 || w->px.h < 1 || w->px.h > how->height - w->px.y ||
        (w->whole && w->px.h != how->height) || line * (size_t)w->px.h > w->room)
        return err_set(e, ERR_INPUT, "has %d x %d px where %d x %d are needed", how->width,
                       how->height, w->px.w, w->px.y + w->px.h);
    if (how->chunk_rows > 0 && w->px.y % how->chunk_rows == 0 && w->px.h <= how->chunk_rows &&
        plain <= w->room)
        r = read_packed(set, w->px.y, plain, out, e);
    if (r || out->bytes)
        return r;
    const hsize_t start[2] = {(hsize_t)w->px.y, 0}, count[2] = {(hsize_t)w->px.h, (hsize_t)w->px.w};
    return unpack_rows(set, w->value, start, count, w->values, e);
}

int h5raster_read(struct h5file *f, const struct h5raster_rows *wanted, struct h5raster_chunk *out,
                  struct err *e)
{
    *out = (struct h5raster_chunk){.bytes = NULL};
    nclib_lock();
    hid_t set = H5Dopen2((hid_t)h5file_id(f), wanted->var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : read_rows(set, wanted, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    r = nclib_blame(r, e);
    return r ? err_wrap(e, "%s", wanted->var) : 0;
}
