/* core/band, core/level, core/product: what the variables are, in which order, and which of them a
 * product's level has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/params.h"
#include "core/product.h"

static const char all[] =
    "B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12,AOT,WVP,TCI_R,TCI_G,TCI_B";

static band_set of_text(const char *text)
{
    char copy[BAND_SET_TEXT];
    band_set s = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *rest = copy, *word; (word = strsep(&rest, ",")) != NULL;) {
        assert_true(band_set_named(word) != 0);
        s |= band_set_named(word);
    }
    return s;
}

static void names_and_order(void **state)
{
    char text[BAND_SET_TEXT];
    (void)state;
    assert_int_equal(BAND_COUNT, 18);
    band_set_format(((band_set)1 << BAND_COUNT) - 1, text);
    assert_string_equal(text, all);
    for (int b = 0; b < BAND_COUNT; b++) {
        assert_int_equal(band_find(band_table[b].name), b);
        assert_int_equal(band_is_byte(b), b >= BAND_TCI_R);
        assert_int_equal(band_table[b].kind == BAND_REFLECTANCE, b < BAND_SPECTRAL_COUNT);
        assert_int_equal(band_in(BAND_SET_SPECTRAL, b), b < BAND_SPECTRAL_COUNT);
        assert_int_equal(band_in(BAND_SET_TCI, b), band_is_byte(b));
    }
    assert_int_equal(band_find("TCI"), -1); /* no variable */
    assert_int_equal(band_find("b02"), -1);
    assert_int_equal(band_find(""), -1);
}

static void named_sets(void **state)
{
    (void)state;
    assert_int_equal(band_set_named("TCI"), BAND_SET_TCI);
    assert_int_equal(band_set_named("TCI_G"), (band_set)1 << BAND_TCI_G);
    assert_int_equal(band_set_named("AOT"), (band_set)1 << BAND_AOT);
    assert_int_equal(band_set_named("SCL"), 0);
    assert_int_equal(band_set_named(""), 0);
    assert_int_equal(band_set_named("TCI_"), 0);
    assert_int_equal(of_text("TCI_B,B02"), of_text("B02,TCI_B"));
    assert_int_equal(band_set_nth(of_text("AOT,TCI,B12"), 0), 12);
    assert_int_equal(band_set_nth(of_text("AOT,TCI,B12"), 4), BAND_TCI_B);
    assert_int_equal(band_set_nth(of_text("AOT,TCI,B12"), 5), -1);
}

static void chooses(const char *level, band_set wanted, const char *expected)
{
    struct product p = {0};
    struct err e = ERR_INIT;
    band_set out = 0;
    char text[BAND_SET_TEXT];
    snprintf(p.level, sizeof p.level, "%s", level);
    if (product_bands(&p, wanted, &out, &e) == 0)
        band_set_format(out, text);
    else
        snprintf(text, sizeof text, "%.90s", e.msg);
    assert_string_equal(text, expected);
}

static void bands_of_levels(void **state)
{
    (void)state;
    chooses("L1C", 0, "B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12");
    chooses("L2A", 0, "B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B11,B12");
    chooses("L1C", of_text("TCI,B10"), "B10,TCI_R,TCI_G,TCI_B");
    chooses("L2A", of_text("WVP,TCI_R,AOT,B02"), "B02,AOT,WVP,TCI_R");
    chooses("L2A", of_text("B10,B11"), "band B10: products of Level-2A have none");
    chooses("L1C", of_text("B02,AOT"), "band AOT: products of Level-1C have none");
    chooses("L1C", of_text("WVP"), "band WVP: products of Level-1C have none");
}

static void levels(void **state)
{
    (void)state;
    assert_ptr_equal(level_find("L2A"), &level_table[LEVEL_L2A]);
    assert_null(level_find("L2Ap"));
    assert_ptr_equal(level_of_xml("MTD_MSIL1C.xml"), &level_table[LEVEL_L1C]);
    assert_null(level_of_xml("MTD_TL.xml"));
}

/* The longest text there can be goes through; one without bands is of no file. */
static void parameters(void **state)
{
    struct params p = {.bands = of_text(all),
                       .size = 10980,
                       .overlap = 0.123456789,
                       .resolution_m = 10,
                       .filter = "sinc",
                       .lobes = 64,
                       .engine = "direct",
                       .edge = EDGE_SHIFT,
                       .keep_offset = true,
                       .profile = PROFILE_KAPPAZETA,
                       .deflate = 9};
    struct params back;
    char text[PARAMS_TEXT_SIZE], expected[PARAMS_TEXT_SIZE];
    struct err e = ERR_INIT;
    (void)state;
    params_format(&p, text);
    snprintf(expected, sizeof expected, "format=2 bands=%s size=10980 ", all);
    assert_memory_equal(text, expected, strlen(expected));
    assert_int_equal(params_parse(text, &back, &e), 0);
    assert_int_equal(back.bands, p.bands);
    p.bands = 0;
    params_format(&p, text);
    assert_non_null(strstr(text, " bands=default size=10980 "));
    assert_int_equal(params_parse(text, &back, &e), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_order), cmocka_unit_test(named_sets),
        cmocka_unit_test(bands_of_levels), cmocka_unit_test(levels),
        cmocka_unit_test(parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
