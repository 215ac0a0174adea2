/* What is told and kept when calls of the system fail at a bad moment: a second error, a thread
 * that cannot start, a slow clean-up; and jobs that nobody watches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/console/status.h"
#include "core/log.h"
#include "core/text.h"
#include "stages/jobs/cut_job.h"
#include "stages/jobs/write_job.h"
#include "support/trial_run.h"

/* ---- calls that fail (the linker puts these in their place) ---- */

static const char *renames_failing[3]; /* to names that end so: to the second one once one to the
                                          first fails */
static atomic_bool first_failed;
static bool first_waits; /* a rename to the first one ends only after one to another file */
static atomic_int renamed;
static const char *stat_failing; /* of names that end so */
static int stats_failed;
static bool no_threads;
static struct {
    char lock[2100];
    struct timespec before,
        after; /* when the lock was last renewed, before a slow unlinkat and after it */
} slow;

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *arg);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *arg);
int __real_stat(const char *path, struct stat *st);
int __wrap_stat(const char *path, struct stat *st);
int __real_unlinkat(int dir, const char *name, int flags);
int __wrap_unlinkat(int dir, const char *name, int flags);

int __wrap_rename(const char *from, const char *to)
{
    for (int i = 0; renames_failing[i] && (i == 0 || first_failed); i++)
        if (text_ends_with(to, renames_failing[i])) {
            first_failed = true;
            for (int k = 0; i == 0 && first_waits && renamed == 0 && k < 10000; k++)
                usleep(1000);
            errno = EIO;
            return -1;
        }
    const int r = __real_rename(from, to);
    renamed += r == 0 && text_ends_with(to, ".nc");
    return r;
}

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *arg)
{
    return no_threads ? EAGAIN : __real_pthread_create(t, a, f, arg);
}

int __wrap_stat(const char *path, struct stat *st)
{
    if (!stat_failing || !text_ends_with(path, stat_failing))
        return __real_stat(path, st);
    stats_failed++;
    errno = EIO;
    return -1;
}

static struct timespec renewed(const char *lock)
{
    struct stat st;
    assert_int_equal(stat(lock, &st), 0);
    return st.st_mtim;
}

int __wrap_unlinkat(int dir, const char *name, int flags)
{
    if (slow.lock[0]) {
        slow.before = renewed(slow.lock);
        usleep(600 * 1000);
        slow.after = renewed(slow.lock);
    }
    return __real_unlinkat(dir, name, flags);
}

/* ---- what is told ---- */

static char told[4096];

static void note(void *ctx, enum log_level level, const char *from, const struct log_event *event,
                 const char *message)
{
    (void)ctx;
    (void)from;
    (void)event;
    size_t n = strlen(told);
    if (level <= LOG_WARNING)
        snprintf(told + n, sizeof told - n, "%s\n", message);
}

/* ---- the product and its files between the stages ---- */

static char product[1024], band[1100], tile[3][1100];
static struct params params;

static int setup(void **state)
{
    (void)state;
    char command[6000];
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 128,64,24 --bands B02", product);
    params = trial_params((band_set)1 << band_find("B02"), 128);
    snprintf(command, sizeof command,
             "cd '%s' && '%s' decode '%s' -b B02 -o d -q >/dev/null && '%s' resample d/B02.nc -o r "
             "-q >/dev/null && "
             "'%s' cut r/B02.nc -o t --size 128 -q >/dev/null",
             test_dir.path, SUBSCENE, product, SUBSCENE, SUBSCENE);
    assert_int_equal(system(command), 0);
    tmpdir_path(&test_dir, "r/B02.nc", band);
    for (int i = 0; i < 3; i++) {
        snprintf(command, sizeof command, "t/tile_%d_%d.nc", i % 2, i / 2);
        tmpdir_path(&test_dir, command, tile[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    log_to(NULL, NULL, LOG_WARNING);
    tmpdir_remove(&test_dir);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    memset(renames_failing, 0, sizeof renames_failing);
    stat_failing = NULL;
    no_threads = false;
    first_failed = first_waits = false;
    renamed = 0;
    slow.lock[0] = told[0] = '\0';
    log_to(note, NULL, LOG_WARNING);
    return 0;
}

static int publish(const char *name, struct run_result *result, struct err *e)
{
    char output[1024];
    const char *const paths[] = {tile[0], tile[1], tile[2]};
    const struct write_request request = {paths, 3, PROFILE_GEOREF, 1, NULL};
    const struct write_options options = {.folder = trial_options(&test_dir, name, output).folder,
                                          .threads = 2};
    return write_job_run(&request, &options, NULL, result, e);
}

static int cut(const char *name, struct run_result *result, struct err *e)
{
    char output[1024];
    struct ncfile *f;
    struct stage_meta meta;
    struct band_source source[BAND_COUNT] = {{.width = 0}};
    const struct cut_options options = {.output = tmpdir_path(&test_dir, name, output),
                                        .limits = {.threads = 2}};
    int b = band_find("B02");
    assert_int_equal(ncfile_open(band, &f, e), 0);
    assert_int_equal(stage_nc_read(f, &meta, e), 0);
    assert_int_equal(band_source_of_file(f, &meta, b, &source[b], e), 0);
    meta.kind = STAGE_CUT;
    meta.params.size = 128;
    int r = cut_job_run(source, &meta, &options, NULL, result, e);
    ncfile_close(f);
    return r;
}

/* ---- tests ---- */

static void nobody_watches(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct run_result result;
    if (publish("unwatched", &result, &e))
        fail_msg("%s", e.msg);
    assert_int_equal(result.made, 3);
    if (publish("unwatched", &result, &e))
        fail_msg("%s", e.msg);
    assert_int_equal(result.skipped, 3);
    if (cut("cut", &result, &e))
        fail_msg("%s", e.msg);
    assert_int_equal(result.made, 4);
}

/* One error is returned, the other one told. Two threads meet them, in any order. */
static void expect_both(int failed, const struct err *e, const char *one, const char *other)
{
    assert_int_not_equal(failed, 0);
    const bool in_order = strstr(e->msg, one) != NULL;
    const char *returned = in_order ? one : other, *second = in_order ? other : one;
    if (!strstr(e->msg, returned))
        fail_msg("\"%s\" is not in the error: %s", returned, e->msg);
    if (!strstr(told, second))
        fail_msg("\"%s\" is not told: %s", second, told);
}

static void a_manifest_after_another_error(void **state)
{
    (void)state;
    char output[1024];
    struct err e = ERR_INIT;
    struct run_result result;
    const struct run_options options = trial_options(&test_dir, "run", output);
    renames_failing[0] = "tile_0_0.nc";
    renames_failing[1] = "manifest.csv";
    first_waits = true; /* the other thread has made a subscene, which the manifest lacks */
    expect_both(publish("both", &result, &e), &e, "tile_0_0.nc", "manifest.csv");
    told[0] = '\0';
    first_failed = false;
    renamed = 0;
    expect_both(run_product(product, &params, &options, NULL, &result, &e), &e, "tile_0_0.nc",
                "manifest.csv");
}

/* A damaged tile file is told when it is met; that the manifest cannot be written is then the error
 * of the job. */
static void a_manifest_after_a_damaged_tile(void **state)
{
    (void)state;
    size_t len;
    struct err e = ERR_INIT;
    struct run_result result;
    unsigned char *bytes = tmpdir_slurp(tile[1], &len);
    assert_non_null(bytes);
    memset(bytes + len / 2, 0x55, len / 2 - 512);
    tmpdir_write(&test_dir, "t/tile_1_0.nc", bytes, len);
    free(bytes);
    renames_failing[0] = "manifest.csv";
    assert_int_not_equal(publish("damaged", &result, &e), 0);
    assert_non_null(strstr(e.msg, "manifest.csv"));
    assert_non_null(strstr(told, "tile_1_0.nc"));
}

static void the_lock_is_renewed_during_the_clean_up(void **state)
{
    (void)state;
    char output[1024], name[1200];
    struct err e = ERR_INIT;
    struct run_result result;
    struct run_options options = trial_options(&test_dir, "locked", output);
    options.folder.lock.timeout_s = 1; /* renewed every sixth of it */
    trial_run(product, &params, &options, &result);
    snprintf(slow.lock, sizeof slow.lock, "%s/tile_0_0.nc", result.folder);
    unlink(slow.lock);
    snprintf(name, sizeof name, "%s/.tile_0_0.nc.part-0-0",
             result.folder + strlen(test_dir.path) + 1);
    tmpdir_write(&test_dir, name, "x", 1);
    snprintf(slow.lock, sizeof slow.lock, "%s/.subscene.lock", result.folder);
    if (run_product(product, &params, &options, NULL, &result, &e))
        fail_msg("%s", e.msg);
    assert_int_equal(result.made, 1);
    assert_true(slow.before.tv_sec > 0);
    assert_true(slow.after.tv_sec != slow.before.tv_sec ||
                slow.after.tv_nsec != slow.before.tv_nsec);
}

/* A file that cannot be examined does not count as missing: it may have labels made by hand. */
static void a_file_that_cannot_be_looked_at(void **state)
{
    (void)state;
    char output[1024], path[2100];
    struct stat before, after;
    struct err e = ERR_INIT;
    struct run_result result;
    const struct run_options options = trial_options(&test_dir, "looked", output);
    trial_run(product, &params, &options, &result);
    snprintf(path, sizeof path, "%s/tile_0_0.nc", result.folder);
    assert_int_equal(stat(path, &before), 0);
    stat_failing = "tile_0_0.nc";
    stats_failed = 0;
    int failed = run_product(product, &params, &options, NULL, &result, &e);
    stat_failing = NULL;
    if (stats_failed == 0)
        skip(); /* this C library has stat by another name */
    assert_int_equal(failed, ERR_OUTPUT);
    assert_non_null(strstr(e.msg, "tile_0_0.nc: cannot be examined"));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static const char *state_now;

static void tell(void *ctx, struct status_facts *out)
{
    (void)ctx;
    *out = (struct status_facts){.state = state_now,
                                 .exit_code = strcmp(state_now, "running") == 0 ? -1 : 0};
}

/* Without its thread a status file is not renewed, but it does not say "running" for ever. */
static void a_status_without_a_thread(void **state)
{
    (void)state;
    char folder[1024], path[1024];
    size_t len;
    struct err e = ERR_INIT;
    struct status *s = NULL;
    const struct strlist none = {0};
    const struct status_options o = {
        .folder = tmpdir_path(&test_dir, "st", folder), .options = "", .job = "", .period_s = 60};
    assert_int_equal(status_prepare(folder, &none, &e), 0);
    no_threads = true;
    state_now = "running";
    if (status_open(&o, "/data/X.SAFE", tell, NULL, &s, &e))
        fail_msg("%s", e.msg);
    assert_non_null(strstr(told, "cannot start a thread"));
    state_now = "done";
    status_close(s);
    char *text = (char *)tmpdir_slurp(tmpdir_path(&test_dir, "st/X.json", path), &len);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"done\""));
    free(text);
}

/* Nothing but the lock's renewal needs one. */
static void a_run_without_threads(void **state)
{
    (void)state;
    char output[1024];
    struct err e = ERR_INIT;
    struct run_result result;
    const struct run_options options = trial_options(&test_dir, "threadless", output);
    no_threads = true;
    assert_int_equal(run_product(product, &params, &options, NULL, &result, &e), ERR_TEMPORARY);
    assert_non_null(strstr(e.msg, "cannot start a thread"));
    snprintf(slow.lock, sizeof slow.lock, "%s/.subscene.lock", result.folder);
    assert_int_equal(access(slow.lock, F_OK), -1);
    slow.lock[0] = '\0';
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nobody_watches, begin),
        cmocka_unit_test_setup(a_manifest_after_another_error, begin),
        cmocka_unit_test_setup(the_lock_is_renewed_during_the_clean_up, begin),
        cmocka_unit_test_setup(a_file_that_cannot_be_looked_at, begin),
        cmocka_unit_test_setup(a_status_without_a_thread, begin),
        cmocka_unit_test_setup(a_run_without_threads, begin),
        cmocka_unit_test_setup(a_manifest_after_a_damaged_tile, begin),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
