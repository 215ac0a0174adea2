/* The digests that tell whether a class layer is what its source gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "stages/layers/layer_origin.h"

static struct class_map label_map(void)
{
    struct class_map m;
    struct err e = ERR_INIT;
    if (classmap_find("label", &m, &e))
        fail_msg("%s", e.msg);
    return m;
}

static bool same(const struct class_map *a, const struct class_map *b)
{
    char s[CLASS_DIGEST_SIZE], t[CLASS_DIGEST_SIZE];
    class_map_digest(a, s);
    class_map_digest(b, t);
    assert_int_equal(strlen(s), CLASS_DIGEST_SIZE - 1);
    return strcmp(s, t) == 0;
}

static void every_part_of_a_map_that_has_an_effect_counts(void **state)
{
    (void)state;
    const struct class_map m = label_map();
    struct class_map n = m;
    assert_true(same(&m, &n));
    n.kind = CLASS_BITS;
    assert_false(same(&m, &n));
    n = m;
    n.code[7] = 3;
    assert_true(same(&m, &n) == !m.known[7]); /* the code of an unknown value has no meaning */
    n = m;
    n.known[7] = !n.known[7];
    assert_false(same(&m, &n));
    n = m;
    n.unlabelled = LABEL_CLEAR;
    assert_false(same(&m, &n));
    n = m;
    n.missing = m.missing < 0 ? 255 : -1;
    assert_false(same(&m, &n));
    n = m;
    n.rank[LABEL_CLOUD]++;
    assert_false(same(&m, &n));
    n = m;
    n.flag[1].value = 99;
    assert_false(same(&m, &n));
    n = m;
    memcpy(n.flag[1].meaning, "OTHER", 6);
    assert_false(same(&m, &n));
    n = m;
    n.category[0].code = 99;
    assert_false(same(&m, &n));
    n = m;
    n.categories--;
    assert_false(same(&m, &n));
    n = m;
    n.title[0] = n.title[0] == 'x' ? 'y' : 'x';
    assert_false(same(&m, &n));
}

static void names_places_and_the_order_of_categories_do_not_count(void **state)
{
    (void)state;
    const struct class_map m = label_map();
    struct class_map n = m;
    memcpy(n.name, "other", 6);
    memcpy(n.layer, "Mine", 5);
    n.places = 0;
    n.by_itself = !n.by_itself;
    assert_true(m.categories > 1);
    n.category[0] = m.category[1];
    n.category[1] = m.category[0];
    assert_true(same(&m, &n));
}

static void a_digest_covers_the_source_and_the_codes(void **state)
{
    (void)state;
    uint8_t codes[64] = {0};
    struct checksum given = CHECKSUM_INIT;
    char a[CLASS_DIGEST_SIZE], b[CLASS_DIGEST_SIZE];
    checksum_add(&given, "mask", 4);
    layer_origin_digest(given, codes, sizeof codes, a);
    codes[63] = 1;
    layer_origin_digest(given, codes, sizeof codes, b);
    assert_string_not_equal(a, b);
    codes[63] = 0;
    given = CHECKSUM_INIT;
    checksum_add(&given, "Mask", 4);
    layer_origin_digest(given, codes, sizeof codes, b);
    assert_string_not_equal(a, b);
}

static void a_source_is_one_field_of_a_csv(void **state)
{
    (void)state;
    char source[CLASS_SOURCE_SIZE], name[400];
    layer_origin_source("cvat", "a/b/annotations.xml", source);
    assert_string_equal(source, "cvat annotations.xml");
    layer_origin_source("mask", "a,b\"c\nd.tif", source);
    assert_string_equal(source, "mask a_b_c_d.tif");
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 9, "last.tif", 9);
    layer_origin_source("mask", name, source);
    assert_int_equal(strlen(source), CLASS_SOURCE_SIZE - 1);
    assert_non_null(strstr(source, "xlast.tif"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_a_map_that_has_an_effect_counts),
        cmocka_unit_test(names_places_and_the_order_of_categories_do_not_count),
        cmocka_unit_test(a_digest_covers_the_source_and_the_codes),
        cmocka_unit_test(a_source_is_one_field_of_a_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
