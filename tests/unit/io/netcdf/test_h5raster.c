/* Rasters of NetCDF4 files in every form in which HDF5 can store them, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/netcdf/h5raster.h"
#include "io/netcdf/raster_nc.h"
#include "support/h5_variables.h"
#include "support/tmpdir.h"

static char path[1024];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    tmpdir_path(&test_dir, "a.nc", path);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return 0;
}

static struct h5file *open_file(void)
{
    struct h5file *f;
    struct err e = ERR_INIT;
    if (h5file_open(path, &f, &e))
        fail_msg("%s", e.msg);
    return f;
}

static void refuse_raster(struct h5file *f, const char *var, const char *reason)
{
    struct h5raster how;
    struct err e = ERR_INIT;
    assert_int_equal(h5raster_describe(f, var, H5RASTER_BYTE, &how, &e), ERR_INPUT);
    if (strncmp(e.msg, var, strlen(var)) != 0 || !strstr(e.msg, reason))
        fail_msg("%s: %s", var, e.msg);
}

/* The variable's values, all of them or `rows` from `row` on, however they are stored. */
static void expect_rows(struct h5file *f, const char *var, int32_t row, int32_t rows, bool direct)
{
    uint8_t room[H5_SIDE * H5_SIDE], planes[H5_SIDE * H5_SIDE], want[H5_SIDE * H5_SIDE];
    struct err e = ERR_INIT;
    struct h5raster how;
    const struct h5raster_rows wanted = {var,   H5RASTER_BYTE, {0, row, H5_SIDE, rows},
                                         false, room,          sizeof room};
    for (int i = 0; i < H5_SIDE * H5_SIDE; i++)
        want[i] = H5_VALUE(i);
    if (h5raster_describe(f, var, H5RASTER_BYTE, &how, &e) ||
        raster_nc_copy(f, &wanted, planes, &e))
        fail_msg("%s: %s", var, e.msg);
    assert_int_equal(how.chunk_rows > 0, direct);
    assert_int_equal(how.unpack_bytes > 0, !direct && strcmp(var, "flat") != 0);
    assert_memory_equal(room, want + row * H5_SIDE, (size_t)rows * H5_SIDE);
}

static void rasters(void **state)
{
    (void)state;
    hid_t file = h5_create(path, true);
    const struct h5_stored whole = {
        .type = H5T_STD_U8LE, .n_dims = 2, .chunk = {H5_SIDE / 2, H5_SIDE}};
    struct h5_stored s = whole;
    h5_add_variable(file, "plain", s, true);
    h5_add_variable(file, "empty", s, false);
    s.shuffle = s.deflate = 1;
    h5_add_variable(file, "packed", s, true);
    s.checksum = 1;
    h5_add_variable(file, "all", s, true);
    s.checksum = 0;
    s.shuffle = 2;
    h5_add_variable(file, "turned", s, true);
    s = whole;
    s.checksum = 1;
    h5_add_variable(file, "summed", s, true);
    s = whole;
    s.chunk[1] = H5_SIDE / 2;
    h5_add_variable(file, "tiled", s, true);
    s.chunk[0] = 3;
    s.chunk[1] = 5;
    s.shuffle = s.deflate = s.checksum = 1;
    h5_add_variable(file, "odd", s, true);
    s.shuffle = 2;
    h5_add_variable(file, "odd turned", s, true);
    s.plain_edges = true;
    h5_add_variable(file, "plain edges", s, true);
    s = whole;
    s.deflate = 2;
    h5_add_variable(file, "twice", s, true);
    h5_add_variable(file, "flat", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 2}, true);
    h5_add_variable(file, "vector",
                    (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 1, .chunk = {H5_SIDE}},
                    true);
    s = whole;
    s.type = H5T_STD_I8LE;
    h5_add_variable(file, "signed", s, true);
    H5Fclose(file);
    struct h5file *f = open_file();
    for (int32_t row = 0; row < H5_SIDE; row++)
        for (int32_t rows = 1; rows <= H5_SIDE - row; rows++) {
            expect_rows(f, "plain", row, rows, true);
            expect_rows(f, "packed", row, rows, true);
            expect_rows(f, "summed", row, rows, true);
            expect_rows(f, "all", row, rows, false); /* the checksum comes first */
            expect_rows(f, "turned", row, rows, false);
            expect_rows(f, "tiled", row, rows, false);
            expect_rows(f, "odd", row, rows, false);
            expect_rows(f, "odd turned", row, rows, false);
            expect_rows(f, "plain edges", row, rows, false);
            expect_rows(f, "flat", row, rows, false);
        }
    refuse_raster(f, "empty", "0 of its 2 chunks are there");
    refuse_raster(f, "vector", "is not a raster");
    refuse_raster(f, "twice", "is deflated twice");
    refuse_raster(f, "signed", "its values are not unsigned bytes");
    refuse_raster(f, "missing", "is missing");
    h5file_close(f);
}

/* Values of two and four bytes in both byte orders, in chunks that only this program unpacks. */
static void byte_orders(void **state)
{
    (void)state;
    enum { ROWS = 3, N = H5_SIDE * ROWS };
    uint16_t shorts[H5_SIDE * H5_SIDE], got_shorts[N], planes[2 * N];
    float floats[H5_SIDE * H5_SIDE], got_floats[N];
    struct err e = ERR_INIT;
    for (int i = 0; i < H5_SIDE * H5_SIDE; i++)
        floats[i] = (float)(shorts[i] = (uint16_t)(i * 257 + 3)) / 7;
    for (int big = 0; big < 2; big++) {
        struct h5_stored s = {.n_dims = 2, .chunk = {3, 5}, .shuffle = 1, .deflate = 1};
        hid_t file = h5_create(path, true);
        s.type = big ? H5T_STD_U16BE : H5T_STD_U16LE;
        h5_add_variable(file, "shorts", s, false);
        s.type = big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE;
        h5_add_variable(file, "floats", s, false);
        h5_write_values(file, "shorts", H5T_NATIVE_UINT16, shorts);
        h5_write_values(file, "floats", H5T_NATIVE_FLOAT, floats);
        H5Fclose(file);
        struct h5file *f = open_file();
        for (int32_t row = 0; row + ROWS <= H5_SIDE; row++) {
            const struct rect px = {0, row, H5_SIDE, ROWS};
            const struct h5raster_rows want_shorts = {"shorts", H5RASTER_USHORT, px,
                                                      false,    got_shorts,      sizeof got_shorts};
            const struct h5raster_rows want_floats = {"floats", H5RASTER_FLOAT, px,
                                                      false,    got_floats,     sizeof got_floats};
            assert_int_equal(raster_nc_copy(f, &want_shorts, planes, &e), 0);
            assert_memory_equal(got_shorts, shorts + row * H5_SIDE, sizeof got_shorts);
            assert_int_equal(raster_nc_copy(f, &want_floats, planes, &e), 0);
            assert_memory_equal(got_floats, floats + row * H5_SIDE, sizeof got_floats);
        }
        h5file_close(f);
    }
}

/* The file of one variable, in which the size of its chunks is changed. */
static void change_chunk_size(struct h5_stored s, const hsize_t to[2])
{
    const unsigned char old[] = {
        (unsigned char)s.chunk[0], 0, 0, 0, (unsigned char)s.chunk[1], 0, 0, 0, 1, 0, 0, 0};
    hid_t file = h5_create(path, false);
    h5_add_variable(file, "packed", s, true);
    H5Fclose(file);
    FILE *f = fopen(path, "r+b");
    unsigned char bytes[8192];
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f), at = 0, found = 0;
    for (size_t i = 0; i + sizeof old <= n; i++)
        if (memcmp(bytes + i, old, sizeof old) == 0) {
            at = i;
            found++;
        }
    assert_int_equal(found, 1);
    for (int i = 0; i < 2; i++) {
        fseek(f, (long)at + 4 * i, SEEK_SET);
        fputc((int)to[i], f);
    }
    fclose(f);
}

/* No checksum covers the size of chunks. HDF5 would unpack more than is stored, or look for chunks
 * in other places, and not notice. */
static void chunk_size(void **state)
{
    (void)state;
    uint8_t room[H5_SIDE * H5_SIDE], planes[H5_SIDE * H5_SIDE];
    struct h5_stored s = {.type = H5T_STD_U8LE, .n_dims = 2, .chunk = {H5_SIDE, H5_SIDE}};
    const struct h5raster_rows half = {"packed", H5RASTER_BYTE, {0, 0, H5_SIDE, H5_SIDE / 2},
                                       false,    room,          sizeof room};
    s.shuffle = s.deflate = 1;
    change_chunk_size(s, (hsize_t[]){H5_SIDE * 3 / 2, H5_SIDE});
    struct h5file *f = open_file();
    refuse_raster(f, "packed", "its chunks are larger than it is");
    h5file_close(f);
    s.unlimited = true;
    for (int deflated = 0; deflated < 2; deflated++) {
        s.shuffle = s.deflate = deflated;
        s.chunk[0] = s.chunk[1] = H5_SIDE;
        const hsize_t sizes[][2] = {
            {H5_SIDE * 3 / 2, H5_SIDE}, {H5_SIDE, H5_SIDE + 1}, {H5_SIDE - 1, H5_SIDE}};
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct err e = ERR_INIT;
            change_chunk_size(s, sizes[i]);
            f = open_file();
            assert_int_equal(raster_nc_copy(f, &half, planes, &e), ERR_INPUT);
            assert_non_null(strstr(e.msg, "packed: "));
            h5file_close(f);
        }
        s.chunk[0] = s.chunk[1] = H5_SIDE / 2; /* as many chunks as before, in other places */
        change_chunk_size(s, (hsize_t[]){H5_SIDE / 4, H5_SIDE});
        f = open_file();
        refuse_raster(f, "packed", "in the wrong place");
        h5file_close(f);
    }
}

/* A stored stream that unpacks to less than a chunk, whatever the chunks' shape. */
static void short_stream(void **state)
{
    (void)state;
    static const unsigned char empty[] = {0x78, 0x9c, 3, 0, 0, 0, 0, 1}; /* RFC 1950: of no bytes */
    const hsize_t origin[2] = {0, 0};
    uint8_t room[H5_SIDE * H5_SIDE], planes[H5_SIDE * H5_SIDE];
    for (hsize_t columns = H5_SIDE / 2; columns <= H5_SIDE; columns += H5_SIDE / 2) {
        struct err e = ERR_INIT;
        hid_t file = h5_create(path, false);
        h5_add_variable(
            file, "short",
            (struct h5_stored){
                .type = H5T_STD_U8LE, .n_dims = 2, .chunk = {H5_SIDE / 2, columns}, .deflate = 1},
            true);
        hid_t set = H5Dopen2(file, "short", H5P_DEFAULT);
        assert_true(H5Dwrite_chunk(set, H5P_DEFAULT, 0, origin, sizeof empty, empty) >= 0);
        H5Dclose(set);
        H5Fclose(file);
        struct h5file *f = open_file();
        for (int32_t rows = 1; rows <= H5_SIDE; rows++) {
            const struct h5raster_rows wanted = {"short", H5RASTER_BYTE, {0, 0, H5_SIDE, rows},
                                                 false,   room,          sizeof room};
            assert_int_equal(raster_nc_copy(f, &wanted, planes, &e), ERR_INPUT);
            assert_non_null(strstr(e.msg, "short: "));
        }
        h5file_close(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rasters, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(byte_orders, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(chunk_size, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(short_stream, setup, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
