/* MSK_CLOUDS as baselines up to 03.01 have it: polygons in pixels, holes, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/product/gmlmask.h"

static const struct geogrid grid = {32735, 399960, 8700040, 60, 1830, 1830};

static int read_text(const char *text, struct gmlmask *m, struct err *e)
{
    struct source_entry entry = {"QI_DATA/MSK_CLOUDS_B00.gml", text, strlen(text)};
    struct source *s;
    assert_int_equal(source_open_memory(&entry, 1, &s, e), 0);
    int r = gmlmask_read(s, entry.name, &grid, m, e);
    source_close(s);
    return r;
}

#define BEGIN                                                                                      \
    "<?xml version='1.0' encoding='UTF-8'?>\n<eop:Mask "                                           \
    "xmlns:eop='http://www.opengis.net/eop/2.0' "                                                  \
    "xmlns:gml='http://www.opengis.net/gml/3.2'>\n<gml:boundedBy><gml:Envelope "                   \
    "srsName='urn:ogc:def:crs:EPSG:8.7:32735'/></gml:boundedBy>\n<eop:maskMembers>\n"
#define FEATURE(type, rings)                                                                       \
    "<eop:MaskFeature><eop:maskType codeSpace='x'>" type                                           \
    "</eop:maskType><eop:extentOf><gml:Polygon>" rings                                             \
    "</gml:Polygon></eop:extentOf></eop:MaskFeature>\n"
#define RING(where, list)                                                                          \
    "<gml:" where "><gml:LinearRing><gml:posList srsDimension='2'>" list                           \
    "</gml:posList></gml:LinearRing></gml:" where ">"
#define END   "</eop:maskMembers></eop:Mask>"
#define SMALL "399960 8700040 400080 8700040 400080 8699980"

static void good_one(void **state)
{
    (void)state;
    static const char text[] = BEGIN FEATURE(
        "OPAQUE", RING("exterior", " 399960 8700040 400080 8700040\n400080 8699980 399960 8699980 "
                                   "399960 8700040 ") RING("interior", SMALL))
        FEATURE("CIRRUS", RING("exterior", "399930 8700070 4e5 8700040 400080 8699980.5")) END;
    static const double outer[][2] = {{0, 0}, {2, 0}, {2, 1}, {0, 1}, {0, 0}};
    struct gmlmask m;
    struct err e = ERR_INIT;
    if (read_text(text, &m, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(m.polygons, 2);
    assert_int_equal(m.polygon[0].type, GMLMASK_OPAQUE);
    struct polygon p = gmlmask_polygon(&m, 0);
    assert_int_equal(p.rings, 2);
    assert_int_equal(p.end[0], 5);
    assert_int_equal(p.end[1], 8);
    assert_memory_equal(p.vertex, outer, sizeof outer);
    p = gmlmask_polygon(&m, 1);
    assert_int_equal(m.polygon[1].type, GMLMASK_CIRRUS);
    assert_int_equal(p.rings, 1);
    assert_int_equal(p.end[0], 3);
    assert_true(p.vertex[0].x == -0.5 && p.vertex[0].y == -0.5 && p.vertex[2].y > 0.9);
    gmlmask_clear(&m);
    /* no clouds */
    assert_int_equal(read_text("<eop:Mask xmlns:eop='http://www.opengis.net/eop/2.0'/>", &m, &e),
                     0);
    assert_int_equal(m.polygons, 0);
    assert_int_equal(read_text(BEGIN END, &m, &e), 0);
    gmlmask_clear(&m);
}

static void wrong_ones(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"", "is not well-formed XML"},
        {"<!DOCTYPE a><Mask/>", "has a DOCTYPE"},
        {"<a/>", "line 1: a is not the root of a mask"},
        {"<Mask><Envelope srsName='urn:EPSG::32635'/></Mask>",
         "another projection than the product: \"urn"},
        {"<Mask><Envelope srsName='x'/></Mask>", "another projection than the product: \"x"},
        {BEGIN FEATURE("SNOW", RING("exterior", SMALL)) END,
         "line 5: MaskFeature has neither the maskType"},
        {BEGIN "<eop:MaskFeature/>" END, "MaskFeature has neither the maskType"},
        {BEGIN FEATURE("OPAQUE", "") END, "Polygon has no posList"},
        {BEGIN FEATURE("OPAQUE", RING("exterior", "")) END, "posList has fewer than 3 vertices"},
        {BEGIN FEATURE("OPAQUE", RING("exterior", "399960 8700040 1")) END,
         "posList is not pairs of numbers at \"1\""},
        {BEGIN FEATURE("OPAQUE", RING("exterior", "399960 nan 1 2")) END,
         "posList is not pairs of numbers at \"399"},
        {BEGIN FEATURE("OPAQUE", RING("exterior", "1e30 8700040 1 2")) END,
         "posList is far outside of the product"},
        {BEGIN FEATURE("OPAQUE", RING("exterior", SMALL "<b/>")) END, "posList is not one text"},
        {BEGIN FEATURE("OPAQUE", "<posList srsDimension='3'>1 2 3</posList>") END,
         "has srsDimension \"3\""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct gmlmask m;
        struct err e = ERR_INIT;
        int r = read_text(wrong[i].text, &m, &e);
        if (r != ERR_INPUT || strncmp(e.msg, "QI_DATA/MSK_CLOUDS_B00.gml: ", 28) != 0 ||
            !strstr(e.msg, wrong[i].says))
            fail_msg("case %zu: %d, \"%s\" instead of \"%s\"", i, r, e.msg, wrong[i].says);
        assert_null(m.polygon);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one),
        cmocka_unit_test(wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
