/* Subscene files: written and read back, stored values, the two profiles, damage, the same
 * bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/netcdf/layers_nc.h"
#include "io/netcdf/subscene_nc.h"
#include "support/tmpdir.h"

enum { SIZE = 64, SAMPLES = SIZE * SIZE };

static uint16_t dn[3][SAMPLES];
static const int bands[3] = {1, 8, 12}; /* B02, B8A, B12 */

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < SAMPLES; i++)
            dn[b][i] = (uint16_t)(i * (b + 7) + (i >> 3));
    return 0;
}

static const struct product product = {
    .name = "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441",
    .level = "L1C",
    .baseline = "02.09",
    .spacecraft = "Sentinel-2A",
    .tile_id = "T35VLF",
    .sensing_time = "2020-05-29T09:40:41.024Z",
    .quantification = 10000,
    .band[8] = {.offset = -1000}};

static struct params make_params(enum file_profile profile, int deflate)
{
    struct params p = {.bands = 1U << 1 | 1U << 8 | 1U << 12,
                       .size = SIZE,
                       .resolution_m = 10,
                       .filter = "sinc",
                       .lobes = 4,
                       .engine = "fft",
                       .profile = profile,
                       .deflate = deflate};
    return p;
}

static void write_file(const struct params *params, const char *path)
{
    static const struct geogrid grid = {32635, 300000, 6500040, 10, 10980, 10980};
    struct subscene_writer *w;
    struct err e = ERR_INIT;
    char text[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    params_format(params, text);
    params_digest(text, digest);
    struct subscene_meta m = {.product = &product,
                              .params = params,
                              .parameters = text,
                              .digest = digest,
                              .last_modified = "2020-05-29 12:04:41",
                              .grid = &grid,
                              .px = {128, 192, SIZE, SIZE},
                              .x = 2,
                              .y = 3,
                              .valid_fraction = 0.5,
                              .content_hash = "0123456789abcdef"};
    assert_int_equal(subscene_writer_create(params, 0, &w, &e), 0);
    for (int b = 0; b < 3; b++)
        subscene_writer_add(w, bands[b], dn[b]);
    assert_int_equal(subscene_writer_make(w, &m, &e), 0);
    assert_int_equal(subscene_writer_store(w, path, &e), 0);
    subscene_writer_destroy(w);
}

/* Three bands with the same samples. */
static void write_bands(const struct params *params, const struct product *of, const int wanted[3],
                        const uint16_t *px, const char *path)
{
    static const struct geogrid grid = {32635, 300000, 6500040, 10, 10980, 10980};
    struct subscene_writer *w;
    struct err e = ERR_INIT;
    struct subscene_meta m = {.product = of,
                              .params = params,
                              .parameters = "",
                              .digest = "",
                              .last_modified = "",
                              .grid = &grid,
                              .px = {0, 0, SIZE, SIZE},
                              .content_hash = ""};
    assert_int_equal(subscene_writer_create(params, 0, &w, &e), 0);
    for (int b = 0; b < 3; b++)
        subscene_writer_add(w, wanted[b], px);
    assert_int_equal(subscene_writer_make(w, &m, &e), 0);
    assert_int_equal(subscene_writer_store(w, path, &e), 0);
    subscene_writer_destroy(w);
}

static void assert_samples(const char *path)
{
    static uint16_t back[SAMPLES];
    static unsigned char scratch[8 * SAMPLES];
    struct h5file *f;
    struct err e = ERR_INIT;
    assert_int_equal(h5file_open(path, &f, &e), 0);
    for (int b = 0; b < 3; b++) {
        assert_int_equal(
            subscene_nc_read_band(f, band_table[bands[b]].name, SIZE, back, scratch, &e), 0);
        assert_memory_equal(back, dn[b], sizeof back);
    }
    assert_int_equal(subscene_nc_read_band(f, "B03", SIZE, back, scratch, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "B03"));
    h5file_close(f);
}

static void samples_come_back(void **state)
{
    (void)state;
    char path[1024];
    for (int deflate = 0; deflate <= 9; deflate += 3) {
        struct params p = make_params(deflate % 2 ? PROFILE_KAPPAZETA : PROFILE_GEOREF, deflate);
        write_file(&p, tmpdir_path(&test_dir, "a.nc", path));
        assert_samples(path);
    }
}

static void assert_variables(const char *path, const char *const *names, int n, const char *slow)
{
    struct ncfile *f;
    struct ncfile_var v;
    struct err e = ERR_INIT;
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(ncfile_var_count(f), n);
    for (int i = 0; i < n; i++) {
        assert_int_equal(ncfile_var_at(f, i, &v, &e), 0);
        assert_string_equal(v.name, names[i]);
    }
    assert_int_equal(ncfile_var_at(f, 0, &v, &e), 0);
    assert_string_equal(v.dim_name[0], slow);
    ncfile_close(f);
}

static void variables_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"B02", "B8A", "B12", "x", "y", "crs"};
    char path[1024];
    struct params p = make_params(PROFILE_GEOREF, 1);
    write_file(&p, tmpdir_path(&test_dir, "a.nc", path));
    assert_variables(path, names, 6, "y");
    p = make_params(PROFILE_KAPPAZETA, 1);
    write_file(&p, path);
    assert_variables(path, names, 3, "x");
}

static void places_and_attributes(void **state)
{
    (void)state;
    char path[1024], text[256];
    double x[SIZE], y[SIZE], number;
    struct ncfile *f;
    struct err e = ERR_INIT;
    struct params p = make_params(PROFILE_GEOREF, 1);
    write_file(&p, tmpdir_path(&test_dir, "a.nc", path));
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(ncfile_read_doubles(f, "x", x, SIZE, &e), 0);
    assert_int_equal(ncfile_read_doubles(f, "y", y, SIZE, &e), 0);
    assert_true(x[0] == 300000 + 1285 && x[SIZE - 1] == x[0] + 630);
    assert_true(y[0] == 6500040 - 1925 && y[SIZE - 1] == y[0] - 630);
    assert_true(ncfile_text(f, "crs", "GeoTransform", text, sizeof text));
    assert_string_equal(text, "301280 10 0 6498120 0 -10");
    assert_true(ncfile_number(f, "B8A", "scaling_factor", &number) && number == 2);
    assert_true(ncfile_number(f, "B8A", "offset_removed", &number) && number == -1000);
    assert_true(ncfile_number(f, "B8A", "_FillValue", &number) && number == 0);
    assert_true(ncfile_text(f, "B8A", "resampling_filter", text, sizeof text));
    assert_string_equal(text, "sinc");
    assert_true(ncfile_text(f, NULL, "product_name", text, sizeof text));
    assert_string_equal(text, "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441.SAFE");
    assert_false(ncfile_text(f, NULL, "no_such", text, sizeof text));
    assert_int_equal(ncfile_read_doubles(f, "x", x, SIZE - 1, &e), ERR_INPUT);
    ncfile_close(f);
}

static void same_bytes_every_time(void **state)
{
    (void)state;
    char a[1024], b[1024];
    size_t len_a, len_b;
    struct params p = make_params(PROFILE_GEOREF, 1);
    write_file(&p, tmpdir_path(&test_dir, "a.nc", a));
    write_file(&p, tmpdir_path(&test_dir, "b.nc", b));
    unsigned char *bytes_a = tmpdir_slurp(a, &len_a), *bytes_b = tmpdir_slurp(b, &len_b);
    assert_int_equal(len_a, len_b);
    assert_memory_equal(bytes_a, bytes_b, len_a);
    free(bytes_a);
    free(bytes_b);
}

static void inspection(void **state)
{
    (void)state;
    char path[1024], expected[PARAMS_TEXT_SIZE];
    struct subscene_facts facts;
    struct err e = ERR_INIT;
    struct params p = make_params(PROFILE_GEOREF, 1);
    params_format(&p, expected);
    write_file(&p, tmpdir_path(&test_dir, "a.nc", path));
    assert_int_equal(subscene_nc_inspect(path, p.bands, &facts, &e), 0);
    assert_string_equal(facts.parameters, expected);
    assert_string_equal(facts.product,
                        "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441.SAFE");
    assert_int_equal(facts.size, SIZE);
    assert_int_equal(subscene_nc_inspect(path, p.bands | 1, &facts, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "B01"));
    p = make_params(PROFILE_KAPPAZETA, 1);
    write_file(&p, path);
    assert_int_equal(subscene_nc_inspect(path, p.bands, &facts, &e), 0);
    assert_string_equal(facts.digest, "");
}

/* Cut anywhere, a file is never taken for whole. */
/* AOT in floats, a colour in bytes, compressed or not; a colour is no class layer. */
static void other_bands(void **state)
{
    static const int wanted[] = {3, BAND_AOT, BAND_TCI_B};
    static const char *const names[] = {"B04", "AOT", "TCI_B", "x", "y", "crs"};
    static uint16_t px[SAMPLES], back[SAMPLES];
    static unsigned char scratch[8 * SAMPLES];
    (void)state;
    for (int deflate = 0; deflate <= 1; deflate++) {
        char path[1024], text[128];
        double number;
        struct params p = make_params(PROFILE_GEOREF, deflate);
        struct product ground = product;
        struct subscene_facts facts;
        struct strlist layers;
        struct ncfile_var v;
        struct ncfile *f;
        struct err e = ERR_INIT;
        strcpy(ground.level, "L2A");
        ground.band[BAND_AOT].quantification = 1000;
        p.bands = 1U << 3 | 1U << BAND_AOT | 1U << BAND_TCI_B;
        for (int i = 0; i < SAMPLES; i++)
            px[i] = (uint16_t)(i % 256);
        write_bands(&p, &ground, wanted, px, tmpdir_path(&test_dir, "a.nc", path));
        assert_variables(path, names, 6, "y");
        assert_int_equal(subscene_nc_inspect(path, p.bands, &facts, &e), 0);
        assert_int_equal(ncfile_open(path, &f, &e), 0);
        assert_int_equal(layers_names(ncfile_h5(f), &layers, &e), 0);
        assert_int_equal(layers.n, 0);
        for (int b = 0; b < 3; b++) {
            assert_int_equal(ncfile_var_at(f, b, &v, &e), 0);
            assert_int_equal(v.kind, b == 2 ? NC_KIND_UBYTE : NC_KIND_FLOAT);
            assert_int_equal(subscene_nc_read_band(ncfile_h5(f), names[b], SIZE, back, scratch, &e),
                             0);
            assert_memory_equal(back, px, sizeof back);
        }
        assert_true(ncfile_text(f, "B04", "long_name", text, sizeof text));
        assert_non_null(strstr(text, "bottom of atmosphere"));
        assert_true(ncfile_number(f, "B04", "boa_add_offset", &number));
        assert_false(ncfile_number(f, "B04", "radio_add_offset", &number));
        assert_true(ncfile_number(f, "AOT", "quantification_value", &number) && number == 1000);
        assert_false(ncfile_number(f, "AOT", "offset_removed", &number));
        assert_true(ncfile_text(f, NULL, "source", text, sizeof text));
        assert_non_null(strstr(text, " Level-2A product "));
        ncfile_close(f);
    }
}

/* The ranks are the order in which the attributes are described. */
static void ranks_of_crs(void **state)
{
    const struct geogrid grid = {32635, 300000, 6500040, 10, 64, 64};
    double x[2], y[2];
    int n = 0;
    struct ncspec *s = malloc(sizeof *s);
    (void)state;
    assert_non_null(s);
    ncspec_init(s, 0);
    const int dim[2] = {ncspec_dim(s, "y", 2), ncspec_dim(s, "x", 2)};
    schema_georeference(&grid, (struct rect){0, 0, 2, 2}, s, dim, x, y);
    for (int i = 0; i < s->n_atts; i++)
        if (s->att[i].var >= 0 && strcmp(s->var[s->att[i].var].name, "crs") == 0)
            assert_int_equal(schema_crs_rank(s->att[i].name), n++);
    assert_int_equal(n, 14);
    assert_int_equal(schema_crs_rank("of somebody else"), n);
    free(s);
}

/* A colour that is not there, or of another size. */
static void wrong_colours_are_noticed(void **state)
{
    static const int wanted[] = {3, BAND_AOT, BAND_TCI_B};
    static uint16_t px[SAMPLES], back[SAMPLES];
    static unsigned char scratch[8 * SAMPLES];
    char path[1024];
    struct params p = make_params(PROFILE_GEOREF, 0);
    struct ncfile *f;
    struct err e = ERR_INIT;
    (void)state;
    p.bands = 1U << 3 | 1U << BAND_AOT | 1U << BAND_TCI_B;
    write_bands(&p, &product, wanted, px, tmpdir_path(&test_dir, "a.nc", path));
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(subscene_nc_read_band(ncfile_h5(f), "TCI_R", SIZE, back, scratch, &e),
                     ERR_INPUT);
    assert_non_null(strstr(e.msg, "TCI_R"));
    assert_int_equal(subscene_nc_read_band(ncfile_h5(f), "TCI_B", SIZE - 1, back, scratch, &e),
                     ERR_INPUT);
    assert_non_null(strstr(e.msg, "TCI_B"));
    ncfile_close(f);
}

static void cut_files_are_noticed(void **state)
{
    (void)state;
    char path[1024], cut[1024];
    struct subscene_facts facts;
    size_t len;
    struct params p = make_params(PROFILE_GEOREF, 1);
    write_file(&p, tmpdir_path(&test_dir, "a.nc", path));
    unsigned char *bytes = tmpdir_slurp(path, &len);
    tmpdir_path(&test_dir, "cut.nc", cut);
    for (size_t n = 0; n < len; n += 1 + len / 23) {
        struct err e = ERR_INIT;
        tmpdir_write(&test_dir, "cut.nc", bytes, n);
        assert_int_equal(subscene_nc_inspect(cut, p.bands, &facts, &e), ERR_INPUT);
    }
    free(bytes);
}

/* All 65536 numbers survive float32 and back; nothing else is accepted. */
static void stored_values(void **state)
{
    (void)state;
    static uint16_t k[65536], back[65536];
    static float value[65536];
    for (int i = 0; i < 65536; i++)
        k[i] = (uint16_t)i;
    schema_store(k, value, 65536);
    for (int i = 0; i < 65536; i++)
        assert_true(value[i] == (float)(i / 65535.0));
    assert_true(schema_load(value, back, 65536));
    assert_memory_equal(k, back, sizeof k);
    const float wrong[] = {
        -0.5F, 1.0001F, NAN, INFINITY, -INFINITY, 1e30F, nextafterf(value[3000], 1)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(schema_load(&wrong[i], back, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(samples_come_back, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(variables_in_order, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(places_and_attributes, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(same_bytes_every_time, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(inspection, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(other_bands, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(wrong_colours_are_noticed, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(cut_files_are_noticed, setup, test_dir_remove),
        cmocka_unit_test(ranks_of_crs),
        cmocka_unit_test(stored_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
