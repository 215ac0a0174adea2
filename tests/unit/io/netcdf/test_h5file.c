/* Files as HDF5 sees them: names, attributes, what cannot be opened, and that nothing stays open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hdf5.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/netcdf/h5file.h"
#include "io/netcdf/h5raster.h"
#include "io/netcdf/ncfile.h"
#include "io/netcdf/ncmake.h"
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

static void add_attribute(hid_t at, const char *name, hid_t type, hid_t space, const void *values)
{
    hid_t a = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(a >= 0);
    if (values)
        assert_true(H5Awrite(a, type, values) >= 0);
    H5Aclose(a);
    H5Sclose(space);
}

static hid_t vector(hsize_t n) { return H5Screate_simple(1, &n, NULL); }

static void add_text(hid_t at, const char *name, size_t len, H5S_class_t shape, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    assert_true(H5Tset_size(type, len) >= 0);
    add_attribute(at, name, type, shape == H5S_SIMPLE ? vector(1) : H5Screate(shape), text);
    H5Tclose(type);
}

/* ---- the tests ---- */

static void names(void **state)
{
    (void)state;
    static const char *const order[] = {"b", "c", "a"}, *const sorted[] = {"a", "b", "c"};
    for (int keep = 0; keep < 2; keep++) {
        struct strlist found;
        struct err e = ERR_INIT;
        hid_t file = h5_create(path, keep);
        for (int i = 0; i < 3; i++)
            h5_add_variable(file, order[i], (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 2},
                            true);
        H5Fclose(file);
        struct h5file *f = open_file();
        assert_int_equal(h5file_names(f, &found, &e), 0);
        assert_int_equal(found.n, 3);
        for (int i = 0; i < 3; i++)
            assert_string_equal(found.s[i], keep ? order[i] : sorted[i]);
        strlist_clear(&found);
        h5file_close(f);
    }
}

static void byte_rasters(void **state)
{
    (void)state;
    hid_t file = h5_create(path, true);
    h5_add_variable(file, "raster", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 2}, true);
    h5_add_variable(file, "vector", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 1}, true);
    h5_add_variable(file, "block", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 3}, true);
    h5_add_variable(file, "signed", (struct h5_stored){.type = H5T_STD_I8LE, .n_dims = 2}, true);
    h5_add_variable(file, "wide", (struct h5_stored){.type = H5T_STD_U16LE, .n_dims = 2}, true);
    h5_add_variable(file, "float", (struct h5_stored){.type = H5T_IEEE_F32LE, .n_dims = 2}, true);
    H5Gclose(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_soft("/nowhere", file, "link", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    struct h5file *f = open_file();
    assert_true(h5file_is_byte_raster(f, "raster"));
    static const char *const none[] = {"vector", "block", "signed",  "wide", "float",
                                       "group",  "link",  "missing", ""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(h5file_is_byte_raster(f, none[i]));
    h5file_close(f);
}

/* Text is what netCDF takes for characters, or one string that brings its own length. */
static void texts(void **state)
{
    (void)state;
    char buf[16] = "";
    const char *varying = "abc";
    hid_t file = h5_create(path, true);
    h5_add_variable(file, "v", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 2}, true);
    hid_t set = H5Dopen2(file, "v", H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    add_text(file, "fits", 15, H5S_SCALAR, "123456789012345");
    add_text(file, "long", 16, H5S_SCALAR, "1234567890123456");
    add_text(file, "none", 1, H5S_NULL, NULL);
    add_text(file, "array", 3, H5S_SIMPLE, "abc");
    add_attribute(file, "varying", type, H5Screate(H5S_SCALAR), &varying);
    add_attribute(file, "number", H5T_STD_I32LE, H5Screate(H5S_SCALAR), &(int32_t){7});
    add_text(set, "of_v", 2, H5S_SCALAR, "ab");
    H5Tclose(type);
    H5Dclose(set);
    H5Fclose(file);
    struct h5file *f = open_file();
    assert_true(h5file_text(f, NULL, "fits", buf, sizeof buf));
    assert_string_equal(buf, "123456789012345");
    assert_true(h5file_text(f, NULL, "none", buf, sizeof buf));
    assert_string_equal(buf, "");
    assert_true(h5file_text(f, "v", "of_v", buf, sizeof buf));
    assert_string_equal(buf, "ab");
    assert_true(h5file_text(f, NULL, "varying", buf, sizeof buf));
    assert_string_equal(buf, "abc");
    assert_false(h5file_text(f, NULL, "varying", buf, 3));
    static const char *const not [] = {"long", "array", "number", "missing", "of_v", ""};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        assert_false(h5file_text(f, NULL, not [i], buf, sizeof buf));
    assert_false(h5file_text(f, "v", "fits", buf, sizeof buf));
    assert_false(h5file_text(f, "missing", "fits", buf, sizeof buf));
    h5file_close(f);
}

static bool bytes(struct h5file *f, const char *name, size_t room, uint8_t *values, size_t *n)
{
    *n = room;
    return h5file_bytes(f, "v", name, values, n);
}

static void byte_lists(void **state)
{
    (void)state;
    uint8_t values[4];
    size_t n;
    hid_t file = h5_create(path, true);
    h5_add_variable(file, "v", (struct h5_stored){.type = H5T_STD_U8LE, .n_dims = 2}, true);
    hid_t set = H5Dopen2(file, "v", H5P_DEFAULT);
    add_attribute(set, "four", H5T_STD_U8LE, vector(4), "\1\2\3\377");
    add_attribute(set, "one", H5T_STD_U8LE, H5Screate(H5S_SCALAR), "\5");
    add_attribute(set, "none", H5T_STD_U8LE, H5Screate(H5S_NULL), NULL);
    add_attribute(set, "wide", H5T_STD_U16LE, vector(2), (uint16_t[]){1, 2});
    add_attribute(set, "signed", H5T_STD_I8LE, vector(2), "\1\2");
    add_text(set, "text", 2, H5S_SCALAR, "ab");
    H5Dclose(set);
    H5Fclose(file);
    struct h5file *f = open_file();
    assert_true(bytes(f, "four", 4, values, &n) && n == 4);
    assert_memory_equal(values, "\1\2\3\377", 4);
    assert_true(bytes(f, "one", 4, values, &n) && n == 1 && values[0] == 5);
    assert_true(bytes(f, "none", 4, values, &n) && n == 0);
    assert_true(bytes(f, "missing", 4, values, &n) && n == 0);
    assert_false(bytes(f, "four", 3, values, &n));
    assert_false(bytes(f, "wide", 4, values, &n));
    assert_false(bytes(f, "signed", 4, values, &n));
    assert_false(bytes(f, "text", 4, values, &n));
    h5file_close(f);
}

static void small_file(void)
{
    static const double axis[H5_SIDE] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct ncimage image = {0};
    struct err e = ERR_INIT;
    struct ncspec *s = malloc(sizeof *s);
    assert_non_null(s);
    ncspec_init(s, 0);
    ncspec_vector(s, "x", NC_KIND_DOUBLE, ncspec_dim(s, "x", H5_SIDE), axis);
    ncspec_text(s, NCSPEC_GLOBAL, "title", "small");
    assert_int_equal(ncmake_image(s, &image, &e), 0);
    tmpdir_write(&test_dir, "a.nc", image.data, image.len);
    ncimage_clear(&image);
    free(s);
}

/* What was opened is what is read, whatever comes in its place. */
static void gone_and_replaced(void **state)
{
    (void)state;
    char buf[16], other[1024];
    struct err e = ERR_INIT;
    struct h5file *f;
    small_file();
    struct h5file *first = open_file();
    assert_int_equal(rename(path, tmpdir_path(&test_dir, "b.nc", other)), 0);
    assert_int_equal(h5file_open(path, &f, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "a.nc: cannot be opened: No such file"));
    hid_t file = h5_create(path, true);
    add_text(file, "title", 3, H5S_SCALAR, "new");
    H5Fclose(file);
    struct h5file *second = open_file();
    assert_int_equal(unlink(other), 0);
    assert_int_equal(unlink(path), 0);
    assert_true(h5file_text(first, NULL, "title", buf, sizeof buf));
    assert_string_equal(buf, "small");
    assert_true(h5file_text(second, NULL, "title", buf, sizeof buf));
    assert_string_equal(buf, "new");
    h5file_close(first);
    h5file_close(second);
}

/* netCDF-C and HDF5 may have a file open at once, whoever comes first. */
static void both_at_once(void **state)
{
    (void)state;
    char buf[16];
    struct err e = ERR_INIT;
    small_file();
    for (int h5_first = 0; h5_first < 2; h5_first++) {
        struct ncfile *nc;
        struct h5file *h5 = h5_first ? open_file() : NULL;
        if (ncfile_open(path, &nc, &e))
            fail_msg("%s", e.msg);
        if (!h5)
            h5 = open_file();
        assert_true(ncfile_text(nc, NULL, "title", buf, sizeof buf));
        ncfile_close(nc);
        assert_true(h5file_text(h5, NULL, "title", buf, sizeof buf));
        h5file_close(h5);
    }
}

static void refuse(const char *reason, enum err_code code)
{
    struct h5file *f;
    struct err e = ERR_INIT;
    assert_int_equal(h5file_open(path, &f, &e), code);
    if (strncmp(e.msg, path, strlen(path)) != 0 || !strstr(e.msg, reason))
        fail_msg("\"%s\" is not in: %s", reason, e.msg);
}

static void what_cannot_be_opened(void **state)
{
    (void)state;
    static const char damaged[] = "is not a NetCDF4 (HDF5) file, or is damaged";
    size_t len;
    refuse("No such file", ERR_INPUT);
    tmpdir_write(&test_dir, "a.nc", "text", 4);
    refuse(damaged, ERR_INPUT);
    tmpdir_write(&test_dir, "a.nc", "", 0);
    refuse(damaged, ERR_INPUT);
    tmpdir_write(&test_dir, "a.nc", "CDF\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                 32); /* NetCDF of before */
    refuse(damaged, ERR_INPUT);
    small_file();
    unsigned char *whole = tmpdir_slurp(path, &len);
    for (size_t n = 0; n < len; n += 1 + len / 50) {
        tmpdir_write(&test_dir, "a.nc", whole, n);
        refuse(damaged, ERR_INPUT);
    }
    tmpdir_write(&test_dir, "a.nc", whole, len);
    free(whole);
    struct rlimit was, now;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    now = (struct rlimit){.rlim_cur = 3, .rlim_max = was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    refuse("Too many open files", ERR_TEMPORARY);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        refuse("Permission denied", ERR_INPUT);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    refuse(damaged, ERR_INPUT);
}

/* ---- nothing stays open ---- */

static long descriptors(void)
{
    long n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

/* Of a type, a space and a list: HDF5 gives out rising numbers. */
struct numbers {
    hid_t id[3];
};

static struct numbers take_numbers(void)
{
    struct numbers n = {
        {H5Tcopy(H5T_NATIVE_INT), H5Screate(H5S_SCALAR), H5Pcreate(H5P_FILE_CREATE)}};
    H5Tclose(n.id[0]);
    H5Sclose(n.id[1]);
    H5Pclose(n.id[2]);
    return n;
}

static void nothing_between(struct numbers from, struct numbers to)
{
    for (int i = 0; i < 3; i++) {
        assert_true(from.id[i] >= 0 && from.id[i] < to.id[i]);
        for (hid_t id = from.id[i]; id < to.id[i]; id++)
            assert_true(H5Iis_valid(id) <= 0);
    }
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
}

static void look_at_all(void)
{
    char buf[16];
    uint8_t values[4];
    struct strlist found;
    struct h5raster c;
    struct err e = ERR_INIT;
    size_t n = 4;
    struct h5file *f = open_file();
    assert_int_equal(h5file_names(f, &found, &e), 0);
    strlist_clear(&found);
    assert_true(h5file_text(f, NULL, "title", buf, sizeof buf));
    assert_false(h5file_text(f, "x", "title", buf, sizeof buf));
    assert_false(h5file_bytes(f, NULL, "title", values, &n));
    assert_true(h5file_bytes(f, "x", "title", values, &n));
    assert_false(h5file_is_byte_raster(f, "x"));
    assert_false(h5file_is_byte_raster(f, "y"));
    assert_int_equal(h5raster_describe(f, "x", H5RASTER_BYTE, &c, &e), ERR_INPUT);
    assert_int_equal(h5raster_describe(f, "y", H5RASTER_BYTE, &c, &e), ERR_INPUT);
    h5file_close(f);
}

static void nothing_stays_open(void **state)
{
    (void)state;
    char other[1024];
    struct err e = ERR_INIT;
    struct h5file *f;
    small_file();
    tmpdir_write(&test_dir, "bad.nc", "text", 4);
    tmpdir_path(&test_dir, "bad.nc", other);
    look_at_all(); /* the libraries set themselves up */
    const long before = descriptors();
    const struct numbers from = take_numbers();
    for (int i = 0; i < 50; i++) {
        struct ncfile *nc;
        look_at_all();
        assert_int_equal(h5file_open(other, &f, &e), ERR_INPUT);
        assert_int_equal(ncfile_open(other, &nc, &e), ERR_INPUT);
        assert_int_equal(ncfile_open(path, &nc, &e), 0);
        ncfile_close(nc);
    }
    nothing_between(from, take_numbers());
    assert_int_equal(descriptors(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(byte_rasters, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(texts, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(byte_lists, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(gone_and_replaced, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(both_at_once, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(what_cannot_be_opened, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(nothing_stays_open, setup, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
