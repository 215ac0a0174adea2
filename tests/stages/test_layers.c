/* Class layers put into files: their own values and attributes, their place, and everything else as
 * it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "io/netcdf/layers_nc.h"
#include "stages/jobs/verify.h"
#include "support/trial_run.h"

enum { SIZE = 128 };

static char product[1024];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 128,64,24 --bands B02,B05,TCI", product);
    return 0;
}

static struct ncfile *open_file(const char *path)
{
    struct ncfile *f;
    struct err e = ERR_INIT;
    if (ncfile_open(path, &f, &e))
        fail_msg("%s", e.msg);
    return f;
}

static void same_atts(struct ncfile *a, int i, struct ncfile *b, int j)
{
    static const size_t size_of[] = {1, 1, 2, 4, 4, 8};
    assert_int_equal(ncfile_att_count(a, i), ncfile_att_count(b, j));
    for (int k = 0; k < ncfile_att_count(a, i); k++) {
        struct ncfile_att s, t;
        assert_int_equal(ncfile_att_at(a, i, k, &s, NULL), 0);
        assert_int_equal(ncfile_att_at(b, j, k, &t, NULL), 0);
        assert_string_equal(s.name, t.name);
        assert_int_equal(s.kind, t.kind);
        assert_int_equal(s.n, t.n);
        assert_memory_equal(s.values, t.values, s.n * size_of[s.kind]);
        free(s.values);
        free(t.values);
    }
}

/* Variable i of `a` is variable j of `b`: dimensions, attributes, and what is stored. */
static void same_var(struct ncfile *a, int i, struct ncfile *b, int j)
{
    struct ncfile_var s, t;
    assert_int_equal(ncfile_var_at(a, i, &s, NULL), 0);
    assert_int_equal(ncfile_var_at(b, j, &t, NULL), 0);
    assert_string_equal(s.name, t.name);
    assert_int_equal(s.kind, t.kind);
    assert_int_equal(s.n_dims, t.n_dims);
    same_atts(a, i, b, j);
    if (s.n_dims == 2) {
        struct h5raster_chunk c, d;
        static float room[SIZE * SIZE];
        const enum h5raster_value value = s.kind == NC_KIND_UBYTE ? H5RASTER_BYTE : H5RASTER_FLOAT;
        const struct h5raster_rows all = {s.name, value, {0, 0, SIZE, SIZE},
                                          true,   room,  sizeof room};
        assert_string_equal(s.dim_name[0], t.dim_name[0]);
        assert_int_equal(h5raster_read(ncfile_h5(a), &all, &c, NULL), 0);
        assert_int_equal(h5raster_read(ncfile_h5(b), &all, &d, NULL), 0);
        assert_int_equal(c.len, d.len);
        assert_true(c.bytes && d.bytes);
        assert_int_equal(c.how.shuffled, d.how.shuffled);
        assert_memory_equal(c.bytes, d.bytes, c.len);
        free(c.bytes);
        free(d.bytes);
    } else {
        void *c, *d;
        assert_int_equal(ncfile_read_values(a, i, &c, NULL), 0);
        assert_int_equal(ncfile_read_values(b, j, &d, NULL), 0);
        assert_memory_equal(c, d, s.n_dims ? s.dim_len[0] * 8 : 4);
        free(c);
        free(d);
    }
}

static void put(const char *path, const char *map, const uint8_t *px)
{
    struct class_map m;
    struct err e = ERR_INIT;
    if (classmap_find(map, &m, &e) ||
        layers_put(path, &(struct layer){&m, px, NULL}, 1, SIZE, NULL, &e))
        fail_msg("%s", e.msg);
}

static void no_fault(void *ctx, const struct verify_fault *fault)
{
    (void)ctx;
    print_message("%s: %s\n", fault->path, fault->what);
}
static void nothing(void *ctx, const char *manifest, size_t files)
{
    (void)ctx;
    (void)manifest;
    (void)files;
}
static void no_file(void *ctx) { (void)ctx; }

static void check_file(const char *path, const char *before, bool georef)
{
    uint8_t px[SIZE * SIZE], got[SIZE * SIZE];
    char text[6000];
    char was[1024];
    for (int i = 0; i < SIZE * SIZE; i++)
        px[i] = (uint8_t)(i * 7 % 6);
    put(path, "label", px);
    put(path, "fmask", px);
    snprintf(text, sizeof text, "cp '%s' '%s'", path, tmpdir_path(&test_dir, "was.nc", was));
    assert_int_equal(system(text), 0);
    uint8_t other[SIZE * SIZE] = {0};
    put(path, "label", other);
    assert_false(trial_same_files(path, was));
    put(path, "label", px);
    assert_true(
        trial_same_files(path, was)); /* replaced in its place: nothing is left of the other one */
    struct ncfile *a = open_file(before), *b = open_file(path);
    int n = ncfile_var_count(a), bands = 2;
    assert_int_equal(n, georef ? 5 : 2);
    assert_int_equal(ncfile_var_count(b), n + 2);
    for (int i = 0; i < n; i++)
        same_var(a, i, b, i < bands ? i : i + 2);
    same_atts(a, -1, b, -1);
    struct ncfile_var v;
    assert_int_equal(ncfile_var_at(b, 2, &v, NULL), 0);
    assert_string_equal(v.name, "Label");
    assert_int_equal(ncfile_var_at(b, 3, &v, NULL), 0);
    assert_string_equal(v.name, "FMC");
    assert_true(ncfile_text(b, "Label", "flag_meanings", text, sizeof text));
    assert_string_equal(text, "MISSING CLEAR CLOUD_SHADOW SEMI_TRANSPARENT_CLOUD CLOUD UNDEFINED");
    assert_int_equal(ncfile_text(b, "Label", "grid_mapping", text, sizeof text), georef);
    assert_int_equal(layers_read(ncfile_h5(b), "Label", SIZE, got, NULL), 0);
    assert_memory_equal(got, px, sizeof px);
    ncfile_close(a);
    ncfile_close(b);
}

static void kept(void **state)
{
    (void)state;
    for (int k = 0; k < 8; k++) {
        /* also behind a band that is bytes, as layers are */
        const char *second = k & 4 ? "TCI_G" : "B05";
        struct params p =
            trial_params((band_set)1 << band_find("B02") | (band_set)1 << band_find(second), SIZE);
        p.profile = k & 1 ? PROFILE_KAPPAZETA : PROFILE_GEOREF;
        p.deflate = k & 2 ? 0 : 1;
        char name[16], output[1024], path[2300], before[2300], command[5000];
        snprintf(name, sizeof name, "out%d", k);
        struct run_options o = trial_options(&test_dir, name, output);
        struct run_result r;
        trial_run(product, &p, &o, &r);
        assert_int_equal(r.made, 4);
        snprintf(path, sizeof path, "%s/tile_1_0.nc", r.folder);
        snprintf(before, sizeof before, "%s/%s.before", test_dir.path, name);
        snprintf(command, sizeof command, "cp '%s' '%s'", path, before);
        assert_int_equal(system(command), 0);
        check_file(path, before, !(k & 1));
        assert_int_equal(run_product(product, &p, &o, NULL, &r, NULL),
                         0); /* labels survive a rerun */
        assert_int_equal(r.skipped, 4);
        struct ncfile *f = open_file(path);
        assert_true(layers_has(f, "Label"));
        ncfile_close(f);
        const struct verify_observer observer = {nothing, no_file, no_fault, NULL};
        struct verify_result v;
        assert_int_equal(verify_folder(r.folder, 1, NULL, &observer, &v, NULL), 0);
        assert_int_equal(v.faults, 0);
        uint8_t wrong[SIZE * SIZE] = {[SIZE + 3] = 6};
        put(path, "label", wrong);
        assert_int_equal(verify_folder(r.folder, 1, NULL, &observer, &v, NULL), 0);
        assert_int_equal(v.faults, 1);
    }
}

static void refused(void **state)
{
    (void)state;
    struct class_map m;
    struct err e = ERR_INIT;
    char path[1024];
    static const uint8_t px[SIZE * SIZE];
    assert_int_equal(classmap_find("label", &m, &e), 0);
    tmpdir_write(&test_dir, "bad.nc", "no NetCDF", 9);
    tmpdir_path(&test_dir, "bad.nc", path);
    assert_int_equal(layers_put(path, &(struct layer){&m, px, NULL}, 1, SIZE, NULL, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "bad.nc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kept), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
