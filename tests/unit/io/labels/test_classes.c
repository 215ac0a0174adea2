/* Class maps: the built-in ones against the codes as they are documented, MAJA's bits over all 256
 * bytes, files that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "support/tmpdir.h"

enum { NOT = -1 }; /* no value of the source */

/* What the codes 0, 1, 2 … become, and 255. */
struct expected {
    const char *map, *layer;
    int codes;
    int code[12];
    int code_of_255;
};

static const struct expected expected[] = {
    {"label", "Label", 6, {0, 1, 2, 3, 4, 5}, NOT},
    {"kappaset", "Label", 6, {5, 1, 2, 3, 4, 0}, NOT},
    {"fmask", "FMC", 5, {1, 1, 2, 1, 4}, 5},
    {"s2cloudless", "SS2C", 2, {1, 4}, NOT},
    {"bhc", "BHC", 8, {5, 5, 4, 4, 2, 1, 1, 1}, NOT},
    {"fmsc", "FMSC", 3, {1, 4, 2}, NOT},
    {"gsfc", "GSFC", 5, {0, 1, 4, 3, 2}, NOT},
    {"dl_l8s2_uv", "DL-L8S2-UV", 3, {5, 1, 4}, NOT},
    {"scl", "SCL", 12, {5, 5, 1, 2, 1, 1, 1, 0, 4, 4, 3, 1}, NOT},
    {"scl_codes", "SCL", 12, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, NOT},
};

static void get(const char *name, struct class_map *m)
{
    struct err e = ERR_INIT;
    if (classmap_find(name, m, &e) != 0)
        fail_msg("%s", e.msg);
}

static void built_in_codes(void **state)
{
    (void)state;
    struct class_map m;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct expected *x = &expected[i];
        get(x->map, &m);
        assert_string_equal(m.name, x->map);
        assert_string_equal(m.layer, x->layer);
        assert_int_equal(m.kind, CLASS_CODES);
        for (int v = 0; v < 256; v++) {
            int want = v < x->codes ? x->code[v] : v == 255 ? x->code_of_255 : NOT;
            if (m.known[v] != (want != NOT) || (want != NOT && m.code[v] != want))
                fail_msg("%s: %d gives %d", x->map, v, m.known[v] ? m.code[v] : NOT);
        }
    }
}

/* Written from the bits' meaning, not from the table's order of tests. */
static int theia(int v)
{
    if (v & 1 << 1)
        return LABEL_CLOUD;
    if (v & 1 << 5 || v & 1 << 6)
        return LABEL_CLOUD_SHADOW;
    if (v & 1 << 4)
        return LABEL_SEMI_TRANSPARENT_CLOUD;
    return v ? LABEL_MISSING : LABEL_CLEAR;
}

static int native(int v)
{
    if (v & 1 << 1)
        return LABEL_CLOUD;
    if (v & 1 << 2 || v & 1 << 3)
        return LABEL_CLOUD_SHADOW;
    if (v & 1 << 6)
        return LABEL_SEMI_TRANSPARENT_CLOUD;
    return v ? LABEL_MISSING : LABEL_CLEAR;
}

static void maja_bits(void **state)
{
    (void)state;
    struct class_map t, n;
    get("maja_theia", &t);
    get("maja_native", &n);
    for (int v = 0; v < 256; v++) {
        assert_true(t.known[v] && n.known[v]);
        assert_int_equal(t.code[v], theia(v));
        assert_int_equal(n.code[v], native(v));
    }
    /* some of them by hand */
    static const struct {
        int value, theia, native;
    } some[] = {
        {0, 1, 1},  {1, 0, 0},   {2, 4, 4},  {4, 0, 2},  {8, 0, 2},  {16, 3, 0},  {32, 2, 0},
        {64, 2, 3}, {128, 0, 0}, {18, 4, 4}, {48, 2, 0}, {76, 2, 2}, {255, 4, 4},
    };
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        assert_int_equal(t.code[some[i].value], some[i].theia);
        assert_int_equal(n.code[some[i].value], some[i].native);
    }
}

static void all_built_in(void **state)
{
    (void)state;
    struct class_map m, again;
    struct err e = ERR_INIT;
    char text[CLASS_MEANINGS_SIZE];
    assert_int_equal(classmap_count(), 17);
    for (size_t i = 0; i < classmap_count(); i++) {
        get(classmap_name(i), &m);
        assert_int_equal(classmap_parse(m.name, classmap_text(i), &again, &e), 0);
        assert_memory_equal(&m, &again, sizeof m);
        assert_true(i == 0 || strcmp(classmap_name(i - 1), classmap_name(i)) < 0);
        if (m.kind == CLASS_KEEP) {
            assert_int_equal(m.flags, 0);
            for (int v = 0; v < 256; v++)
                assert_true(m.known[v] && m.code[v] == v);
        }
    }
    get("FMC", &m);
    assert_string_equal(m.name, "fmask");
    class_map_meanings(&m, text);
    assert_string_equal(text, "MISSING CLEAR CLOUD_SHADOW SEMI_TRANSPARENT_CLOUD CLOUD UNDEFINED");
    assert_int_equal(m.places, 1);
    assert_int_equal(m.place[0].pixel_m, 20);
    get("SCL", &m); /* the one that is named after it */
    assert_string_equal(m.name, "scl");
    assert_true(m.by_itself);
    get("scl_codes", &m);
    assert_false(m.by_itself);
    class_map_meanings(&m, text);
    assert_non_null(strstr(text, "VEGETATION NOT_VEGETATED WATER"));
    get("kappaset", &m);
    class_map_meanings(&m, text);
    assert_string_equal(text, "UNDEFINED CLEAR CLOUD_SHADOW SEMI_TRANSPARENT_CLOUD CLOUD MISSING");
    assert_int_equal(classmap_find("MAJAC", &m, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "maja_native, maja_theia"));
    assert_int_equal(classmap_find("fmsak", &m, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "bhc"));
    assert_non_null(strstr(e.msg, "snow_probability"));
}

static void categories_and_order(void **state)
{
    (void)state;
    struct class_map m;
    get("label", &m);
    assert_int_equal(class_map_category(&m, "SEMI_TRANSPARENT_CLOUD")->code, 3);
    assert_int_equal(class_map_category(&m, "Semi transparent-cloud")->code, 3);
    assert_int_equal(class_map_category(&m, "invalid")->code, LABEL_MISSING);
    assert_int_equal(class_map_category(&m, "NOT_DEFINED")->code, LABEL_UNDEFINED);
    assert_null(class_map_category(&m, "cloudy"));
    assert_null(class_map_category(&m, "clou"));
    assert_null(class_map_category(&m, ""));
    assert_int_equal(m.unlabelled, LABEL_UNDEFINED);
    static const int order[] = {1, 2, 3, 4, 0, 5, 77};
    for (int i = 1; i < 7; i++)
        assert_true(m.rank[order[i - 1]] < m.rank[order[i]]);
    get("kappaset", &m);
    assert_int_equal(class_map_category(&m, "missing")->code, 5);
    assert_int_equal(m.unlabelled, 0);
    assert_true(m.rank[5] < m.rank[0]);
}

#define LAYER "[layer]\nname = X\nkind = codes\n"
#define BITS  "[layer]\nname = X\nkind = bits\nother = 0\n"

static void wrong_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"", "m: [layer] needs name and kind"},
        {"name = X\n", "m: line 1: \"name\" stands before the first"},
        {"[layer]\nname = 1X\n", "m: line 2: name is \"1X\""},
        {"[layer]\nname = a/b\n", "name is \"a/b\""},
        {"[layer]\ncolour = 1\n", "m: line 2: [layer] has no \"colour\""},
        {"[layer]\nkind = code\n", "kind is \"code\": not one of codes, bits, keep"},
        {"[colour]\na = 1\n", "m: line 2: [colour]: the sections are"},
        {LAYER, "m: kind = codes and the section [codes]"},
        {LAYER "[codes]\n0 = 256\n", "m: line 5: [codes] 0 = 256: both are integers"},
        {LAYER "[codes]\n-1 = 0\n", "[codes] -1 = 0"},
        {LAYER "[codes]\n0 = \n", "[codes] 0 = "},
        {LAYER "[codes]\n0 = 1\n0 = 1\n", "m: line 6: [codes] has 0 a second time"},
        {LAYER "[codes]\n0 = 1\n[bits]\n1 = 1\n", "kind = bits and the section [bits]"},
        {BITS "[bits]\n0 = 1\n", "[bits] 0: a mask of bits"},
        {BITS "[bits]\n1 = 1\n", "kind = bits needs [bits] none"},
        {LAYER "paint_order = 1 2 1\n", "paint_order is \"1 2 1\""},
        {LAYER "paint_order = 1 2000\n", "paint_order is"},
        {LAYER "unlabelled = x\n", "unlabelled is \"x\": not an integer from 0 to"},
        {LAYER "[flags]\n1 = A B\n", "[flags] 1 = A B"},
        {LAYER "[flags]\n1 = A\n0 = B\n", "[flags] are not in ascending order: 0 after 1"},
        {LAYER "[categories]\na b = 1\nA_B = 2\n", "m: line 6: [categories] has \"A_B\" a second"},
        {LAYER "[colours]\n256 = 00c691\n", "m: line 5: [colours] 256 = 00c691: a code from 0"},
        {LAYER "[colours]\n0 = 00c69\n", "[colours] 0 = 00c69: "},
        {LAYER "[colours]\n0 = 00c6910\n", "[colours] 0 = 00c6910: "},
        {LAYER "[colours]\n0 = +0c691\n", "[colours] 0 = +0c691: "},
        {LAYER "[colours]\n0 = 00g691\n", "[colours] 0 = 00g691: "},
        {LAYER "[colours]\n0 = #00c691\n", "[colours] 0 = : "},
        {LAYER "[colours]\n0 = red\n", "[colours] 0 = red: "},
        {LAYER "[colours]\n7 = 00c691\n7 = 00c691\n", "m: line 6: [colours] has 7 a second time"},
        {LAYER "[places]\n30 = a\n", "the pixel of a place is \"30\""},
        {LAYER "[places]\n10 = ../a\n", "a place is \"../a\""},
        {"[layer]\nname = X\nkind = keep\nother = 1", "kind = keep has no use"},
        {"[layer\n", "m: line 1 is not `key = value`"},
    };
    struct class_map m;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err e = ERR_INIT;
        int r = classmap_parse("m", wrong[i].text, &m, &e);
        if (r != ERR_USAGE || !strstr(e.msg, wrong[i].says))
            fail_msg("case %zu: %d, \"%s\" instead of \"%s\"", i, r, e.msg, wrong[i].says);
    }
}

static void own_file(void **state)
{
    (void)state;
    static const char text[] = LAYER "other = 9\n[codes]\n7 = 1\n[flags]\n1 = ONE\n9 = REST\n";
    struct tmpdir dir;
    char path[1024];
    struct class_map m;
    struct err e = ERR_INIT;
    tmpdir_make(&dir);
    tmpdir_write(&dir, "mine.ini", text, strlen(text));
    assert_int_equal(classmap_get(tmpdir_path(&dir, "mine.ini", path), &m, &e), 0);
    assert_string_equal(m.name, "mine");
    assert_true(m.known[0] && m.code[0] == 9 && m.code[7] == 1);
    assert_int_equal(m.flags, 2);
    assert_int_equal(classmap_get("none.ini", &m, &e), ERR_INPUT);
    assert_int_equal(classmap_get("scl", &m, &e), 0);
    tmpdir_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_codes), cmocka_unit_test(maja_bits),
        cmocka_unit_test(all_built_in),   cmocka_unit_test(categories_and_order),
        cmocka_unit_test(wrong_files),    cmocka_unit_test(own_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
