/* Texts that grow, their ends and their form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/product.h"
#include "core/text.h"

static void text_grows(void **state)
{
    struct text t = {0};
    (void)state;
    text_add(&t, "", 0);
    assert_string_equal(t.s, "");
    for (int i = 0; i < 1000; i++) {
        text_put(&t, "%03d", i);
        text_add(&t, ",;", 1);
    }
    assert_false(t.failed);
    assert_int_equal(t.len, 4000);
    assert_int_equal(strlen(t.s), 4000);
    assert_memory_equal(t.s + 3992, "998,999,", 8);
    free(t.s);
}

static void a_failed_text_stays_as_it_is(void **state)
{
    struct text t = {.failed = true};
    (void)state;
    text_add(&t, "x", 1);
    text_put(&t, "%d", 1);
    assert_null(t.s);
    assert_int_equal(t.len, 0);
}

static void ends(void **state)
{
    (void)state;
    assert_true(text_ends_with("a/manifest.csv", ".csv"));
    assert_true(text_ends_with(".csv", ".csv"));
    assert_true(text_ends_with("x", ""));
    assert_true(text_ends_with("", ""));
    assert_false(text_ends_with("csv", ".csv"));
    assert_false(text_ends_with("a.csv ", ".csv"));
    assert_false(text_ends_with("", "x"));
}

static void forms(void **state)
{
    (void)state;
    assert_true(text_matches("T35VLF", "T00AAA"));
    assert_true(text_matches("T35VLF_20200529T094041", "T00AAA"));
    assert_true(text_matches("anything", ""));
    assert_false(text_matches("T35VL", "T00AAA")); /* the end is no capital letter */
    assert_false(text_matches("", "0"));
    assert_false(text_matches("T35vLF", "T00AAA"));
    assert_false(text_matches("TA5VLF", "T00AAA"));
    assert_false(text_matches("S35VLF", "T00AAA"));
}

static void product_names(void **state)
{
    static const struct product p = {.name = "S2A_X"};
    (void)state;
    assert_int_equal(product_name_length("S2A_X.SAFE", 10), 5);
    assert_int_equal(product_name_length("S2A_X.SAFE/3_4", 10), 5);
    assert_int_equal(product_name_length("S2A_X", 5), 5);
    assert_int_equal(product_name_length("S2A_X.SAFE.zip", 14), 14);
    assert_int_equal(product_name_length(".SAFE", 5), 5);
    assert_int_equal(product_name_length("", 0), 0);
    assert_true(product_is_named(&p, "S2A_X.SAFE"));
    assert_false(product_is_named(&p, "S2A_X"));
    assert_false(product_is_named(&p, "S2A_XY.SAFE"));
    assert_false(product_is_named(&p, "S2A_X.SAFE.zip"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows),    cmocka_unit_test(a_failed_text_stays_as_it_is),
        cmocka_unit_test(ends),          cmocka_unit_test(forms),
        cmocka_unit_test(product_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
