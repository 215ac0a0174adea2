#include "io/netcdf/ncmake.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "core/mem.h"
#include "io/folder/outfile.h"
#include "io/netcdf/frame_check.h"
#include "io/netcdf/nclib.h"

/* The name of files in memory. HDF5's core driver searches for this name on disk before it accepts
 * an image, so the name must not exist. */
static const char IN_MEMORY[] = "/dev/null/subscene";

static int nc_fail(int status, const char *doing, struct err *e)
{
    return err_set(e, status == NC_ENOMEM ? ERR_TEMPORARY : ERR_INTERNAL, "netCDF cannot %s: %s",
                   doing, nc_strerror(status));
}

static int define_var(int nc, const struct ncspec *s, const struct ncspec_var *v, const int *dim_id,
                      struct err *e)
{
    int ids[2] = {dim_id[v->dim[0]], dim_id[v->dim[1]]};
    int id, status = nc_def_var(nc, v->name, nclib_type[v->kind], v->n_dims, ids, &id);
    if (!status && v->n_dims == 2) {
        size_t chunk[2] = {v->chunk_rows, s->dim[v->dim[1]].len};
        status = nc_def_var_chunking(nc, id, NC_CHUNKED, chunk);
        if (!status && s->deflate > 0)
            status = nc_def_var_deflate(nc, id, 1, 1, s->deflate);
        if (!status && s->summed)
            status = nc_def_var_fletcher32(nc, id, NC_FLETCHER32);
    }
    /* no prefill: every element is written, and the published files have no fill value. The
     * attribute _FillValue of a band (io/netcdf/schema.c) is for readers */
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
        int status = nc_put_att(nc, var, a->name, nclib_type[a->kind], a->n, s->arena + a->offset);
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

/* Makes an empty file that records the creation order and no times. netCDF-C 4.9.0 does this for
 * files on disk. nc_create_mem does not, and variables would come back in alphabetical order. */
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
    r = file < 0 ? err_set(e, ERR_INTERNAL, "HDF5 cannot create a file in memory")
                 : take_image(file, &image, &len, e);
    if (file >= 0)
        H5Fclose(file);
    H5Pclose(access);
    H5Pclose(create);
    *out = (NC_memio){.size = len, .memory = image};
    return r;
}

static int fill_frame(const struct ncspec *s, NC_memio *frame, struct err *e)
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

static int build_once(const struct ncspec *s, NC_memio *frame, struct err *e)
{
    const struct nclib_mark mark = nclib_mark();
    int r = fill_frame(s, frame, e);
    nclib_sweep(mark, nclib_mark());
    return r;
}

/* Makes the file without its rasters, through netCDF-C. The first of each shape is made twice, and
 * all that follow are compared with it (io/netcdf/frame_check.h). */
static int build_frame(const struct ncspec *s, NC_memio *frame, struct err *e)
{
    NC_memio second = {0};
    int r = build_once(s, frame, e);
    if (r)
        return r;
    enum frame_state state = frame_check(s, frame->memory, frame->size);
    if (state == FRAME_NEW && (r = build_once(s, &second, e)) == 0) {
        state = frame_check_pair(s, frame->memory, frame->size, second.memory, second.size);
        free(second.memory);
    }
    if (r == 0 && state != FRAME_WHOLE)
        r = err_set(e, ERR_TEMPORARY, "netCDF made an incomplete file: out of memory?");
    if (r)
        free(frame->memory);
    return r;
}

/* Returns false if HDF5 fails. */
static bool store_chunk(hid_t file, const char *var, hsize_t row, const void *chunk, size_t len)
{
    const hsize_t origin[2] = {row, 0};
    hid_t set = H5Dopen2(file, var, H5P_DEFAULT);
    if (set < 0)
        return false;
    herr_t stored = H5Dwrite_chunk(set, H5P_DEFAULT, 0, origin, len, chunk);
    return H5Dclose(set) >= 0 && stored >= 0;
}

static size_t chunk_bytes(const struct ncspec *s)
{
    size_t n = 0;
    for (int i = 0; i < s->n_vars; i++)
        n += s->var[i].chunk_len;
    return n;
}

/* ---- the image: HDF5's file in memory is the caller's buffer, so it is not copied ---- */

void ncimage_clear(struct ncimage *image)
{
    free(image->data);
    *image = (struct ncimage){0};
}

static bool is_of_file(H5FD_file_image_op_t op)
{
    return op == H5FD_FILE_IMAGE_OP_FILE_OPEN || op == H5FD_FILE_IMAGE_OP_FILE_RESIZE ||
           op == H5FD_FILE_IMAGE_OP_FILE_CLOSE;
}

static bool reserve_image(struct ncimage *image, size_t size)
{
    if (size <= image->capacity)
        return true;
    size_t capacity = (size + OUTFILE_ALIGN - 1) / OUTFILE_ALIGN * OUTFILE_ALIGN;
    void *grown = aligned_alloc(OUTFILE_ALIGN, capacity);
    if (!grown)
        return false;
    if (image->capacity > 0)
        memcpy(grown, image->data, image->capacity);
    free(image->data);
    image->data = grown;
    image->capacity = capacity;
    return true;
}

static void *image_malloc(size_t size, H5FD_file_image_op_t op, void *udata)
{
    struct ncimage *image = udata;
    if (!is_of_file(op))
        return malloc(size);
    return reserve_image(image, size) ? image->data : NULL;
}

static void *image_realloc(void *ptr, size_t size, H5FD_file_image_op_t op, void *udata)
{
    struct ncimage *image = udata;
    if (!is_of_file(op))
        return realloc(ptr, size);
    return reserve_image(image, size) ? image->data : NULL;
}

static void *image_memcpy(void *to, const void *from, size_t size, H5FD_file_image_op_t op,
                          void *udata)
{
    (void)op;
    (void)udata;
    return memcpy(to, from, size);
}

static herr_t image_free(void *ptr, H5FD_file_image_op_t op, void *udata)
{
    (void)udata;
    if (!is_of_file(op))
        free(ptr);
    return 0;
}

static void *udata_copy(void *udata) { return udata; }

static herr_t udata_free(void *udata)
{
    (void)udata;
    return 0;
}

/* HDF5's chunk indexes take 2616 bytes per raster and would lie between the chunks. One block
 * before the chunks holds them, so the head of the file is its metadata. */
static hsize_t index_bytes(const struct ncspec *s)
{
    enum {
        KEYS = 65,
        KEY = 8 + 3 * 8,
        CHILDREN = 64,
        ADDRESS = 8,
        PREFIX = 24
    }; /* version 1 B-tree, two dimensions */
    hsize_t n = 0;
    for (int i = 0; i < s->n_vars; i++)
        n += s->var[i].chunk != NULL;
    return n * (KEYS * KEY + CHILDREN * ADDRESS + PREFIX);
}

/* A property list that opens `frame` in the buffer of `image`; negative if HDF5 fails. */
static hid_t image_access(const struct ncspec *s, const NC_memio *frame, struct ncimage *image,
                          size_t room)
{
    H5FD_file_image_callbacks_t callbacks = {image_malloc, image_memcpy, image_realloc, image_free,
                                             udata_copy,   udata_free,   image};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* grows once to the final size, not chunk by chunk */
    if (access >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
        H5Pset_fapl_core(access, room, 0) >= 0 &&
        H5Pset_file_image(access, frame->memory, frame->size) >= 0 &&
        H5Pset_meta_block_size(access, index_bytes(s)) >= 0)
        return access;
    if (access >= 0)
        H5Pclose(access);
    return -1;
}

/* Finds the head. If the rasters' stored values are not contiguous at the end, the whole file
 * counts as the head. */
static void find_head(const struct ncspec *s, hid_t file, struct ncimage *image)
{
    size_t stored = chunk_bytes(s);
    bool is_apart = stored < image->len;
    for (int i = 0; is_apart && i < s->n_vars; i++) {
        const hsize_t origin[2] = {0, 0};
        haddr_t at = HADDR_UNDEF;
        hsize_t len = 0;
        unsigned left_out;
        hid_t set = s->var[i].chunk ? H5Dopen2(file, s->var[i].name, H5P_DEFAULT) : -1;
        if (set < 0)
            continue;
        is_apart = H5Dget_chunk_info_by_coord(set, origin, &left_out, &at, &len) >= 0 &&
                   at >= image->len - stored;
        H5Dclose(set);
    }
    image->head = is_apart ? image->len - stored : image->len;
}

static int store_chunks(const struct ncspec *s, hid_t file, struct ncimage *image, struct err *e)
{
    for (int i = 0; i < s->n_vars; i++) {
        const struct ncspec_var *v = &s->var[i];
        if (v->chunk && !store_chunk(file, v->name, 0, v->chunk, v->chunk_len))
            return err_set(e, ERR_TEMPORARY, "HDF5 cannot store %zu bytes of %s: out of memory",
                           v->chunk_len, v->name);
    }
    ssize_t n = H5Fflush(file, H5F_SCOPE_LOCAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    if (n <= 0)
        return err_set(e, ERR_INTERNAL, "HDF5 cannot give the image of a file in memory");
    image->len = (size_t)n;
    find_head(s, file, image);
    return 0;
}

/* Opens the frame in memory again, through HDF5, and adds the rasters. */
static int add_chunks(const struct ncspec *s, const NC_memio *frame, struct ncimage *image,
                      struct err *e)
{
    size_t room = chunk_bytes(s) + frame->size + (1 << 18);
    if (!reserve_image(image, room))
        return err_nomem(e, room);
    hid_t access = image_access(s, frame, image, room);
    hid_t file = access < 0 ? -1 : H5Fopen(IN_MEMORY, H5F_ACC_RDWR, access);
    int r = file < 0 ? err_set(e, ERR_INTERNAL, "HDF5 cannot open a file in memory")
                     : store_chunks(s, file, image, e);
    if (file >= 0 && H5Fclose(file) < 0 && r == 0)
        r = err_set(e, ERR_INTERNAL, "HDF5 cannot close a file in memory");
    if (access >= 0)
        H5Pclose(access);
    return r;
}

int ncmake_image(const struct ncspec *s, struct ncimage *image, struct err *e)
{
    if (s->fault)
        return err_set(e, ERR_INTERNAL, "NetCDF file: %s", s->fault);
    NC_memio frame = {0};
    nclib_lock();
    int r = build_frame(s, &frame, e);
    if (r == 0) {
        r = add_chunks(s, &frame, image, e);
        free(frame.memory);
    }
    nclib_unlock();
    return r;
}

void ncmake_versions(char *buf, size_t size)
{
    unsigned major = 0, minor = 0, release = 0;
    nclib_lock();
    H5get_libversion(&major, &minor, &release);
    const char *nc = nc_inq_libvers();
    snprintf(buf, size, "netCDF %.*s, HDF5 %u.%u.%u", (int)strcspn(nc, " "), nc, major, minor,
             release);
    nclib_unlock();
}

/* ---- streams ---- */

struct ncstream {
    hid_t file;
    char path[OUTFILE_PATH], part[OUTFILE_PATH];
};

/* Call it after nclib_unlock. If HDF5 hides the reason, a full disk is the usual one and worth a
 * retry. */
static int disk_error(const struct ncstream *n, const char *doing, struct err *e)
{
    static const unsigned long long little = 4U << 20;
    struct statvfs fs;
    if (nclib_cause())
        return err_sys(e, ERR_OUTPUT, nclib_cause(), "%s: cannot %s", n->path, doing);
    if (statvfs(n->part, &fs) == 0 && (unsigned long long)fs.f_bavail * fs.f_frsize < little)
        return err_sys(e, ERR_OUTPUT, ENOSPC, "%s: cannot %s", n->path, doing);
    return err_set(e, ERR_OUTPUT, "%s: HDF5 cannot %s", n->path, doing);
}

static int open_stream(const struct ncspec *s, struct ncstream *n, struct err *e)
{
    NC_memio frame = {0};
    nclib_lock();
    int r = build_frame(s, &frame, e);
    nclib_unlock();
    if (r)
        return err_wrap(e, "%s", n->path);
    r = outfile_begin(n->path, frame.memory, frame.size, n->part, e);
    free(frame.memory);
    if (r)
        return r;
    nclib_lock();
    n->file = H5Fopen(n->part, H5F_ACC_RDWR, H5P_DEFAULT);
    nclib_unlock();
    if (n->file >= 0)
        return 0;
    r = disk_error(n, "open", e);
    outfile_abandon(n->part);
    return r;
}

int ncstream_create(const struct ncspec *s, const char *path, struct ncstream **out, struct err *e)
{
    if (s->fault)
        return err_set(e, ERR_INTERNAL, "%s: NetCDF file: %s", path, s->fault);
    struct ncstream *n = mem_alloc(1, sizeof *n);
    if (!n)
        return err_nomem(e, sizeof *n);
    if ((size_t)snprintf(n->path, sizeof n->path, "%s", path) >= sizeof n->path) {
        free(n);
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", path);
    }
    int r = open_stream(s, n, e);
    if (r)
        free(n);
    else
        *out = n;
    return r;
}

int ncstream_chunk(struct ncstream *n, const char *var, int32_t row, const void *chunk, size_t len,
                   struct err *e)
{
    nclib_lock();
    bool ok = store_chunk(n->file, var, (hsize_t)row, chunk, len);
    nclib_unlock();
    return ok ? 0 : disk_error(n, "write", e);
}

int ncstream_finish(struct ncstream *n, struct err *e)
{
    nclib_lock();
    bool ok = H5Fflush(n->file, H5F_SCOPE_LOCAL) >= 0;
    ok = H5Fclose(n->file) >= 0 && ok;
    nclib_unlock();
    int r = ok ? outfile_commit(n->path, n->part, e) : disk_error(n, "write", e);
    if (!ok)
        outfile_abandon(n->part);
    free(n);
    return r;
}

void ncstream_abandon(struct ncstream *n)
{
    if (!n)
        return;
    nclib_lock();
    H5Fclose(n->file);
    nclib_unlock();
    outfile_abandon(n->part);
    free(n);
}

void ncmake_give_back(void)
{
    nclib_lock();
    (void)H5garbage_collect();
    nclib_unlock();
}
