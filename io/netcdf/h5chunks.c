#include "io/netcdf/h5chunks.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/compress/fletcher.h"
#include "io/netcdf/nclib.h"

static const hsize_t CHUNK_BYTES_MAX = 1U << 30;

/* ---- the description ---- */

/* A chunk exists for each place of the raster, and there are no others. HDF5 finds chunks by their
 * place in units of the chunk size: with a damaged size it would find the wrong ones. */
static int check_places(hid_t set, const struct h5chunks *c, struct err *e)
{
    hsize_t across = ((hsize_t)c->raster_w - 1) / (hsize_t)c->width + 1;
    hsize_t down = ((hsize_t)c->raster_h - 1) / (hsize_t)c->height + 1, there = 0, found = 0;
    hid_t space = H5Dget_space(set);
    bool counted = space >= 0 && H5Dget_num_chunks(set, space, &there) >= 0;
    if (space >= 0)
        H5Sclose(space);
    if (!counted || there != across * down)
        return err_set(e, ERR_INPUT, "%llu of its %llu chunks are there", (unsigned long long)there,
                       (unsigned long long)(across * down));
    for (hsize_t i = 0; i < there; i++) {
        const hsize_t origin[2] = {i / across * (hsize_t)c->height, i % across * (hsize_t)c->width};
        hsize_t len = 0;
        found += H5Dget_chunk_storage_size(set, origin, &len) >= 0 && len > 0;
    }
    return found == there
               ? 0
               : err_set(e, ERR_INPUT, "damaged: %llu of its %llu chunks are in the wrong place",
                         (unsigned long long)(there - found), (unsigned long long)there);
}

/* Of chunks without filters, HDF5 takes the length from the chunk size, not from the length that
 * their index has. */
static int check_plain_length(hid_t set, const struct h5chunks *c, struct err *e)
{
    const hsize_t origin[2] = {0, 0};
    hsize_t len = 0;
    unsigned left_out = 0;
    haddr_t at;
    if (c->n_filters > 0 || !c->known)
        return 0;
    if (H5Dget_chunk_info_by_coord(set, origin, &left_out, &at, &len) < 0 || len != c->bytes)
        return err_set(e, ERR_INPUT, "damaged: its chunks have %llu bytes where %zu belong",
                       (unsigned long long)len, c->bytes);
    return 0;
}

/* Are the chunks no larger than the raster, where it cannot grow? HDF5 makes no others. */
static bool fit_raster(hid_t set, const struct h5chunks *c)
{
    hsize_t dims[2], most[2];
    hid_t space = H5Dget_space(set);
    bool fit = space >= 0 && H5Sget_simple_extent_dims(space, dims, most) == 2;
    if (space >= 0)
        H5Sclose(space);
    return fit && (most[0] == H5S_UNLIMITED || (hsize_t)c->height <= most[0]) &&
           (most[1] == H5S_UNLIMITED || (hsize_t)c->width <= most[1]);
}

static bool is_deflated(const struct h5chunks *c)
{
    for (int i = 0; i < c->n_filters; i++)
        if (c->filter[i] == H5Z_FILTER_DEFLATE)
            return true;
    return false;
}

static bool is_known(H5Z_filter_t id)
{
    return id == H5Z_FILTER_FLETCHER32 || id == H5Z_FILTER_DEFLATE || id == H5Z_FILTER_SHUFFLE;
}

/* Shuffle has the size of a value as its parameter; without one it is never applied. Of two deflate
 * filters, the length between them would not be known. */
static int check_filter(const struct h5chunks *c, H5Z_filter_t id, size_t n, unsigned parameter,
                        struct err *e)
{
    if (id == H5Z_FILTER_DEFLATE && is_deflated(c))
        return err_set(e, ERR_INPUT, "is deflated twice: repack it");
    if (id == H5Z_FILTER_SHUFFLE && n > 0 && (n != 1 || parameter != c->value))
        return err_set(e, ERR_INPUT, "damaged: is shuffled as values of %u bytes", parameter);
    return 0;
}

static int get_filters(hid_t list, struct h5chunks *out, struct err *e)
{
    int n = H5Pget_nfilters(list);
    if (n < 0)
        return err_set(e, ERR_INPUT, "its filters cannot be read");
    out->known = n <= H5CHUNKS_FILTERS;
    for (int i = 0; i < n; i++) {
        unsigned flags, config, values[1] = {0};
        size_t n_values = 1;
        H5Z_filter_t id =
            H5Pget_filter2(list, (unsigned)i, &flags, &n_values, values, 0, NULL, &config);
        if (id < 0 || H5Zfilter_avail(id) <= 0)
            return err_set(e, ERR_INPUT, "is compressed by filter %d, which HDF5 lacks here",
                           (int)id);
        out->known = out->known && is_known(id);
        if (!out->known)
            continue;
        int r = check_filter(out, id, n_values, values[0], e);
        if (r)
            return r;
        out->no_parameter[out->n_filters] = id == H5Z_FILTER_SHUFFLE && n_values == 0;
        out->filter[out->n_filters++] = (uint8_t)id;
    }
    return 0;
}

static int get_shape(hid_t list, struct h5chunks *out, struct err *e)
{
    hsize_t chunk[2];
    unsigned options = 0;
    if (H5Pget_chunk(list, 2, chunk) != 2 || chunk[0] == 0 || chunk[1] == 0 ||
        chunk[0] > CHUNK_BYTES_MAX || chunk[1] > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks have no size");
    hsize_t bytes = chunk[0] * chunk[1] * out->value;
    if (bytes > CHUNK_BYTES_MAX)
        return err_set(e, ERR_INPUT, "its chunks of %llu bytes are too large",
                       (unsigned long long)bytes);
    if (H5Pget_chunk_opts(list, &options) < 0)
        return err_set(e, ERR_INPUT, "its chunks cannot be read");
    out->plain_edges = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
    out->height = (int32_t)chunk[0];
    out->width = (int32_t)chunk[1];
    out->bytes = (size_t)bytes;
    return 0;
}

int h5chunks_describe(int64_t set, int32_t raster_w, int32_t raster_h, size_t value,
                      struct h5chunks *out, struct err *e)
{
    *out = (struct h5chunks){
        .value = value, .swapped = out->swapped, .raster_w = raster_w, .raster_h = raster_h};
    hid_t list = H5Dget_create_plist((hid_t)set);
    if (list < 0)
        return err_set(e, ERR_INPUT, "its storage cannot be read");
    int r = get_shape(list, out, e);
    if (r == 0)
        r = get_filters(list, out, e);
    H5Pclose(list);
    if (r)
        return r;
    if (!fit_raster((hid_t)set, out))
        return err_set(e, ERR_INPUT, "damaged: its chunks are larger than it is");
    r = check_places((hid_t)set, out, e);
    return r ? r : check_plain_length((hid_t)set, out, e);
}

/* ---- a chunk as stored ---- */

static bool read_bytes(hid_t set, const hsize_t origin[2], struct h5chunk *out)
{
#if H5_VERS_MAJOR >= 2
    size_t len = out->len;
    return H5Dread_chunk2(set, H5P_DEFAULT, origin, &out->left_out, out->bytes, &len) >= 0;
#else
    return H5Dread_chunk(set, H5P_DEFAULT, origin, &out->left_out, out->bytes) >= 0;
#endif
}

int h5chunks_read(int64_t set, const struct h5chunks *c, int32_t x, int32_t y, struct h5chunk *out,
                  struct err *e)
{
    const hsize_t origin[2] = {(hsize_t)y, (hsize_t)x};
    hsize_t len = 0;
    *out = (struct h5chunk){.bytes = NULL};
    if (H5Dget_chunk_storage_size((hid_t)set, origin, &len) < 0 || len == 0)
        return err_set(e, ERR_INPUT, "its chunk at row %d is missing", y);
    /* the longest possible result of deflate (RFC 1951: 5 bytes per stored block) */
    if (len > c->bytes + c->bytes / 64 + 4096)
        return err_set(e, ERR_INPUT, "its chunk at row %d has %llu bytes for %zu", y,
                       (unsigned long long)len, c->bytes);
    out->len = (size_t)len;
    out->bytes = malloc(out->len);
    if (!out->bytes)
        return err_nomem(e, out->len);
    if (read_bytes((hid_t)set, origin, out))
        return 0;
    free(out->bytes);
    out->bytes = NULL;
    return err_set(e, ERR_INPUT, "its chunk at row %d cannot be read", y);
}

/* ---- a chunk unpacked ---- */

/* The chunk's bytes become the `len` bytes that the filter made them of. */
static int inflate_chunk(struct h5chunk *chunk, size_t len, struct err *e)
{
    void *to = malloc(len);
    if (!to)
        return err_nomem(e, len);
    int r = inflate_run(chunk->bytes, chunk->len, to, len, e);
    free(chunk->bytes);
    *chunk = (struct h5chunk){to, len, chunk->left_out};
    return r;
}

/* Bytes that make no whole value stay at the end, as in HDF5. */
static int unshuffle_chunk(struct h5chunk *chunk, size_t value, struct err *e)
{
    size_t n = chunk->len / value, rest = chunk->len % value;
    char *to = malloc(chunk->len), *from = chunk->bytes;
    if (!to)
        return err_nomem(e, chunk->len);
    if (value == 2)
        unshuffle2(from, to, n);
    else if (value == 4)
        unshuffle4(from, to, n);
    else
        memcpy(to, from, n); /* bytes have one plane */
    memcpy(to + n * value, from + n * value, rest);
    free(from);
    chunk->bytes = to;
    return 0;
}

static int check_sum(struct h5chunk *chunk, struct err *e)
{
    if (chunk->len < FLETCHER_BYTES)
        return err_set(e, ERR_INPUT, "a chunk of %zu bytes has no checksum", chunk->len);
    chunk->len -= FLETCHER_BYTES;
    return fletcher32_matches(chunk->bytes, chunk->len)
               ? 0
               : err_set(e, ERR_INPUT, "damaged: a chunk does not have its checksum");
}

static bool is_applied(const struct h5chunk *chunk, int i) { return !(chunk->left_out >> i & 1); }

/* The length of what filter i was given: the values, and the checksums that came before it. */
static size_t length_before(const struct h5chunks *c, const struct h5chunk *chunk, int i)
{
    size_t len = c->bytes;
    for (int k = 0; k < i; k++)
        if (c->filter[k] == H5Z_FILTER_FLETCHER32 && is_applied(chunk, k))
            len += FLETCHER_BYTES;
    return len;
}

static int undo_filter(const struct h5chunks *c, int i, struct h5chunk *chunk, struct err *e)
{
    if (c->filter[i] == H5Z_FILTER_DEFLATE)
        return inflate_chunk(chunk, length_before(c, chunk, i), e);
    if (c->no_parameter[i])
        return err_set(e, ERR_INPUT, "damaged: its shuffle filter has no parameter");
    if (c->filter[i] == H5Z_FILTER_SHUFFLE)
        return unshuffle_chunk(chunk, c->value, e);
    return check_sum(chunk, e);
}

static int unpack(const struct h5chunks *c, struct h5chunk *chunk, struct err *e)
{
    int r = 0;
    for (int i = c->n_filters - 1; r == 0 && i >= 0; i--)
        if (is_applied(chunk, i))
            r = undo_filter(c, i, chunk, e);
    if (r == 0 && chunk->len != c->bytes)
        r = err_set(e, ERR_INPUT, "%zu bytes are stored where %zu belong", chunk->len, c->bytes);
    return r;
}

/* ---- rows ---- */

static void copy_values(const struct h5chunks *c, const char *from, char *to, size_t n)
{
    if (!c->swapped) {
        memcpy(to, from, n * c->value);
        return;
    }
    for (size_t i = 0; i < n * c->value; i += c->value)
        for (size_t k = 0; k < c->value; k++)
            to[i + k] = from[i + c->value - 1 - k];
}

/* Copies the part of the chunk at x, y that lies in px. */
static void copy_part(const struct h5chunks *c, int32_t x, int32_t y, const void *chunk,
                      struct rect px, char *values)
{
    int32_t w = c->raster_w - x < c->width ? c->raster_w - x : c->width;
    int32_t from = y < px.y ? px.y : y, end = y + c->height;
    if (end > px.y + px.h)
        end = px.y + px.h;
    for (int32_t row = from; row < end; row++) {
        size_t in = (size_t)(row - y) * (size_t)c->width;
        size_t out = (size_t)(row - px.y) * (size_t)px.w + (size_t)x;
        copy_values(c, (const char *)chunk + in * c->value, values + out * c->value, (size_t)w);
    }
}

static int read_part(int64_t set, const struct h5chunks *c, int32_t x, int32_t y, struct rect px,
                     char *values, struct err *e)
{
    struct h5chunk chunk;
    int r = h5chunks_read(set, c, x, y, &chunk, e);
    if (r)
        return r;
    if (c->plain_edges && (c->raster_w - x < c->width || c->raster_h - y < c->height))
        chunk.left_out = UINT32_MAX;
    r = unpack(c, &chunk, e);
    if (r == 0)
        copy_part(c, x, y, chunk.bytes, px, values);
    free(chunk.bytes);
    return r;
}

int h5chunks_rows(int64_t set, const struct h5chunks *c, struct rect px, void *values,
                  struct err *e)
{
    int r = 0;
    for (int32_t y = px.y / c->height * c->height; r == 0 && y < px.y + px.h; y += c->height)
        for (int32_t x = 0; r == 0 && x < c->raster_w; x += c->width)
            r = read_part(set, c, x, y, px, values, e);
    return r;
}
