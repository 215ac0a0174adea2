/* Supervisely's annotations: what is read, every way to be wrong with its place named, and what is
 * painted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "filters/rasterize.h"
#include "io/labels/supervisely.h"
#include "support/refusals.h"

static int read_text(const char *text, size_t len, struct supervisely *s, struct err *e)
{
    return supervisely_parse("a.json", text, len, s, e);
}

#define IMAGE(objects) "{\"size\": {\"width\": 8, \"height\": 6}, \"objects\": [" objects "]}"
#define OBJECT(kind, title, points)                                                                \
    "{\"geometryType\": \"" kind "\", \"classTitle\": \"" title "\", \"points\": {" points "}}"
#define RING "[[1, 1], [7, 1], [7, 5], [1.0, 5e0]]"

static void objects(void **state)
{
    (void)state;
#define HOLE                "[[[3, 2], [5, 2], [5, 4], [3, 4]]]"
#define TWO_RINGS           "\"exterior\": " RING ", \"interior\": " HOLE
#define POLYGON_WITH_HOLE   OBJECT("polygon", "CLOUD", TWO_RINGS)
#define CORNERS             "\"exterior\": [[-2, 4], [3, 9]], \"interior\": []"
#define RECTANGLE           OBJECT("rectangle", "CLEAR", CORNERS)
#define CORNERS_OF_TRIANGLE "\"exterior\": [[0, 0], [2, 0], [0, 2], [0, 0]]"
#define TRIANGLE            OBJECT("polygon", "CLOUD", CORNERS_OF_TRIANGLE)
    static const char text[] = IMAGE(POLYGON_WITH_HOLE ", " RECTANGLE ", " TRIANGLE);
    struct supervisely s;
    struct err e = ERR_INIT;
    if (read_text(text, strlen(text), &s, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(s.width, 8);
    assert_int_equal(s.height, 6);
    assert_int_equal(s.annotation.shapes, 3);
    assert_int_equal(s.annotation.category.n, 2);
    assert_string_equal(s.annotation.category.s[s.annotation.shape[2].category], "CLOUD");
    assert_string_equal(s.annotation.category.s[s.annotation.shape[1].category], "CLEAR");
    uint8_t px[49] = {0}, scratch[48] = {0};
    struct byte_part to = {.px = px, .stride = 8, .part.w = 8, .part.h = 6};
    for (size_t i = 0; i < 3; i++) {
        struct polygon p = annotation_polygon(&s.annotation, &s.annotation.shape[i]);
        rasterize_polygon(&p, (uint8_t)('1' + i), to, scratch);
    }
    for (int i = 0; i < 48; i++)
        px[i] = px[i] ? px[i] : '.';
    /* the hole shows what is below it; pixels count by their centres */
    assert_string_equal((char *)px, "33......"
                                    "3111111."
                                    ".11..11."
                                    ".11..11."
                                    "2221111."
                                    "222.....");
    supervisely_clear(&s);
    assert_int_equal(s.annotation.shapes, 0);
}

static void no_objects(void **state)
{
    (void)state;
    struct supervisely s;
    struct err e = ERR_INIT;
    assert_int_equal(read_text(IMAGE(""), strlen(IMAGE("")), &s, &e), 0);
    assert_int_equal(s.annotation.shapes, 0);
    supervisely_clear(&s);
}

/* The example of the documentation, with its palette: 111, 100, 111. */
#define OF_THE_SDK                                                                                 \
    "eJzrDPBz5+WS4mJgYOD19HAJAtLMIMwIInOeqf8BUmwBPiGuQPr///9Lb86/C2QxlgT5BTM4PLuRBuTwebo4hlTMSa44" \
    "cOHAB6DqY0yORgq8YkAZBk9XP5d1TglNANAFGzA="
#define BITMAP(members)                                                                            \
    IMAGE("{\"geometryType\": \"bitmap\", \"classTitle\": \"a\", \"bitmap\": {" members "}}")

static void bitmaps(void **state)
{
    (void)state;
    static const char text[] = BITMAP("\"origin\": [5, 3], \"data\": \"" OF_THE_SDK "\"");
    struct supervisely s;
    struct err e = ERR_INIT;
    if (read_text(text, strlen(text), &s, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(s.annotation.shapes, 1);
    uint8_t px[49];
    memset(px, '.', 48);
    px[48] = 0;
    struct byte_part to = {.px = px, .stride = 8, .part.w = 8, .part.h = 6};
    struct run_mask m = annotation_mask(&s.annotation, &s.annotation.shape[0]);
    rasterize_runs(&m, '1', to);
    assert_string_equal((char *)px, "........"
                                    "........"
                                    "........"
                                    ".....111"
                                    ".....1.."
                                    ".....111");
    supervisely_clear(&s);
}

#define POLYGON(points) IMAGE(OBJECT("polygon", "a", points))

/* Not aligned: clang-format stumbles over the macros. */
static const struct refusal wrong[] = {
    {"", "a.json: is not JSON: line 1"},
    {"[]", "a.json: has no size.width from 1 to 65535"},
    {"{\"size\": {\"width\": 8}, \"objects\": []}", "has no size.height"},
    {"{\"size\": {\"width\": 8, \"height\": 0}}", "has no size.height"},
    {"{\"size\": {\"width\": 8.5, \"height\": 1}}", "has no size.width"},
    {"{\"size\": {\"width\": 99999, \"height\": 1}}", "has no size.width"},
    {"{\"size\": {\"width\": 8, \"height\": 1}}", "has no list of objects"},
    {IMAGE("1"), "a.json: objects[0]: has no geometryType"},
    {IMAGE("{\"geometryType\": \"polygon\"}"), "objects[0]: has no classTitle"},
    {IMAGE(OBJECT("polygon", "a\\n", "")), "objects[0]: has no classTitle"},
    {IMAGE(OBJECT("line", "a", "")), "objects[0]: its geometryType is \"line\"; polygon"},
    {BITMAP("\"data\": \"\""), "objects[0]: bitmap.origin is not a pixel of the image"},
    {BITMAP("\"origin\": [1]"), "bitmap.origin is not a pixel"},
    {BITMAP("\"origin\": [1, 2.5]"), "bitmap.origin is not a pixel"},
    {BITMAP("\"origin\": [8, 0]"), "bitmap.origin is not a pixel"},
    {BITMAP("\"origin\": [0, -1]"), "bitmap.origin is not a pixel"},
    {BITMAP("\"origin\": [0, 0]"), "objects[0]: has no bitmap.data"},
    {BITMAP("\"origin\": [0, 0], \"data\": \"eJw!\""), "bitmap.data is not base64"},
    {BITMAP("\"origin\": [0, 0], \"data\": \"\""), "bitmap.data: damaged zlib stream of 0 bytes"},
    {BITMAP("\"origin\": [0, 0], \"data\": \"eJwDAAAAAAE=\""), "bitmap.data: is not a PNG image"},
    {BITMAP("\"origin\": [0, 0], \"data\": \"iVBORw0KGgo=\""), "bitmap.data: is damaged"},
    {BITMAP("\"origin\": [6, 0], \"data\": \"" OF_THE_SDK "\""),
     "bitmap.data: is 3 x 3 px, more than the 2 x 6 that are allowed"},
    {POLYGON(""), "points.exterior is not a list of three points"},
    {POLYGON("\"exterior\": [[1, 1], [2, 2]]"), "points.exterior is not a list of three points"},
    {POLYGON("\"exterior\": [[1, 1], [2, 2], [3]]"), "points.exterior[2] is not two numbers"},
    {POLYGON("\"exterior\": [[1, 1], [2, \"2\"], [3, 3]]"),
     "points.exterior[1] is not two numbers"},
    {POLYGON("\"exterior\": [[1, 1], [2, 1e8], [3, 3]]"),
     "points.exterior[1] is not two numbers up to 1e+07"},
    {POLYGON("\"exterior\": [[1, 1], [2, 1e999], [3, 3]]"), "is not JSON"},
    {POLYGON("\"exterior\": " RING ", \"interior\": 3"), "points.interior is not a list of rings"},
    {POLYGON("\"exterior\": " RING ", \"interior\": [[1, 2]]"),
     "points.interior[0] is not a list of three points"},
    {IMAGE(OBJECT("rectangle", "a", "\"exterior\": [[1, 1]]")),
     "points.exterior of a rectangle is not two corners"},
    {IMAGE(OBJECT("polygon", "a", "\"exterior\": " RING) ", {}"),
     "objects[1]: has no geometryType"},
};

static int read_wrong(const char *text, size_t len, size_t *left, struct err *e)
{
    struct supervisely s;
    int r = read_text(text, len, &s, e);
    *left = s.annotation.shapes;
    return r;
}

static void wrong_ones(void **state)
{
    (void)state;
    refusals_check(wrong, sizeof wrong / sizeof wrong[0], read_wrong);
}

static void bombs(void **state)
{
    (void)state;
    enum { N = 1000000 };
    struct supervisely s;
    struct err e = ERR_INIT;
    char *text = malloc(N);
    assert_non_null(text);
    memset(text, '[', N);
    assert_int_equal(read_text(text, N, &s, &e), ERR_INPUT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects),    cmocka_unit_test(bitmaps), cmocka_unit_test(no_objects),
        cmocka_unit_test(wrong_ones), cmocka_unit_test(bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
