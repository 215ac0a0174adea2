/* filters/composite and core/composite: the stretch of a product, pixels without data, names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/composite.h"
#include "filters/composite.h"
#include "filters/picture.h"

static struct composite_counts counts;
static struct composite_tables tables;

static void test_stretch(void **state)
{
    (void)state;
    uint16_t dn[1000];
    for (int i = 0; i < 1000; i++)
        dn[i] = (uint16_t)(i + 1);
    composite_count(&counts, dn, 1000);
    const uint16_t others[] = {0, 0, 0, 65535, 65535};
    composite_count(&counts, others, 5);
    struct composite_stretch s = composite_stretch_of(&counts);
    assert_int_equal(s.low, 20);
    assert_int_equal(s.high, 980);
    /* in pieces and in any order it is the same */
    struct composite_counts *other = &counts;
    memset(other, 0, sizeof *other);
    composite_count(other, dn + 500, 500);
    composite_count(other, dn, 500);
    s = composite_stretch_of(other);
    assert_int_equal(s.low, 20);
    assert_int_equal(s.high, 980);
    memset(other, 0, sizeof *other);
    composite_count(other, others, 5);
    s = composite_stretch_of(other);
    assert_int_equal(s.low, 0);
    assert_int_equal(s.high, 0);
}

/* The same greys as the picture of a single band. */
static void test_same_as_picture(void **state)
{
    (void)state;
    static struct picture_stretch work;
    static uint16_t dn[5000];
    static uint8_t grey[5000], rgb[15000];
    for (int i = 0; i < 5000; i++)
        dn[i] = (uint16_t)(i % 97 == 0 ? 0 : i % 89 == 0 ? 65535 : (i * 7919) % 30011);
    memset(&counts, 0, sizeof counts);
    composite_count(&counts, dn, 5000);
    const struct composite_stretch s = composite_stretch_of(&counts);
    composite_tables_init(&tables, (struct composite_stretch[]){s, s, s});
    picture_stretch(&work, dn, 5000, grey);
    composite_draw(&tables, (const uint16_t *[]){dn, dn, dn}, 5000, rgb);
    for (int i = 0; i < 15000; i++)
        assert_int_equal(rgb[i], grey[i / 3]);
}

static void test_no_data(void **state)
{
    (void)state;
    const uint16_t red[] = {5, 0, 5, 5, 65535}, green[] = {5, 5, 0, 5, 9}, blue[] = {5, 5, 5, 0, 1};
    uint8_t rgb[15];
    const struct composite_stretch s = {1, 9};
    composite_tables_init(&tables, (struct composite_stretch[]){s, s, s});
    composite_draw(&tables, (const uint16_t *[]){red, green, blue}, 5, rgb);
    const uint8_t expected[15] = {128, 128, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1};
    assert_memory_equal(rgb, expected, 15);
}

static void test_names(void **state)
{
    (void)state;
    struct composite c;
    struct err e = ERR_INIT;
    char text[COMPOSITE_TEXT];
    for (int i = 0; i < COMPOSITE_COUNT; i++) {
        assert_int_equal(composite_parse(composite_table[i].name, &c, &e), 0);
        assert_string_equal(composite_format(&c, text), composite_table[i].name);
        assert_int_equal(band_set_count(composite_bands(&c)), 3);
    }
    assert_string_equal(band_table[composite_table[0].band[0]].name, "B04");
    assert_string_equal(band_table[composite_table[0].band[2]].name, "B02");
    assert_string_equal(band_table[composite_table[1].band[0]].name, "B11");
    assert_string_equal(band_table[composite_table[1].band[1]].name, "B8A");
    assert_string_equal(band_table[composite_table[1].band[2]].name, "B10");
    assert_int_equal(composite_parse("B11,B8A,B04", &c, &e), 0);
    assert_string_equal(composite_format(&c, text), "B11-B8A-B04");
    assert_int_equal(composite_parse("B04,B04,B04", &c, &e), 0);
    const char *const bad[] = {"",
                               "nature",
                               "B04",
                               "B04,B03",
                               "B04,B03,",
                               ",,",
                               "B04,B03,B02,B01",
                               "B04,B03,B2",
                               "Natural",
                               "b04,b03,b02",
                               "B04,B03,aVeryLongNameThatIsNoBandAtAllAndMore"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(composite_parse(bad[i], &c, &e), ERR_USAGE);
    assert_int_equal(composite_parse("naturel", &c, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "did you mean natural?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretch),
        cmocka_unit_test(test_same_as_picture),
        cmocka_unit_test(test_no_data),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
