/* What the readers of labelling tools share: names, categories, shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/labels/annotation.h"

static void names(void **state)
{
    (void)state;
    assert_true(annotation_name_ok("", 0));
    assert_true(annotation_name_ok("CLOUD \xc3\xb6", 100));
    assert_true(annotation_name_ok("abc", 3));
    assert_false(annotation_name_ok("abcd", 3));
    assert_false(annotation_name_ok("a\nb", 100));
    assert_false(annotation_name_ok("a\x7f", 100));
}

static void each_category_once(void **state)
{
    static const char *const name[] = {"CLOUD", "", "CLEAR", "CLOUD", "", "cloud"};
    static const size_t index[] = {0, 1, 2, 0, 1, 3};
    struct annotation a = {0};
    struct err e = ERR_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof index / sizeof index[0]; i++) {
        size_t at = 99;
        assert_int_equal(annotation_category(&a, name[i], &at, &e), 0);
        assert_int_equal(at, index[i]);
    }
    assert_int_equal(a.category.n, 4);
    annotation_clear(&a);
}

static void categories_have_a_limit(void **state)
{
    struct annotation a = {0};
    struct err e = ERR_INIT;
    char name[20];
    size_t at;
    (void)state;
    for (int i = 0; i < ANNOTATION_CATEGORIES; i++) {
        snprintf(name, sizeof name, "c%d", i);
        assert_int_equal(annotation_category(&a, name, &at, &e), 0);
    }
    assert_int_equal(annotation_category(&a, "c3", &at, &e), 0);
    assert_int_equal(at, 3);
    assert_int_equal(annotation_category(&a, "more", &at, &e), ERR_INPUT);
    assert_int_equal(a.category.n, ANNOTATION_CATEGORIES);
    annotation_clear(&a);
}

static void runs_of_masks(void **state)
{
    struct annotation a = {0};
    struct err e = ERR_INIT;
    (void)state;
    for (uint32_t k = 0; k < 2; k++) {
        struct annotation_shape s = {
            .kind = ANNOTATION_MASK, .run = a.runs, .window = {1, 2, 3, 4 + (int32_t)k}};
        for (uint32_t i = 0; i < 100; i++)
            assert_int_equal(annotation_add_run(&a, &s, 1000 * k + i, &e), 0);
        assert_int_equal(annotation_add(&a, &s, &e), 0);
    }
    struct run_mask m = annotation_mask(&a, &a.shape[1]);
    assert_int_equal(a.shapes, 2);
    assert_int_equal(m.runs, 100);
    assert_int_equal(m.run[99], 1099);
    assert_int_equal(m.window.h, 5);
    annotation_clear(&a);
    assert_int_equal(a.shapes, 0);
}

static void unknown_ones_are_named(void **state)
{
    struct annotation a = {0};
    struct class_map map;
    struct err e = ERR_INIT;
    size_t at;
    (void)state;
    class_map_init(&map);
    snprintf(map.name, sizeof map.name, "mine");
    snprintf(map.category[0].name, sizeof map.category[0].name, "CLOUD");
    map.categories = 1;
    assert_int_equal(annotation_category(&a, "CLOUD", &at, &e), 0);
    assert_int_equal(annotation_check(&a, &map, "a.xml", &e), 0);
    assert_int_equal(annotation_category(&a, "SNOW", &at, &e), 0);
    assert_int_equal(annotation_category(&a, "", &at, &e), 0);
    assert_int_equal(annotation_check(&a, &map, "a.xml", &e), ERR_INPUT);
    assert_string_equal(e.msg,
                        "a.xml: the map mine does not know 2 of its categories: \"SNOW\", \"\"");
    annotation_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(each_category_once),
        cmocka_unit_test(categories_have_a_limit),
        cmocka_unit_test(runs_of_masks),
        cmocka_unit_test(unknown_ones_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
