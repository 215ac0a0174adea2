#include "io/netcdf/ncfile.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/nclib.h"

struct ncfile {
    int nc;
    struct nclib_mark mark[2]; /* before and after nc_open */
    struct h5file *h5; /* the same file through HDF5 */
    char path[PATH_MAX];
};

/* netCDF-C takes "http://…" for an address, "c:…" for a drive and '\\' for '/'. A leading "./" and
 * single slashes avoid the first two and name the same file. */
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

/* Call it after nclib_unlock, or before it. */
PRINTF_LIKE(3, 4)
static int nc_fail(int status, struct err *e, const char *fmt, ...)
{
    char what[PATH_MAX + 100];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (status > 0 || status == NC_ENOMEM) /* an error of the system */
        return err_sys(e, ERR_INPUT, status > 0 ? status : ENOMEM, "%s", what);
    return nclib_blame(err_set(e, ERR_INPUT, "%s: %s", what, nc_strerror(status)), e);
}

static int open_nc(const char *path, struct ncfile *f, struct err *e)
{
    char name[PATH_MAX];
    if (plain_name(path, name, e))
        return ERR_INPUT;
    nclib_lock();
    f->mark[0] = nclib_mark();
    int status = nc_open(name, NC_NOWRITE, &f->nc);
    f->mark[1] = nclib_mark();
    if (status)
        nclib_sweep(f->mark[0], f->mark[1]);
    nclib_unlock();
    return status ? nc_fail(status, e, "%s: cannot be opened as NetCDF4", path) : 0;
}

static void close_nc(struct ncfile *f)
{
    nclib_lock();
    nc_close(f->nc);
    nclib_sweep(f->mark[0], f->mark[1]);
    nclib_unlock();
}

int ncfile_open(const char *path, struct ncfile **out, struct err *e)
{
    int r = examine(path, e);
    if (r)
        return r;
    struct ncfile *f = mem_alloc(1, sizeof *f);
    if (!f)
        return err_nomem(e, sizeof *f);
    snprintf(f->path, sizeof f->path, "%s", path);
    r = open_nc(path, f, e);
    if (r == 0 && (r = h5file_open(path, &f->h5, e)) != 0)
        close_nc(f);
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
    h5file_close(f->h5);
    close_nc(f);
    free(f);
}

const char *ncfile_path(const struct ncfile *f) { return f->path; }

struct h5file *ncfile_h5(struct ncfile *f) { return f->h5; }

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
    return status ? nc_fail(status, e, "variable %d cannot be read", i) : 0;
}

static int find_var(int nc, const char *var, int *id)
{
    *id = NC_GLOBAL;
    return var ? nc_inq_varid(nc, var, id) : NC_NOERR;
}

int ncfile_find(struct ncfile *f, const char *name)
{
    int id = -1;
    nclib_lock();
    int status = nc_inq_varid(f->nc, name, &id);
    nclib_unlock();
    return status ? -1 : id;
}

/* Reads one variable-length string. */
static bool read_string(int nc, int id, const char *name, char *buf, size_t size)
{
    char *string = NULL;
    if (nc_get_att_string(nc, id, name, &string) != NC_NOERR || !string)
        return false;
    size_t n = strlen(string);
    if (n < size)
        memcpy(buf, string, n + 1);
    nc_free_string(1, &string);
    return n < size;
}

static bool read_characters(int nc, int id, const char *name, char *buf, size_t n)
{
    bool ok = nc_get_att_text(nc, id, name, buf) == NC_NOERR;
    buf[ok ? n : 0] = '\0';
    return ok;
}

bool ncfile_text(struct ncfile *f, const char *var, const char *name, char *buf, size_t size)
{
    int id;
    nc_type type;
    size_t n = 0;
    nclib_lock();
    bool ok =
        find_var(f->nc, var, &id) == NC_NOERR && nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR;
    if (ok && type == NC_STRING)
        ok = n == 1 && read_string(f->nc, id, name, buf, size);
    else
        ok = ok && type == NC_CHAR && n < size && read_characters(f->nc, id, name, buf, n);
    nclib_unlock();
    return ok;
}

bool ncfile_number(struct ncfile *f, const char *var, const char *name, double *value)
{
    int id;
    nc_type type;
    size_t n = 0;
    nclib_lock();
    bool ok = find_var(f->nc, var, &id) == NC_NOERR &&
              nc_inq_att(f->nc, id, name, &type, &n) == NC_NOERR && type != NC_CHAR &&
              type != NC_STRING && n == 1 && nc_get_att_double(f->nc, id, name, value) == NC_NOERR;
    nclib_unlock();
    return ok;
}

bool ncfile_has(struct ncfile *f, const char *var, const char *name)
{
    int id;
    nclib_lock();
    bool has = find_var(f->nc, var, &id) == NC_NOERR &&
               nc_inq_att(f->nc, id, name, NULL, NULL) == NC_NOERR;
    nclib_unlock();
    return has;
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
        return nc_fail(status, e, "%s cannot be read", var);
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

/* Other tools write texts as strings, and integers of other widths. */
static bool read_string_att(int nc, int var, struct ncfile_att *out)
{
    enum { LONGEST = 65536 };
    char *text = mem_alloc(LONGEST, 1);
    bool ok = text && out->n == 1 && read_string(nc, var, out->name, text, LONGEST);
    out->kind = NC_KIND_TEXT;
    out->n = ok ? strlen(text) : 0;
    out->values = text;
    return ok;
}

static bool read_integers(int nc, int var, struct ncfile_att *out)
{
    long long *wide = mem_alloc(out->n + 1, sizeof *wide);
    bool ok = wide && nc_get_att_longlong(nc, var, out->name, wide) == NC_NOERR;
    int32_t *narrow =
        (int32_t *)wide; /* in place: element i is never after an element that is still unread */
    for (size_t i = 0; ok && i < out->n; i++) {
        long long v = wide[i];
        ok = v >= INT32_MIN && v <= INT32_MAX;
        memcpy(&narrow[i], &(int32_t){(int32_t)v}, sizeof *narrow);
    }
    out->kind = NC_KIND_INT;
    out->values = wide;
    return ok;
}

static bool is_integer(nc_type type)
{
    return type == NC_BYTE || type == NC_SHORT || type == NC_UINT || type == NC_INT64 ||
           type == NC_UINT64;
}

static int read_other_att(int nc, int var, nc_type type, struct ncfile_att *out, struct err *e)
{
    bool ok = type == NC_STRING  ? read_string_att(nc, var, out)
              : is_integer(type) ? read_integers(nc, var, out)
                                 : false;
    if (ok)
        return 0;
    free(out->values);
    out->values = NULL;
    return err_set(e, ERR_INPUT, "attribute %s is of a kind that subscenes do not have", out->name);
}

static int read_att(int nc, int var, int i, struct ncfile_att *out, struct err *e)
{
    nc_type type;
    int status = nc_inq_attname(nc, var, i, out->name);
    if (!status)
        status = nc_inq_att(nc, var, out->name, &type, &out->n);
    if (status)
        return nc_fail(status, e, "attribute %d cannot be read", i);
    if (!kind_of(type, &out->kind))
        return read_other_att(nc, var, type, out, e);
    out->values = mem_alloc(out->n + 1, ELEMENT_MAX);
    if (!out->values)
        return err_nomem(e, (out->n + 1) * ELEMENT_MAX);
    status = nc_get_att(nc, var, out->name, out->values);
    if (!status)
        return 0;
    free(out->values);
    out->values = NULL;
    return nc_fail(status, e, "attribute %s cannot be read", out->name);
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
    return nc_fail(status, e, "variable %s cannot be read", v.name);
}

int ncfile_deflate_level(struct ncfile *f, int var)
{
    int shuffle = 0, deflate = 0, level = 0;
    nclib_lock();
    int status = nc_inq_var_deflate(f->nc, var, &shuffle, &deflate, &level);
    nclib_unlock();
    return !status && deflate ? level : 0;
}
