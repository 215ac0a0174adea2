/* What is read back from a file for its manifest row: statistics, and the shares of its class
 * layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "io/netcdf/layers_nc.h"
#include "stages/folder/manifests.h"
#include "stages/folder/measure.h"
#include "stages/folder/refresh_classes.h"
#include "support/trial_run.h"

enum { SIZE = 128, N = SIZE * SIZE };

static struct run_result made;
static struct params params;
static struct run_options options;
static char product[1024], output[1024], path[2300], manifest[2300];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 128,64,24 --bands B02,B05", product);
    params = trial_params((band_set)1 << band_find("B02") | (band_set)1 << band_find("B05"), SIZE);
    options = trial_options(&test_dir, "out", output);
    trial_run(product, &params, &options, &made);
    snprintf(path, sizeof path, "%s/tile_1_0.nc", made.folder);
    snprintf(manifest, sizeof manifest, "%s/manifest.csv", made.folder);
    return 0;
}

static void must(int r, const struct err *e)
{
    if (r)
        fail_msg("%s", e->msg);
}

static void put(const char *map, const uint8_t *px)
{
    struct class_map m;
    struct err e = ERR_INIT;
    must(classmap_find(map, &m, &e), &e);
    must(layers_put(path, &(struct layer){&m, px, NULL}, 1, SIZE, NULL, &e), &e);
}

static void read_manifest(struct manifest *m)
{
    struct err e = ERR_INIT;
    must(manifest_read(manifest, m, &e), &e);
}

static double share(const struct manifest *m, int32_t x, int32_t y, const char *column)
{
    char name[MANIFEST_CLASS_NAME];
    for (size_t i = 0; i < m->classes; i++) {
        manifest_class_name(&m->class[i], name);
        if (strcmp(name, column) == 0)
            return (double)manifest_find(m, x, y)->fraction[i];
    }
    return NAN;
}

static void look(struct manifest *m, struct manifest_row *row)
{
    struct err e = ERR_INIT;
    struct measure_work *work;
    struct h5file *f;
    struct class_layers layers;
    must(measure_work_create(SIZE, &work, &e), &e);
    must(h5file_open(path, &f, &e), &e);
    must(measure_file(work, m->bands, f, row, &e), &e);
    manifest_row_no_classes(row);
    must(layers_list(f, &layers, &e), &e);
    assert_int_equal(layers.n, 2);
    assert_false(measure_has_layers(m, &layers, row));
    assert_int_equal(measure_layers(work, m, f, &layers, row, &e),
                     ERR_INPUT); /* the manifest has no columns yet */
    must(measure_add_layers(m, &layers, &e), &e);
    must(measure_layers(work, m, f, &layers, row, &e), &e);
    assert_true(measure_has_layers(m, &layers, row));
    struct manifest_row more = *row;
    must(manifest_add_layer(m, "Other", NULL, 0, &e), &e);
    memmove(&more.fraction[7], &more.fraction[6], sizeof *more.fraction);
    more.fraction[6] = 1; /* of a layer that the file does not have */
    assert_false(measure_has_layers(m, &layers, &more));
    free(layers.s);
    h5file_close(f);
    measure_work_destroy(work);
}

static void layers_are_counted(void **state)
{
    (void)state;
    uint8_t label[N], probability[N];
    struct manifest m;
    struct manifest_row row;
    double sum = 0;
    for (int i = 0; i < N; i++) {
        label[i] = i < 1000 ? LABEL_CLOUD : i < 1003 ? LABEL_MISSING : LABEL_CLEAR;
        probability[i] = (uint8_t)(i % 101);
        sum += i % 101;
    }
    put("label", label);
    put("s2cloudless_probability", probability);
    read_manifest(&m);
    row = *manifest_find(&m, 1, 0);
    const struct manifest_row before = row;
    look(&m, &row);
    assert_true(manifest_row_equal(&before, &row, m.bands));
    assert_int_equal(m.classes, 8);
    assert_true(fabs((double)row.fraction[1] - 1000.0 / N) < 5.1e-7); /* Label_CLOUD */
    assert_true(fabs((double)row.fraction[3] - 3.0 / N) < 5.1e-7); /* Label_MISSING */
    manifest_clear(&m);
    /* a rerun notes them, and keeps them */
    for (int i = 0; i < 2; i++) {
        struct err e = ERR_INIT;
        must(run_product(product, &params, &options, NULL, &made, &e), &e);
        assert_int_equal(made.skipped, 4);
        read_manifest(&m);
        assert_true(fabs(share(&m, 1, 0, "Label_CLEAR") - (N - 1003.0) / N) < 5.1e-7);
        assert_true(fabs(share(&m, 1, 0, "SS2CC_mean") - sum / N) < 5.1e-4);
        assert_true(isnan(share(&m, 0, 0, "Label_CLEAR")));
        manifest_clear(&m);
    }
}

static void manifests_are_refreshed(void **state)
{
    (void)state;
    uint8_t label[N] = {0};
    struct strlist manifests = {0}, files = {0}, none = {0};
    struct manifest m;
    struct err e = ERR_INIT;
    memset(label, LABEL_CLOUD, sizeof label);
    put("label", label);
    must(manifests_find(output, &manifests, &e), &e);
    assert_int_equal(manifests.n, 1);
    must(refresh_classes(&manifests, &none, &none, &e), &e);
    read_manifest(&m);
    assert_true(share(&m, 1, 0, "Label_CLOUD") < 0.5); /* it was not asked for */
    manifest_clear(&m);
    must(strlist_add(&files, path, strlen(path), &e), &e);
    must(refresh_classes(&manifests, &files, &none, &e), &e);
    read_manifest(&m);
    assert_true(share(&m, 1, 0, "Label_CLOUD") > 0.999999);
    assert_true(share(&m, 1, 0, "Label_CLEAR") < 1e-7);
    char name[MANIFESTS_PRODUCT];
    must(manifests_product(manifests.s[0], &m, name, &e), &e);
    assert_non_null(strstr(product, name));
    m.n = 0;
    assert_int_equal(manifests_product(manifests.s[0], &m, name, &e), ERR_INPUT);
    manifest_clear(&m);
    strlist_clear(&manifests);
    strlist_clear(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_are_counted),
                                       cmocka_unit_test(manifests_are_refreshed)};
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
