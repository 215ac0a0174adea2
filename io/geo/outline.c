#include "io/geo/outline.h"

#include <math.h>
#include <stdio.h>

#include "io/geo/meridian.h"

/* Fills the outline in the grid's own coordinates. */
static void trace(const struct geogrid *g, struct rect px, struct outline *o)
{
    double w = px.w * g->pixel_m, h = px.h * g->pixel_m;
    double west = g->ulx_m + px.x * g->pixel_m, north = g->uly_m - px.y * g->pixel_m;
    for (int i = 0; i < OUTLINE_SIDE_POINTS; i++) {
        double t = (double)i / OUTLINE_SIDE_POINTS;
        const double at[4][2] = {{west + t * w, north},
                                 {west + w, north - t * h},
                                 {west + w - t * w, north - h},
                                 {west, north - h + t * h}};
        for (int side = 0; side < 4; side++) {
            o->x[side * OUTLINE_SIDE_POINTS + i] = at[side][0];
            o->y[side * OUTLINE_SIDE_POINTS + i] = at[side][1];
        }
    }
    o->x[OUTLINE_POINTS - 1] = o->x[0];
    o->y[OUTLINE_POINTS - 1] = o->y[0];
}

int outline_make(const struct geogrid *grid, struct rect px, const struct crs_path *path,
                 struct outline *out, struct err *e)
{
    trace(grid, px, out);
    int r = crs_path_convert(path, out->x, out->y, OUTLINE_POINTS, e);
    if (r == 0 && crs_path_to_degrees(path)) {
        meridian_unwrap(out->x, OUTLINE_POINTS);
        meridian_shift(out->x, OUTLINE_POINTS, -180);
    }
    return r;
}

struct extent outline_extent(const struct outline *o)
{
    struct extent e = {{o->x[0], o->x[0]}, {o->y[0], o->y[0]}};
    for (int i = 1; i < OUTLINE_POINTS; i++) {
        e.x[0] = fmin(e.x[0], o->x[i]);
        e.x[1] = fmax(e.x[1], o->x[i]);
        e.y[0] = fmin(e.y[0], o->y[i]);
        e.y[1] = fmax(e.y[1], o->y[i]);
    }
    return e;
}

static void join(struct extent *all, const struct extent *e, double turn)
{
    all->x[0] = fmin(all->x[0], e->x[0] + turn);
    all->x[1] = fmax(all->x[1], e->x[1] + turn);
    all->y[0] = fmin(all->y[0], e->y[0]);
    all->y[1] = fmax(all->y[1], e->y[1]);
}

void extent_add(struct extent_sum *sum, const struct extent *e)
{
    static const struct extent nothing = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}};
    if (sum->n++ == 0)
        sum->from_west = sum->from_zero = nothing;
    join(&sum->from_west, e, 0);
    join(&sum->from_zero, e, e->x[0] < 0 ? 360 : 0);
}

struct extent extent_of_all(const struct extent_sum *sum, bool in_degrees)
{
    const struct extent *a = &sum->from_west, *b = &sum->from_zero;
    return in_degrees && b->x[1] - b->x[0] < a->x[1] - a->x[0] ? *b : *a;
}

void extent_format(const struct extent *e, bool in_degrees, char buf[EXTENT_TEXT])
{
    bool crosses = e->x[0] < 180 && e->x[1] > 180;
    double west = e->x[0] >= 180 ? e->x[0] - 360 : e->x[0],
           east = e->x[1] > 180 ? e->x[1] - 360 : e->x[1];
    if (!in_degrees)
        snprintf(buf, EXTENT_TEXT, "easting %.8g to %.8g, northing %.8g to %.8g", e->x[0], e->x[1],
                 e->y[0], e->y[1]);
    else if (e->x[1] - e->x[0] >= 360)
        snprintf(buf, EXTENT_TEXT, "all longitudes, latitude %.5g to %.5g", e->y[0], e->y[1]);
    else
        snprintf(buf, EXTENT_TEXT, "longitude %.5g to %.5g%s, latitude %.5g to %.5g", west, east,
                 crosses ? ", across the 180th meridian" : "", e->y[0], e->y[1]);
}
