/* Files between the stages: what is written comes back, streamed or whole; damage is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/netcdf/ncmake.h"
#include "io/netcdf/stage_nc.h"
#include "support/tmpdir.h"

enum { WIDTH = 60, HEIGHT = 50, ROWS = 16, CHUNK = WIDTH * ROWS };

static uint16_t dn[HEIGHT + ROWS][WIDTH]; /* the rows beyond the raster stay 0 */

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            dn[y][x] = (uint16_t)(y * 1009 + x * 31);
    return 0;
}

static struct stage_meta make_meta(int deflate)
{
    static const struct geogrid grid = {32718, 200040, 8600020, 10, WIDTH, HEIGHT};
    struct stage_meta m = {.kind = STAGE_RESAMPLED,
                           .product = {.name = "S2A_X",
                                       .level = "L1C",
                                       .baseline = "04.00",
                                       .spacecraft = "Sentinel-2A",
                                       .tile_id = "T18LTM",
                                       .sensing_time = "2022-01-25T15:17:01.024Z",
                                       .sensing_compact = "20220125T151701",
                                       .quantification = 10000,
                                       .saturated = 65535,
                                       .has_offset = true,
                                       .grid = {grid},
                                       .band = {[4] = {.offset = -1000, .wavelength_nm = 704.1}}},
                           .params = {.bands = 1U << 4,
                                      .size = 512,
                                      .resolution_m = 10,
                                      .filter = "sinc",
                                      .lobes = 4,
                                      .engine = "fft",
                                      .deflate = deflate},
                           .grid = grid,
                           .px = {0, 0, WIDTH, HEIGHT}};
    return m;
}

/* Streams the raster, the last chunk first: any order does. */
static void write_band(const struct stage_meta *m, const char *path, int chunks)
{
    int band_var[BAND_COUNT];
    double axes[WIDTH + HEIGHT];
    static uint16_t planes[CHUNK];
    static unsigned char packed[4 * CHUNK];
    struct deflater *d = NULL;
    struct ncstream *stream;
    struct err e = ERR_INIT;
    struct ncspec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    if (m->params.deflate > 0)
        assert_int_equal(deflater_create(m->params.deflate, &d, &e), 0);
    stage_nc_describe(m, ROWS, spec, band_var, axes, axes + WIDTH);
    assert_int_equal(ncstream_create(spec, path, &stream, &e), 0);
    for (int i = chunks - 1; i >= 0; i--) {
        size_t len = stage_nc_pack(d, dn[i * ROWS], CHUNK, planes, packed, sizeof packed);
        assert_int_equal(ncstream_chunk(stream, "B05", i * ROWS, packed, len, &e), 0);
    }
    assert_int_equal(ncstream_finish(stream, &e), 0);
    deflater_destroy(d);
    free(spec);
}

/* The same rows in every chunk, of whatever band; not compressed. */
static void write_rows(const struct stage_meta *m, const char *path, const uint16_t *px)
{
    int band_var[BAND_COUNT];
    double axes[WIDTH + HEIGHT];
    struct ncstream *stream;
    struct err e = ERR_INIT;
    struct ncspec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    stage_nc_describe(m, ROWS, spec, band_var, axes, axes + WIDTH);
    assert_int_equal(ncstream_create(spec, path, &stream, &e), 0);
    static unsigned char packed[4 * CHUNK];
    size_t len = stage_nc_pack(NULL, px, CHUNK, NULL, packed, sizeof packed);
    const char *name = band_table[band_set_nth(m->params.bands, 0)].name;
    for (int row = 0; row < HEIGHT; row += ROWS)
        assert_int_equal(ncstream_chunk(stream, name, row, packed, len, &e), 0);
    assert_int_equal(ncstream_finish(stream, &e), 0);
    free(spec);
}

static void samples_come_back(void **state)
{
    (void)state;
    for (int deflate = 0; deflate <= 6; deflate += 3) {
        char path[1024];
        static uint16_t scratch[2 * CHUNK], back[CHUNK];
        struct stage_meta m = make_meta(deflate);
        struct ncfile *f;
        struct err e = ERR_INIT;
        struct h5raster how;
        write_band(&m, tmpdir_path(&test_dir, "B05.nc", path), 4);
        assert_int_equal(ncfile_open(path, &f, &e), 0);
        assert_int_equal(stage_nc_raster(f, "B05", &how, &e), 0);
        assert_int_equal(how.chunk_rows, ROWS);
        assert_int_equal(how.summed, deflate == 0);
        for (int row = 0; row < HEIGHT; row += ROWS) {
            int n = HEIGHT - row < ROWS ? HEIGHT - row : ROWS;
            assert_int_equal(stage_nc_read_rows(f, "B05", row, (struct view){back, WIDTH, WIDTH, n},
                                                scratch, CHUNK, &e),
                             0);
            assert_memory_equal(back, dn[row], (size_t)n * sizeof dn[0]);
        }
        ncfile_close(f);
    }
}

static void identity_comes_back(void **state)
{
    (void)state;
    char path[1024];
    struct stage_meta m = make_meta(0), back;
    struct ncfile *f;
    struct err e = ERR_INIT;
    write_band(&m, tmpdir_path(&test_dir, "B05.nc", path), 4);
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(stage_nc_read(f, &back, &e), 0);
    ncfile_close(f);
    assert_int_equal(stage_nc_same(&back, &m, &e), 0);
    assert_int_equal(back.product.band[4].offset, -1000);
    assert_true(back.product.band[4].wavelength_nm == 704.1 && back.product.has_offset);
    assert_true(back.grid.width == WIDTH && back.grid.height == HEIGHT && back.grid.epsg == 32718);
    assert_string_equal(back.product.sensing_compact, "20220125T151701");
    m.params.lobes = 5;
    assert_int_equal(stage_nc_same(&back, &m, &e), ERR_USAGE);
    assert_string_equal(e.msg, "lobes is 4 there and 5 here");
    m = make_meta(0);
    strcpy(m.product.name, "S2A_Y");
    assert_int_equal(stage_nc_same(&back, &m, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "S2A_Y"));
}

/* A file of one band that is not spectral: its own attributes come back, and no others are asked
 * for. */
static void other_bands_come_back(void **state)
{
    static const int bands[] = {BAND_AOT, BAND_WVP, BAND_TCI_G};
    (void)state;
    for (int i = 0; i < 3; i++) {
        char path[1024];
        const char *name = band_table[bands[i]].name;
        static uint16_t scratch[2 * CHUNK], px[CHUNK], back[CHUNK];
        struct stage_meta m = make_meta(0), there;
        struct ncfile *f;
        double number;
        struct err e = ERR_INIT;
        strcpy(m.product.level, "L2A");
        m.params.bands = (band_set)1 << bands[i];
        m.product.band[bands[i]].quantification =
            band_table[bands[i]].kind == BAND_ATMOSPHERE ? 1000 : 0;
        for (int k = 0; k < CHUNK; k++)
            px[k] = (uint16_t)(k % 256);
        if (bands[i] == BAND_TCI_G)
            px[CHUNK - 1] = 256; /* in the second row of chunks: no byte */
        write_rows(&m, tmpdir_path(&test_dir, "X.nc", path), px);
        assert_int_equal(ncfile_open(path, &f, &e), 0);
        assert_int_equal(stage_nc_read(f, &there, &e), 0);
        assert_int_equal(stage_nc_same(&there, &m, &e), 0);
        assert_string_equal(there.product.level, "L2A");
        assert_true(there.product.band[bands[i]].quantification ==
                    m.product.band[bands[i]].quantification);
        assert_false(ncfile_number(f, name, "radio_add_offset", &number));
        assert_false(ncfile_number(f, name, "wavelength_nm", &number));
        int r = stage_nc_read_rows(f, name, 0, (struct view){back, WIDTH, WIDTH, ROWS}, scratch,
                                   CHUNK, &e);
        if (bands[i] == BAND_TCI_G) {
            assert_int_equal(r, ERR_INPUT);
            assert_non_null(strstr(e.msg, "TCI_G: rows from 0: 256 is not an 8-bit number"));
        } else {
            assert_int_equal(r, 0);
            assert_memory_equal(back, px, sizeof back);
        }
        ncfile_close(f);
    }
}

static void unknown_levels_are_refused(void **state)
{
    char path[1024];
    struct stage_meta m = make_meta(0), back;
    struct ncfile *f;
    struct err e = ERR_INIT;
    (void)state;
    strcpy(m.product.level, "L3");
    write_band(&m, tmpdir_path(&test_dir, "B05.nc", path), 4);
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(stage_nc_read(f, &back, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "processing_level"));
    ncfile_close(f);
}

/* Writes the file that the spec describes, with one attribute changed; −1: none. The checksum is
 * the last one. */
static int read_with_change(const struct stage_meta *m, int att, bool is_old, struct err *e)
{
    char path[1024];
    int band_var[BAND_COUNT];
    double axes[WIDTH + HEIGHT];
    struct ncstream *stream;
    struct ncfile *f;
    struct stage_meta back;
    struct ncspec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    stage_nc_describe(m, ROWS, spec, band_var, axes, axes + WIDTH);
    assert_string_equal(spec->att[spec->n_atts - 1].name, "metadata_checksum");
    if (att >= 0)
        spec->arena[spec->att[att].offset] ^= 1;
    spec->n_atts -= is_old;
    tmpdir_path(&test_dir, "B05.nc", path);
    assert_int_equal(ncstream_create(spec, path, &stream, e), 0);
    assert_int_equal(ncstream_finish(stream, e), 0);
    free(spec);
    assert_int_equal(ncfile_open(path, &f, e), 0);
    int r = stage_nc_read(f, &back, e);
    ncfile_close(f);
    return r;
}

/* Every attribute of the file and of its band: those that no later stage uses may change. */
static void changed_attributes_are_refused(void **state)
{
    static const char *const unused[] = {
        "version",        "Conventions",  "long_name",          "units",
        "offset_removed", "grid_mapping", "native_resolution_m"};
    struct stage_meta m = make_meta(0);
    struct err e = ERR_INIT;
    struct ncspec *spec = malloc(sizeof *spec);
    int band_var[BAND_COUNT], refused = 0;
    double axes[WIDTH + HEIGHT];
    (void)state;
    assert_non_null(spec);
    assert_int_equal(read_with_change(&m, -1, false, &e), 0);
    assert_int_equal(read_with_change(&m, -1, true, &e), 0);
    stage_nc_describe(&m, ROWS, spec, band_var, axes, axes + WIDTH);
    for (int i = 0; i < spec->n_atts; i++) {
        bool is_used = spec->att[i].var < 1; /* the variables after the band are x, y and crs */
        for (size_t k = 0; k < sizeof unused / sizeof *unused; k++)
            is_used &= strcmp(spec->att[i].name, unused[k]) != 0;
        e = ERR_INIT;
        assert_int_equal(read_with_change(&m, i, false, &e), is_used ? ERR_INPUT : 0);
        refused += strstr(e.msg, "removing the attribute metadata_checksum") != NULL;
    }
    assert_true(refused >= 10); /* the others are wrong by themselves */
    free(spec);
}

static void a_missing_chunk_is_noticed(void **state)
{
    (void)state;
    char path[1024];
    struct stage_meta m = make_meta(0);
    struct ncfile *f;
    struct h5raster how;
    static uint16_t scratch[2 * CHUNK], back[CHUNK];
    struct err e = ERR_INIT;
    write_band(&m, tmpdir_path(&test_dir, "B05.nc", path), 3);
    assert_int_equal(ncfile_open(path, &f, &e), 0);
    assert_int_equal(stage_nc_raster(f, "B05", &how, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "3 of its 4 chunks are there"));
    assert_int_equal(
        stage_nc_read_rows(f, "B05", 0, (struct view){back, WIDTH, WIDTH, 2}, scratch, CHUNK, &e),
        ERR_INPUT);
    ncfile_close(f);
}

/* Every byte of the samples, one after the other: without compression only the checksum tells. */
static void a_flipped_byte_is_noticed(void **state)
{
    (void)state;
    char path[1024];
    static uint16_t scratch[2 * CHUNK], back[CHUNK];
    struct stage_meta m = make_meta(0);
    size_t len;
    write_band(&m, tmpdir_path(&test_dir, "B05.nc", path), 4);
    unsigned char *bytes = tmpdir_slurp(path, &len);
    unsigned char *at = memmem(bytes, len, dn[0], sizeof dn[0]);
    assert_non_null(at);
    for (size_t i = 0; i < CHUNK * sizeof(uint16_t); i += 97) {
        struct ncfile *f;
        struct err e = ERR_INIT;
        at[i] ^= 0x10;
        tmpdir_write(&test_dir, "B05.nc", bytes, len);
        assert_int_equal(ncfile_open(path, &f, &e), 0);
        assert_int_equal(stage_nc_read_rows(f, "B05", 0, (struct view){back, WIDTH, WIDTH, ROWS},
                                            scratch, CHUNK, &e),
                         ERR_INPUT);
        assert_non_null(strstr(e.msg, "checksum"));
        assert_int_equal(stage_nc_read_rows(f, "B05", ROWS, (struct view){back, WIDTH, WIDTH, ROWS},
                                            scratch, CHUNK, &e),
                         0);
        ncfile_close(f);
        at[i] ^= 0x10;
    }
    free(bytes);
}

static void an_abandoned_stream_leaves_nothing(void **state)
{
    (void)state;
    char path[1024];
    int band_var[BAND_COUNT];
    double axes[WIDTH + HEIGHT];
    struct stage_meta m = make_meta(0);
    struct ncstream *stream;
    struct err e = ERR_INIT;
    struct ncspec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    stage_nc_describe(&m, ROWS, spec, band_var, axes, axes + WIDTH);
    assert_int_equal(ncstream_create(spec, tmpdir_path(&test_dir, "B05.nc", path), &stream, &e), 0);
    assert_int_equal(ncstream_chunk(stream, "B05", 0, dn, CHUNK * sizeof(uint16_t), &e), 0);
    assert_null(tmpdir_slurp(path, &(size_t){0}));
    ncstream_abandon(stream);
    assert_null(tmpdir_slurp(path, &(size_t){0}));
    assert_int_equal(ncstream_create(spec, "/nonexistent/folder/B05.nc", &stream, &e), ERR_OUTPUT);
    free(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(samples_come_back, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(identity_comes_back, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(other_bands_come_back, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(unknown_levels_are_refused, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(changed_attributes_are_refused, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(a_missing_chunk_is_noticed, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_noticed, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(an_abandoned_stream_leaves_nothing, setup, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
