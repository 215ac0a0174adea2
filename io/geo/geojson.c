#include "io/geo/geojson.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/geo/crs.h"
#include "io/text/jsondoc.h"

enum { NESTING_MAX = 16 }; /* depth of GeometryCollections */

struct reading {
    struct text *wkt;
    size_t shapes; /* shapes in the text so far */
    struct err *e;
};

static int wrong(struct reading *r, const char *what)
{
    return err_set(r->e, ERR_USAGE, "%s", what);
}

/* ---- coordinates ---- */

static void put_shape(struct reading *r, const char *type)
{
    text_put(r->wkt, "%s%s", r->shapes++ ? "," : "GEOMETRYCOLLECTION(", type);
}

/* Reads longitude and latitude; an altitude may follow, even null. */
static bool read_position(const struct jsonvalue *v, double xy[2])
{
    return jsondoc_is_list(v) && jsondoc_number(jsondoc_element(v, 0), &xy[0]) &&
           jsondoc_number(jsondoc_element(v, 1), &xy[1]);
}

/* "(x y,x y,…)" */
static int put_positions(struct reading *r, const struct jsonvalue *list)
{
    double xy[2];
    size_t n = jsondoc_length(list);
    for (size_t i = 0; i < n; i++) {
        if (!read_position(jsondoc_element(list, i), xy))
            return wrong(r, "a position is not a list that begins with two numbers");
        text_put(r->wkt, "%c%.17g %.17g", i ? ',' : '(', xy[0], xy[1]);
    }
    text_put(r->wkt, ")");
    return 0;
}

static int put_point(struct reading *r, const struct jsonvalue *v)
{
    double xy[2];
    if (!read_position(v, xy))
        return wrong(r, "a position is not a list that begins with two numbers");
    put_shape(r, "POINT");
    text_put(r->wkt, "(%.17g %.17g)", xy[0], xy[1]);
    return 0;
}

static int put_line(struct reading *r, const struct jsonvalue *v)
{
    if (jsondoc_length(v) < 2)
        return wrong(r, "a line has fewer than two positions");
    put_shape(r, "LINESTRING");
    return put_positions(r, v);
}

static int check_ring(struct reading *r, const struct jsonvalue *ring)
{
    double first[2], last[2];
    size_t n = jsondoc_length(ring);
    if (!jsondoc_is_list(ring) || n < 4)
        return wrong(r, "a ring of a polygon has fewer than four positions");
    if (read_position(jsondoc_element(ring, 0), first) &&
        read_position(jsondoc_element(ring, n - 1), last) &&
        (first[0] != last[0] || first[1] != last[1]))
        return wrong(r, "a ring of a polygon does not end where it begins");
    return 0;
}

static int put_polygon(struct reading *r, const struct jsonvalue *rings)
{
    put_shape(r, "POLYGON");
    for (size_t i = 0; i < jsondoc_length(rings); i++) {
        const struct jsonvalue *ring = jsondoc_element(rings, i);
        int failed = check_ring(r, ring);
        text_put(r->wkt, "%c", i ? ',' : '(');
        if (failed || (failed = put_positions(r, ring)) != 0)
            return failed;
    }
    text_put(r->wkt, ")");
    return 0;
}

/* ---- geometries ---- */

typedef int put_function(struct reading *r, const struct jsonvalue *coordinates);

static const struct form {
    const char *type;
    put_function *put;
    bool is_many; /* its coordinates are a list of elements for `put` */
} forms[] = {
    {"Point", put_point, false},         {"LineString", put_line, false},
    {"Polygon", put_polygon, false},     {"MultiPoint", put_point, true},
    {"MultiLineString", put_line, true}, {"MultiPolygon", put_polygon, true},
};

/* RFC 7946, section 3.1: empty coordinates are no geometry. */
static int put_unless_empty(struct reading *r, const struct form *form, const struct jsonvalue *v)
{
    if (!jsondoc_is_list(v))
        return wrong(r, "its coordinates are no list, or one of another depth");
    return jsondoc_length(v) == 0 ? 0 : form->put(r, v);
}

static int put_form(struct reading *r, const struct form *form, const struct jsonvalue *geometry)
{
    const struct jsonvalue *coordinates = jsondoc_member(geometry, "coordinates");
    int failed = 0;
    if (!jsondoc_is_list(coordinates))
        failed = wrong(r, "it has no list of coordinates");
    else if (!form->is_many)
        failed = put_unless_empty(r, form, coordinates);
    for (size_t i = 0; !failed && form->is_many && i < jsondoc_length(coordinates); i++)
        failed = put_unless_empty(r, form, jsondoc_element(coordinates, i));
    return failed ? err_wrap(r->e, "%s", form->type) : 0;
}

static int put_geometry(struct reading *r, const struct jsonvalue *v, int depth);

static int put_collection(struct reading *r, const struct jsonvalue *v, int depth)
{
    const struct jsonvalue *list = jsondoc_member(v, "geometries");
    if (!jsondoc_is_list(list))
        return wrong(r, "GeometryCollection: it has no list of geometries");
    if (depth == 0)
        return wrong(r, "collections are nested too deeply");
    int failed = 0;
    for (size_t i = 0; !failed && i < jsondoc_length(list); i++)
        failed = put_geometry(r, jsondoc_element(list, i), depth - 1);
    return failed;
}

static int put_geometry(struct reading *r, const struct jsonvalue *v, int depth)
{
    const char *type = jsondoc_text(jsondoc_member(v, "type"));
    if (!type)
        return wrong(r, "a geometry has no type");
    if (strcmp(type, "GeometryCollection") == 0)
        return put_collection(r, v, depth);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(type, forms[i].type) == 0)
            return put_form(r, &forms[i], v);
    return err_set(r->e, ERR_USAGE, "\"%.60s\" is not a GeoJSON type", type);
}

/* ---- features ---- */

static int put_feature(struct reading *r, const struct jsonvalue *feature)
{
    const char *type = jsondoc_text(jsondoc_member(feature, "type"));
    if (!type || strcmp(type, "Feature") != 0)
        return wrong(r, "is not a Feature");
    const struct jsonvalue *geometry = jsondoc_member(feature, "geometry");
    if (!geometry)
        return wrong(r, "it has no geometry; write \"geometry\": null where there is none");
    return jsondoc_is_null(geometry) ? 0 : put_geometry(r, geometry, NESTING_MAX);
}

static int put_features(struct reading *r, const struct jsonvalue *collection)
{
    const struct jsonvalue *list = jsondoc_member(collection, "features");
    if (!jsondoc_is_list(list))
        return wrong(r, "FeatureCollection: it has no list of features");
    int failed = 0;
    for (size_t i = 0; !failed && i < jsondoc_length(list); i++) {
        failed = put_feature(r, jsondoc_element(list, i));
        if (failed)
            err_wrap(r->e, "feature %zu", i + 1);
    }
    return failed;
}

static int put_root(struct reading *r, const struct jsonvalue *root)
{
    const char *type = jsondoc_text(jsondoc_member(root, "type"));
    if (!type)
        return wrong(r, "it is not an object with a type");
    if (strcmp(type, "FeatureCollection") == 0)
        return put_features(r, root);
    return strcmp(type, "Feature") == 0 ? put_feature(r, root) : put_geometry(r, root, NESTING_MAX);
}

/* RFC 7946 removed this member; many programs still write it. */
static int read_crs(const struct jsondoc *d, int32_t *epsg, struct err *e)
{
    *epsg = CRS_WGS84;
    if (!jsondoc_has(d, "crs"))
        return 0;
    const char *crs = jsondoc_string(d, "crs.properties.name");
    const char *last = crs ? strrchr(crs, ':') : NULL;
    if (last && strcmp(last, ":CRS84") == 0)
        return 0;
    char *end = NULL;
    long code = last && strstr(crs, "EPSG:") ? strtol(last + 1, &end, 10) : 0;
    if (code < 1 || code > 1000000 || *end)
        return err_set(e, ERR_USAGE, "its crs is %.100s; EPSG codes and CRS84 are understood",
                       crs ? crs : "not given by name");
    *epsg = (int32_t)code;
    return 0;
}

static int convert(const struct jsondoc *d, struct text *wkt, int32_t *epsg, struct err *e)
{
    struct reading r = {.wkt = wkt, .e = e};
    int failed = read_crs(d, epsg, e);
    if (failed)
        return failed;
    failed = put_root(&r, jsondoc_root(d));
    if (failed)
        return err_wrap(e, "is not GeoJSON");
    text_put(wkt, "%s", r.shapes ? ")" : "GEOMETRYCOLLECTION EMPTY");
    return wkt->failed ? err_nomem(e, wkt->len) : 0;
}

int geojson_to_wkt(const char *json, size_t len, struct text *wkt, int32_t *epsg, struct err *e)
{
    struct jsondoc *d = NULL;
    int r = jsondoc_parse("GeoJSON", json, len, &d, e);
    if (r == ERR_INPUT)
        return e->code = ERR_USAGE; /* the user's area is wrong, not the product */
    if (r)
        return r;
    r = convert(d, wkt, epsg, e);
    jsondoc_close(d);
    return r;
}
