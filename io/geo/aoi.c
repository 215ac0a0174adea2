#include "io/geo/aoi.h"

#include <ctype.h>
#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "io/geo/crs.h"
#include "io/source/wholefile.h"
#include "io/text/jsondoc.h"

/* Points along each side of a rectangle: a side of 5 km is then never more than a few millimetres off its curve in another system. */
enum { SIDE_POINTS = 16, RING_POINTS = 4 * SIDE_POINTS + 1 };

enum { FILE_BYTES_MAX = 64 << 20, NESTING_MAX = 16 };

struct part {
    const GEOSGeometry *shape; /* of the area's own tree */
    const GEOSPreparedGeometry *prepared;
    bool is_surface;
};

struct aoi {
    GEOSContextHandle_t geos;
    char said[300]; /* the library's last complaint */
    GEOSGeometry *area;
    struct part *part; /* what is no collection */
    size_t n_parts, cap_parts;
    int32_t epsg; /* of the area */
    struct crs_path *path; /* from the grid of the last question */
    int32_t path_from;
};

static void note(const char *message, void *ctx)
{
    struct aoi *a = ctx;
    snprintf(a->said, sizeof a->said, "%s", message);
}

/* ---- the text ---- */

/* What the library does not understand. */
static int refuse(const struct aoi *a, const char *name, const char *kind, struct err *e)
{
    return err_set(e, ERR_USAGE, "--aoi %.200s: is no %s: %s", name, kind, a->said[0] ? a->said : "it says nothing");
}

/* The library's reader calls itself for every parenthesis: this bounds what a hostile file can nest. */
static bool is_nested_too_deeply(const char *text)
{
    int depth = 0;
    for (const char *c = text; *c && depth <= NESTING_MAX; c++)
        depth += (*c == '(') - (*c == ')');
    return depth > NESTING_MAX;
}

static int parse_ewkt(struct aoi *a, const char *name, const char *text, struct err *e)
{
    a->epsg = CRS_WGS84;
    if (is_nested_too_deeply(text))
        return err_set(e, ERR_USAGE, "--aoi %.200s: collections are nested too deeply", name);
    text += strspn(text, " \t\r\n");
    if (strncasecmp(text, "SRID=", 5) == 0) {
        char *end;
        long code = strtol(text + 5, &end, 10);
        if (!isdigit((unsigned char)text[5]) || *end != ';' || code < 1 || code > 1000000)
            return err_set(e, ERR_USAGE, "--aoi %.200s: an EPSG code and a semicolon belong after SRID=", name);
        a->epsg = (int32_t)code;
        text = end + 1;
    }
    GEOSWKTReader *reader = GEOSWKTReader_create_r(a->geos);
    a->area = reader ? GEOSWKTReader_read_r(a->geos, reader, text) : NULL;
    GEOSWKTReader_destroy_r(a->geos, reader);
    return a->area ? 0 : refuse(a, name, "EWKT", e);
}

/* The "crs" member that RFC 7946 took away and that many programs still write: "urn:ogc:def:crs:EPSG::32635", "EPSG:32635",
 * "urn:ogc:def:crs:OGC:1.3:CRS84". */
static int read_crs(struct aoi *a, const char *name, const struct jsondoc *d, struct err *e)
{
    a->epsg = CRS_WGS84;
    if (!jsondoc_has(d, "crs"))
        return 0;
    const char *crs = jsondoc_string(d, "crs.properties.name");
    const char *last = crs ? strrchr(crs, ':') : NULL;
    if (last && strcmp(last, ":CRS84") == 0)
        return 0;
    char *end = NULL;
    long code = last && strstr(crs, "EPSG:") ? strtol(last + 1, &end, 10) : 0;
    if (code < 1 || code > 1000000 || *end)
        return err_set(e, ERR_USAGE, "--aoi %.200s: its crs is %.100s; EPSG codes and CRS84 are understood", name,
                       crs ? crs : "not given by name");
    a->epsg = (int32_t)code;
    return 0;
}

static int parse_geojson(struct aoi *a, const char *name, const char *text, size_t len, struct err *e)
{
    struct jsondoc *d = NULL;
    int r = jsondoc_parse(name, text, len, &d, e);
    if (r == 0)
        r = read_crs(a, name, d, e);
    jsondoc_close(d);
    if (r == ERR_INPUT)
        return e->code = ERR_USAGE; /* what the user wrote is wrong, not what he got */
    if (r)
        return r;
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(a->geos);
    a->area = reader ? GEOSGeoJSONReader_readGeometry_r(a->geos, reader, text) : NULL;
    GEOSGeoJSONReader_destroy_r(a->geos, reader);
    return a->area ? 0 : refuse(a, name, "GeoJSON", e);
}

static int parse(struct aoi *a, const char *name, const char *text, size_t len, struct err *e)
{
    if (strlen(text) != len)
        return err_set(e, ERR_USAGE, "--aoi %.200s: is neither GeoJSON nor EWKT: it has a NUL byte", name);
    return text[strspn(text, " \t\r\n")] == '{' ? parse_geojson(a, name, text, len, e) : parse_ewkt(a, name, text, e);
}

/* ---- the parts ---- */

static bool is_collection(int type)
{
    return type == GEOS_MULTIPOINT || type == GEOS_MULTILINESTRING || type == GEOS_MULTIPOLYGON ||
           type == GEOS_GEOMETRYCOLLECTION;
}

static int add_part(struct aoi *a, const GEOSGeometry *g, struct err *e)
{
    if (a->n_parts == a->cap_parts) {
        size_t cap = a->cap_parts ? 2 * a->cap_parts : 16;
        struct part *grown = realloc(a->part, cap * sizeof *grown);
        if (!grown)
            return err_nomem(e, cap * sizeof *grown);
        a->part = grown;
        a->cap_parts = cap;
    }
    struct part *p = &a->part[a->n_parts];
    *p = (struct part){.shape = g, .prepared = GEOSPrepare_r(a->geos, g)};
    p->is_surface = GEOSGeom_getDimensions_r(a->geos, g) == 2;
    if (!p->prepared)
        return err_set(e, ERR_TEMPORARY, "--aoi: %s", a->said);
    a->n_parts++;
    return 0;
}

/* The rule that a line or polygon breaks, as GEOS words it: "Self-intersection[26.1 58.3]". */
static int check_part(struct aoi *a, const GEOSGeometry *g, struct err *e)
{
    char *reason = GEOSisValidReason_r(a->geos, g);
    if (!reason)
        return err_set(e, ERR_TEMPORARY, "--aoi: %s", a->said);
    bool good = strcmp(reason, "Valid Geometry") == 0;
    int r = good ? 0 : err_set(e, ERR_USAGE, "--aoi: the area is not valid: %s", reason);
    GEOSFree_r(a->geos, reason);
    double south, north;
    if (r == 0 && a->epsg == CRS_WGS84 && GEOSGeom_getYMin_r(a->geos, g, &south) &&
        GEOSGeom_getYMax_r(a->geos, g, &north) && (south < -90 || north > 90))
        r = err_set(e, ERR_USAGE, "--aoi: a latitude is %g: longitude comes first, then latitude, -90 to 90",
                    south < -90 ? south : north);
    return r;
}

/* Takes collections apart, whatever is in them, down to `depth`. */
static int add_parts(struct aoi *a, const GEOSGeometry *g, int depth, struct err *e)
{
    if (GEOSisEmpty_r(a->geos, g) == 1)
        return 0;
    if (!is_collection(GEOSGeomTypeId_r(a->geos, g))) {
        int r = check_part(a, g, e);
        return r ? r : add_part(a, g, e);
    }
    if (depth == 0)
        return err_set(e, ERR_USAGE, "--aoi: collections are nested too deeply");
    int r = 0;
    for (int i = 0; r == 0 && i < GEOSGetNumGeometries_r(a->geos, g); i++)
        r = add_parts(a, GEOSGetGeometryN_r(a->geos, g, i), depth - 1, e);
    return r;
}

static int open_area(struct aoi *a, const char *text, struct err *e)
{
    struct stat st;
    a->geos = GEOS_init_r();
    if (!a->geos)
        return err_nomem(e, 0);
    GEOSContext_setErrorMessageHandler_r(a->geos, note, a);
    int r;
    if (strchr(text, '(') && stat(text, &st) != 0) {
        r = parse_ewkt(a, text, text, e);
    } else {
        unsigned char *content = NULL; /* with a NUL behind it */
        size_t len = 0;
        r = wholefile_read(text, FILE_BYTES_MAX, &content, &len, e);
        if (r)
            return err_wrap(e, "--aoi");
        r = parse(a, text, (const char *)content, len, e);
        free(content);
    }
    if (r == 0)
        r = add_parts(a, a->area, NESTING_MAX, e);
    if (r == 0 && a->n_parts == 0)
        r = err_set(e, ERR_USAGE, "--aoi %.200s: the area is empty", text);
    return r;
}

int aoi_open(const char *text, struct aoi **out, struct err *e)
{
    struct aoi *a = mem_zalloc(1, sizeof *a);
    if (!a)
        return err_nomem(e, sizeof *a);
    int r = open_area(a, text, e);
    if (r) {
        aoi_close(a);
        return r;
    }
    *out = a;
    return 0;
}

void aoi_close(struct aoi *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->n_parts; i++)
        GEOSPreparedGeom_destroy_r(a->geos, a->part[i].prepared);
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
    return r ? err_wrap(e, "--aoi") : 0;
}

/* The outline of the pixels in the grid's own coordinates, closed. */
static void outline(const struct geogrid *g, struct rect px, double *x, double *y)
{
    double w = px.w * g->pixel_m, h = px.h * g->pixel_m;
    double west = g->ulx_m + px.x * g->pixel_m, north = g->uly_m - px.y * g->pixel_m;
    for (int i = 0; i < SIDE_POINTS; i++) {
        double t = (double)i / SIDE_POINTS;
        const double at[4][2] = {
            {west + t * w,     north            },
            {west + w,         north - t * h    },
            {west + w - t * w, north - h        },
            {west,             north - h + t * h}
        };
        for (int side = 0; side < 4; side++) {
            x[side * SIDE_POINTS + i] = at[side][0];
            y[side * SIDE_POINTS + i] = at[side][1];
        }
    }
    x[RING_POINTS - 1] = x[0];
    y[RING_POINTS - 1] = y[0];
}

/* Longitudes that jump by 360 degrees are brought together. */
static void unwrap(double *x)
{
    for (int i = 1; i < RING_POINTS; i++)
        x[i] -= 360 * nearbyint((x[i] - x[0]) / 360);
}

static GEOSGeometry *make_polygon(GEOSContextHandle_t geos, const double *x, const double *y, double shift)
{
    GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos, RING_POINTS, 2);
    if (!s)
        return NULL;
    for (unsigned i = 0; i < RING_POINTS; i++)
        GEOSCoordSeq_setXY_r(geos, s, i, x[i] + shift, y[i]);
    GEOSGeometry *ring = GEOSGeom_createLinearRing_r(geos, s); /* takes s */
    return ring ? GEOSGeom_createPolygon_r(geos, ring, NULL, 0) : NULL; /* takes ring */
}

/* 1, 0, or 2 when the library fails. */
static char part_holds(const struct aoi *a, const struct part *p, const GEOSGeometry *cell)
{
    char meets = GEOSPreparedIntersects_r(a->geos, p->prepared, cell);
    if (meets != 1 || !p->is_surface)
        return meets;
    char touches = GEOSPreparedTouches_r(a->geos, p->prepared, cell);
    return touches == 2 ? 2 : !touches;
}

static int any_part_holds(const struct aoi *a, const double *x, const double *y, double shift, bool *holds,
                          struct err *e)
{
    GEOSGeometry *cell = make_polygon(a->geos, x, y, shift);
    char found = cell ? 0 : 2;
    for (size_t i = 0; found == 0 && i < a->n_parts; i++)
        found = part_holds(a, &a->part[i], cell);
    if (cell)
        GEOSGeom_destroy_r(a->geos, cell);
    *holds = found == 1;
    return found == 2 ? err_set(e, ERR_INTERNAL, "--aoi: GEOS: %s", a->said) : 0;
}

int aoi_holds(struct aoi *a, const struct geogrid *grid, struct rect px, bool *holds, struct err *e)
{
    double x[RING_POINTS], y[RING_POINTS];
    *holds = false;
    int r = find_path(a, grid->epsg, e);
    if (r)
        return r;
    outline(grid, px, x, y);
    r = crs_path_convert(a->path, x, y, RING_POINTS, e);
    if (r)
        return err_wrap(e, "--aoi");
    if (!crs_path_to_degrees(a->path))
        return any_part_holds(a, x, y, 0, holds, e);
    unwrap(x);
    for (int turn = -1; r == 0 && !*holds && turn <= 1; turn++)
        r = any_part_holds(a, x, y, 360.0 * turn, holds, e);
    return r;
}

/* ---- in words ---- */

struct extent {
    double x[2], y[2];
};

static struct extent extent_of(const double *x, const double *y)
{
    struct extent e = {
        {x[0], x[0]},
        {y[0], y[0]}
    };
    for (int i = 1; i < RING_POINTS; i++) {
        e.x[0] = fmin(e.x[0], x[i]);
        e.x[1] = fmax(e.x[1], x[i]);
        e.y[0] = fmin(e.y[0], y[i]);
        e.y[1] = fmax(e.y[1], y[i]);
    }
    return e;
}

static void format_extent(const struct aoi *a, const struct extent *e, char buf[160])
{
    if (crs_path_to_degrees(a->path))
        snprintf(buf, 160, "longitude %.5g to %.5g, latitude %.5g to %.5g", e->x[0], e->x[1], e->y[0], e->y[1]);
    else
        snprintf(buf, 160, "easting %.8g to %.8g, northing %.8g to %.8g", e->x[0], e->x[1], e->y[0], e->y[1]);
}

int aoi_describe(struct aoi *a, const struct geogrid *grid, char *buf, size_t size, struct err *e)
{
    double x[RING_POINTS], y[RING_POINTS];
    struct extent area;
    char of_area[160], of_grid[160];
    int r = find_path(a, grid->epsg, e);
    if (r)
        return r;
    outline(grid, (struct rect){0, 0, grid->width, grid->height}, x, y);
    r = crs_path_convert(a->path, x, y, RING_POINTS, e);
    if (r)
        return err_wrap(e, "--aoi");
    if (crs_path_to_degrees(a->path))
        unwrap(x);
    if (!GEOSGeom_getXMin_r(a->geos, a->area, &area.x[0]) || !GEOSGeom_getXMax_r(a->geos, a->area, &area.x[1]) ||
        !GEOSGeom_getYMin_r(a->geos, a->area, &area.y[0]) || !GEOSGeom_getYMax_r(a->geos, a->area, &area.y[1]))
        return err_set(e, ERR_INTERNAL, "--aoi: GEOS: %s", a->said);
    struct extent product = extent_of(x, y);
    format_extent(a, &area, of_area);
    format_extent(a, &product, of_grid);
    snprintf(buf, size, "the area is at %s, the product at %s", of_area, of_grid);
    return 0;
}
