/* Base names, folders, slashes and suffixes of paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "core/path.h"

static void parts(void **state)
{
    static const struct {
        const char *path, *base;
        size_t folder, trimmed;
    } t[] = {{"", "", 0, 0},      {"a", "a", 0, 1},    {"a/b", "b", 2, 3},
             {"/a", "a", 1, 2},   {"/", "", 1, 1},     {"a/b/", "", 4, 3},
             {"a//", "", 3, 1},   {"//", "", 2, 1},    {"a//b.nc", "b.nc", 3, 7},
             {"../x", "x", 3, 4}, {"a b/c", "c", 4, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        assert_string_equal(path_base(t[i].path), t[i].base);
        assert_int_equal(path_folder_length(t[i].path), t[i].folder);
        assert_int_equal(path_trimmed_length(t[i].path), t[i].trimmed);
    }
}

static void hidden(void **state)
{
    static const char *const no[] = {"a/b.nc.kept", "a/.kept", ".kept",
                                     "a/.b.nc",     "",        "a/..kept/b"};
    char buf[16];
    (void)state;
    path_hidden("a/b.nc", ".kept", buf, sizeof buf);
    assert_string_equal(buf, "a/.b.nc.kept");
    assert_true(path_unhidden("a/.b.nc.kept", ".kept", buf, sizeof buf));
    assert_string_equal(buf, "a/b.nc");
    path_hidden("b", ".old", buf, sizeof buf);
    assert_string_equal(buf, ".b.old");
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(path_unhidden(no[i], ".kept", buf, sizeof buf));
    assert_false(path_unhidden("/a/folder/.longer.nc.kept", ".kept", buf, sizeof buf));
}

static void trimming(void **state)
{
    char path[] = "a/b///", root[] = "//", none[] = "";
    (void)state;
    path_trim(path);
    path_trim(root);
    path_trim(none);
    assert_string_equal(path, "a/b");
    assert_string_equal(root, "/");
    assert_string_equal(none, "");
}

static void going_up(void **state)
{
    static const char *const relative[] = {"a/b", "a", "."}, *const absolute[] = {"/b", "/"};
    char path[20] = "a/b/c", root[20] = "/b/c";
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_true(path_go_up(path));
        assert_string_equal(path, relative[i]);
    }
    assert_false(path_go_up(path));
    for (size_t i = 0; i < 2; i++) {
        assert_true(path_go_up(root));
        assert_string_equal(root, absolute[i]);
    }
    assert_false(path_go_up(root));
    assert_string_equal(root, "/");
}

static void suffixes(void **state)
{
    static const char *const with[] = {"a.nc", "x/a.nc", ".a.nc", "a.nc.nc"}, *const without[] = {
                                                                                  "",      "nc",
                                                                                  ".nc",   "x/.nc",
                                                                                  "a.ncx", "a.NC",
                                                                                  "a.nc/"};
    char path[20] = "x/a.nc.nc";
    (void)state;
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        assert_true(path_has_suffix(with[i], ".nc"));
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        assert_false(path_has_suffix(without[i], ".nc"));
    assert_true(path_cut_suffix(path, ".nc"));
    assert_string_equal(path, "x/a.nc");
    assert_true(path_cut_suffix(path, ".nc"));
    assert_false(path_cut_suffix(path, ".nc"));
    assert_string_equal(path, "x/a");
    assert_false(path_cut_suffix(path, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts),    cmocka_unit_test(trimming), cmocka_unit_test(going_up),
        cmocka_unit_test(suffixes), cmocka_unit_test(hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
