/* layers.csv: written, read back, replaced; a damaged one is ignored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/folder/layer_origins.h"
#include "io/folder/outfile.h"
#include "support/tmpdir.h"

static struct tmpdir dir;
static char manifest[1024], csv[1024];

static const struct class_origin cvat = {"cvat a b.xml", "0123456789abcdef", "label",
                                         "fedcba9876543210"},
                                 mask = {"mask m.jp2", "00000000ffffffff", "fmask",
                                         "0000000000000001"};

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&dir);
    tmpdir_path(&dir, "manifest.csv", manifest);
    tmpdir_path(&dir, "layers.csv", csv);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tmpdir_remove(&dir);
    return 0;
}

static struct layer_origins *read_rows(void)
{
    struct layer_origins *o;
    struct err e = ERR_INIT;
    if (layer_origins_read(manifest, &o, &e))
        fail_msg("%s", e.msg);
    return o;
}

static void put(struct layer_origins *o, const char *file, const char *layer,
                const struct class_origin *origin)
{
    struct err e = ERR_INIT;
    assert_int_equal(layer_origins_put(o, file, layer, origin, &e), 0);
}

static void expect(struct layer_origins *o, const char *file, const char *layer,
                   const struct class_origin *want)
{
    struct class_origin got;
    assert_int_equal(layer_origins_find(o, file, layer, &got), want != NULL);
    if (want) {
        assert_string_equal(got.source, want->source);
        assert_string_equal(got.digest, want->digest);
        assert_string_equal(got.map, want->map);
        assert_string_equal(got.map_digest, want->map_digest);
    }
}

static void write_csv(const char *text)
{
    struct err e = ERR_INIT;
    assert_int_equal(outfile_write(csv, text, strlen(text), &e), 0);
}

static void rows_are_read_as_they_were_written(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char file[32];
    struct layer_origins *o = read_rows();
    expect(o, "tile_0_0.nc", "Label", NULL);
    for (int i = 0; i < 300; i++) {
        snprintf(file, sizeof file, "tile_%d_%d.nc", i * 7 % 300, i);
        put(o, file, "Label", i % 2 ? &cvat : &mask);
    }
    put(o, "tile_0_0.nc", "FMC", &mask);
    put(o, "tile_0_0.nc", "Label", &cvat); /* replaces a row */
    put(o, "odd.nc", "Label",
        &(struct class_origin){"cvat a,b\"c\nd", "0123456789abcdef", "label", "0123456789abcdef"});
    assert_int_equal(layer_origins_save(o, &e), 0);
    layer_origins_destroy(o);
    o = read_rows();
    expect(o, "tile_0_0.nc", "Label", &cvat);
    expect(o, "tile_0_0.nc", "FMC", &mask);
    expect(o, "odd.nc", "Label",
           &(struct class_origin){"cvat a_b_c_d", "0123456789abcdef", "label", "0123456789abcdef"});
    expect(o, "tile_0_0.nc", "Other", NULL);
    for (int i = 1; i < 300; i++) {
        snprintf(file, sizeof file, "tile_%d_%d.nc", i * 7 % 300, i);
        expect(o, file, "Label", i % 2 ? &cvat : &mask);
    }
    layer_origins_destroy(o);
}

static void the_file_is_written_only_if_a_row_changed(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct layer_origins *o = read_rows();
    put(o, "a.nc", "Label", &cvat);
    assert_int_equal(layer_origins_save(o, &e), 0);
    assert_int_equal(remove(csv), 0);
    put(o, "a.nc", "Label", &cvat);
    assert_int_equal(layer_origins_save(o, &e), 0);
    assert_int_not_equal(remove(csv), 0); /* it was not written */
    put(o, "a.nc", "Label", &mask);
    assert_int_equal(layer_origins_save(o, &e), 0);
    assert_int_equal(remove(csv), 0);
    layer_origins_destroy(o);
}

#define HEADER "file,layer,source,source_digest,class_map,class_map_digest\n"
#define GOOD   "a.nc,Label,cvat a.xml,0123456789abcdef,label,0123456789abcdef\n"

static void a_damaged_file_has_no_rows(void **state)
{
    (void)state;
    static const char *const text[] = {
        "",
        "file,layer\n",
        HEADER GOOD "b.nc,Label,cvat a.xml,0123456789abcdef,label\n", /* a field is missing */
        HEADER GOOD GOOD, /* twice */
        HEADER GOOD "b.nc,Label,cvat a.xml,0123456789abcdef0,label,0\n", /* too long */
        HEADER GOOD ",Label,cvat a.xml,0,label,0\n", /* no file */
        HEADER GOOD "b.nc,Label,cvat a.xml,0123456789abcdef,label,0123456789abcdef", /* cut off */
    };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        write_csv(text[i]);
        struct layer_origins *o = read_rows();
        expect(o, "a.nc", "Label", NULL);
        put(o, "a.nc", "Label", &mask); /* it can be filled again */
        expect(o, "a.nc", "Label", &mask);
        layer_origins_destroy(o);
    }
    write_csv(HEADER GOOD);
    struct layer_origins *o = read_rows();
    struct class_origin got;
    assert_true(layer_origins_find(o, "a.nc", "Label", &got));
    layer_origins_destroy(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_read_as_they_were_written, setup, teardown),
        cmocka_unit_test_setup_teardown(the_file_is_written_only_if_a_row_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_file_has_no_rows, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
