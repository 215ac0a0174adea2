#include "stages/check/conform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The largest side of a subscene, in pixels: more than the side of a product. */
enum { MAX_SIDE = 32768 };

/* True if the variable has this type, and the dimensions and size of the first band. */
static bool is_raster(const struct ncfile_var *v, enum nc_kind kind, const struct conform_shape *s)
{
    const char *slow = s->georeferenced ? "y" : "x", *fast = s->georeferenced ? "x" : "y";
    return v->known_kind && v->kind == kind && v->n_dims == 2 &&
           strcmp(v->dim_name[0], slow) == 0 && strcmp(v->dim_name[1], fast) == 0 &&
           v->dim_len[0] == (size_t)s->size && v->dim_len[1] == (size_t)s->size;
}

/* The bands come first, in table order. `*at` becomes the index of the variable after them. */
static int check_bands(struct ncfile *f, band_set bands, struct conform_shape *s, int *at,
                       struct err *e)
{
    struct ncfile_var v;
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(bands, b))
            continue;
        int r = ncfile_var_at(f, *at, &v, e);
        if (r)
            return err_wrap(e, "band %s", band_table[b].name);
        if (*at == 0 && v.n_dims == 2 && v.dim_len[0] >= 1 && v.dim_len[0] <= MAX_SIDE) {
            s->size = (int32_t)v.dim_len[0];
            s->georeferenced = strcmp(v.dim_name[0], "y") == 0;
        }
        if (strcmp(v.name, band_table[b].name) != 0 ||
            !is_raster(&v, band_is_byte(b) ? NC_KIND_UBYTE : NC_KIND_FLOAT, s))
            return err_set(e, ERR_INPUT,
                           "variable %d is %s; expected the %s band %s, square and as large as the "
                           "other bands",
                           *at, v.name, band_is_byte(b) ? "ubyte" : "float", band_table[b].name);
        ++*at;
    }
    return 0;
}

/* Checks that coordinates are evenly spaced. `*step` is 0 for a single pixel. */
static int check_axis(struct ncfile *f, const char *name, const struct conform_shape *s,
                      double *first, double *step, struct err *e)
{
    double *values = mem_alloc((size_t)s->size, sizeof *values);
    if (!values)
        return err_nomem(e, (size_t)s->size * sizeof *values);
    int r = ncfile_read_doubles(f, name, values, (size_t)s->size, e);
    if (r)
        goto free_values;
    *first = values[0];
    *step = s->size > 1 ? values[1] - values[0] : 0;
    for (int32_t i = 1; r == 0 && i < s->size; i++)
        if (fabs(values[i] - *first - i * *step) > 1e-6)
            r = err_set(e, ERR_INPUT, "%s is not evenly spaced at %d", name, i);
free_values:
    free(values);
    return r;
}

/* Checks that x and y agree with the GeoTransform of crs, and that crs has a WKT. */
static int check_georeference(struct ncfile *f, const struct conform_shape *s, struct err *e)
{
    char text[256];
    double x, y, dx, dy, g[6];
    int r = check_axis(f, "x", s, &x, &dx, e);
    if (r)
        return r;
    r = check_axis(f, "y", s, &y, &dy, e);
    if (r)
        return r;
    if (!ncfile_text(f, "crs", "GeoTransform", text, sizeof text) ||
        sscanf(text, "%lf %lf %lf %lf %lf %lf", &g[0], &g[1], &g[2], &g[3], &g[4], &g[5]) != 6)
        return err_set(e, ERR_INPUT, "crs has no GeoTransform of six numbers");
    if (s->size == 1) {
        dx = g[1];
        dy = g[5];
    }
    if (fabs(g[0] + g[1] / 2 - x) > 1e-6 || fabs(g[3] + g[5] / 2 - y) > 1e-6 ||
        fabs(g[1] - dx) > 1e-6 || fabs(g[5] - dy) > 1e-6 || dx <= 0 || dy >= 0)
        return err_set(e, ERR_INPUT, "x and y do not agree with the GeoTransform %s", text);
    return ncfile_text(f, "crs", "crs_wkt", (char[2048]){0}, 2048)
               ? 0
               : err_set(e, ERR_INPUT, "crs has no crs_wkt");
}

/* All variables from `at` up to `end` must be class layers. */
static int check_layers(struct ncfile *f, int at, int end, const struct conform_shape *s,
                        struct err *e)
{
    for (; at < end; at++) {
        struct ncfile_var v;
        int r = ncfile_var_at(f, at, &v, e);
        if (r)
            return r;
        if (!is_raster(&v, NC_KIND_UBYTE, s))
            return err_set(e, ERR_INPUT,
                           "variable %s is neither a band of the manifest nor a class layer",
                           v.name);
    }
    return 0;
}

enum { COORDINATES = 3 };

static int check_coordinates(struct ncfile *f, int at, struct err *e)
{
    static const char *const names[COORDINATES] = {"x", "y", "crs"};
    for (int i = 0; i < COORDINATES; i++) {
        struct ncfile_var v;
        int r = ncfile_var_at(f, at + i, &v, e);
        if (r)
            return r;
        if (strcmp(v.name, names[i]) != 0)
            return err_set(e, ERR_INPUT, "variable %d is %s; expected %s", at + i, v.name,
                           names[i]);
    }
    return 0;
}

int conform_check(struct ncfile *f, band_set bands, struct conform_shape *s, struct err *e)
{
    int at = 0;
    int r = check_bands(f, bands, s, &at, e);
    if (r)
        return r;
    int end = ncfile_var_count(f) - (s->georeferenced ? COORDINATES : 0);
    r = check_layers(f, at, end, s, e);
    if (r || !s->georeferenced)
        return r;
    r = check_coordinates(f, end > at ? end : at, e);
    return r ? r : check_georeference(f, s, e);
}
