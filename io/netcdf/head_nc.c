#include "io/netcdf/head_nc.h"

#include "io/netcdf/nclib.h"

struct stored {
    haddr_t first;
    hsize_t bytes;
};

static bool add_chunk(hid_t set, hid_t space, hsize_t i, struct stored *s)
{
    hsize_t origin[2], len = 0;
    unsigned left_out;
    haddr_t at = HADDR_UNDEF;
    if (H5Dget_chunk_info(set, space, i, origin, &left_out, &at, &len) < 0 || at == HADDR_UNDEF)
        return false;
    s->first = at < s->first ? at : s->first;
    s->bytes += len;
    return true;
}

/* Returns false if a raster is not stored in chunks or cannot be read. */
static bool add_chunks(hid_t set, struct stored *s)
{
    hid_t space = H5Dget_space(set);
    hsize_t n = 0;
    bool is_raster = space >= 0 && H5Sget_simple_extent_ndims(space) == 2;
    bool ok = space >= 0 && (!is_raster || (H5Dget_num_chunks(set, space, &n) >= 0 && n > 0));
    for (hsize_t i = 0; ok && i < n; i++)
        ok = add_chunk(set, space, i, s);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

static herr_t add_stored(hid_t group, const char *name, const H5L_info_t *info, void *ctx)
{
    hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
    (void)info;
    bool ok = set >= 0 && add_chunks(set, ctx);
    if (set >= 0)
        H5Dclose(set);
    return ok ? 0 : -1;
}

int head_nc_sum(struct h5file *f, const char *path, struct filesum *out, struct err *e)
{
    struct stored s = {.first = HADDR_UNDEF};
    int r = filesum_read(path, 0, out, e);
    if (r)
        return r;
    nclib_lock();
    bool ok = H5Literate(h5file_id(f), H5_INDEX_NAME, H5_ITER_INC, NULL, add_stored, &s) >= 0;
    nclib_unlock();
    hsize_t bytes = (hsize_t)out->bytes;
    if (!ok || s.bytes == 0 || s.bytes >= bytes || s.first != bytes - s.bytes)
        return 0;
    return filesum_read(path, (int64_t)s.first, out, e);
}
