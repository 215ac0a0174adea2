/* A folder that cannot be read to its end is an error wherever names are taken from one: never a
 * shorter folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/folder/outfile.h"
#include "io/folder/picture_names.h"
#include "io/folder/walk.h"
#include "io/source/source.h"
#include "stages/check/dataset.h"
#include "support/trial_run.h"

/* ---- readdir that fails (the linker puts this one in its place) ---- */

static int calls_left; /* until one fails; negative: none does */
static int failures;

struct dirent *__real_readdir(DIR *d);
struct dirent *__wrap_readdir(DIR *d);

struct dirent *__wrap_readdir(DIR *d)
{
    if (calls_left == 0) {
        failures++;
        errno = EIO;
        return NULL;
    }
    calls_left -= calls_left > 0;
    return __real_readdir(d);
}

/* ---- what reads folders ---- */

static char product[1024], output[1024], folder[2048];
static struct params params;
static struct run_options options;

static int walk_all(struct err *e)
{
    struct strlist l;
    int r = walk_folder(output, &l, e);
    strlist_clear(&l);
    return r;
}

static int walk_pattern(struct err *e)
{
    struct strlist l;
    int r = walk_folders(test_dir.path, "o*t/*", &l, e);
    strlist_clear(&l);
    return r;
}

static int look_at_pictures(struct err *e)
{
    char file[2100];
    struct picture_names g = {.n = 0};
    snprintf(file, sizeof file, "%s/tile_0_0.nc", folder);
    const struct picture_names_cell cell = {.file = file, .stem = "S2"};
    int r = picture_names_look(&g, &cell, e);
    picture_names_clear(&g);
    return r;
}

static int remove_stale(struct err *e) { return outfile_remove_stale(folder, e); }

static int list_product(struct err *e)
{
    struct strlist l = {0};
    struct source *s;
    int r = source_open(product, &s, e);
    if (r)
        return r;
    r = source_list(s, &l, e);
    strlist_clear(&l);
    source_close(s);
    return r;
}

static int make_table(struct err *e)
{
    struct dataset d;
    char path[4096];
    int r = dataset_collect(output, NULL, &d, e);
    if (r == 0)
        r = dataset_write(&d, output, path, e);
    dataset_clear(&d);
    return r;
}

static int run_again(struct err *e)
{
    struct run_result result;
    char file[2100];
    snprintf(file, sizeof file, "%s/tile_0_0.nc", folder);
    unlink(file);
    return run_product(product, &params, &options, NULL, &result, e);
}

static const struct {
    const char *name;
    int (*call)(struct err *e);
} readers[] = {
    {"walk_folder", walk_all},
    {"walk_folders", walk_pattern},
    {"picture_names_look", look_at_pictures},
    {"outfile_remove_stale", remove_stale},
    {"source_list", list_product},
    {"dataset", make_table},
    {"run", run_again},
};

/* ---- tests ---- */

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 128,64,24 --bands B02,B05", product);
    params = trial_params((band_set)1 << band_find("B02") | (band_set)1 << band_find("B05"), 128);
    options = trial_options(&test_dir, "out", output);
    struct run_result made;
    calls_left = -1;
    trial_run(product, &params, &options, &made);
    snprintf(folder, sizeof folder, "%s", made.folder);
    return 0;
}

/* Whichever call of readdir fails, the reader says so, and names the folder and the reason. */
static void test_every_call_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        int n = 0;
        for (bool fails = true; fails; n += fails) {
            struct err e = ERR_INIT;
            calls_left = n;
            failures = 0;
            int r = readers[i].call(&e);
            fails = failures > 0;
            if (fails != (r != 0))
                fail_msg("%s with readdir %d %s: %d %s", readers[i].name, n + 1,
                         fails ? "failing" : "good", r, e.msg);
            if (fails && (!strstr(e.msg, test_dir.path) || !strstr(e.msg, strerror(EIO))))
                fail_msg("%s with readdir %d failing: \"%s\"", readers[i].name, n + 1, e.msg);
        }
        calls_left = -1;
        print_message("%s: %d calls of readdir failed, one at a time\n", readers[i].name, n);
        assert_true(n > 2);
    }
}

static void test_no_table_of_half_a_folder(void **state)
{
    (void)state;
    char table[1100];
    struct err e = ERR_INIT;
    snprintf(table, sizeof table, "%s/" DATASET_FILE, output);
    unlink(table);
    for (int n = 0, failed = 1; failed; n++) {
        calls_left = n;
        failed = make_table(&e);
        assert_int_equal(access(table, F_OK), failed ? -1 : 0);
    }
    calls_left = -1;
}

/* What is no product is explained by what is in the folder: not from half of it. */
static void test_no_guess_from_half_a_folder(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct source *s;
    calls_left = 1;
    failures = 0;
    assert_int_equal(source_open(output, &s, &e), ERR_INPUT);
    calls_left = -1;
    assert_int_equal(failures, 1);
    assert_non_null(strstr(e.msg, strerror(EIO)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_may_fail),
        cmocka_unit_test(test_no_table_of_half_a_folder),
        cmocka_unit_test(test_no_guess_from_half_a_folder),
    };
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
