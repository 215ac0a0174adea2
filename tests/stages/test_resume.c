/* The second look at what a run made: cheap, yet nothing that is damaged, or whose layers are not
 * understood, is taken for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hdf5.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/labels/classmap.h"
#include "io/netcdf/layers_nc.h"
#include "stages/jobs/verify.h"
#include "support/trial_run.h"
#include "support/warnings.h"

enum { SIZE = 128 };

static struct run_result made;
static struct params params;
static struct run_options options;
static char product[1024], output[1024], path[2300];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 128,64,24 --bands B02,B05", product);
    params = trial_params((band_set)1 << band_find("B02") | (band_set)1 << band_find("B05"), SIZE);
    options = trial_options(&test_dir, "out", output);
    trial_run(product, &params, &options, &made);
    snprintf(path, sizeof path, "%s/tile_1_0.nc", made.folder);
    return 0;
}

/* ---- the file, changed by HDF5 itself ---- */

static hid_t open_for_change(void)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void put_attribute(const char *var, const char *name, hid_t type, const void *value)
{
    hid_t file = open_for_change(), space = H5Screate(H5S_SCALAR);
    assert_true(H5Adelete_by_name(file, var, name, H5P_DEFAULT) >= 0);
    hid_t a =
        H5Acreate_by_name(file, var, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(a >= 0 && H5Awrite(a, type, value) >= 0);
    H5Aclose(a);
    H5Sclose(space);
    H5Fclose(file);
}

/* The band again, of doubles, which are no numbers of a subscene. */
static void store_otherwise(const char *band)
{
    static const float zeros[SIZE * SIZE];
    const hsize_t dims[2] = {SIZE, SIZE}, chunk[2] = {SIZE, SIZE};
    hid_t file = open_for_change(), space = H5Screate_simple(2, dims, NULL),
          list = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Ldelete(file, band, H5P_DEFAULT) >= 0 && H5Pset_chunk(list, 2, chunk) >= 0);
    hid_t set = H5Dcreate2(file, band, H5T_IEEE_F64LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(set >= 0 &&
                H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros) >= 0);
    H5Dclose(set);
    H5Pclose(list);
    H5Sclose(space);
    H5Fclose(file);
}

static void put_layer(const char *map, uint8_t code)
{
    static uint8_t px[SIZE * SIZE];
    struct class_map m;
    struct err e = ERR_INIT;
    memset(px, code, sizeof px);
    if (classmap_find(map, &m, &e) ||
        layers_put(path, &(struct layer){&m, px, NULL}, 1, SIZE, NULL, &e))
        fail_msg("%s", e.msg);
}

/* ---- what is found ---- */

static void run_again(size_t skipped, int told)
{
    struct err e = ERR_INIT;
    warnings_begin();
    int r = run_product(product, &params, &options, NULL, &made, &e);
    warnings_end();
    if (r)
        fail_msg("%s", e.msg);
    assert_int_equal(made.skipped, skipped);
    assert_int_equal(made.made, made.total - skipped);
    assert_int_equal(warnings, told);
}

static char faults[2000];

static void note_fault(void *ctx, const struct verify_fault *f)
{
    size_t n = strlen(faults);
    (void)ctx;
    snprintf(faults + n, sizeof faults - n, "%s: %s: %s\n", f->path, fault_names[f->kind], f->what);
}

static void begin(void *ctx, const char *manifest, size_t files)
{
    (void)ctx;
    (void)manifest;
    (void)files;
}

static void no_file(void *ctx) { (void)ctx; }

/* One fault, of the file, with this reason; NULL: none. */
static void verify(const char *reason)
{
    const struct verify_observer observer = {begin, no_file, note_fault, NULL};
    struct verify_result v;
    struct err e = ERR_INIT;
    faults[0] = '\0';
    assert_int_equal(verify_folder(made.folder, 2, NULL, &observer, &v, &e), 0);
    if (v.faults != (reason != NULL) ||
        (reason && (strncmp(faults, path, strlen(path)) != 0 || !strstr(faults, reason))))
        fail_msg("\"%s\" is not what was found: %s", reason ? reason : "", faults);
}

/* ---- the tests ---- */

static void whole_files_are_kept(void **state)
{
    (void)state;
    run_again(4, 0);
    assert_int_equal(unlink(path), 0);
    run_again(3, 0);
    run_again(4, 0);
    verify(NULL);
}

static void a_band_that_is_missing(void **state)
{
    (void)state;
    hid_t file = open_for_change();
    assert_true(H5Ldelete(file, "B05", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    run_again(3, 1);
    run_again(4, 0);
}

static void a_band_that_is_stored_otherwise(void **state)
{
    (void)state;
    store_otherwise("B05");
    run_again(3, 1);
    run_again(4, 0);
}

/* HDF5 finds nothing wrong with such a file; netCDF-C does, and the checksum tells. */
static void what_netcdf_cannot_open(void **state)
{
    (void)state;
    put_attribute("x", "_Netcdf4Dimid", H5T_C_S1, "a");
    verify("cannot be opened as NetCDF4");
    run_again(3, 1);
    verify(NULL);
}

static void layers(void **state)
{
    (void)state;
    put_layer("label", LABEL_CLOUD);
    put_layer("s2cloudless_probability", 7);
    verify("the manifest has no column Label_MISSING; the file is good");
    run_again(4, 0);
    verify(NULL);
    put_layer("label", LABEL_CLEAR);
    verify(
        "is 1.000000 in the file, and 0.000000 in the manifest, and nothing tells which is right");
    put_layer("label", 77);
    verify("Label: the code 77 at column 0, row 0 is not among its flag_values");
    put_layer("label", LABEL_CLOUD);
    verify(NULL);
    run_again(4, 0);
}

/* The next run makes the changed file again and cannot copy its label: that is told until the label
 * is given up. */
static void lose_label(const char *reason, const char *lost)
{
    struct err e = ERR_INIT;
    verify(reason);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(run_product(product, &params, &options, NULL, &made, &e), ERR_OUTPUT);
        assert_non_null(strstr(e.msg, "1 subscene lost class layers"));
        assert_int_equal(made.made, 1 - i);
    }
    verify(lost);
    options.folder.drop_labels = true;
    run_again(4, 1);
    options.folder.drop_labels = false;
    run_again(4, 0);
    verify(NULL);
}

static void layers_that_are_not_understood(void **state)
{
    (void)state;
    put_attribute("Label", "flag_meanings", H5T_C_S1, "A");
    verify("Label: it has 6 flag_values and 1 flag_meanings");
    run_again(3, 1); /* the layer's chunk is whole, and a built-in class map has its flags */
    verify(NULL);
    put_layer("label", LABEL_CLOUD);
    run_again(4, 0);
    put_attribute("Label", "flag_values", H5T_STD_I32LE, &(int32_t){1});
    run_again(4, 2); /* the manifest has no sum of a file that label changed: it is kept */
    verify("Label: its flag_values are not up to 32 unsigned bytes");
    assert_int_equal(unlink(path), 0);
    run_again(3, 0);
}

/* The manifest remembers the label of a file that is gone. */
static void a_label_that_is_gone(void **state)
{
    (void)state;
    put_layer("label", LABEL_CLOUD);
    run_again(4, 0);
    assert_int_equal(unlink(path), 0);
    lose_label("", "lost class layers (Label);");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_files_are_kept),
        cmocka_unit_test(a_band_that_is_missing),
        cmocka_unit_test(a_band_that_is_stored_otherwise),
        cmocka_unit_test(what_netcdf_cannot_open),
        cmocka_unit_test(layers),
        cmocka_unit_test(layers_that_are_not_understood),
        cmocka_unit_test(a_label_that_is_gone),
    };
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
