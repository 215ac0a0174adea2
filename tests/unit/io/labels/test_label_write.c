/* Suggestions for labelling tools, and back through their readers: the same code for every pixel.
 * Every class, holes, islands of one pixel, borders, every code of unlabelled pixels; names that
 * would break out of XML and JSON; label sets as documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "io/labels/cvat.h"
#include "io/labels/cvat_write.h"
#include "io/labels/segments.h"
#include "io/labels/segments_write.h"
#include "io/labels/supervisely.h"
#include "io/labels/supervisely_write.h"
#include "io/text/jsondoc.h"
#include "stages/layers/labels_paint.h"
#include "support/tmpdir.h"

enum { SIDE_MAX = 65, PATTERNS = 12 };

static struct tmpdir dir;

/* ---- patterns ---- */

static uint32_t noise(int x, int y)
{
    uint32_t v = (uint32_t)x * 2654435761U ^ (uint32_t)y * 2246822519U;
    v ^= v >> 15;
    v *= 2246822519U;
    return v >> 13;
}

static int ring(int x, int y, int side)
{
    int edge = x < y ? x : y, other = side - 1 - (x > y ? x : y);
    return edge < other ? edge : other;
}

/* A number from 0 for each pixel; the caller makes a class of it. */
static int value_of(int pattern, int x, int y, int side)
{
    switch (pattern) {
    case 0: /* one class everywhere */
        return 3;
    case 1: /* each pixel its own */
        return (int)noise(x, y);
    case 2: /* rings: holes in holes */
        return ring(x, y, side);
    case 3: /* a border of one pixel */
        return ring(x, y, side) == 0;
    case 4: /* islands of one pixel */
        return x % 3 == 1 && y % 3 == 1 ? 4 : 1;
    case 5: /* the four corners */
        return (x == 0 || x == side - 1) && (y == 0 || y == side - 1) ? 5 : 0;
    case 6: /* a chessboard */
        return (x + y) % 2;
    case 7: /* columns */
        return x;
    case 8: /* rows */
        return y;
    case 9: /* the first pixel alone */
        return x == 0 && y == 0 ? 2 : 4;
    case 10: /* the last pixel alone */
        return x == side - 1 && y == side - 1 ? 2 : 4;
    default: /* areas with ragged edges */
        return (x / 9 + y / 7 + (int)(noise(x, y) % 8 == 0)) % 7;
    }
}

static void fill(const struct label_set *s, int pattern, int side, uint8_t *px)
{
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
            *px++ = s->class[(size_t)value_of(pattern, x, y, side) % s->n].code;
}

/* ---- writing and reading ---- */

static const char *write_file(const char *name, const char *data, size_t len)
{
    static char path[1024];
    tmpdir_write(&dir, name, data, len);
    return tmpdir_path(&dir, name, path);
}

static const char *write_cvat(const struct label_set *s, const struct label_image *image)
{
    struct text t = {0};
    cvat_write_begin(s, 1, &t);
    cvat_write_image(s, 0, image, &t);
    cvat_write_end(&t);
    assert_false(t.failed);
    const char *path = write_file("annotations.xml", t.s, t.len);
    free(t.s);
    return path;
}

static const char *write_segments(const struct label_set *s, const struct label_image *image)
{
    struct jsonout j = {0};
    struct pngfile_image mask = {0};
    struct err e = ERR_INIT;
    /* the image's name may be no file's: the URL counts */
    segments_write_begin(s, &j);
    segments_write_sample(s, image, "images/", "mask.png", &j);
    segments_write_end(&j);
    assert_int_equal(segments_write_mask(s, image, &mask, &e), 0);
    write_file("mask.png", (const char *)mask.data, mask.len);
    const char *path = write_file("release.json", j.text.s, j.text.len);
    pngfile_image_clear(&mask);
    jsonout_clear(&j);
    return path;
}

static const char *write_supervisely(const struct label_set *s, const struct label_image *image)
{
    struct jsonout j = {0};
    struct supervisely_writer *w;
    struct err e = ERR_INIT;
    assert_int_equal(supervisely_writer_create(&w, &e), 0);
    assert_int_equal(supervisely_write_image(w, s, image, &j, &e), 0);
    supervisely_writer_destroy(w);
    const char *path = write_file("tile_3_4.png.json", j.text.s, j.text.len);
    jsonout_clear(&j);
    return path;
}

static const struct {
    const char *name;
    const struct label_tool *tool;
    const char *(*write)(const struct label_set *s, const struct label_image *image);
} tools[] = {{"cvat", &cvat_tool, write_cvat},
             {"segments", &segments_tool, write_segments},
             {"supervisely", &supervisely_tool, write_supervisely}};

static void read_back(size_t tool, const struct class_map *map, const char *path,
                      const struct label_image *image)
{
    static uint8_t px[SIDE_MAX * SIDE_MAX], scratch[SIDE_MAX * SIDE_MAX];
    struct err e = ERR_INIT;
    void *source;
    if (tools[tool].tool->open(path, map, &source, &e) != 0)
        fail_msg("%s: %s", tools[tool].name, e.msg);
    assert_int_equal(tools[tool].tool->count(source), 1);
    if (tools[tool].tool != &supervisely_tool) /* its name is that of the file */
        assert_string_equal(tools[tool].tool->name(source, 0), image->name);
    struct label_canvas to = labels_paint_begin(map, image->size, px, scratch);
    if (tools[tool].tool->render(source, 0, &to, &e) != 0)
        fail_msg("%s: %s", tools[tool].name, e.msg);
    for (int i = 0; i < image->size * image->size; i++)
        if (px[i] != image->px[i])
            fail_msg("%s, %s: column %d, row %d is %d, not %d", tools[tool].name, map->name,
                     i % image->size, i / image->size, px[i], image->px[i]);
    tools[tool].tool->close(source);
}

static void round_trip(const struct class_map *map, const char *name, int side, int pattern)
{
    static uint8_t px[SIDE_MAX * SIDE_MAX];
    struct class_map read = *map;
    struct label_set s;
    struct err e = ERR_INIT;
    assert_int_equal(label_set_of(map, &s, &e), 0);
    fill(&s, pattern, side, px);
    const struct label_image image = {name, side, px};
    for (size_t t = 0; t < sizeof tools / sizeof tools[0]; t++) {
        const char *path = tools[t].write(&s, &image);
        for (size_t k = 0; k < s.n; k++) {
            read.unlabelled = s.class[k].code;
            read_back(t, &read, path, &image);
        }
    }
}

static void get(const char *name, struct class_map *m)
{
    struct err e = ERR_INIT;
    if (classmap_find(name, m, &e) != 0)
        fail_msg("%s", e.msg);
}

static void every_pattern(void **state)
{
    (void)state;
    static const char *const maps[] = {"label", "kappaset"};
    static const int sides[] = {1, 2, 3, 64, SIDE_MAX};
    struct class_map m;
    for (size_t k = 0; k < 2; k++) {
        get(maps[k], &m);
        for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
            for (int p = 0; p < PATTERNS; p++)
                round_trip(&m, "tile_3_4.png", sides[i], p);
    }
}

/* ---- names ---- */

static const char *const hostile[] = {
    "a<b>&amp;\"'", "</image><image name=\"x\">",
    "]]><!--",      "{\"id\": 1}",
    "\\u0000\\",    "\xC3\xBC\xE2\x98\x81 cloud",
    "; DROP TABLE", "%s%n",
    "=HYPERLINK()", "  blanks  ",
};
enum { HOSTILE = sizeof hostile / sizeof hostile[0] };

static void hostile_names(void **state)
{
    (void)state;
    struct class_map m;
    class_map_init(&m);
    snprintf(m.name, sizeof m.name, "hostile");
    snprintf(m.layer, sizeof m.layer, "X");
    for (size_t i = 0; i < HOSTILE; i++) {
        m.known[i] = true;
        m.code[i] = (uint8_t)(20 * i);
        m.category[i].code = m.code[i];
        snprintf(m.category[i].name, CLASS_NAME_SIZE, "%s", hostile[i]);
        m.categories++;
    }
    for (size_t i = 0; i < HOSTILE; i++) {
        char name[120];
        snprintf(name, sizeof name, "%s tile_3_4.png", hostile[i]);
        round_trip(&m, name, 31, 1);
    }
}

static void refused_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\nb", "\x01", "\xFF", "\xC3", "\xED\xA0\x80"};
    struct class_map m;
    struct label_set s;
    struct err e = ERR_INIT;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        class_map_init(&m);
        snprintf(m.name, sizeof m.name, "mine");
        m.categories = 1;
        snprintf(m.category[0].name, CLASS_NAME_SIZE, "%s", bad[i]);
        assert_int_equal(label_set_of(&m, &s, &e), ERR_USAGE);
        assert_non_null(strstr(e.msg, "mine has a category for code 0"));
    }
    m.categories = 0;
    assert_int_equal(label_set_of(&m, &s, &e), ERR_USAGE);
    assert_string_equal(e.msg, "the class map mine has no categories");
}

/* An image's name that XML cannot have does not break the document. */
static void impossible_name(void **state)
{
    (void)state;
    struct class_map m;
    struct label_set s;
    struct err e = ERR_INIT;
    struct text t = {0};
    struct cvat c;
    static const uint8_t px[1] = {4};
    get("label", &m);
    assert_int_equal(label_set_of(&m, &s, &e), 0);
    cvat_write_begin(&s, 1, &t);
    cvat_write_image(&s, 0,
                     &(struct label_image){"a\x01\xFF"
                                           "b.png",
                                           1, px},
                     &t);
    cvat_write_end(&t);
    assert_int_equal(cvat_parse("a.xml", t.s, t.len, &c, &e), 0);
    assert_string_equal(c.image[0].name, "a\xEF\xBF\xBD\xEF\xBF\xBD"
                                         "b.png");
    cvat_clear(&c);
    free(t.s);
}

/* ---- label sets ---- */

static struct jsondoc *parsed(const struct text *t)
{
    struct jsondoc *doc;
    struct err e = ERR_INIT;
    assert_false(t->failed);
    if (jsondoc_parse("made.json", t->s, t->len, &doc, &e) != 0)
        fail_msg("%s", e.msg);
    return doc;
}

static const char *text_at(const struct jsonvalue *list, size_t i, const char *key)
{
    return jsondoc_text(jsondoc_member(jsondoc_element(list, i), key));
}

static const char *const names[] = {"clear", "cloud_shadow", "semi_transparent_cloud",
                                    "cloud", "missing",      "undefined"};
static const int codes[] = {1, 2, 3, 4, 0, 5};
static const char *const colours[] = {"#00c691", "#0333bf", "#db6a17",
                                      "#f6ff1c", "#000000", "#e68ceb"};

static void label_sets(void **state)
{
    (void)state;
    struct class_map m;
    struct label_set s;
    struct err e = ERR_INIT;
    get("label", &m);
    assert_int_equal(label_set_of(&m, &s, &e), 0);
    assert_int_equal(s.n, 6);
    struct text raw = {0};
    struct jsonout meta = {0}, categories = {0};
    cvat_write_labels(&s, &raw);
    supervisely_write_meta(&s, &meta);
    segments_write_categories(&s, &categories);
    struct jsondoc *doc[3] = {parsed(&raw), parsed(&meta.text), parsed(&categories.text)};
    const struct jsonvalue *cvat = jsondoc_root(doc[0]),
                           *classes = jsondoc_member(jsondoc_root(doc[1]), "classes"),
                           *list = jsondoc_member(jsondoc_root(doc[2]), "categories");
    assert_int_equal(jsondoc_length(cvat), 6);
    assert_int_equal(jsondoc_length(classes), 6);
    assert_int_equal(jsondoc_length(list), 6);
    assert_string_equal(jsondoc_string(doc[2], "format_version"), "0.1");
    assert_string_equal(jsondoc_string(doc[1], "projectType"), "images");
    for (size_t i = 0; i < 6; i++) {
        int64_t id, blue;
        char hex[3];
        assert_int_equal(s.class[i].code, codes[i]);
        assert_int_equal(s.at[codes[i]], i);
        assert_string_equal(text_at(cvat, i, "name"), names[i]);
        assert_string_equal(text_at(cvat, i, "color"), colours[i]);
        assert_string_equal(text_at(cvat, i, "type"), "any");
        assert_true(jsondoc_is_list(jsondoc_member(jsondoc_element(cvat, i), "attributes")));
        assert_string_equal(text_at(classes, i, "title"), names[i]);
        assert_string_equal(text_at(classes, i, "color"), colours[i]);
        assert_string_equal(text_at(classes, i, "shape"), "bitmap");
        const struct jsonvalue *category = jsondoc_element(list, i);
        assert_string_equal(text_at(list, i, "name"), names[i]);
        assert_true(jsondoc_int(jsondoc_member(category, "id"), &id));
        assert_int_equal(id, i + 1);
        assert_true(jsondoc_int(jsondoc_element(jsondoc_member(category, "color"), 2), &blue));
        snprintf(hex, sizeof hex, "%02x", (unsigned)blue & 255);
        assert_string_equal(hex, colours[i] + 5);
    }
    /* the readers know the list too */
    struct segments ids;
    assert_int_equal(segments_parse("c.json", categories.text.s, categories.text.len, &ids, &e), 0);
    assert_string_equal(segments_category(&ids, 4), "cloud");
    segments_clear(&ids);
    for (int i = 0; i < 3; i++)
        jsondoc_close(doc[i]);
    free(raw.s);
    jsonout_clear(&meta);
    jsonout_clear(&categories);
}

/* ---- values of other layers ---- */

static void other_layers(void **state)
{
    (void)state;
    struct class_map label, kappa, scl;
    struct label_values v;
    struct err e = ERR_INIT;
    get("label", &label);
    get("kappaset", &kappa);
    get("scl_codes", &scl);
    struct class_layer layer = {.flags = label.flags};
    snprintf(layer.name, sizeof layer.name, "Label");
    memcpy(layer.flag, label.flag, sizeof layer.flag);
    assert_int_equal(label_values_of(&label, &layer, &v, &e), 0);
    for (int i = 0; i < 256; i++)
        assert_true(v.known[i] == (i < 6) && (i > 5 || v.code[i] == i));
    /* by meaning: the other edition swaps 0 and 5 */
    assert_int_equal(label_values_of(&kappa, &layer, &v, &e), 0);
    assert_int_equal(v.code[0], 5);
    assert_int_equal(v.code[4], 4);
    assert_int_equal(v.code[5], 0);
    layer = (struct class_layer){.name = "SCL", .flags = scl.flags};
    memcpy(layer.flag, scl.flag, sizeof layer.flag);
    assert_int_equal(label_values_of(&label, &layer, &v, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "the layer SCL has 11 classes that the map label does not know"));
    assert_non_null(strstr(e.msg, "\"NODATA\", \"SATURATED_DEFECTIVE\""));
    layer.flags = 0;
    assert_int_equal(label_values_of(&label, &layer, &v, &e), ERR_INPUT);
    assert_string_equal(e.msg, "the layer SCL has no classes");
}

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tmpdir_remove(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern), cmocka_unit_test(hostile_names),
        cmocka_unit_test(refused_names), cmocka_unit_test(impossible_name),
        cmocka_unit_test(label_sets),    cmocka_unit_test(other_layers),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
