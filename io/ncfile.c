#include "io/ncfile.h"

#include <hdf5.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* netCDF-C keeps global state without a lock of its own; HDF5 below it is shared with our own calls. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

/* The name of files in memory. HDF5's core driver looks for the name on disk before it takes an image: so one that cannot be there. */
static const char IN_MEMORY[] = "/dev/null/subscene";

static void lock_library(void)
{
    pthread_mutex_lock(&library);
    /* per thread in a thread-safe HDF5: its errors come back as values, never as text on stderr */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static void unlock_library(void) { pthread_mutex_unlock(&library); }

static const nc_type type_of[] = {[NC_KIND_TEXT] = NC_CHAR, [NC_KIND_UBYTE] = NC_UBYTE, [NC_KIND_USHORT] = NC_USHORT,
                                  [NC_KIND_INT] = NC_INT,   [NC_KIND_FLOAT] = NC_FLOAT, [NC_KIND_DOUBLE] = NC_DOUBLE};

/* ---- making ---- */

static int nc_fail(int status, const char *doing, struct err *e)
{
    return err_set(e, status == NC_ENOMEM ? ERR_TEMPORARY : ERR_INTERNAL, "netCDF cannot %s: %s", doing,
                   nc_strerror(status));
}

static int define_var(int nc, const struct ncspec *s, const struct ncspec_var *v, const int *dim_id, struct err *e)
{
    int ids[2] = {dim_id[v->dim[0]], dim_id[v->dim[1]]};
    int id, status = nc_def_var(nc, v->name, type_of[v->kind], v->n_dims, ids, &id);
    if (!status && v->n_dims == 2) {
        size_t whole[2] = {s->dim[v->dim[0]].len, s->dim[v->dim[1]].len};
        status = nc_def_var_chunking(nc, id, NC_CHUNKED, whole);
        if (!status && s->deflate > 0)
            status = nc_def_var_deflate(nc, id, 1, 1, s->deflate);
    }
    /* no fill value: every element is written, and the published files have none */
    if (!status)
        status = nc_def_var_fill(nc, id, NC_NOFILL, NULL);
    return status ? nc_fail(status, "define a variable", e) : 0;
}

static int define(int nc, const struct ncspec *s, struct err *e)
{
    int dim_id[NCSPEC_DIMS] = {0};
    for (int i = 0; i < s->n_dims; i++) {
        int status = nc_def_dim(nc, s->dim[i].name, s->dim[i].len, &dim_id[i]);
        if (status)
            return nc_fail(status, "define a dimension", e);
    }
    for (int i = 0; i < s->n_vars; i++) {
        int r = define_var(nc, s, &s->var[i], dim_id, e);
        if (r)
            return err_wrap(e, "%s", s->var[i].name);
    }
    for (int i = 0; i < s->n_atts; i++) {
        const struct ncspec_att *a = &s->att[i];
        int var = a->var == NCSPEC_GLOBAL ? NC_GLOBAL : a->var;
        int status = nc_put_att(nc, var, a->name, type_of[a->kind], a->n, s->arena + a->offset);
        if (status)
            return nc_fail(status, "set an attribute", e);
    }
    int status = nc_enddef(nc);
    return status ? nc_fail(status, "end the definitions", e) : 0;
}

static int put_small(int nc, const struct ncspec *s, struct err *e)
{
    for (int i = 0; i < s->n_vars; i++) {
        if (!s->var[i].values)
            continue;
        int status = nc_put_var(nc, i, s->var[i].values);
        if (status)
            return nc_fail(status, "write a variable", e);
    }
    return 0;
}

static int take_image(hid_t file, void **image, size_t *len, struct err *e)
{
    if (H5Fflush(file, H5F_SCOPE_LOCAL) < 0)
        return err_set(e, ERR_INTERNAL, "HDF5 cannot flush a file in memory");
    ssize_t n = H5Fget_file_image(file, NULL, 0);
    if (n <= 0)
        return err_set(e, ERR_INTERNAL, "HDF5 cannot give the image of a file in memory");
    *image = malloc((size_t)n);
    if (!*image)
        return err_nomem(e, (size_t)n);
    *len = (size_t)n;
    if (H5Fget_file_image(file, *image, *len) == n)
        return 0;
    free(*image);
    *image = NULL;
    return err_set(e, ERR_INTERNAL, "HDF5 cannot copy the image of a file in memory");
}

/* An empty file that keeps the order in which things are made, and no times. netCDF-C 4.9.0 does so for files on disk, but nc_create_mem
 * forgets it: variables would come back in alphabetical order. */
static int empty_file(NC_memio *out, struct err *e)
{
    void *image = NULL;
    size_t len = 0;
    int r = ERR_INTERNAL;
    hid_t file = -1, create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    if (create >= 0 && access >= 0 && H5Pset_link_creation_order(create, order) >= 0 &&
        H5Pset_attr_creation_order(create, order) >= 0 && H5Pset_obj_track_times(create, 0) >= 0 &&
        H5Pset_fapl_core(access, 1 << 16, 0) >= 0)
        file = H5Fcreate(IN_MEMORY, H5F_ACC_TRUNC, create, access);
    r = file < 0 ? err_set(e, ERR_INTERNAL, "HDF5 cannot create a file in memory") : take_image(file, &image, &len, e);
    if (file >= 0)
        H5Fclose(file);
    H5Pclose(access);
    H5Pclose(create);
    *out = (NC_memio){.size = len, .memory = image};
    return r;
}

/* The file without its rasters: what netCDF-C is for. */
static int build_frame(const struct ncspec *s, NC_memio *frame, struct err *e)
{
    NC_memio empty;
    int nc, r = empty_file(&empty, e);
    if (r)
        return r;
    int status = nc_open_memio(IN_MEMORY, NC_WRITE | NC_NETCDF4, &empty, &nc);
    if (status) {
        free(empty.memory);
        return nc_fail(status, "open a file in memory", e);
    }
    r = define(nc, s, e);
    if (!r)
        r = put_small(nc, s, e);
    status = nc_close_memio(nc, frame);
    if (!r && status)
        return nc_fail(status, "finish a file in memory", e);
    if (r && !status)
        free(frame->memory);
    return r;
}

static int store_chunk(hid_t file, const struct ncspec_var *v, struct err *e)
{
    hid_t set = H5Dopen2(file, v->name, H5P_DEFAULT);
    if (set < 0)
        return err_set(e, ERR_INTERNAL, "HDF5 cannot open %s in memory", v->name);
    static const hsize_t origin[2] = {0, 0};
    herr_t stored = H5Dwrite_chunk(set, H5P_DEFAULT, 0, origin, v->chunk_len, v->chunk);
    herr_t closed = H5Dclose(set);
    if (stored < 0 || closed < 0)
        return err_set(e, ERR_TEMPORARY, "HDF5 cannot store %zu bytes of %s: out of memory", v->chunk_len, v->name);
    return 0;
}

static size_t chunk_bytes(const struct ncspec *s)
{
    size_t n = 0;
    for (int i = 0; i < s->n_vars; i++)
        n += s->var[i].chunk_len;
    return n;
}

/* Opens the frame in memory again, now by HDF5, and adds the rasters. */
static int add_chunks(const struct ncspec *s, const NC_memio *frame, void **image, size_t *len, struct err *e)
{
    int r = ERR_INTERNAL;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0)
        return err_set(e, r, "HDF5 cannot make a property list");
    /* grown once, to what is coming, instead of chunk by chunk */
    if (H5Pset_fapl_core(access, chunk_bytes(s) + (1 << 20), 0) < 0 ||
        H5Pset_file_image(access, frame->memory, frame->size) < 0) {
        err_set(e, r, "HDF5 cannot take a file image");
        goto close_access;
    }
    hid_t file = H5Fopen(IN_MEMORY, H5F_ACC_RDWR, access);
    if (file < 0) {
        err_set(e, r, "HDF5 cannot open a file in memory");
        goto close_access;
    }
    r = 0;
    for (int i = 0; r == 0 && i < s->n_vars; i++)
        if (s->var[i].chunk)
            r = store_chunk(file, &s->var[i], e);
    if (r == 0)
        r = take_image(file, image, len, e);
    H5Fclose(file);
close_access:
    H5Pclose(access);
    return r;
}

int ncfile_build(const struct ncspec *s, void **image, size_t *len, struct err *e)
{
    if (s->fault)
        return err_set(e, ERR_INTERNAL, "NetCDF file: %s", s->fault);
    NC_memio frame = {0};
    lock_library();
    int r = build_frame(s, &frame, e);
    if (r == 0) {
        r = add_chunks(s, &frame, image, len, e);
        free(frame.memory);
    }
    unlock_library();
    return r;
}

void ncfile_versions(char *buf, size_t size)
{
    unsigned major = 0, minor = 0, release = 0;
    lock_library();
    H5get_libversion(&major, &minor, &release);
    const char *nc = nc_inq_libvers();
    snprintf(buf, size, "netCDF %.*s, HDF5 %u.%u.%u", (int)strcspn(nc, " "), nc, major, minor, release);
    unlock_library();
}

/* ---- reading ---- */

struct ncfile {
    int nc;
    hid_t h5; /* the same file again: netCDF-C does not give its chunks out as they are stored */
};

static int open_both(const char *path, struct ncfile *f, struct err *e)
{
    int status = nc_open(path, NC_NOWRITE, &f->nc);
    if (status)
        return err_set(e, status == NC_ENOMEM ? ERR_TEMPORARY : ERR_INPUT, "%s: cannot be opened as NetCDF4: %s", path,
                       nc_strerror(status));
    f->h5 = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (f->h5 >= 0)
        return 0;
    nc_close(f->nc);
    return err_set(e, ERR_INPUT, "%s: is not a NetCDF4 (HDF5) file, or is damaged", path);
}

int ncfile_open(const char *path, struct ncfile **out, struct err *e)
{
    struct ncfile *f = mem_alloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    lock_library();
    int r = open_both(path, f, e);
    unlock_library();
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
    lock_library();
    H5Fclose(f->h5);
    nc_close(f->nc);
    unlock_library();
    free(f);
}

int ncfile_var_count(struct ncfile *f)
{
    int n = 0;
    lock_library();
    int status = nc_inq_nvars(f->nc, &n);
    unlock_library();
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
        if (!status && type_of[k] == type) {
            out->kind = k;
            out->known_kind = true;
        }
    return status;
}

int ncfile_var_at(struct ncfile *f, int i, struct ncfile_var *out, struct err *e)
{
    lock_library();
    int status = inquire_var(f->nc, i, out);
    unlock_library();
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
    lock_library();
    bool ok = find_var(f->nc, var, &id) == NC_NOERR && nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR &&
              type == NC_CHAR && n < size && nc_get_att_text(f->nc, id, name, buf) == NC_NOERR;
    unlock_library();
    if (ok)
        buf[n] = '\0';
    return ok;
}

bool ncfile_number(struct ncfile *f, const char *var, const char *name, double *value)
{
    int id;
    nc_type type;
    size_t n = 0;
    lock_library();
    bool ok = find_var(f->nc, var, &id) == NC_NOERR && nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR &&
              type != NC_CHAR && n == 1 && nc_get_att_double(f->nc, id, name, value) == NC_NOERR;
    unlock_library();
    return ok;
}

int ncfile_read_doubles(struct ncfile *f, const char *var, double *values, size_t n, struct err *e)
{
    int id, n_dims = 0, dims[NC_MAX_VAR_DIMS];
    size_t len = 0;
    lock_library();
    int status = nc_inq_varid(f->nc, var, &id);
    if (!status)
        status = nc_inq_var(f->nc, id, NULL, NULL, &n_dims, dims, NULL);
    if (!status && n_dims == 1)
        status = nc_inq_dimlen(f->nc, dims[0], &len);
    if (!status && n_dims == 1 && len == n)
        status = nc_get_var_double(f->nc, id, values);
    unlock_library();
    if (status)
        return err_set(e, ERR_INPUT, "%s cannot be read: %s", var, nc_strerror(status));
    if (n_dims != 1 || len != n)
        return err_set(e, ERR_INPUT, "%s is not a vector of %zu values", var, n);
    return 0;
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

/* One chunk as large as the variable? */
static bool is_one_chunk(hid_t set, hid_t plist)
{
    hsize_t dims[2], chunk[2];
    hid_t space = H5Dget_space(set);
    if (space < 0)
        return false;
    bool one = H5Sget_simple_extent_ndims(space) == 2 && H5Sget_simple_extent_dims(space, dims, NULL) == 2 &&
               H5Pget_layout(plist) == H5D_CHUNKED && H5Pget_chunk(plist, 2, chunk) == 2 && dims[0] == chunk[0] &&
               dims[1] == chunk[1];
    H5Sclose(space);
    return one;
}

static int read_chunk(hid_t set, bool want_bytes, struct ncfile_chunk *out, struct err *e)
{
    static const hsize_t origin[2] = {0, 0};
    hsize_t len = 0;
    hid_t plist = H5Dget_create_plist(set);
    bool usual = plist >= 0 && is_one_chunk(set, plist) && chunk_filters(plist, out) == 0;
    if (plist >= 0)
        H5Pclose(plist);
    if (!usual)
        return err_set(e, ERR_INPUT, "is not stored as one chunk with shuffle and deflate");
    if (H5Dget_chunk_storage_size(set, origin, &len) < 0 || len == 0)
        return err_set(e, ERR_INPUT, "its chunk is missing");
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
    return err_set(e, ERR_INPUT, "its chunk cannot be read");
}

int ncfile_chunk(struct ncfile *f, const char *var, bool want_bytes, struct ncfile_chunk *out, struct err *e)
{
    *out = (struct ncfile_chunk){0};
    lock_library();
    hid_t set = H5Dopen2(f->h5, var, H5P_DEFAULT);
    int r = set < 0 ? err_set(e, ERR_INPUT, "is missing") : read_chunk(set, want_bytes, out, e);
    if (set >= 0)
        H5Dclose(set);
    unlock_library();
    return r ? err_wrap(e, "%s", var) : 0;
}
