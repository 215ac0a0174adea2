/* io/geo/aoi and io/geo/crs: which rectangles an area holds, whatever its form and coordinate
 * system. */
#include "io/geo/aoi.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/geo/crs.h"
#include "support/tmpdir.h"

/* T35VLF at 10 m: EPSG:32635, and a tile whose western part lies beyond the 180th meridian:
 * T01LAC. */
static const struct geogrid VLF = {32635, 300000, 6500040, 10, 10980, 10980};
static const struct geogrid LAC = {32701, 99960, 8300020, 10, 10980, 10980};

/* Does the area hold the cell of 512 px in column x and row y? */
static bool holds(const char *area, const struct geogrid *g, int32_t x, int32_t y)
{
    struct aoi *a = NULL;
    struct err e = ERR_INIT;
    bool found = false;
    if (aoi_open(area, &a, &e) ||
        aoi_holds(a, g, (struct rect){512 * x, 512 * y, 512, 512}, &found, &e))
        fail_msg("%s: %s", area, e.msg);
    aoi_close(a);
    return found;
}

static void coordinates(void **state)
{
    (void)state;
    struct crs_path *p;
    struct err e = ERR_INIT;
    /* gdaltransform -s_srs EPSG:32635 -t_srs EPSG:4326, and to the Estonian EPSG:3301; the central
     * meridian by definition */
    double x[] = {500000, 300000}, y[] = {0, 6500040};
    assert_int_equal(crs_path_create(32635, CRS_WGS84, &p, &e), 0);
    assert_true(crs_path_to_degrees(p));
    assert_int_equal(crs_path_convert(p, x, y, 2, &e), 0);
    assert_float_equal(x[0], 27, 1e-9);
    assert_float_equal(y[0], 0, 1e-9);
    assert_float_equal(x[1], 23.5582651071004, 1e-9);
    assert_float_equal(y[1], 58.5945886921042, 1e-9);
    crs_path_destroy(p);
    x[0] = 300000;
    y[0] = 6500040;
    assert_int_equal(crs_path_create(32635, 3301, &p, &e), 0);
    assert_false(crs_path_to_degrees(p));
    assert_int_equal(crs_path_convert(p, x, y, 1, &e), 0);
    assert_float_equal(x[0], 474315.2542, 0.01);
    assert_float_equal(y[0], 6495043.6554, 0.01);
    crs_path_destroy(p);
    assert_int_equal(crs_path_create(32635, 4327, &p, &e), 0); /* three-dimensional, but degrees */
    assert_true(crs_path_to_degrees(p));
    crs_path_destroy(p);
    assert_int_equal(crs_path_create(32635, 5773, &p, &e), ERR_USAGE); /* heights */
    assert_non_null(strstr(e.msg, "EPSG:5773"));
}

/* An area that is exactly one cell holds that cell and none of those that only touch it. */
static void neighbours_that_touch(void **state)
{
    (void)state;
    static const char one[] = "SRID=32635;POLYGON((305120 6494920, 310240 6494920, 310240 6489800, "
                              "305120 6489800, 305120 "
                              "6494920))";
    for (int32_t y = 0; y < 4; y++)
        for (int32_t x = 0; x < 4; x++)
            assert_int_equal(holds(one, &VLF, x, y), x == 1 && y == 1);
    assert_true(holds("SRID=32635;POINT(305120 6494920)", &VLF, 0, 0));
    assert_true(holds("SRID=32635;POINT(305120 6494920)", &VLF, 1, 1));
    assert_false(holds("SRID=32635;POINT(305120 6494910)", &VLF, 0, 0));
    assert_true(holds("SRID=32635;LINESTRING(300500 6499000, 300500 6480000)", &VLF, 0, 2));
    assert_false(holds("SRID=32635;LINESTRING(300500 6499000, 300500 6480000)", &VLF, 1, 2));
}

static void holes_and_collections(void **state)
{
    (void)state;
    /* cells 0…3 with a hole around cell 1_1, and cell 6_0 on its own */
    static const char ring[] =
        "SRID=32635;MULTIPOLYGON(((300000 6500040,320480 6500040,320480 6479560,300000 "
        "6479560,300000 "
        "6500040),(305000 6495000,311000 6495000,311000 6489000,305000 6489000,305000 6495000)),"
        "((331000 6500000,331100 6500000,331100 6499900,331000 6500000)))";
    assert_false(holds(ring, &VLF, 1, 1));
    assert_true(holds(ring, &VLF, 0, 0));
    assert_true(holds(ring, &VLF, 1, 0));
    assert_true(holds(ring, &VLF, 3, 3));
    assert_false(holds(ring, &VLF, 4, 3));
    assert_true(holds(ring, &VLF, 6, 0));
    assert_false(holds(ring, &VLF, 5, 0));
    static const char both[] = " srid=32635; GEOMETRYCOLLECTION(POINT(300010 "
                               "6500000),GEOMETRYCOLLECTION(POINT EMPTY,POINT(310000 "
                               "6500000)))";
    assert_true(holds(both, &VLF, 0, 0));
    assert_true(holds(both, &VLF, 1, 0));
    assert_false(holds(both, &VLF, 2, 0));
}

/* Across the meridian: the corner of T01LAC is at 179.2 degrees east (EPSG:32701, easting
 * 99960). */
static void beyond_the_meridian(void **state)
{
    (void)state;
    static const char east[] = "POLYGON((179.0 -20, 180 -20, 180 -10, 179.0 -10, 179.0 -20))";
    static const char west[] = "POLYGON((-180 -20, -178 -20, -178 -10, -180 -10, -180 -20))";
    static const char further[] = "POLYGON((180 -20, 182 -20, 182 -10, 180 -10, 180 -20))";
    int in_east = 0, in_west = 0, in_both = 0;
    for (int32_t x = 0; x < 21; x++) {
        bool e = holds(east, &LAC, x, 10), w = holds(west, &LAC, x, 10);
        assert_true(e || w);
        assert_int_equal(w,
                         holds(further, &LAC, x, 10)); /* the same area, told from the other side */
        in_east += e;
        in_west += w;
        in_both += e && w;
    }
    assert_true(in_east > 2 && in_west > 2);
    assert_in_range(in_both, 1, 2);
}

/* The easternmost tile of zone 60, its eastern part beyond the meridian. */
static const struct geogrid WST = {32660, 699960, 7200000, 10, 10980, 10980};

enum { COLS = 21, CELLS = COLS * COLS };

/* Which cells of 512 px are in the area. */
static void find_cells(const char *area, const struct geogrid *g, bool found[CELLS])
{
    struct aoi *a = NULL;
    struct err e = ERR_INIT;
    int failed = aoi_open(area, &a, &e);
    for (int32_t i = 0; !failed && i < CELLS; i++)
        failed =
            aoi_holds(a, g, (struct rect){i % COLS * 512, i / COLS * 512, 512, 512}, &found[i], &e);
    if (failed)
        fail_msg("%s: %s", area, e.msg);
    aoi_close(a);
}

/* The area told in several ways holds the same cells of both tiles: some, not all. */
static void assert_same(const char *const *areas, size_t n)
{
    const struct geogrid *const grids[] = {&LAC, &WST};
    int in = 0;
    for (size_t k = 0; k < 2; k++) {
        bool first[CELLS], found[CELLS];
        find_cells(areas[0], grids[k], first);
        for (int i = 0; i < CELLS; i++)
            in += first[i];
        for (size_t i = 1; i < n; i++) {
            find_cells(areas[i], grids[k], found);
            if (memcmp(found, first, sizeof found) != 0)
                fail_msg("zone %d: %s", grids[k]->epsg % 100, areas[i]);
        }
    }
    assert_in_range(in, 20, 2 * CELLS - 20);
}

#define N(a) (sizeof(a) / sizeof *(a))

static void the_short_way(void **state)
{
    (void)state;
    static const char *const box[] = {
        "MULTIPOLYGON(((179.6 -20,180 -20,180 70,179.6 70,179.6 -20)),"
        "((-180 -20,-179.9 -20,-179.9 70,-180 70,-180 -20)))",
        "POLYGON((179.6 -20,-179.9 -20,-179.9 70,179.6 70,179.6 -20))",
        "POLYGON((-179.9 70,179.6 70,179.6 -20,-179.9 -20,-179.9 70))",
        "POLYGON((179.6 -20,180.1 -20,180.1 70,179.6 70,179.6 -20))",
        "POLYGON((-180.4 -20,-179.9 -20,-179.9 70,-180.4 70,-180.4 -20))",
        "POLYGON((179.6 -20,180 -20,-180 -20,-179.9 -20,-179.9 70,179.6 70,179.6 -20))",
        "SRID=4258;POLYGON Z((179.6 -20 9,-179.9 -20 9,-179.9 70 9,179.6 70 9,179.6 -20 9))",
        "POLYGON((539.6 -20,540 -20,540 70,539.6 70,539.6 -20),"
        "(539.7 -19,539.8 -19,539.8 -18,539.7 -19))",
    };
    assert_same(box, N(box) - 1);
    static const char *const holed[] = {
        "MULTIPOLYGON(((179 -20,180 -20,180 -16,179.5 -16,179.5 -15.8,180 -15.8,180 70,179 70,179 "
        "-20)),((-180 -20,-179 -20,-179 70,-180 70,-180 -15.8,-179.95 -15.8,-179.95 -16,-180 -16,"
        "-180 -20)))",
        "POLYGON((179 -20,-179 -20,-179 70,179 70,179 -20),"
        "(179.5 -16,179.5 -15.8,-179.95 -15.8,-179.95 -16,179.5 -16))",
        "POLYGON((179 -20,-179 -20,-179 70,179 70,179 -20),"
        "(-179.95 -16,179.5 -16,179.5 -15.8,-179.95 -15.8,-179.95 -16))",
        "POLYGON((-179 -20,-179 70,179 70,179 -20,-179 -20),"
        "(540.05 -15.8,539.5 -15.8,539.5 -16,540.05 -16,540.05 -15.8))",
    };
    assert_same(holed, N(holed));
    static const char *const line[] = {"LINESTRING(179 -16,181 -15.6,181 64,179 64.2)",
                                       "LINESTRING(179 -16,-179 -15.6,-179 64,179 64.2)"};
    assert_same(line, N(line));
}

/* What goes round the earth, in one way or another. */
static void all_round(void **state)
{
    (void)state;
    static const char *const world[] = {
        "POLYGON((-180 -15.7,180 -15.7,180 64,-180 64,-180 -15.7))",
        "POLYGON((-180 -15.7,-60 -15.7,60 -15.7,180 -15.7,180 64,60 64,-60 64,-180 64,-180 -15.7))",
    };
    assert_same(world, N(world));
    /* between two latitudes: as a box, and as a ring round the pole with another one taken out */
    static const char *const ring[] = {
        "POLYGON((-180 64,180 64,180 64.6,-180 64.6,-180 64))",
        "POLYGON((0 64,90 64,180 64,-90 64,0 64),(45 64.6,-45 64.6,-135 64.6,135 64.6,45 64.6))",
        "POLYGON((-90 64,0 64,90 64,180 64,-90 64),(45 64.6,135 64.6,-135 64.6,-45 64.6,45 64.6))",
    };
    for (int32_t y = 0; y < 21; y++)
        for (size_t i = 1; i < N(ring); i++)
            assert_int_equal(holds(ring[i], &WST, 10, y), holds(ring[0], &WST, 10, y));
    assert_true(holds(ring[1], &WST, 10, 5));
    assert_false(holds(ring[1], &WST, 10, 0));
    assert_false(holds(ring[1], &WST, 10, 20));
    /* a ring holds the pole that it is nearer to */
    static const char south[] = "POLYGON((0 -15.7,90 -15.7,180 -15.7,-90 -15.7,0 -15.7))";
    assert_false(holds(south, &WST, 3, 3));
    assert_true(holds(south, &LAC, 3, 20));
    assert_false(holds(south, &LAC, 3, 0));
}

static struct tmpdir dir;
static char path[1024]; /* of the area's file */

static const char *file(const char *content)
{
    tmpdir_write(&dir, "area", content, strlen(content));
    return tmpdir_path(&dir, "area", path);
}

#define SQUARE "[[[23.56,58.57],[23.6,58.57],[23.6,58.55],[23.56,58.55],[23.56,58.57]]]"
#define MARK   "\xef\xbb\xbf"
#define IN_UTM "[[[305500,6494000],[306000,6494000],[306000,6493000],[305500,6494000]]]"

static void files(void **state)
{
    (void)state;
    static const char *const in_degrees[] = {
        "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}",
        "\n "
        "{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"Polygon\","
        "\"coordinates\":" SQUARE "}}",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"a\":"
        "1},\"geometry\":"
        "{\"type\":\"MultiPolygon\",\"coordinates\":[" SQUARE "]}}]}",
        "{\"type\":\"Polygon\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:"
        "crs:OGC:1.3:CRS84\"}},"
        "\"coordinates\":" SQUARE "}",
        "{\"type\":\"Polygon\",\"crs\":null,\"coordinates\":" SQUARE "}",
        "POLYGON((23.56 58.57,23.6 58.57,23.6 58.55,23.56 58.55,23.56 58.57))\n",
        MARK " POLYGON((23.56 58.57,23.6 58.57,23.6 58.55,23.56 58.55,23.56 58.57))\r\n",
        MARK "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}\r\n",
        "{\"type\":\"Polygon\",\"coordinates\":[[[23.56,58.57,9],[23.6,58.57,null],[23.6,58.55,1e3,"
        "4],"
        "[23.56,58.55,0],[23.56,58.57,7]]]}",
        "{\"type\":\"FeatureCollection\",\"bbox\":[1,2,3,4],\"features\":["
        "{\"type\":\"Feature\",\"id\":4,\"properties\":{},\"geometry\":null},"
        "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"MultiPoint\","
        "\"coordinates\":[]}},"
        "{\"type\":\"Feature\",\"properties\":{\"Topology\":\"esriGeometry\"},\"geometry\":"
        "{\"type\":\"GeometryCollection\",\"geometries\":["
        "{\"type\":\"Polygon\",\"coordinates\":[]},"
        "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\","
        "\"coordinates\":" SQUARE
        "}]},{\"type\":\"LineString\",\"coordinates\":[[23.56,58.57,5],[23.561,58.57]]}]}}]}",
        "{\"type\":\"MultiLineString\",\"coordinates\":[[[23.56,58.57],[23.6,58.57]],[]]}",
        "{\"type\":\"MultiPoint\",\"coordinates\":[[23.5999,58.5699],[0,0]]}",
        "SRID=4326;POLYGON((23.56 58.57,23.6 58.57,23.6 58.55,23.56 58.55,23.56 58.57))",
    };
    for (size_t i = 0; i < sizeof in_degrees / sizeof *in_degrees; i++) {
        assert_true(holds(file(in_degrees[i]), &VLF, 0, 0));
        assert_false(holds(path, &VLF, 3, 0));
    }
    static const char *const names[] = {"EPSG:32635", "urn:ogc:def:crs:EPSG::32635",
                                        "urn:ogc:def:crs:EPSG:9.1:32635"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"type\":\"Polygon\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"%s\"}"
                 "},\"coordinates\":" IN_UTM "}",
                 names[i]);
        assert_true(holds(file(text), &VLF, 1, 1));
        assert_false(holds(path, &VLF, 0, 1));
    }
}

static void refused(const char *area, enum err_code code, const char *why)
{
    struct aoi *a = NULL;
    struct err e = ERR_INIT;
    int r = aoi_open(area, &a, &e);
    if (r != (int)code || !strstr(e.msg, why))
        fail_msg("%.60s: code %d, %s", area, r, e.msg);
}

static void mistakes(void **state)
{
    (void)state;
    refused("nowhere.geojson", ERR_INPUT, "nowhere.geojson");
    refused("POLYGON((0 0,1 0,1 1", ERR_USAGE, "is not valid EWKT");
    refused("POLYGON((0 0,1 0,1 1,0.5 0))", ERR_USAGE, "is not valid EWKT"); /* not closed */
    refused("CIRCLE(1 2)", ERR_USAGE, "is not valid EWKT");
    refused("POLYGON((0 0,1 1,0 1,1 0,0 0))", ERR_USAGE, "Self-intersection");
    refused("POLYGON((0 0,nan 1,0 1,0 0))", ERR_USAGE, "--aoi");
    refused("POLYGON((58 95,58 96,59 95,58 95))", ERR_USAGE, "latitude");
    refused("SRID=32635POINT(1 1)", ERR_USAGE, "semicolon");
    refused("SRID=abc;POINT(1 1)", ERR_USAGE, "EPSG");
    refused("SRID=0;POINT(1 1)", ERR_USAGE, "EPSG");
    refused("GEOMETRYCOLLECTION(POINT EMPTY)", ERR_USAGE, "empty");
    refused(file(""), ERR_USAGE, "is not valid EWKT");
    refused(file("{\"type\":\"Polygon\""), ERR_USAGE, "line 1");
    refused(file("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1]]]}"), ERR_USAGE, "GeoJSON");
    refused(file("{\"type\":\"Polygon\",\"coordinates\":\"none\"}"), ERR_USAGE, "GeoJSON");
    refused(file("{\"type\":\"Topology\"}"), ERR_USAGE, "GeoJSON");
    refused(file("{\"type\":\"FeatureCollection\",\"features\":[]}"), ERR_USAGE, "empty");
    refused(file("{\"type\":\"Polygon\",\"crs\":{\"type\":\"link\"},\"coordinates\":" SQUARE "}"),
            ERR_USAGE, "crs");
    refused(file("{\"type\":\"Polygon\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:"
                 "x\"}},"
                 "\"coordinates\":" SQUARE "}"),
            ERR_USAGE, "EPSG:x");
    refused(file("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
                 "null},"
                 "{\"type\":\"Feature\",\"properties\":{}}]}"),
            ERR_USAGE, "feature 2: it has no geometry");
    refused(file("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
                 "null}]}"),
            ERR_USAGE, "empty");
    refused(file("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Point\","
                 "\"coordinates\":[1,2]}]}"),
            ERR_USAGE, "feature 1: is not a Feature");
    refused(file("{\"type\":\"FeatureCollection\"}"), ERR_USAGE, "no list of features");
    refused(file("{\"type\":\"GeometryCollection\"}"), ERR_USAGE, "no list of geometries");
    refused(file("{\"type\":\"Point\",\"coordinates\":[1]}"), ERR_USAGE, "two numbers");
    refused(file("{\"type\":\"Point\",\"coordinates\":[\"1\",2]}"), ERR_USAGE, "two numbers");
    refused(file("{\"type\":\"LineString\",\"coordinates\":[[1,2]]}"), ERR_USAGE, "two positions");
    refused(file("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}"), ERR_USAGE,
            "does not end where it begins");
    refused(file("{\"type\":\"Polygon\",\"coordinates\":[[0,0],[1,0],[1,1],[0,0]]}"), ERR_USAGE,
            "four positions");
    refused(file("[1,2]"), ERR_USAGE, "it is not an object with a type");
    refused(file("\xff\xfe{"), ERR_USAGE, "UTF-16");
    refused(file("POINT(500000 50)"), ERR_USAGE, "SRID");
    refused(file("POLYGON((0 100,1 100,1 101,0 100))"), ERR_USAGE, "did you mean longitude first?");
    refused(file("POLYGON((179 1,-179 1,-179 2,179 2,179 1),(10 1.2,11 1.2,11 1.4,10 1.2))"),
            ERR_USAGE, "not valid");
    refused(
        file(
            "POLYGON((0 60,90 60,180 60,-90 60,0 60),(5 50,6 50,6 51,5 50),(1 1,2 2,1 2,2 1,1 1))"),
        ERR_USAGE, "not valid");
    size_t n = 200000;
    char *deep = malloc(20 * n);
    assert_non_null(deep);
    deep[0] = '\0';
    char *at = deep;
    for (size_t i = 0; i < n; i++)
        at += sprintf(at, "GEOMETRYCOLLECTION(");
    refused(deep, ERR_USAGE, "deeply");
    free(deep);
}

/* Other formats: what they are, and what turns them into GeoJSON. */
static void other_formats(void **state)
{
    (void)state;
    static const struct {
        const char *name, *content, *kind, *command;
        size_t len; /* 0: of the text */
    } other[] = {
        {"a.shp", "\0\0\x27\x0a", "a shapefile", "a.shp", 4},
        {"a.dbf", "\3", "a table", "a.dbf", 0},
        {"a.gpkg", "SQLite format 3", "a GeoPackage", "a.gpkg", 16},
        {"a b.KMZ", "PK\3\4", "KMZ", "a b.KMZ'", 4},
        {"a.zip", "PK\3\4", "an archive", "a.zip", 4},
        {"a.fgb", "fgb\3fgb", "FlatGeobuf", "a.fgb", 0},
        {"a.parquet", "PAR1", "GeoParquet", "a.parquet", 0},
        {"a.kml", MARK "\n<?xml version='1.0'?><kml xmlns='x'/>", "KML", "a.kml", 0},
        {"a.gpx", "<gpx/>", "GPX", "a.gpx tracks", 0},
        {"a.gml", "<x xmlns:gml='http://www.opengis.net/gml/3.2'/>", "GML", "a.gml", 0},
        {"a.xml", "<html>", "XML", "a.xml", 0},
        {"a.json", "{\"type\":\"Topology\"}", "TopoJSON", "a.json", 0},
        {"b.json", "{\"geometryType\":\"esriGeometryPolygon\"}", "Esri JSON", "b.json", 0},
    };
    for (size_t i = 0; i < N(other); i++) {
        char command[1200], kind[64];
        tmpdir_write(&dir, other[i].name, other[i].content,
                     other[i].len ? other[i].len : strlen(other[i].content));
        tmpdir_path(&dir, other[i].name, path);
        snprintf(kind, sizeof kind, ": is %s, not GeoJSON or EWKT; convert it: ", other[i].kind);
        refused(path, ERR_USAGE, kind);
        bool blank = strchr(other[i].name, ' ');
        snprintf(command, sizeof command,
                 "ogr2ogr -f GeoJSON -t_srs EPSG:4326 area.geojson %s%s%.*s/%s", blank ? "'" : "",
                 strcmp(other[i].kind, "an archive") == 0 ? "/vsizip/" : "",
                 (int)(strrchr(path, '/') - path), path, other[i].command);
        refused(path, ERR_USAGE, command);
    }
    refused(dir.path, ERR_USAGE, ": is a folder, not GeoJSON or EWKT; convert it: ogr2ogr");
}

static void assert_words(const char *area, const struct geogrid *grid, const char *want)
{
    char buf[400];
    struct aoi *a;
    struct err e = ERR_INIT;
    assert_int_equal(aoi_open(area, &a, &e), 0);
    assert_int_equal(aoi_describe(a, grid, buf, sizeof buf, &e), 0);
    assert_string_equal(buf, want);
    aoi_close(a);
}

static void in_words(void **state)
{
    (void)state;
    /* latitude first, as it should not be: one look shows it */
    assert_words("POLYGON((58.1 23.9, 58.2 23.9, 58.2 24, 58.1 23.9))", &VLF,
                 "the area is at longitude 58.1 to 58.2, latitude 23.9 to 24, the product at "
                 "longitude 23.558 to 25.489, "
                 "latitude 57.61 to 58.631; did you mean longitude first?");
    assert_words("SRID=32635;POINT(100 200)", &VLF,
                 "the area is at easting 100 to 100, northing 200 to 200, the product at easting "
                 "300000 to 409800, "
                 "northing 6390240 to 6500040");
    assert_words(
        "SRID=32635;POLYGON((6500000 305000,6490000 305000,6490000 306000,6500000 305000))", &VLF,
        "the area is at easting 6490000 to 6500000, northing 305000 to 306000, the product at "
        "easting "
        "300000 to 409800, northing 6390240 to 6500040; did you mean easting first?");
    assert_words("MULTIPOINT(179 50,-178 51)", &VLF,
                 "the area is at longitude 179 to -178, across the 180th meridian, latitude 50 to "
                 "51, the product at "
                 "longitude 23.558 to 25.489, latitude 57.61 to 58.631");
    assert_words("POLYGON((-178 50,179 50,179 51,-178 50))", &VLF,
                 "the area is at longitude 179 to -178, across the 180th meridian, latitude 50 to "
                 "51, the product at "
                 "longitude 23.558 to 25.489, latitude 57.61 to 58.631");
    assert_words("POLYGON((190 50,191 50,191 51,190 50))", &VLF,
                 "the area is at longitude -170 to -169, latitude 50 to 51, the product at "
                 "longitude 23.558 to "
                 "25.489, latitude 57.61 to 58.631");
    assert_words("POLYGON((-180 -80,180 -80,180 -70,-180 -80))", &VLF,
                 "the area is at all longitudes, latitude -80 to -70, the product at longitude "
                 "23.558 to 25.489, "
                 "latitude 57.61 to 58.631");
    assert_words("POINT(0 0)", &LAC,
                 "the area is at longitude 0 to 0, latitude 0 to 0, the product at longitude "
                 "179.26 to -179.7, across "
                 "the 180th meridian, latitude -16.352 to -15.345");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(coordinates),
                                       cmocka_unit_test(neighbours_that_touch),
                                       cmocka_unit_test(holes_and_collections),
                                       cmocka_unit_test(beyond_the_meridian),
                                       cmocka_unit_test(the_short_way),
                                       cmocka_unit_test(all_round),
                                       cmocka_unit_test(other_formats),
                                       cmocka_unit_test(in_words),
                                       cmocka_unit_test(files),
                                       cmocka_unit_test(mistakes)};
    tmpdir_make(&dir);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tmpdir_remove(&dir);
    return failed;
}
