#include "io/netcdf/h5raster.h"

#include <stdlib.h>

#include "io/netcdf/nclib.h"

/* Chunks of more rows would need more memory than strips: they are unpacked piece by piece. */
enum { DIRECT_ROWS = 1024 };

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

/* Are these the filters of this program's chunks, in its order, and are the chunks whole rows? */
static bool is_direct(const struct h5raster *r)
{
    static const int order[] = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32};
    const struct h5chunks *c = &r->chunks;
    int next = 0;
    for (int i = 0; i < c->n_filters; i++, next++) {
        while (next < 3 && order[next] != c->filter[i])
            next++;
        if (next == 3)
            return false;
    }
    for (int i = 0; i < c->n_filters; i++)
        if (c->no_parameter[i])
            return false;
    return c->known && !c->swapped && !c->plain_edges && c->width == r->width &&
           c->height <= DIRECT_ROWS;
}

static bool has_filter(const struct h5chunks *c, int filter)
{
    for (int i = 0; i < c->n_filters; i++)
        if (c->filter[i] == filter)
            return true;
    return false;
}

static int get_chunks(hid_t set, enum h5raster_value value, struct h5raster *out, struct err *e)
{
    struct h5chunks *c = &out->chunks;
    int r = h5chunks_describe(set, out->width, out->height, (size_t)value, c, e);
    if (r)
        return r;
    bool direct = is_direct(out);
    out->by_hdf5 = !c->known;
    out->chunk_rows = direct ? c->height : 0;
    out->shuffled = has_filter(c, H5Z_FILTER_SHUFFLE);
    out->deflated = has_filter(c, H5Z_FILTER_DEFLATE);
    out->summed = has_filter(c, H5Z_FILTER_FLETCHER32);
    out->unpack_bytes = direct ? 0 : 2 * c->bytes; /* one filter's input and output */
    return 0;
}

static int get_layout(hid_t set, hid_t plist, enum h5raster_value value, struct h5raster *out,
                      struct err *e)
{
    H5D_layout_t layout = H5Pget_layout(plist);
    if (layout == H5D_CHUNKED)
        return get_chunks(set, value, out, e);
    out->by_hdf5 = true;
    if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
        return err_set(e, ERR_INPUT, "its values are not in this file");
    if (H5Pget_external_count(plist) != 0)
        return err_set(e, ERR_INPUT, "its values are in another file");
    if (H5Dget_storage_size(set) == 0)
        return err_set(e, ERR_INPUT, "its values were never written");
    if (H5Dget_storage_size(set) < (hsize_t)out->width * (hsize_t)out->height * (hsize_t)value)
        return err_set(e, ERR_INPUT, "damaged: fewer bytes are stored than it has values");
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
    out->chunks.swapped = !little;
    hid_t plist = H5Dget_create_plist(set);
    if (plist < 0)
        return err_set(e, ERR_INPUT, "its storage cannot be read");
    r = get_layout(set, plist, value, out, e);
    H5Pclose(plist);
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

/* The chunk at `row` as it is stored. out->bytes stays NULL if a filter was left out for it. */
static int read_packed(hid_t set, int32_t row, struct h5raster_chunk *out, struct err *e)
{
    struct h5chunk chunk;
    int r = h5chunks_read(set, &out->how.chunks, 0, row, &chunk, e);
    if (r)
        return r;
    out->bytes = chunk.bytes;
    out->len = chunk.len;
    if (chunk.left_out == 0)
        return 0;
    free(chunk.bytes);
    out->bytes = NULL;
    return 0;
}

/* HDF5 does it. */
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
        r = read_packed(set, w->px.y, out, e);
    if (r || out->bytes)
        return r;
    if (!how->by_hdf5)
        return h5chunks_rows(set, &how->chunks, w->px, w->values, e);
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
