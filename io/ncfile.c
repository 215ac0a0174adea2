#include "io/ncfile.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/nclib.h"

struct ncfile {
    int nc;
    struct nclib_mark mark[2]; /* before and after nc_open */
    hid_t h5; /* the same file again: netCDF-C does not give its chunks out as they are stored */
};

/* netCDF-C takes "http://…" for an address, "c:…" for a drive and '\\' for '/'. A leading "./" and single slashes name the same file and keep all but
 * the last from it. */
static int plain_name(const char *path, char name[PATH_MAX], struct err *e)
{
    size_t n = 0;
    if (path[0] != '/') {
        name[n++] = '.';
        name[n++] = '/';
    }
    for (const char *s = path; *s && n < PATH_MAX - 1; s++)
        if (*s != '/' || n == 0 || name[n - 1] != '/')
            name[n++] = *s;
    name[n] = '\0';
    if (n == PATH_MAX - 1 || strchr(path, '\\'))
        return err_set(e, ERR_INPUT, "%s: netCDF-C cannot open a file of that name", path);
    return 0;
}

static int open_both(const char *path, struct ncfile *f, struct err *e)
{
    char name[PATH_MAX];
    if (plain_name(path, name, e))
        return ERR_INPUT;
    f->mark[0] = nclib_mark();
    int status = nc_open(name, NC_NOWRITE, &f->nc);
    f->mark[1] = nclib_mark();
    if (status)
        nclib_sweep(f->mark[0], f->mark[1]);
    if (status)
        return err_set(e, status == NC_ENOMEM ? ERR_TEMPORARY : ERR_INPUT, "%s: cannot be opened as NetCDF4: %s", path,
                       nc_strerror(status));
    f->h5 = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (f->h5 >= 0)
        return 0;
    nc_close(f->nc);
    nclib_sweep(f->mark[0], f->mark[1]);
    return err_set(e, ERR_INPUT, "%s: is not a NetCDF4 (HDF5) file, or is damaged", path);
}

int ncfile_open(const char *path, struct ncfile **out, struct err *e)
{
    struct ncfile *f = mem_alloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    nclib_lock();
    int r = open_both(path, f, e);
    nclib_unlock();
    if (r) {
        free(f);
        return r;
    }
    *out = f;
    return 0;
}

void ncfile_close(struct ncfile *f)
{
    if (!f)
        return;
    nclib_lock();
    H5Fclose(f->h5);
    nc_close(f->nc);
    nclib_sweep(f->mark[0], f->mark[1]);
    nclib_unlock();
    free(f);
}

int ncfile_var_count(struct ncfile *f)
{
    int n = 0;
    nclib_lock();
    int status = nc_inq_nvars(f->nc, &n);
    nclib_unlock();
    return status ? 0 : n;
}

static int inquire_var(int nc, int id, struct ncfile_var *out)
{
    nc_type type;
    int dims[NC_MAX_VAR_DIMS];
    int status = nc_inq_var(nc, id, out->name, &type, &out->n_dims, dims, NULL);
    for (int i = 0; !status && i < out->n_dims && i < 2; i++)
        status = nc_inq_dim(nc, dims[i], out->dim_name[i], &out->dim_len[i]);
    out->known_kind = false;
    for (enum nc_kind k = NC_KIND_TEXT; k <= NC_KIND_DOUBLE; k++)
        if (!status && nclib_type[k] == type) {
            out->kind = k;
            out->known_kind = true;
        }
    return status;
}

int ncfile_var_at(struct ncfile *f, int i, struct ncfile_var *out, struct err *e)
{
    nclib_lock();
    int status = inquire_var(f->nc, i, out);
    nclib_unlock();
    return status ? err_set(e, ERR_INPUT, "variable %d cannot be read: %s", i, nc_strerror(status)) : 0;
}

static int find_var(int nc, const char *var, int *id)
{
    *id = NC_GLOBAL;
    return var ? nc_inq_varid(nc, var, id) : NC_NOERR;
}

bool ncfile_text(struct ncfile *f, const char *var, const char *name, char *buf, size_t size)
{
    int id;
    nc_type type;
    size_t n = 0;
    nclib_lock();
    bool ok = find_var(f->nc, var, &id) == NC_NOERR && nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR &&
              type == NC_CHAR && n < size && nc_get_att_text(f->nc, id, name, buf) == NC_NOERR;
    nclib_unlock();
    if (ok)
        buf[n] = '\0';
    return ok;
}

bool ncfile_number(struct ncfile *f, const char *var, const char *name, double *value)
{
    int id;
    nc_type type;
    size_t n = 0;
    nclib_lock();
    bool ok = find_var(f->nc, var, &id) == NC_NOERR && nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR &&
              type != NC_CHAR && n == 1 && nc_get_att_double(f->nc, id, name, value) == NC_NOERR;
    nclib_unlock();
    return ok;
}

int ncfile_read_doubles(struct ncfile *f, const char *var, double *values, size_t n, struct err *e)
{
    int id, n_dims = 0, dims[NC_MAX_VAR_DIMS];
    size_t len = 0;
    nclib_lock();
    int status = nc_inq_varid(f->nc, var, &id);
    if (!status)
        status = nc_inq_var(f->nc, id, NULL, NULL, &n_dims, dims, NULL);
    if (!status && n_dims == 1)
        status = nc_inq_dimlen(f->nc, dims[0], &len);
    if (!status && n_dims == 1 && len == n)
        status = nc_get_var_double(f->nc, id, values);
    nclib_unlock();
    if (status)
        return err_set(e, ERR_INPUT, "%s cannot be read: %s", var, nc_strerror(status));
    if (n_dims != 1 || len != n)
        return err_set(e, ERR_INPUT, "%s is not a vector of %zu values", var, n);
    return 0;
}

static bool kind_of(nc_type type, enum nc_kind *kind)
{
    for (enum nc_kind k = NC_KIND_TEXT; k <= NC_KIND_DOUBLE; k++)
        if (nclib_type[k] == type) {
            *kind = k;
            return true;
        }
    return false;
}

int ncfile_att_count(struct ncfile *f, int var)
{
    int n = 0;
    nclib_lock();
    int status = var < 0 ? nc_inq_natts(f->nc, &n) : nc_inq_varnatts(f->nc, var, &n);
    nclib_unlock();
    return status ? 0 : n;
}

enum { ELEMENT_MAX = 8 };

static int read_att(int nc, int var, int i, struct ncfile_att *out, struct err *e)
{
    nc_type type;
    int status = nc_inq_attname(nc, var, i, out->name);
    if (!status)
        status = nc_inq_att(nc, var, out->name, &type, &out->n);
    if (status)
        return err_set(e, ERR_INPUT, "attribute %d cannot be read: %s", i, nc_strerror(status));
    if (!kind_of(type, &out->kind))
        return err_set(e, ERR_INPUT, "attribute %s is of a kind that subscenes do not have", out->name);
    out->values = mem_alloc(out->n + 1, ELEMENT_MAX);
    if (!out->values)
        return err_nomem(e, (out->n + 1) * ELEMENT_MAX);
    status = nc_get_att(nc, var, out->name, out->values);
    if (!status)
        return 0;
    free(out->values);
    out->values = NULL;
    return err_set(e, ERR_INPUT, "attribute %s cannot be read: %s", out->name, nc_strerror(status));
}

int ncfile_att_at(struct ncfile *f, int var, int i, struct ncfile_att *out, struct err *e)
{
    *out = (struct ncfile_att){0};
    nclib_lock();
    int r = read_att(f->nc, var < 0 ? NC_GLOBAL : var, i, out, e);
    nclib_unlock();
    return r;
}

int ncfile_read_values(struct ncfile *f, int var, void **values, struct err *e)
{
    struct ncfile_var v;
    *values = NULL;
    int r = ncfile_var_at(f, var, &v, e);
    if (r)
        return r;
    if (!v.known_kind || v.n_dims > 1)
        return err_set(e, ERR_INPUT, "variable %s is not like those of subscenes", v.name);
    size_t n = v.n_dims ? v.dim_len[0] : 1;
    *values = mem_alloc(n, ELEMENT_MAX);
    if (!*values)
        return err_nomem(e, n * ELEMENT_MAX);
    nclib_lock();
    int status = nc_get_var(f->nc, var, *values);
    nclib_unlock();
    if (!status)
        return 0;
    free(*values);
    *values = NULL;
    return err_set(e, ERR_INPUT, "variable %s cannot be read: %s", v.name, nc_strerror(status));
}

int ncfile_deflate_level(struct ncfile *f, int var)
{
    int shuffle = 0, deflate = 0, level = 0;
    nclib_lock();
    int status = nc_inq_var_deflate(f->nc, var, &shuffle, &deflate, &level);
    nclib_unlock();
    return !status && deflate ? level : 0;
}

/* Only shuffle and deflate, in this order: what we write, and what the caller can undo. */
static int chunk_filters(hid_t plist, struct ncfile_chunk *out)
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

/* Rows of a chunk when chunks have all columns, else 0. */
static int32_t chunk_rows(hid_t set, hid_t plist)
{
    hsize_t dims[2], chunk[2];
    hid_t space = H5Dget_space(set);
    if (space < 0)
        return 0;
    bool whole_rows = H5Sget_simple_extent_ndims(space) == 2 && H5Sget_simple_extent_dims(space, dims, NULL) == 2 &&
                      H5Pget_layout(plist) == H5D_CHUNKED && H5Pget_chunk(plist, 2, chunk) == 2 &&
                      dims[1] == chunk[1] && chunk[0] <= INT32_MAX;
    H5Sclose(space);
    return whole_rows ? (int32_t)chunk[0] : 0;
}

static int read_chunk(hid_t set, int32_t row, bool want_bytes, struct ncfile_chunk *out, struct err *e)
{
    const hsize_t origin[2] = {(hsize_t)row, 0};
    hsize_t len = 0;
    hid_t plist = H5Dget_create_plist(set);
    out->rows = plist >= 0 ? chunk_rows(set, plist) : 0;
    bool usual = out->rows > 0 && chunk_filters(plist, out) == 0;
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

int ncfile_chunk(struct ncfile *f, const char *var, int32_t row, bool want_bytes, struct ncfile_chunk *out,
                 struct err *e)
{
    *out = (struct ncfile_chunk){0};
    nclib_lock();
    hid_t set = H5Dopen2(f->h5, var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : read_chunk(set, row, want_bytes, out, e);
    if (set >= 0)
        H5Dclose(set);
    nclib_unlock();
    return r ? err_wrap(e, "%s", var) : 0;
}
