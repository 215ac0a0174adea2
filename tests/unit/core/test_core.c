/* The small values: errors, rectangles, grids, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/band.h"
#include "core/err.h"
#include "core/geogrid.h"
#include "core/jsonout.h"
#include "core/mem.h"
#include "core/view.h"

static int at_the_cause(struct err *e) { return err_set(e, ERR_INPUT, "no jp2c box"); }

static void errors_gain_context(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(at_the_cause(&e), ERR_INPUT);
    assert_int_equal(err_wrap(&e, "band %s", "B05"), ERR_INPUT);
    assert_string_equal(e.msg, "band B05: no jp2c box");
    assert_int_equal(err_exit_status(e.code), 3);
    assert_int_equal(err_set(NULL, ERR_USAGE, "x"), ERR_USAGE);
}

static void system_errors(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    assert_int_equal(err_sys(&e, ERR_OUTPUT, ENOSPC, "tile_0_0.nc: cannot write"), ERR_TEMPORARY);
    assert_string_equal(e.msg, "tile_0_0.nc: cannot write: No space left on device");
    assert_int_equal(err_exit_status(e.code), 75);
    assert_int_equal(err_sys(&e, ERR_OUTPUT, EACCES, "x"), ERR_OUTPUT);
    assert_int_equal(err_exit_status(e.code), 1);
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char text[1000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    err_set(&e, ERR_INPUT, "%s", text);
    err_wrap(&e, "%s", text);
    err_sys(&e, ERR_INPUT, EIO, "%s", text);
    assert_true(strlen(e.msg) < sizeof e.msg);
}

static void sizes_are_checked(void **state)
{
    (void)state;
    assert_null(mem_alloc(SIZE_MAX / 2, 3));
    assert_null(mem_zalloc(SIZE_MAX, 1));
    void *p = mem_alloc(0, 8);
    assert_non_null(p);
    free(p);
}

static void arrays_grow(void **state)
{
    (void)state;
    int *array = NULL;
    size_t cap = 0;
    struct err e = ERR_INIT;
    for (int i = 0; i < 1000; i++) {
        int *grown = mem_grown(array, (size_t)i, &cap, sizeof *grown, &e);
        assert_non_null(grown);
        array = grown;
        array[i] = i;
    }
    assert_true(cap >= 1000 && array[0] == 0 && array[999] == 999);
    array = mem_grown_by(array, 1000, 100000, &cap, sizeof *array, &e);
    assert_true(array && cap >= 101000 && array[999] == 999);
    const size_t before = cap;
    assert_ptr_equal(mem_grown_by(array, 1000, cap - 1000, &cap, sizeof *array, &e), array);
    assert_int_equal(cap, before);
    cap = SIZE_MAX / 8;
    assert_null(mem_grown(array, cap, &cap, sizeof *array, &e));
    assert_int_equal(e.code, ERR_TEMPORARY);
    assert_int_equal(cap, SIZE_MAX / 8);
    free(array);
}

static void buffers_are_used_again(void **state)
{
    (void)state;
    size_t cap = 0;
    struct err e = ERR_INIT;
    int *buffer = mem_scratch(NULL, 0, &cap, sizeof *buffer, &e);
    assert_non_null(buffer);
    buffer = mem_scratch(buffer, 100, &cap, sizeof *buffer, &e);
    assert_true(buffer && cap == 100);
    memset(buffer, 1, 100 * sizeof *buffer);
    assert_ptr_equal(mem_scratch(buffer, 100, &cap, sizeof *buffer, &e), buffer);
    assert_ptr_equal(mem_scratch(buffer, 3, &cap, sizeof *buffer, &e), buffer);
    assert_null(mem_scratch(buffer, SIZE_MAX / 2, &cap, sizeof *buffer, &e));
    assert_int_equal(e.code, ERR_TEMPORARY);
    assert_int_equal(cap, 0);
}

static void rectangles(void **state)
{
    (void)state;
    struct rect a = {0, 0, 10, 10}, b = {8, 9, 10, 10}, away = {20, 20, 1, 1};
    struct rect common = rect_intersect(a, b), both = rect_union(a, b);
    assert_memory_equal(&common, (&(struct rect){8, 9, 2, 1}), sizeof common);
    assert_memory_equal(&both, (&(struct rect){0, 0, 18, 19}), sizeof both);
    assert_true(rect_is_empty(rect_intersect(a, away)));
    both = rect_union((struct rect){5, 5, 0, 3}, away);
    assert_memory_equal(&both, &away, sizeof both);
}

static void ring_rows_wrap(void **state)
{
    (void)state;
    uint16_t px[6] = {0};
    struct ring r = {px, 2, 2, 3};
    assert_ptr_equal(ring_row(r, 0), px);
    assert_ptr_equal(ring_row(r, 4), px + 2);
    assert_ptr_equal(ring_row(r, 9), px);
}

static void grids(void **state)
{
    (void)state;
    struct geogrid g = {32635, 300000, 6500040, 10, 10980, 10980};
    struct geogrid coarse = geogrid_with_pixel(&g, 60);
    assert_int_equal(coarse.width, 1830);
    assert_true(coarse.pixel_m == 60 && coarse.ulx_m == g.ulx_m && coarse.uly_m == g.uly_m);
    g.width = 7;
    assert_int_equal(geogrid_with_pixel(&g, 20).width, 4);
    int north = -1;
    assert_int_equal(geogrid_utm_zone(32635, &north), 35);
    assert_int_equal(north, 1);
    assert_int_equal(geogrid_utm_zone(32701, &north), 1);
    assert_int_equal(north, 0);
    assert_int_equal(geogrid_utm_zone(32661, &north), 0);
    assert_int_equal(geogrid_utm_zone(4326, &north), 0);
}

static void well_known_text(void **state)
{
    (void)state;
    char wkt[1024], tiny[16];
    assert_true(geogrid_wkt(32718, wkt, sizeof wkt) > 0);
    assert_non_null(strstr(wkt, "UTM zone 18S"));
    assert_non_null(strstr(wkt, "\"central_meridian\",-75]"));
    assert_non_null(strstr(wkt, "\"false_northing\",10000000]"));
    assert_non_null(strstr(wkt, "AUTHORITY[\"EPSG\",\"32718\"]]"));
    assert_int_equal(geogrid_wkt(4326, wkt, sizeof wkt), 0);
    assert_int_equal(geogrid_wkt(32718, tiny, sizeof tiny), 0);
}

static void bands_of_a_set(void **state)
{
    (void)state;
    band_set s = 1U << 1 | 1U << 8 | 1U << 12;
    assert_int_equal(band_set_nth(s, 0), 1);
    assert_int_equal(band_set_nth(s, 2), 12);
    assert_int_equal(band_set_nth(s, 3), -1);
    assert_int_equal(band_set_nth(0, 0), -1);
}

static void json_text(void **state)
{
    (void)state;
    struct jsonout j = {0};
    jsonout_object(&j, NULL);
    jsonout_string(&j, "a", "quote \" slash \\ line\nbell\a \xc3\xa4 bad \xff\xc0\xaf end");
    jsonout_array(&j, "b");
    jsonout_int(&j, NULL, -3);
    jsonout_double(&j, NULL, 0.5);
    jsonout_double(&j, NULL, 1.0 / 0.0);
    jsonout_end_array(&j);
    jsonout_object(&j, "c");
    jsonout_end_object(&j);
    jsonout_bool(&j, "d", true);
    jsonout_null(&j, "e");
    jsonout_end_object(&j);
    assert_false(j.text.failed);
    assert_string_equal(j.text.s, "{\"a\":\"quote \\\" slash \\\\ line\\u000abell\\u0007 \xc3\xa4 "
                                  "bad \\ufffd\\ufffd\\ufffd end\","
                                  "\"b\":[-3,0.5,null],\"c\":{},\"d\":true,\"e\":null}");
    jsonout_clear(&j);
}

/* Nothing in it ends a script, begins a tag or an entity, or ends a line. */
static void json_for_scripts(void **state)
{
    (void)state;
    static const char hostile[] =
        "</script><b>&amp;\xe2\x80\xa8\xe2\x80\xa9 \xe2\x80\xa7 \xe2\x80\xaa \xe2\x80 \xc3\xa4";
    struct jsonout j = {.for_script = true}, plain = {0};
    jsonout_string(&j, NULL, hostile);
    jsonout_string(&plain, NULL, hostile);
    assert_string_equal(j.text.s, "\"\\u003c/script\\u003e\\u003cb\\u003e\\u0026amp;\\u2028\\u2029 "
                                  "\xe2\x80\xa7 \xe2\x80\xaa \\ufffd\\ufffd \xc3\xa4\"");
    assert_non_null(strstr(plain.text.s, "</script><b>&amp;\xe2\x80\xa8\xe2\x80\xa9"));
    jsonout_clear(&j);
    jsonout_clear(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_gain_context),
        cmocka_unit_test(system_errors),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(arrays_grow),
        cmocka_unit_test(buffers_are_used_again),
        cmocka_unit_test(rectangles),
        cmocka_unit_test(ring_rows_wrap),
        cmocka_unit_test(grids),
        cmocka_unit_test(well_known_text),
        cmocka_unit_test(json_text),
        cmocka_unit_test(json_for_scripts),
        cmocka_unit_test(bands_of_a_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
