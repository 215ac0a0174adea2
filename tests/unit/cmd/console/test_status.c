/* Status files: names, collisions, what they say from the first to the last, a folder that cannot
 * be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/console/status.h"
#include "io/text/jsondoc.h"
#include "stages/folder/folder_lock.h"
#include "support/tmpdir.h"
#include "support/warnings.h"

static void names(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"/data/S2A_X.SAFE", "S2A_X"},
        {"S2A_X.SAFE///", "S2A_X"},
        {"S2A_X.zip", "S2A_X"},
        {"S2A_X.SAFE.zip", "S2A_X"},
        {"a/S2A_X.SAFE/MTD_MSIL1C.xml", "S2A_X"},
        {"a/S2A_X.SAFE//MTD_MSIL1C.xml", "S2A_X"},
        {"a/S2A_X", "S2A_X"},
        {".SAFE", ".SAFE"},
        {"/", "product"},
        {"gone/..", ".."},
        {"with blanks.SAFE", "with blanks"},
    };
    char name[STATUS_NAME], long_path[3000], here[1024], back[1024];
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        status_name(expected[i][0], name);
        if (strcmp(name, expected[i][1]) != 0)
            fail_msg("%s: %s instead of %s", expected[i][0], name, expected[i][1]);
    }
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    status_name(long_path, name);
    assert_int_equal(strlen(name), STATUS_NAME - 1);
    /* in the product's own folder */
    assert_non_null(getcwd(back, sizeof back));
    tmpdir_write(&test_dir, "S2B_Y.SAFE/MTD_MSIL1C.xml", "x", 1);
    assert_int_equal(chdir(tmpdir_path(&test_dir, "S2B_Y.SAFE", here)), 0);
    static const char *const inside[] = {".", "./", "MTD_MSIL1C.xml", "./MTD_MSIL1C.xml"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        status_name(inside[i], name);
        assert_string_equal(name, "S2B_Y");
    }
    assert_int_equal(chdir(back), 0);
}

static int prepare(const char *const *paths, size_t n, struct err *e)
{
    struct strlist list = {0};
    char folder[1024];
    for (size_t i = 0; i < n; i++)
        assert_int_equal(strlist_add(&list, paths[i], strlen(paths[i]), e), 0);
    int r = status_prepare(tmpdir_path(&test_dir, "a/b", folder), &list, e);
    strlist_clear(&list);
    return r;
}

static void one_name_one_product(void **state)
{
    (void)state;
    static const char *const same[] = {"x/A.SAFE", "B.SAFE", "y/A.zip"}, *const other[] = {
                                                                             "A.SAFE", "B.SAFE"};
    struct err e = ERR_INIT;
    char folder[1024];
    struct stat st;
    assert_int_equal(prepare(same, 3, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "x/A.SAFE"));
    assert_non_null(strstr(e.msg, "y/A.zip"));
    assert_int_equal(stat(tmpdir_path(&test_dir, "a", folder), &st), -1);
    assert_int_equal(prepare(other, 2, &e), 0);
    assert_int_equal(stat(tmpdir_path(&test_dir, "a/b", folder), &st), 0);
    assert_int_equal(prepare(NULL, 0, &e), 0);
    tmpdir_write(&test_dir, "a/b/c", "x", 1);
    struct strlist none = {0};
    assert_int_equal(status_prepare(tmpdir_path(&test_dir, "a/b/c", folder), &none, &e),
                     ERR_OUTPUT);
}

/* ---- files ---- */

static atomic_int asked, over;

static void tell(void *ctx, struct status_facts *out)
{
    (void)ctx;
    int n = atomic_fetch_add(&asked, 1);
    *out = (struct status_facts){.state = "running",
                                 .count = {.total = 9, .made = (size_t)n},
                                 .seconds = 1.5,
                                 .exit_code = -1,
                                 .error = ""};
    if (atomic_load(&over)) {
        out->state = "failed";
        out->exit_code = 75;
        out->error = "a \"reason\"";
        snprintf(out->count.folder, sizeof out->count.folder, "out/X");
    }
}

static struct jsondoc *read_status(const char *name)
{
    char path[1024];
    size_t len;
    struct jsondoc *d;
    struct err e = ERR_INIT;
    char *text = (char *)tmpdir_slurp(tmpdir_path(&test_dir, name, path), &len);
    assert_non_null(text);
    if (jsondoc_parse(path, text, len, &d, &e))
        fail_msg("%s", e.msg);
    free(text);
    return d;
}

static int64_t number(const struct jsondoc *d, const char *key)
{
    int64_t n = -1;
    assert_true(jsondoc_int(jsondoc_member(jsondoc_root(d), key), &n));
    return n;
}

static void from_the_first_to_the_last(void **state)
{
    (void)state;
    const struct status_options o = {
        .folder = test_dir.path, .options = "format=2 size=9", .job = "4711_3", .period_s = 0.01};
    struct status *s;
    struct err e = ERR_INIT;
    atomic_store(&asked, 0);
    atomic_store(&over, 0);
    assert_int_equal(status_open(&o, "a/X.SAFE/", tell, NULL, &s, &e), 0);
    struct jsondoc *d = read_status("X.json");
    assert_string_equal(jsondoc_string(d, "name"), "X");
    assert_string_equal(jsondoc_string(d, "product"), "a/X.SAFE/");
    assert_string_equal(jsondoc_string(d, "state"), "running");
    assert_string_equal(jsondoc_string(d, "options"), "format=2 size=9");
    assert_string_equal(jsondoc_string(d, "job"), "4711_3");
    assert_int_equal(number(d, "pid"), getpid());
    assert_int_equal(number(d, "total"), 9);
    assert_false(jsondoc_has(d, "exit_code"));
    assert_false(jsondoc_has(d, "error"));
    assert_int_equal(strlen(jsondoc_string(d, "updated")), 20);
    jsondoc_close(d);
    for (int i = 0; i < 5000 && atomic_load(&asked) < 5; i++)
        usleep(1000);
    d = read_status("X.json"); /* whole at any moment */
    assert_true(number(d, "made") >= 3);
    jsondoc_close(d);
    atomic_store(&over, 1);
    status_close(s);
    d = read_status("X.json");
    assert_string_equal(jsondoc_string(d, "state"), "failed");
    assert_string_equal(jsondoc_string(d, "error"), "a \"reason\"");
    assert_string_equal(jsondoc_string(d, "folder"), "out/X");
    assert_int_equal(number(d, "exit_code"), 75);
    jsondoc_close(d);
    assert_int_equal(tmpdir_files(&test_dir), 1);
    assert_int_equal(warnings, 0);
}

static void wait_for_two_more(void)
{
    int n = atomic_load(&asked);
    for (int i = 0; i < 5000 && atomic_load(&asked) < n + 2; i++)
        usleep(1000);
}

static void assert_others(void)
{
    char path[1024];
    size_t len;
    unsigned char *text = tmpdir_slurp(tmpdir_path(&test_dir, "X.json", path), &len);
    assert_string_equal((char *)text, "another's");
    free(text);
}

/* Who has lost the product leaves the file alone: while it does not know yet, and at its end. */
static void taken_over(void **state)
{
    (void)state;
    static const char lock[] = "{\"host\":\"elsewhere\",\"pid\":1,\"nonce\":\"0123456789abcdef\"}";
    const struct status_options o = {
        .folder = test_dir.path, .options = "", .job = "", .period_s = 0.005};
    struct folder_lock_places places = {.locks = {0}};
    struct folder_lock *hold = NULL;
    struct status *s;
    struct err e = ERR_INIT;
    char path[1024];
    atomic_store(&asked, 0);
    atomic_store(&over, 0);
    tmpdir_write(&test_dir, "out/x", "", 0);
    tmpdir_path(&test_dir, "out/.subscene.lock", path);
    assert_int_equal(folder_lock_add(&places, path, "", &e), 0);
    assert_int_equal(folder_lock_open_places(&places, &(struct lock_options){0}, &hold, &e), 0);
    assert_int_equal(status_open(&o, "X.SAFE", tell, NULL, &s, &e), 0);
    status_locked(s, hold);
    wait_for_two_more();
    struct jsondoc *d = read_status("X.json");
    assert_true(number(d, "made") > 0);
    jsondoc_close(d);
    tmpdir_write(&test_dir, "out/.subscene.lock", lock, sizeof lock - 1);
    wait_for_two_more(); /* what was on its way */
    tmpdir_write(&test_dir, "X.json", "another's", 9);
    usleep(30000);
    assert_others();
    status_locked(s, NULL);
    folder_lock_close(hold);
    atomic_store(&over, 1);
    status_close(s);
    assert_others();
    assert_int_equal(tmpdir_files(&test_dir), 3);
    assert_int_equal(warnings, 0);
    status_locked(NULL, NULL);
    folder_lock_places_clear(&places);
}

/* A product that was held and given back is reported on to the end; nobody else's lock comes into
 * it. */
static void given_back(void **state)
{
    (void)state;
    const struct status_options o = {
        .folder = test_dir.path, .options = "", .job = "", .period_s = 10};
    struct folder_lock_places places = {.locks = {0}};
    struct folder_lock *hold = NULL;
    struct status *s;
    struct err e = ERR_INIT;
    char path[1024];
    atomic_store(&over, 0);
    tmpdir_path(&test_dir, ".subscene.lock", path); /* in the folder of the file itself */
    assert_int_equal(folder_lock_add(&places, path, "", &e), 0);
    assert_int_equal(status_open(&o, "X.SAFE", tell, NULL, &s, &e), 0);
    assert_int_equal(folder_lock_open_places(&places, &(struct lock_options){0}, &hold, &e), 0);
    status_locked(s, hold);
    status_locked(s, NULL);
    folder_lock_close(hold);
    tmpdir_write(&test_dir, ".subscene.lock", "{}", 2);
    atomic_store(&over, 1);
    status_close(s);
    struct jsondoc *d = read_status("X.json");
    assert_string_equal(jsondoc_string(d, "state"), "failed");
    jsondoc_close(d);
    folder_lock_places_clear(&places);
}

static void a_folder_that_cannot_be_written(void **state)
{
    (void)state;
    const struct status_options o = {
        .folder = "/nonexistent", .options = "", .job = "", .period_s = 0.005};
    struct status *s;
    struct err e = ERR_INIT;
    atomic_store(&asked, 0);
    assert_int_equal(status_open(&o, "X.SAFE", tell, NULL, &s, &e), 0);
    for (int i = 0; i < 5000 && atomic_load(&asked) < 5; i++)
        usleep(1000);
    status_close(s);
    status_close(NULL);
    assert_int_equal(warnings, 1); /* once */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(one_name_one_product, warnings_dir_make,
                                        warnings_dir_remove),
        cmocka_unit_test_setup_teardown(from_the_first_to_the_last, warnings_dir_make,
                                        warnings_dir_remove),
        cmocka_unit_test_setup_teardown(taken_over, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(given_back, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written, warnings_dir_make,
                                        warnings_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
