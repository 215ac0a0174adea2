#include "io/geo/aoi.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/geo/areatext.h"
#include "io/geo/crs.h"
#include "io/geo/meridian.h"
#include "io/geo/outline.h"
#include "io/geo/vectorfile.h"

enum { NESTING_MAX = 16, LONGITUDE_MAX = 540 };

struct part {
    const GEOSGeometry *shape; /* a member of the area's geometry, or `own` */
    GEOSGeometry *own; /* NULL, or the shape after the change at the 180th meridian */
    const GEOSPreparedGeometry *prepared;
    bool is_surface;
};

struct aoi {
    GEOSContextHandle_t geos;
    char said[300]; /* the library's last message */
    GEOSGeometry *area;
    struct part *part; /* shapes that are not collections */
    size_t n_parts, cap_parts;
    struct extent_sum extent; /* of the parts */
    int32_t epsg; /* of the area */
    bool in_degrees; /* its coordinates are longitudes and latitudes */
    struct crs_path *path; /* from the grid of the last question */
    int32_t path_from;
};

static void note(const char *message, void *ctx)
{
    struct aoi *a = ctx;
    snprintf(a->said, sizeof a->said, "%s", message);
}

/* Reads the area as GEOS geometry. */
static int read_shapes(struct aoi *a, const char *given, const struct areatext *t, struct err *e)
{
    GEOSWKTReader *reader = GEOSWKTReader_create_r(a->geos);
    a->area = reader ? GEOSWKTReader_read_r(a->geos, reader, t->wkt) : NULL;
    GEOSWKTReader_destroy_r(a->geos, reader);
    if (a->area)
        return 0;
    int r = t->is_file ? vectorfile_refuse(given, e) : 0;
    return r ? r
             : err_set(e, ERR_USAGE, "%.200s: is not valid %s: %s", given, t->kind,
                       a->said[0] ? a->said : "GEOS gives no reason");
}

static int not_valid(const struct aoi *a, struct err *e)
{
    return err_set(e, ERR_USAGE, "the area is not valid: %s", a->said);
}

/* Checks that GEOS could read the part and that it is valid. The message quotes GEOS's rule:
 * "Self-intersection[26.1 58.3]". */
static int check_part(const struct aoi *a, const GEOSGeometry *g, struct err *e)
{
    char *reason = g ? GEOSisValidReason_r(a->geos, g) : NULL;
    if (!reason)
        return not_valid(a, e);
    bool good = strcmp(reason, "Valid Geometry") == 0;
    int r = good ? 0 : err_set(e, ERR_USAGE, "the area is not valid: %s", reason);
    GEOSFree_r(a->geos, reason);
    return r;
}

/* ---- across the 180th meridian (RFC 7946, section 3.1.9) ---- */

/* The positions of a line or ring, with room for three more. */
struct positions {
    double *x, *y;
    unsigned n;
    bool changed; /* they differ from the area's text */
    bool round_pole; /* a ring that goes round the earth before it closes */
};

static void free_positions(struct positions *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(p[i].x);
        free(p[i].y);
    }
}

/* Reads the positions and makes them continuous. The west end is from `from` to below from +
 * 360. */
static int get_positions(struct aoi *a, const GEOSGeometry *line, double from, struct positions *p,
                         struct err *e)
{
    const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(a->geos, line);
    if (!s || !GEOSCoordSeq_getSize_r(a->geos, s, &p->n))
        return err_set(e, ERR_INTERNAL, "GEOS: %s", a->said);
    p->x = mem_alloc(p->n + 3, sizeof *p->x);
    p->y = mem_alloc(p->n + 3, sizeof *p->y);
    if (!p->x || !p->y)
        return err_nomem(e, 2 * (p->n + 3) * sizeof *p->x);
    if (!GEOSCoordSeq_copyToArrays_r(a->geos, s, p->x, p->y, NULL, NULL))
        return err_set(e, ERR_INTERNAL, "GEOS: %s", a->said);
    p->changed = meridian_unwrap(p->x, p->n);
    p->changed |= meridian_shift(p->x, p->n, from);
    return 0;
}

/* Closes a ring that goes round the earth at the nearer pole. */
static void close_round_pole(struct positions *p)
{
    unsigned n = p->n;
    double sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += p->y[i];
    p->round_pole = n > 0 && fabs(p->x[n - 1] - p->x[0]) > 180;
    if (!p->round_pole)
        return;
    p->x[n] = p->x[n - 1];
    p->x[n + 1] = p->x[n + 2] = p->x[0];
    p->y[n] = p->y[n + 1] = sum < 0 ? -90 : 90;
    p->y[n + 2] = p->y[0];
    p->n = n + 3;
}

static GEOSGeometry *make_ring(GEOSContextHandle_t geos, const double *x, const double *y,
                               unsigned n)
{
    GEOSCoordSequence *s = GEOSCoordSeq_copyFromArrays_r(geos, x, y, NULL, NULL, n);
    return s ? GEOSGeom_createLinearRing_r(geos, s) : NULL; /* takes ownership of s */
}

static GEOSGeometry *make_polygon(GEOSContextHandle_t geos, const double *x, const double *y,
                                  unsigned n)
{
    GEOSGeometry *ring = make_ring(geos, x, y, n);
    /* takes ownership of ring */
    return ring ? GEOSGeom_createPolygon_r(geos, ring, NULL, 0) : NULL;
}

/* Subtracts a hole from *from. */
static int subtract(struct aoi *a, GEOSGeometry **from, const struct positions *ring, struct err *e)
{
    GEOSGeometry *hole = make_polygon(a->geos, ring->x, ring->y, ring->n);
    int r = check_part(a, hole, e);
    GEOSGeometry *rest = r == 0 ? GEOSDifference_r(a->geos, *from, hole) : NULL;
    GEOSGeom_destroy_r(a->geos, hole);
    GEOSGeom_destroy_r(a->geos, *from);
    *from = rest;
    return r || rest ? r : not_valid(a, e);
}

/* An area round a pole is as wide as the earth. So a hole may leave it on one side and come in on
 * the other. */
static int make_round_pole(struct aoi *a, struct positions *ring, size_t n, GEOSGeometry **own,
                           struct err *e)
{
    *own = make_polygon(a->geos, ring->x, ring->y, ring->n);
    int r = check_part(a, *own, e);
    for (size_t i = 1; r == 0 && i < n; i++) {
        r = subtract(a, own, &ring[i], e);
        for (unsigned k = 0; k < ring[i].n; k++)
            ring[i].x[k] -= 360;
        if (r == 0)
            r = subtract(a, own, &ring[i], e);
    }
    return r;
}

static GEOSGeometry *make_with_holes(struct aoi *a, const struct positions *ring, size_t n)
{
    GEOSGeometry **made = mem_zalloc(n, sizeof(GEOSGeometry *)), *polygon = NULL;
    size_t good = 0;
    while (made && good < n &&
           (made[good] = make_ring(a->geos, ring[good].x, ring[good].y, ring[good].n)) != NULL)
        good++;
    /* takes ownership of all rings */
    if (good == n)
        polygon = GEOSGeom_createPolygon_r(a->geos, made[0], made + 1, (unsigned)n - 1);
    for (size_t i = 0; !polygon && good < n && i < good; i++)
        GEOSGeom_destroy_r(a->geos, made[i]);
    free(made);
    return polygon;
}

/* *own: the polygon of these n rings; NULL if it equals the area's text. */
static int make_turned(struct aoi *a, struct positions *ring, size_t n, GEOSGeometry **own,
                       struct err *e)
{
    bool changed = false;
    for (size_t i = 0; i < n; i++) {
        close_round_pole(&ring[i]);
        changed |= ring[i].changed;
    }
    if (!changed)
        return 0;
    if (ring[0].round_pole)
        return make_round_pole(a, ring, n, own, e);
    *own = make_with_holes(a, ring, n);
    return *own ? 0 : not_valid(a, e);
}

static int turn_polygon(struct aoi *a, const GEOSGeometry *g, GEOSGeometry **own, struct err *e)
{
    static const double rounding = 1e-9; /* a hole may touch the outline */
    int holes = GEOSGetNumInteriorRings_r(a->geos, g);
    size_t n = holes > 0 ? 1 + (size_t)holes : 1;
    struct positions *ring = mem_zalloc(n, sizeof *ring);
    if (!ring)
        return err_nomem(e, n * sizeof *ring);
    int r = get_positions(a, GEOSGetExteriorRing_r(a->geos, g), -180, &ring[0], e);
    double west = 180;
    for (unsigned i = 0; r == 0 && i < ring[0].n; i++)
        west = fmin(west, ring[0].x[i]);
    for (size_t i = 1; r == 0 && i < n; i++)
        r = get_positions(a, GEOSGetInteriorRingN_r(a->geos, g, (int)i - 1), west - rounding,
                          &ring[i], e);
    if (r == 0)
        r = make_turned(a, ring, n, own, e);
    free_positions(ring, n);
    free(ring);
    return r;
}

static int turn_line(struct aoi *a, const GEOSGeometry *g, GEOSGeometry **own, struct err *e)
{
    struct positions p = {0};
    int r = get_positions(a, g, -180, &p, e);
    if (r == 0 && p.changed) {
        GEOSCoordSequence *s = GEOSCoordSeq_copyFromArrays_r(a->geos, p.x, p.y, NULL, NULL, p.n);
        if (s) /* the geometry takes ownership */
            *own = p.n == 1 ? GEOSGeom_createPoint_r(a->geos, s)
                            : GEOSGeom_createLineString_r(a->geos, s);
        r = *own ? 0 : not_valid(a, e);
    }
    free_positions(&p, 1);
    return r;
}

/* *own: the point, line or polygon with edges that take the short way, its west end from -180 to
 * below 180 degrees. NULL if it already is so. */
static int turn(struct aoi *a, const GEOSGeometry *g, GEOSGeometry **own, struct err *e)
{
    return GEOSGeom_getDimensions_r(a->geos, g) == 2 ? turn_polygon(a, g, own, e)
                                                     : turn_line(a, g, own, e);
}

/* ---- the parts ---- */

static bool is_collection(int type)
{
    return type == GEOS_MULTIPOINT || type == GEOS_MULTILINESTRING || type == GEOS_MULTIPOLYGON ||
           type == GEOS_GEOMETRYCOLLECTION;
}

static int find_extent(struct aoi *a, const GEOSGeometry *g, struct extent *out, struct err *e)
{
    if (GEOSGeom_getXMin_r(a->geos, g, &out->x[0]) && GEOSGeom_getXMax_r(a->geos, g, &out->x[1]) &&
        GEOSGeom_getYMin_r(a->geos, g, &out->y[0]) && GEOSGeom_getYMax_r(a->geos, g, &out->y[1]))
        return 0;
    return not_valid(a, e);
}

static int check_degrees(struct aoi *a, const GEOSGeometry *g, struct err *e)
{
    struct extent d;
    int r = find_extent(a, g, &d, e);
    if (r)
        return r;
    if (d.y[0] < -90 || d.y[1] > 90)
        return err_set(e, ERR_USAGE,
                       "a latitude is %g, beyond -90 to 90; did you mean longitude first?",
                       d.y[0] < -90 ? d.y[0] : d.y[1]);
    if (d.x[0] < -LONGITUDE_MAX || d.x[1] > LONGITUDE_MAX)
        return err_set(e, ERR_USAGE,
                       "a longitude is %g degrees; write SRID=EPSG code; before other coordinates",
                       d.x[0] < -LONGITUDE_MAX ? d.x[0] : d.x[1]);
    return 0;
}

static int grow_parts(struct aoi *a, struct err *e)
{
    struct part *grown = mem_grown(a->part, a->n_parts, &a->cap_parts, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    a->part = grown;
    return 0;
}

static int add_part(struct aoi *a, const GEOSGeometry *g, struct err *e)
{
    int r = grow_parts(a, e);
    if (r == 0 && a->in_degrees)
        r = check_degrees(a, g, e);
    if (r)
        return r;
    struct part *p = &a->part[a->n_parts++];
    *p = (struct part){.shape = g};
    if (a->in_degrees)
        r = turn(a, g, &p->own, e);
    if (p->own)
        p->shape = p->own;
    if (r == 0)
        r = check_part(a, p->shape, e);
    struct extent here;
    if (r == 0)
        r = find_extent(a, p->shape, &here, e);
    if (r)
        return r;
    extent_add(&a->extent, &here);
    p->is_surface = GEOSGeom_getDimensions_r(a->geos, p->shape) == 2;
    p->prepared = GEOSPrepare_r(a->geos, p->shape);
    return p->prepared ? 0 : err_set(e, ERR_TEMPORARY, "%s", a->said);
}

/* Splits collections into their members, nested to at most `depth`. */
static int add_parts(struct aoi *a, const GEOSGeometry *g, int depth, struct err *e)
{
    if (GEOSisEmpty_r(a->geos, g) == 1)
        return 0;
    if (!is_collection(GEOSGeomTypeId_r(a->geos, g)))
        return add_part(a, g, e);
    if (depth == 0)
        return err_set(e, ERR_USAGE, "collections are nested too deeply");
    int r = 0;
    for (int i = 0; r == 0 && i < GEOSGetNumGeometries_r(a->geos, g); i++)
        r = add_parts(a, GEOSGetGeometryN_r(a->geos, g, i), depth - 1, e);
    return r;
}

static int open_area(struct aoi *a, const char *given, struct err *e)
{
    struct areatext text;
    a->geos = GEOS_init_r();
    if (!a->geos)
        return err_nomem(e, 0);
    GEOSContext_setErrorMessageHandler_r(a->geos, note, a);
    int r = areatext_read(given, &text, e);
    if (r)
        return r;
    a->epsg = text.epsg;
    a->in_degrees = crs_is_geographic(text.epsg);
    r = read_shapes(a, given, &text, e);
    free(text.wkt);
    if (r == 0)
        r = add_parts(a, a->area, NESTING_MAX, e);
    if (r == 0 && a->n_parts == 0)
        r = err_set(e, ERR_USAGE, "%.200s: the area is empty", given);
    return r;
}

int aoi_open(const char *given, struct aoi **out, struct err *e)
{
    struct aoi *a = mem_zalloc(1, sizeof *a);
    if (!a)
        return err_nomem(e, sizeof *a);
    int r = open_area(a, given, e);
    if (r) {
        aoi_close(a);
        return err_wrap(e, "--aoi");
    }
    *out = a;
    return 0;
}

void aoi_close(struct aoi *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->n_parts; i++) {
        GEOSPreparedGeom_destroy_r(a->geos, a->part[i].prepared);
        GEOSGeom_destroy_r(a->geos, a->part[i].own);
    }
    free(a->part);
    if (a->area)
        GEOSGeom_destroy_r(a->geos, a->area);
    if (a->geos)
        GEOS_finish_r(a->geos);
    crs_path_destroy(a->path);
    free(a);
}

/* ---- questions ---- */

static int find_path(struct aoi *a, int32_t from, struct err *e)
{
    if (a->path && a->path_from == from)
        return 0;
    crs_path_destroy(a->path);
    a->path = NULL;
    a->path_from = from;
    int r = crs_path_create(from, a->epsg, &a->path, e);
    return r;
}

/* Returns 1, 0, or 2 if the library fails. */
static char part_holds(const struct aoi *a, const struct part *p, const GEOSGeometry *cell)
{
    char meets = GEOSPreparedIntersects_r(a->geos, p->prepared, cell);
    if (meets != 1 || !p->is_surface)
        return meets;
    char touches = GEOSPreparedTouches_r(a->geos, p->prepared, cell);
    return touches == 2 ? 2 : !touches;
}

static int any_part_holds(const struct aoi *a, const double *x, const double *y, bool *holds,
                          struct err *e)
{
    GEOSGeometry *cell = make_polygon(a->geos, x, y, OUTLINE_POINTS);
    char found = cell ? 0 : 2;
    for (size_t i = 0; found == 0 && i < a->n_parts; i++)
        found = part_holds(a, &a->part[i], cell);
    GEOSGeom_destroy_r(a->geos, cell);
    *holds = found == 1;
    return found == 2 ? err_set(e, ERR_INTERNAL, "GEOS: %s", a->said) : 0;
}

/* Parts and outline both lie from -180 to below 540 degrees. */
static int holds_outline(const struct aoi *a, const struct outline *o, bool *holds, struct err *e)
{
    struct outline turned = *o;
    int r = any_part_holds(a, o->x, o->y, holds, e);
    for (int turn = -1; a->in_degrees && r == 0 && !*holds && turn <= 1; turn += 2) {
        for (int i = 0; i < OUTLINE_POINTS; i++)
            turned.x[i] = o->x[i] + 360 * turn;
        r = any_part_holds(a, turned.x, o->y, holds, e);
    }
    return r;
}

static int make_outline(struct aoi *a, const struct geogrid *grid, struct rect px,
                        struct outline *o, struct err *e)
{
    int r = find_path(a, grid->epsg, e);
    if (r)
        return r;
    return outline_make(grid, px, a->path, o, e);
}

int aoi_holds(struct aoi *a, const struct geogrid *grid, struct rect px, bool *holds, struct err *e)
{
    struct outline o;
    *holds = false;
    int r = make_outline(a, grid, px, &o, e);
    if (r == 0)
        r = holds_outline(a, &o, holds, e);
    return r ? err_wrap(e, "--aoi") : 0;
}

/* ---- in words ---- */

int aoi_describe(struct aoi *a, const struct geogrid *grid, char *buf, size_t size, struct err *e)
{
    struct outline o;
    char of_area[EXTENT_TEXT], of_grid[EXTENT_TEXT];
    bool is_swapped = false;
    int r = make_outline(a, grid, (struct rect){0, 0, grid->width, grid->height}, &o, e);
    if (r == 0)
        r = any_part_holds(a, o.y, o.x, &is_swapped, e);
    if (r)
        return err_wrap(e, "--aoi");
    struct extent area = extent_of_all(&a->extent, a->in_degrees), product = outline_extent(&o);
    extent_format(&area, a->in_degrees, of_area);
    extent_format(&product, a->in_degrees, of_grid);
    snprintf(buf, size, "the area is at %s, the product at %s%s%s%s", of_area, of_grid,
             is_swapped ? "; did you mean " : "",
             is_swapped ? a->in_degrees ? "longitude" : "easting" : "",
             is_swapped ? " first?" : "");
    return 0;
}
