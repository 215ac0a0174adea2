/* CVAT's annotations: good ones, every way to be wrong with its place named, large ones; names of
 * subscenes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cellname.h"
#include "filters/rasterize.h"
#include "io/labels/cvat.h"
#include "support/refusals.h"
#include "support/tmpdir.h"

static int read_text(const char *text, size_t len, struct cvat *c, struct err *e)
{
    char path[1024];
    tmpdir_write(&test_dir, "a.xml", text, len);
    return cvat_read(tmpdir_path(&test_dir, "a.xml", path), c, e);
}

#define BEGIN "<annotations>\n<version>1.1</version>\n<meta><task/></meta>\n"
#define IMAGE "<image id='0' name='f/tile_3_4.png' width='20' height='10'>\n"
#define END   "</image>\n</annotations>\n"

static void good_one(void **state)
{
    (void)state;
    static const char text[] =
        "<?xml version='1.0' encoding='utf-8'?>\n" BEGIN IMAGE
        "<polygon label='CLOUD' source='manual' occluded='0' points='1.00,2.5;-3,4e0; 5.25 , 6 "
        ";7,8' z_order='-2'/>\n"
        "<box label='CLOUD_SHADOW' xtl='1' ytl='2' xbr='5.5' ybr='4'><attribute "
        "name='a'>1</attribute></box>\n"
        "<box label='CLOUD' xtl='4' ytl='2' xbr='8' ybr='4' rotation='90'/>\n"
        "<polyline label='x' points='nonsense'/><points label='y' points=''/><tag label='z'/>\n"
        "<mask label='CLOUD' rle='2, 3,0,1' left='1' top='2' width='4' height='3' z_order='7'/>\n"
        "</image>\n<image name='&lt;b&gt; \xc3\xb6' width='1' height='65535'/>\n</annotations>\n";
    struct cvat c;
    struct err e = ERR_INIT;
    if (read_text(text, sizeof text - 1, &c, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(c.images, 2);
    assert_string_equal(c.image[0].name, "f/tile_3_4.png");
    assert_int_equal(c.image[0].width, 20);
    assert_int_equal(c.image[0].height, 10);
    assert_int_equal(c.image[0].first, 0);
    assert_int_equal(c.image[0].shapes, 4);
    assert_string_equal(c.image[1].name, "<b> \xc3\xb6");
    assert_int_equal(c.image[1].first, 4);
    assert_int_equal(c.image[1].shapes, 0);
    assert_int_equal(c.ignored, 3);
    assert_int_equal(c.annotation.category.n, 2);
    assert_string_equal(c.annotation.category.s[0], "CLOUD");
    assert_string_equal(c.annotation.category.s[1], "CLOUD_SHADOW");

    const struct annotation_shape *s = c.annotation.shape;
    struct polygon p = annotation_polygon(&c.annotation, &s[0]);
    const struct point expected[] = {{1, 2.5}, {-3, 4}, {5.25, 6}, {7, 8}};
    assert_int_equal(p.rings, 1);
    assert_int_equal(p.end[0], 4);
    assert_memory_equal(p.vertex, expected, sizeof expected);
    assert_int_equal(s[0].z_order, -2);
    assert_int_equal(s[0].line, 6);
    assert_int_equal(s[1].category, 1);
    p = annotation_polygon(&c.annotation, &s[1]);
    assert_int_equal(p.end[0], 4);
    assert_true(p.vertex[2].x == 5.5 && p.vertex[2].y == 4 && p.vertex[3].x == 1);
    p = annotation_polygon(
        &c.annotation, &s[2]); /* the upper left corner (4, 2) about (6, 3), clockwise: (7, 1) */
    assert_true(p.vertex[0].x > 6.999 && p.vertex[0].x < 7.001 && p.vertex[0].y > 0.999 &&
                p.vertex[0].y < 1.001);
    assert_int_equal(s[3].kind, ANNOTATION_MASK);
    assert_int_equal(s[3].category, 0);
    struct run_mask m = annotation_mask(&c.annotation, &s[3]);
    assert_int_equal(m.runs, 4);
    assert_int_equal(m.run[0], 2);
    assert_int_equal(m.run[1], 3);
    assert_int_equal(m.run[3], 1);
    assert_true(m.window.x == 1 && m.window.y == 2 && m.window.w == 4 && m.window.h == 3);
    cvat_clear(&c);
    assert_int_equal(c.images, 0);
}

/* Each pixel against the definition: turned back by the rotation, it is inside of the axes. */
static bool is_inside(const double v[5], int x, int y)
{
    const double turn = v[4] * 3.14159265358979323846 / 180;
    double dx = x + 0.5 - v[0], dy = y + 0.5 - v[1];
    double u = (dx * cos(turn) + dy * sin(turn)) / v[2];
    double w = (-dx * sin(turn) + dy * cos(turn)) / v[3];
    return u * u + w * w <= 1;
}

static void ellipses(void **state)
{
    (void)state;
    static const double cases[][5] = {
        {10, 5, 4, 3, 0},  {10.3, 4.9, 7, 2, 33},    {2, 9, 6, 3.5, -120}, {10, 5, 50, 40, 10},
        {-30, 5, 4, 4, 0}, {10.5, 4.5, 0.2, 0.2, 0}, {10, 5, 0.3, 0.3, 0}, {19.2, 0.3, 3, 1, 359}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[500];
        uint8_t px[200] = {0};
        struct cvat c;
        struct err e = ERR_INIT;
        const double *v = cases[i];
        int n = snprintf(text, sizeof text,
                         BEGIN IMAGE "<ellipse label='CLOUD' cx='%g' cy='%g' rx='%g' ry='%g' "
                                     "rotation='%g'/>\n" END,
                         v[0], v[1], v[2], v[3], v[4]);
        if (read_text(text, (size_t)n, &c, &e) != 0)
            fail_msg("%s", e.msg);
        struct run_mask m = annotation_mask(&c.annotation, &c.annotation.shape[0]);
        rasterize_runs(&m, 1, (struct byte_part){px, 20, {0, 0, 20, 10}});
        for (int k = 0; k < 200; k++)
            if (px[k] != is_inside(v, k % 20, k / 20))
                fail_msg("ellipse %zu, column %d, row %d", i, k % 20, k / 20);
        cvat_clear(&c);
    }
}

#define POLYGON(points) BEGIN IMAGE "<polygon label='CLOUD' points='" points "'/>\n" END
#define MASK(rle, left, width)                                                                     \
    BEGIN IMAGE "<mask label='CLOUD' rle='" rle "' left='" left "' top='0' width='" width          \
                "' height='2'/>\n" END
#define AT "a.xml: line 5: polygon of image \"f/tile_3_4.png\": "

/* clang-format 14 crashes on this table */
static const struct refusal wrong[] = {
    {"", "a.xml: is not well-formed XML"},
    {BEGIN, "a.xml: is not well-formed XML: line"},
    {"<!DOCTYPE a [<!ENTITY b 'c'>]><annotations>&b;</annotations>", "has a DOCTYPE"},
    {"<data/>", "line 1: data: is not the root"},
    {BEGIN "</annotations>", "a.xml: has no images"},
    {"<annotations><version>1.0</version></annotations>", "version: is \"1.0\": only 1.1"},
    {"<annotations><extra/></annotations>", "extra: is not known"},
    {BEGIN "<track id='0' label='a'/></annotations>", "line 4: track: this is \"CVAT for video"},
    {BEGIN "<image width='2' height='2'/></annotations>", "line 4: image: has no attribute name"},
    {BEGIN "<image name='' width='2' height='2'/></annotations>", "its name is empty"},
    {BEGIN "<image name='a&#10;b' width='2'/></annotations>",
     "its name is empty, longer than 1000"},
    {BEGIN "<image name='a' width='0' height='2'/></annotations>",
     "image of image \"a\": width is \"0\": not an"},
    {BEGIN "<image name='a' width='2' height='65536'/></annotations>",
     "height is \"65536\": not an integer from 1"},
    {BEGIN IMAGE "<cuboid label='a'/>" END, "cuboid of image \"f/tile_3_4.png\": is not"},
    {BEGIN IMAGE "<skeleton label='a'/>" END, "skeleton of image \"f/tile_3_4.png\": is not"},
    {BEGIN IMAGE "<ellipse label='a' cx='1'/>" END, "has no attribute cy"},
    {BEGIN IMAGE "<ellipse label='a' cx='1' cy='1' rx='nan' ry='1'/>" END, "rx is \"nan\""},
    {BEGIN IMAGE "<ellipse label='a' cx='1' cy='1' rx='2' ry='0'/>" END,
     "its radii are 2 and 0: less than 0.001"},
    {BEGIN IMAGE "<ellipse label='a' cx='1' cy='1' rx='-2' ry='1'/>" END, "its radii are -2 and 1"},
    {BEGIN IMAGE "<ellipse label='a' cx='1' cy='1' rx='2' ry='1' rotation='x'/>" END,
     "rotation is \"x\""},
    {BEGIN IMAGE "<polygon points='1,2;3,4;5,6'/>" END, "has no attribute label"},
    {BEGIN IMAGE "<polygon label='a&#9;' points='1,2;3,4;5,6'/>" END, "its label is longer"},
    {BEGIN IMAGE "\n<polygon label='a'/>" END, "a.xml: line 6: polygon of image"},
    {BEGIN IMAGE "<polygon label='a' points='1,2;3,4;5,6' z_order='x'/>" END,
     "z_order is \"x\": not an integer"},
    {POLYGON("1,2;3,4"), AT "has 2 vertices; a polygon has 3"},
    {POLYGON(""), AT "vertex 1 is \"\": not two numbers"},
    {POLYGON("1,2;3,nan;5,6"), AT "vertex 2 is \"3,nan\": not two"},
    {POLYGON("1,2;3,4;inf,0123456789012345678901234567890123456789"),
     "vertex 3 is \"inf,012345678901234567890123456789012345\""},
    {POLYGON("1,2;3,4;inf,6"), AT "vertex 3 is \"inf,6\""},
    {POLYGON("1,2;3,4;1e999,6"), "vertex 3 is \"1e999,6\""},
    {POLYGON("1,2;3,4;1e8,6"), "vertex 3 is \"1e8,6\""},
    {POLYGON("1,2;3,4;0x10,6"), "vertex 3 is \"0x10,6\""},
    {POLYGON("1,2;3,4;5"), "vertex 3 is \"5\""},
    {POLYGON("1,2;3,4;5,6,7"), "vertex 3 is \"5,6,7\""},
    {POLYGON("1,2;3,4;5,6;"), "vertex 4 is \"\""},
    {POLYGON("1,2;;3,4;5,6"), "vertex 2 is \"\""},
    {POLYGON("1 2;3,4;5,6"), "vertex 1 is \"1 2\""},
    {POLYGON("1,2;3,4;5,11111111111111111111111111111111111111111111111111111111"),
     "vertex 3 is \"5,1111"},
    {BEGIN IMAGE "<box label='a' xtl='5' ytl='1' xbr='4' ybr='2'/>" END,
     "from 5, 1 to 4, 2: the second corner"},
    {BEGIN IMAGE "<box label='a' xtl='5' ytl='1' xbr='4'/>" END, "has no attribute ybr"},
    {BEGIN IMAGE "<box label='a' xtl='-' ytl='1' xbr='4' ybr='2'/>" END,
     "xtl is \"-\": not a number up to 1e+07"},
    {MASK("5,6", "0", "5"), "run 2 of its rle ends at pixel 11 of 5 x 2"},
    {MASK("2147483647,2147483647", "0", "5"), "run 1 of its rle ends at pixel 2147483647"},
    {MASK("5,-1", "0", "5"), "run 2 of its rle is \"-1\""},
    {MASK("5,99999999999", "0", "5"), "run 2 of its rle is \"99999999999\""},
    {MASK("5,1.5", "0", "5"), "run 2 of its rle is \"1.5\""},
    {MASK("5,", "0", "5"), "run 2 of its rle is \"\""},
    {MASK("", "0", "5"), "run 1 of its rle is \"\""},
    {MASK("5", "16", "5"), "5 x 2 px at 16, 0 reach beyond the image's 20 x 10"},
    {MASK("5", "-1", "5"), "left is \"-1\""},
    {MASK("5", "0", "65536"), "width is \"65536\""},
    {MASK("5", "0", "0"), "width is \"0\""},
};

static int read_wrong(const char *text, size_t len, size_t *left, struct err *e)
{
    struct cvat s;
    int r = read_text(text, len, &s, e);
    *left = s.images;
    return r;
}

static void wrong_ones(void **state)
{
    (void)state;
    refusals_check(wrong, sizeof wrong / sizeof wrong[0], read_wrong);
}

/* A text that grows. */
struct text {
    char *s;
    size_t n;
};

static void add(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    t->n += (size_t)vsprintf(t->s + t->n, fmt, ap);
    va_end(ap);
}

static void a_million_vertices(void **state)
{
    (void)state;
    enum { N = 1000000 };
    struct text t = {malloc((size_t)N * 20 + 1000), 0};
    struct cvat c;
    struct err e = ERR_INIT;
    assert_non_null(t.s);
    add(&t, "%s%s<polygon label='CLOUD' points='0,0", BEGIN, IMAGE);
    for (int i = 1; i < N; i++)
        add(&t, ";%d.25,%d.75", i % 512, i / 512);
    add(&t, "'/>%s", END);
    if (read_text(t.s, t.n, &c, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(c.annotation.rings.vertices, N);
    assert_true(c.annotation.rings.vertex[N - 1].x == (N - 1) % 512 + 0.25 &&
                c.annotation.rings.vertex[N - 1].y == (N - 1) / 512 + 0.75);
    cvat_clear(&c);
    free(t.s);
}

/* Deep nesting must neither overflow a stack nor take for ever; many labels neither. */
static void bombs(void **state)
{
    (void)state;
    enum { N = 300000 };
    struct text t = {malloc((size_t)N * 60 + 1000), 0};
    struct cvat c;
    struct err e = ERR_INIT;
    assert_non_null(t.s);
    add(&t, "%s", BEGIN);
    for (int i = 0; i < N; i++)
        add(&t, "<meta>");
    assert_int_equal(read_text(t.s, t.n, &c, &e), ERR_INPUT);
    for (int i = 0; i < N; i++)
        add(&t, "</meta>");
    add(&t, "</annotations>");
    assert_int_equal(read_text(t.s, t.n, &c, &e), ERR_INPUT);
    t.n = 0;
    add(&t, "%s%s", BEGIN, IMAGE);
    for (int i = 0; i < N; i++)
        add(&t, "<polygon label='%d' points='1,2;3,4;5,6'/>", i);
    add(&t, "%s", END);
    assert_int_equal(read_text(t.s, t.n, &c, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "more than 1000 different labels"));
    free(t.s);
}

static void no_file(void **state)
{
    (void)state;
    struct cvat c;
    struct err e = ERR_INIT;
    assert_int_equal(cvat_read("/nonexistent/a.xml", &c, &e), ERR_INPUT);
    assert_int_equal(cvat_read(test_dir.path, &c, &e), ERR_INPUT);
    assert_int_equal(cvat_read("/dev/zero", &c, &e), ERR_INPUT);
}

#define PRODUCT "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441"

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int x, y; /* −1: none */
        const char *product, *tile_id, *sensing;
    } cases[] = {
        {"tile_3_4.png", 3, 4, "", "", ""},
        {"tile_12_210/image.png", 12, 210, "", "", ""},
        {"T35VLF_20200529T094041_tile_0_21.png", 0, 21, "", "T35VLF", "20200529T094041"},
        {"a/" PRODUCT ".CVAT/tile_3_4/T35VLF_TCI_tile_3_4.png", 3, 4, PRODUCT, "T35VLF",
         "20200529T094041"},
        {PRODUCT "_tile_7_8.png", 7, 8, PRODUCT, "T35VLF", "20200529T094041"},
        {PRODUCT "/" PRODUCT "_tile_7_8.png", 7, 8, PRODUCT, "T35VLF", "20200529T094041"},
        {"tile_a/tile_1_2.png", 1, 2, "", "", ""},
        {"tile_3_4/tile_3_5.png", -1, 0, "", "", ""},
        {"subtile_3_4.png", -1, 0, "", "", ""},
        {"tile_3.png", -1, 0, "", "", ""},
        {"tile__3.png", -1, 0, "", "", ""},
        {"tile_-1_3.png", -1, 0, "", "", ""},
        {"tile_3_99999999999.png", -1, 0, "", "", ""},
        {"tile_99999_99999.png", 99999, 99999, "", "", ""},
        {"", -1, 0, "", "", ""},
        {PRODUCT "/S2B_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441/tile_1_1.png", -1,
         0, "", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cellname c;
        bool found = cellname_parse(cases[i].path, &c);
        if (found != (cases[i].x >= 0))
            fail_msg("%s", cases[i].path);
        if (!found)
            continue;
        assert_int_equal(c.x, cases[i].x);
        assert_int_equal(c.y, cases[i].y);
        assert_string_equal(c.product, cases[i].product);
        assert_string_equal(c.tile_id, cases[i].tile_id);
        assert_string_equal(c.sensing, cases[i].sensing);
    }
}

/* The names of exported images, and back. */
static void own_names(void **state)
{
    (void)state;
#define OTHER "S2B_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441"
    static const struct {
        const char *product, *name; /* with tile_0_21 */
    } cases[] = {
        {PRODUCT ".SAFE", PRODUCT "_tile_0_21"},
        {PRODUCT, PRODUCT "_tile_0_21"},
        {"../tile_9_9/" PRODUCT "<b>", PRODUCT "_tile_0_21"},
        {"my T35VLF_20200529T094041 \"scene\"", "T35VLF_20200529T094041_tile_0_21"},
        {PRODUCT OTHER, "T35VLF_20200529T120441_tile_0_21"},
        {"a/../<img>", "tile_0_21"},
        {"", "tile_0_21"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[CELLNAME_SIZE];
        struct cellname c;
        cellname_format(cases[i].product, 0, 21, name);
        assert_string_equal(name, cases[i].name);
        assert_true(cellname_parse(name, &c));
        assert_int_equal(c.x, 0);
        assert_int_equal(c.y, 21);
        assert_non_null(strstr(cases[i].product, c.product));
        assert_non_null(strstr(cases[i].product, c.sensing));
    }
    char longest[CELLNAME_SIZE];
    cellname_format(PRODUCT, INT32_MIN, INT32_MIN, longest);
    assert_true(strlen(longest) < CELLNAME_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one),   cmocka_unit_test(ellipses),
        cmocka_unit_test(wrong_ones), cmocka_unit_test(a_million_vertices),
        cmocka_unit_test(bombs),      cmocka_unit_test(no_file),
        cmocka_unit_test(names),      cmocka_unit_test(own_names),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
