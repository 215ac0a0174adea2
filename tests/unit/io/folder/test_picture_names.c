/* Pictures beside subscenes: their names, and which of them a folder has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/folder/picture_names.h"
#include "support/tmpdir.h"

static const char STEM[] = "T35VLF_20200529T094041";

static void names(void **state)
{
    (void)state;
    char path[PICTURE_NAMES_PATH], pattern[256];
    struct err e = ERR_INIT;
    struct picture_names_cell c = {"a/b.c/tile_3_12.nc", STEM, 3, 12};
    assert_int_equal(picture_names_path(&c, "B8A", path, &e), 0);
    assert_string_equal(path, "a/b.c/T35VLF_20200529T094041_B8A_tile_3_12.png");
    c.file = "here.nc";
    assert_int_equal(picture_names_path(&c, "DL-L8S2-UV", path, &e), 0);
    assert_string_equal(path, "T35VLF_20200529T094041_DL-L8S2-UV_tile_3_12.png");
    assert_int_equal(picture_names_pattern(STEM, pattern, sizeof pattern, &e), 0);
    assert_int_equal(fnmatch(pattern, path, 0), 0);
    assert_int_not_equal(fnmatch(pattern, "tile_3_12.nc", 0), 0);
    assert_int_not_equal(fnmatch(pattern, "T35VLF_20200529T094042_B8A_tile_3_12.png", 0), 0);
    char *longest = malloc(PICTURE_NAMES_PATH + 1);
    memset(longest, 'a', PICTURE_NAMES_PATH);
    longest[PICTURE_NAMES_PATH] = '\0';
    longest[PICTURE_NAMES_PATH - 5] = '/';
    c.file = longest;
    assert_int_equal(picture_names_path(&c, "B8A", path, &e), ERR_OUTPUT);
    free(longest);
}

static void put(const struct tmpdir *t, const char *name) { tmpdir_write(t, name, "", 0); }

static void what_is_there(void **state)
{
    (void)state;
    static const char *const strangers[] = {
        "T35VLF_20200529T094042_B02_tile_1_1.png",
        "T35VLF_20200529T094041_B02_tile_01_1.png",
        "T35VLF_20200529T094041_B02_tile_1_.png",
        "T35VLF_20200529T094041_B02_tile_1_1.png.bak",
        "T35VLF_20200529T094041_tile_1_1.png",
        "T35VLF_20200529T094041__tile_1_1.png",
        "T35VLF_20200529T094041_B02_tile_1_1.nc",
        "T35VLF_20200529T094041_B02_tile_-1_1.png",
        ".T35VLF_20200529T094041_B02_tile_1_1.png.part-1",
        "T35VLF_20200529T094041_B02_tile_99999999999999999999_1.png",
        "T35VLF_20200529T094041_B02_tile_1 _1.png",
        "_tile_1_1.png"};
    struct tmpdir dir;
    struct picture_names g = {0};
    struct err e = ERR_INIT;
    char nc[1024], want[1100];
    tmpdir_make(&dir);
    struct picture_names_cell c = {tmpdir_path(&dir, "p/tile_1_1.nc", nc), STEM, 1, 1};
    assert_int_equal(picture_names_look(&g, &c, &e), 0); /* no such folder */
    assert_false(picture_names_has(&g, &c, "B02"));
    picture_names_clear(&g);
    for (int x = 0; x < 12; x++)
        for (int y = 0; y < 12; y++) {
            char name[100];
            snprintf(name, sizeof name, "p/%s_B02_tile_%d_%d.png", STEM, x, y);
            put(&dir, name);
            snprintf(name, sizeof name, "p/%s_my_tile_9_9_mask_tile_%d_%d.png", STEM, x, y);
            if (x != y)
                put(&dir, name);
        }
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        char name[200];
        snprintf(name, sizeof name, "p/%s", strangers[i]);
        put(&dir, name);
    }
    assert_int_equal(picture_names_look(&g, &c, &e), 0);
    assert_int_equal(g.n, 144 + 132);
    assert_true(picture_names_has(&g, &c, "B02"));
    assert_false(picture_names_has(&g, &c, "B0"));
    assert_false(picture_names_has(&g, &c, "my_tile_9_9_mask"));
    struct strlist paths = {0};
    assert_int_equal(picture_names_list(&g, &c, &paths, &e), 0);
    assert_int_equal(paths.n, 1);
    snprintf(want, sizeof want, "%s/p/%s_B02_tile_1_1.png", dir.path, STEM);
    assert_string_equal(paths.s[0], want);
    strlist_clear(&paths);
    c.x = 11;
    assert_true(picture_names_has(&g, &c, "my_tile_9_9_mask"));
    assert_int_equal(picture_names_list(&g, &c, &paths, &e), 0);
    assert_int_equal(paths.n, 2);
    strlist_clear(&paths);
    c.x = 12;
    assert_false(picture_names_has(&g, &c, "B02"));
    assert_int_equal(picture_names_list(&g, &c, &paths, &e), 0);
    assert_int_equal(paths.n, 0);
    /* read once: what comes later is not seen, in another folder it is */
    put(&dir, "p/T35VLF_20200529T094041_B03_tile_12_1.png");
    put(&dir, "q/T35VLF_20200529T094041_B04_tile_12_1.png");
    assert_int_equal(picture_names_look(&g, &c, &e), 0);
    assert_false(picture_names_has(&g, &c, "B03"));
    c.file = tmpdir_path(&dir, "q/tile_12_1.nc", nc);
    assert_int_equal(picture_names_look(&g, &c, &e), 0);
    assert_int_equal(g.n, 1);
    assert_true(picture_names_has(&g, &c, "B04"));
    picture_names_clear(&g);
    strlist_clear(&paths);
    tmpdir_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
