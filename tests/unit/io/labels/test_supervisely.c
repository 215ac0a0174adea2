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
    {IMAGE(OBJECT("bitmap", "a", "")), "objects[0]: its geometryType is \"bitmap\""},
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
        cmocka_unit_test(objects),
        cmocka_unit_test(no_objects),
        cmocka_unit_test(wrong_ones),
        cmocka_unit_test(bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
