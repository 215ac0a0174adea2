/* Heartbeats: they come, stop when told, and race with nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/layout.h"
#include "exec/heartbeat.h"
#include "exec/pipeline.h"
#include "io/folder/outfile.h"
#include "stages/folder/folder_lock.h"
#include "support/tmpdir.h"

static atomic_int beats;

static void count(void *ctx)
{
    assert_ptr_equal(ctx, &beats);
    atomic_fetch_add(&beats, 1);
}

static void they_come_and_stop(void **state)
{
    (void)state;
    struct heartbeat *h;
    struct err e = ERR_INIT;
    assert_int_equal(heartbeat_start(0.002, count, &beats, &h, &e), 0);
    for (int i = 0; i < 5000 && atomic_load(&beats) < 3; i++)
        usleep(1000);
    heartbeat_stop(h);
    int n = atomic_load(&beats);
    assert_true(n >= 3);
    usleep(20000);
    assert_int_equal(atomic_load(&beats), n);
    heartbeat_stop(NULL);
}

static void a_slow_one_ends_at_once(void **state)
{
    (void)state;
    struct heartbeat *h;
    struct err e = ERR_INIT;
    atomic_store(&beats, 0);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(heartbeat_start(3600, count, &beats, &h, &e), 0);
        heartbeat_stop(h);
    }
    assert_int_equal(atomic_load(&beats), 0);
}

/* ---- a hold while threads write: its heartbeat, its guard ---- */

static int write_one(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    char path[1024], name[64];
    (void)ctx;
    (void)batch;
    (void)worker;
    snprintf(name, sizeof name, "flat/tile_%zu_0.nc", task);
    return outfile_write(tmpdir_path(&test_dir, name, path), "x", 1, e);
}

static void threads_write_under_a_hold(void **state)
{
    (void)state;
    struct folder_lock *h = NULL;
    struct err e = ERR_INIT;
    struct product p = {.name = "flat"};
    struct params params = {.resolution_m = 10};
    struct subscene_job job = {.product = &p,
                               .params = &params,
                               .root = test_dir.path,
                               .layout = LAYOUT_FLAT,
                               .folder = "flat",
                               .manifest = "flat/manifest.csv"};
    const struct lock_options o = {.timeout_s = 2};
    char lock[1024];
    struct stat before, after;
    assert_int_equal(folder_lock_open(&job, &o, &h, &e), 0);
    assert_int_equal(stat(tmpdir_path(&test_dir, "flat/.subscene.lock", lock), &before), 0);
    do { /* until it has been renewed */
        assert_int_equal(pipeline_for(64, 4, NULL, write_one, NULL, &e), 0);
        assert_int_equal(stat(lock, &after), 0);
    } while (after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
             after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
    tmpdir_write(&test_dir, "flat/.subscene.lock", "{\"host\":\"x\",\"nonce\":\"y\"}", 24);
    assert_int_equal(pipeline_for(64, 4, NULL, write_one, NULL, &e), ERR_TEMPORARY);
    folder_lock_close(h);
    assert_int_equal(stat(lock, &after), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_come_and_stop),
        cmocka_unit_test(a_slow_one_ends_at_once),
        cmocka_unit_test_setup_teardown(threads_write_under_a_hold, test_dir_make, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
