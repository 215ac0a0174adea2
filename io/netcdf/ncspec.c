#include "io/netcdf/ncspec.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const size_t size_of[] = {[NC_KIND_TEXT] = 1, [NC_KIND_UBYTE] = 1, [NC_KIND_USHORT] = 2,
                                 [NC_KIND_INT] = 4,  [NC_KIND_FLOAT] = 4, [NC_KIND_DOUBLE] = 8};

void ncspec_init(struct ncspec *s, int deflate)
{
    s->n_dims = s->n_vars = s->n_atts = 0;
    s->arena_used = 0;
    s->deflate = deflate;
    s->summed = false;
    s->fault = NULL;
}

static bool put_name(struct ncspec *s, char to[NCSPEC_NAME], const char *name)
{
    if (strlen(name) >= NCSPEC_NAME) {
        s->fault = "a name is too long";
        return false;
    }
    memcpy(to, name, strlen(name) + 1);
    return true;
}

int ncspec_dim(struct ncspec *s, const char *name, size_t len)
{
    if (s->n_dims == NCSPEC_DIMS)
        s->fault = "too many dimensions";
    if (s->fault || !put_name(s, s->dim[s->n_dims].name, name))
        return 0;
    s->dim[s->n_dims].len = len;
    return s->n_dims++;
}

static int add_var(struct ncspec *s, const char *name, struct ncspec_var v)
{
    if (s->n_vars == NCSPEC_VARS)
        s->fault = "too many variables";
    if (s->fault || !put_name(s, v.name, name))
        return 0;
    s->var[s->n_vars] = v;
    return s->n_vars++;
}

int ncspec_scalar(struct ncspec *s, const char *name, enum nc_kind kind, const void *value)
{
    return add_var(s, name, (struct ncspec_var){.kind = kind, .values = value});
}

int ncspec_vector(struct ncspec *s, const char *name, enum nc_kind kind, int dim,
                  const void *values)
{
    return add_var(s, name,
                   (struct ncspec_var){.kind = kind, .n_dims = 1, .dim = {dim}, .values = values});
}

int ncspec_raster(struct ncspec *s, const char *name, enum nc_kind kind, int dim_slow, int dim_fast)
{
    struct ncspec_var v = {
        .kind = kind, .n_dims = 2, .dim = {dim_slow, dim_fast}, .chunk_rows = s->dim[dim_slow].len};
    return add_var(s, name, v);
}

void ncspec_chunk_rows(struct ncspec *s, int var, size_t rows)
{
    if (!s->fault)
        s->var[var].chunk_rows = rows;
}

void ncspec_chunk(struct ncspec *s, int var, const void *chunk, size_t len)
{
    if (s->fault)
        return;
    s->var[var].chunk = chunk;
    s->var[var].chunk_len = len;
}

static void add_att(struct ncspec *s, int var, const char *name, enum nc_kind kind,
                    const void *value, size_t n)
{
    size_t bytes = n * size_of[kind], at = (s->arena_used + 7) / 8 * 8;
    if (s->n_atts == NCSPEC_ATTS || at + bytes > NCSPEC_ARENA)
        s->fault = "too many attributes";
    struct ncspec_att *a = &s->att[s->n_atts];
    if (s->fault || !put_name(s, a->name, name))
        return;
    a->var = var;
    a->kind = kind;
    a->n = n;
    a->offset = at;
    memcpy(s->arena + at, value, bytes);
    s->arena_used = at + bytes;
    s->n_atts++;
}

void ncspec_text(struct ncspec *s, int var, const char *name, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text)
        s->fault = "an attribute's text is too long";
    else
        add_att(s, var, name, NC_KIND_TEXT, text, (size_t)n);
}

void ncspec_int(struct ncspec *s, int var, const char *name, int32_t value)
{
    add_att(s, var, name, NC_KIND_INT, &value, 1);
}

void ncspec_ints(struct ncspec *s, int var, const char *name, const int32_t *values, size_t n)
{
    add_att(s, var, name, NC_KIND_INT, values, n);
}

void ncspec_float(struct ncspec *s, int var, const char *name, float value)
{
    add_att(s, var, name, NC_KIND_FLOAT, &value, 1);
}

void ncspec_double(struct ncspec *s, int var, const char *name, double value)
{
    add_att(s, var, name, NC_KIND_DOUBLE, &value, 1);
}

void ncspec_values(struct ncspec *s, int var, const char *name, enum nc_kind kind,
                   const void *values, size_t n)
{
    add_att(s, var, name, kind, values, n);
}
