/* Exports in a .zip: they are read in place, and each archive that lies is refused by its name and
 * the entry's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "io/labels/cvat.h"
#include "io/labels/segments.h"
#include "io/labels/supervisely.h"
#include "support/made_zip.h"
#include "support/tmpdir.h"

#define XML                                                                                        \
    "<annotations><version>1.1</version><image id='0' name='f/tile_3_4.png' width='8' "            \
    "height='8'><box label='CLOUD' xtl='1' ytl='2' xbr='3' ybr='4'/></image></annotations>"
#define ANNOTATION                                                                                 \
    "{\"size\": {\"width\": 8, \"height\": 8}, \"objects\": [{\"geometryType\": \"rectangle\", "   \
    "\"classTitle\": \"CLOUD\", \"points\": {\"exterior\": [[1, 2], [3, 4]]}}]}"

static char *zip_path(char path[1024]) { return tmpdir_path(&test_dir, "x.zip", path); }

static void write_zip(const struct zip_entry *entry, size_t n, size_t cut)
{
    struct made_zip b;
    made_zip(&b, entry, n);
    tmpdir_write(&test_dir, "x.zip", b.at, b.n - cut);
}

static void map_of_labels(struct class_map *map)
{
    struct err e = ERR_INIT;
    assert_int_equal(classmap_find("label", map, &e), 0);
}

/* ERR_INPUT; the message has the archive's path, and `said` right behind it. */
static void refuses(const struct label_tool *tool, const char *said)
{
    struct class_map map;
    struct err e = ERR_INIT;
    void *source;
    char path[1024];
    map_of_labels(&map);
    int rc = tool->open(zip_path(path), &map, &source, &e);
    const char *at = strstr(e.msg, "x.zip: ");
    if (rc != ERR_INPUT || !at || strncmp(at + strlen("x.zip: "), said, strlen(said)) != 0)
        fail_msg("code %d, \"%s\" instead of \"%s\"", rc, e.msg, said);
}

static void *opens(const struct label_tool *tool, const struct class_map *map)
{
    struct err e = ERR_INIT;
    void *source;
    char path[1024];
    if (tool->open(zip_path(path), map, &source, &e) != 0)
        fail_msg("%s", e.msg);
    return source;
}

/* ---- good ones ---- */

static void cvat_anywhere(void **state)
{
    (void)state;
    static const struct zip_entry entry[] = {
        {"images/tile_3_4.png", "no image", STORED, 0, 0, 0},
        {"task/annotations.xml", XML, DEFLATED, 0, 0, 0},
        {"__MACOSX/annotations.xml", "a fork", STORED, 0, 0, 0},
        {"not_annotations.xml", "another", STORED, 0, 0, 0},
    };
    struct class_map map;
    map_of_labels(&map);
    for (size_t first = 0; first < 2; first++) {
        write_zip(entry + first, 4 - first, 0);
        void *source = opens(&cvat_tool, &map);
        assert_int_equal(cvat_tool.count(source), 1);
        assert_string_equal(cvat_tool.name(source, 0), "f/tile_3_4.png");
        cvat_tool.close(source);
    }
}

struct painter {
    const void *source;
    const struct class_map *map;
    int failed;
};

static int count_shapes(const struct label_canvas *to, const struct annotation *a, size_t first,
                        size_t n, struct err *e)
{
    (void)a, (void)e;
    to->px[first] = (uint8_t)n;
    return 0;
}

static void *paint_often(void *arg)
{
    struct painter *p = arg;
    for (int i = 0; i < 200; i++) {
        struct err e = ERR_INIT;
        uint8_t px[64] = {0};
        const struct label_canvas to = {.map = p->map, .size = 8, .px = px, .paint = count_shapes};
        p->failed += supervisely_tool.render(p->source, (size_t)i % 2, &to, &e) != 0 || px[0] != 1;
    }
    return NULL;
}

/* Threads share the archive. */
static void supervisely_project(void **state)
{
    (void)state;
    static const struct zip_entry entry[] = {
        {"P/ds0/ann/tile_0_0.png.json", ANNOTATION, DEFLATED, 0, 0, 0},
        {"ann/tile_0_1.png.json", ANNOTATION, STORED, 0, 0, 0},
        {"__MACOSX/P/ds0/ann/._tile_0_0.png.json", "a fork", STORED, 0, 0, 0},
        {"P/meta.json", "{}", STORED, 0, 0, 0},
    };
    enum { THREADS = 4 };
    struct class_map map;
    struct painter p[THREADS];
    pthread_t thread[THREADS];
    map_of_labels(&map);
    write_zip(entry, 4, 0);
    void *source = opens(&supervisely_tool, &map);
    assert_int_equal(supervisely_tool.count(source), 2);
    assert_string_equal(supervisely_tool.name(source, 0), "P/ds0/ann/tile_0_0.png.json");
    for (int i = 0; i < THREADS; i++) {
        p[i] = (struct painter){source, &map, 0};
        assert_int_equal(pthread_create(&thread[i], NULL, paint_often, &p[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(p[i].failed, 0);
    }
    supervisely_tool.close(source);
}

/* ---- hostile ones ---- */

static void hostile(void **state)
{
    (void)state;
    static const struct {
        struct zip_entry entry;
        const char *says;
    } cases[] = {
        {{"a/annotations.xml", XML, DEFLATED, ZIP_ENCRYPTED, 0, 0},
         "a/annotations.xml: is encrypted"},
        {{"annotations.xml", XML, STORED, 0, 1, 0}, "annotations.xml: "},
        {{"annotations.xml", XML, DEFLATED, 0, 1, 0}, "annotations.xml: "},
        {{"annotations.xml", XML, 12, 0, 0, 0}, "annotations.xml: is packed with zip method 12"},
        {{"annotations.xml", XML, DEFLATED, 0, 0, 0x7fffffff},
         "annotations.xml: is 2147483647 bytes"},
        {{"annotations.xml", XML, DEFLATED, 0, 0, 100000}, "annotations.xml: "},
        {{"annotations.xml", "<annotations>", STORED, 0, 0, 0},
         "annotations.xml: is not well-formed XML"},
        {{"annotations.xml", "<data/>", STORED, 0, 0, 0}, "annotations.xml: line 1: data: "},
        {{"../annotations.xml", XML, STORED, 0, 0, 0}, "there is no annotations.xml in it"},
        {{"annotations.xml/", "", STORED, 0, 0, 0}, "there is no annotations.xml in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_zip(&cases[i].entry, 1, 0);
        refuses(&cvat_tool, cases[i].says);
    }
}

static void several(void **state)
{
    (void)state;
    static const struct zip_entry two[] = {{"a/annotations.xml", XML, STORED, 0, 0, 0},
                                           {"b/annotations.xml", XML, STORED, 0, 0, 0}};
    static const struct zip_entry other[] = {{"annotations.xml", XML, STORED, 0, 0, 0},
                                             {"annotations.xml", "<a/>", STORED, 0, 0, 0}};
    write_zip(two, 2, 0);
    refuses(&cvat_tool,
            "holds more than one annotations.xml: a/annotations.xml and b/annotations.xml");
    write_zip(other, 2, 0);
    refuses(&cvat_tool, "annotations.xml: is in the zip file more than once");
}

static void cut_off(void **state)
{
    (void)state;
    static const struct zip_entry entry = {"annotations.xml", XML, DEFLATED, 0, 0, 0};
    const struct label_tool *const tools[] = {&cvat_tool, &segments_tool, &supervisely_tool};
    for (size_t i = 0; i < 3; i++) {
        write_zip(&entry, 1, 30);
        refuses(tools[i], "is a zip file that is cut off or damaged");
        tmpdir_write(&test_dir, "x.zip", "a text", 6);
        refuses(tools[i], "is no readable zip file");
    }
    write_zip(&entry, 1, 0);
    refuses(&segments_tool,
            "there is no segments_ai_classification_mask.png and no release (.json) in it");
    refuses(&supervisely_tool, "there is no ann/<image>.json in it");
}

static void annotation_in_error(void **state)
{
    (void)state;
    static const struct zip_entry entry[] = {
        {"ds0/ann/a_tile_0_0.png.json", ANNOTATION, STORED, 0, 0, 0},
        {"ds0/ann/b_tile_0_1.png.json", "{\"size\": {\"width\": 8, \"height\": 8}}", STORED, 0, 0,
         0},
    };
    write_zip(entry, 2, 0);
    refuses(&supervisely_tool, "ds0/ann/b_tile_0_1.png.json: has no list of objects");
}

static void classes_missing(void **state)
{
    (void)state;
    static const struct zip_entry mask = {
        "tile_0_0/segments_ai_classification_mask.png", "", STORED, 0, 0, 0};
    write_zip(&mask, 1, 0);
    refuses(&segments_tool, "tile_0_0/segments_ai_classes.json: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cvat_anywhere),   cmocka_unit_test(supervisely_project),
        cmocka_unit_test(hostile),         cmocka_unit_test(several),
        cmocka_unit_test(cut_off),         cmocka_unit_test(annotation_in_error),
        cmocka_unit_test(classes_missing),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
