/* Locks: one has it, others are told who; who is gone or silent loses it; of several takers one
 * gets it; the old owner finds out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/folder/lock.h"
#include "io/folder/outfile.h"
#include "io/text/jsondoc.h"
#include "support/tmpdir.h"

static char path[1024];
static const struct lock_options usual = {.timeout_s = 60, .job = "4711_3"};

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    tmpdir_path(&test_dir, ".subscene.lock", path);
    return 0;
}

static void grow_old(int seconds)
{
    struct timespec now, then[2];
    clock_gettime(CLOCK_REALTIME, &now);
    then[0] = then[1] = (struct timespec){now.tv_sec - seconds, now.tv_nsec};
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
}

/* The lock of a process of another machine, or of the tag that is given. */
static void leave_lock(const char *tag, int renewed_every_ms, int seconds_ago)
{
    char line[512];
    int n = snprintf(line, sizeof line,
                     "{\"host\":\"elsewhere\",\"pid\":77,\"started\":\"2026-01-01T00:00:00Z\","
                     "\"tag\":\"%s\",\"nonce\":"
                     "\"00000000000000aa\",\"renewed_every_ms\":%d}\n",
                     tag ? tag : "ffffffff-77", renewed_every_ms);
    tmpdir_write(&test_dir, ".subscene.lock", line, (size_t)n);
    grow_old(seconds_ago);
}

static struct lock *take(struct lock_takeover *t)
{
    struct lock *l;
    struct err e = ERR_INIT;
    if (lock_take(path, &usual, &l, t, &e))
        fail_msg("%s", e.msg);
    return l;
}

static void refused(const char *said)
{
    struct lock *l;
    struct lock_takeover t;
    struct err e = ERR_INIT;
    assert_int_equal(lock_take(path, &usual, &l, &t, &e), ERR_TEMPORARY);
    if (!strstr(e.msg, said))
        fail_msg("\"%s\" is not in \"%s\"", said, e.msg);
    assert_true(lock_is_others(&e));
    struct err looked = ERR_INIT;
    assert_int_equal(lock_look(path, usual.timeout_s, &looked), ERR_TEMPORARY);
    assert_string_equal(looked.msg, e.msg);
    assert_true(lock_is_others(&looked));
    assert_int_equal(tmpdir_files(&test_dir), 1);
}

static void says_who_has_it(void **state)
{
    (void)state;
    struct lock_takeover t;
    struct jsondoc *d;
    struct err e = ERR_INIT;
    char host[IDENTITY_HOST];
    int64_t pid;
    size_t len;
    struct lock *l = take(&t);
    assert_false(t.happened);
    assert_int_equal(tmpdir_files(&test_dir), 1);
    char *text = (char *)tmpdir_slurp(path, &len);
    assert_ptr_equal(strchr(text, '\n'), text + len - 1); /* one line */
    assert_int_equal(jsondoc_parse(path, text, len, &d, &e), 0);
    identity_host(host);
    assert_string_equal(jsondoc_string(d, "host"), host);
    assert_string_equal(jsondoc_string(d, "job"), "4711_3");
    assert_int_equal(strlen(jsondoc_string(d, "started")), 20);
    assert_true(jsondoc_int(jsondoc_member(jsondoc_root(d), "pid"), &pid) && pid == getpid());
    jsondoc_close(d);
    free(text);
    assert_int_equal(lock_check(l, &e), 0);
    assert_true(lock_interval_s(l) >= 9.9 && lock_interval_s(l) <= 10.1);
    assert_int_equal(lock_release(l, NULL), 0);
    assert_int_equal(tmpdir_files(&test_dir), 0);
}

static void a_fresh_one_of_elsewhere_holds(void **state)
{
    (void)state;
    leave_lock(NULL, 1000, 0);
    refused("is being made by elsewhere pid 77 since 2026-01-01T00:00:00Z");
    leave_lock(NULL, 1000, 58);
    refused("elsewhere pid 77");
    leave_lock(NULL, 30000, 80); /* renews so seldom that it is not late yet */
    refused("elsewhere pid 77");
    leave_lock(NULL, 1000, -500); /* of the future */
    refused("elsewhere pid 77");
}

static void an_old_one_is_taken_over(void **state)
{
    (void)state;
    struct lock_takeover t;
    struct err e = ERR_INIT;
    leave_lock(NULL, 1000, 62);
    assert_int_equal(lock_look(path, usual.timeout_s, &e), 0);
    assert_int_equal(tmpdir_files(&test_dir), 1); /* it only looks */
    struct lock *l = take(&t);
    assert_true(t.happened && !t.is_gone && t.silent_s > 61 && t.silent_s < 90);
    assert_string_equal(t.from.host, "elsewhere");
    assert_int_equal(t.from.pid, 77);
    assert_int_equal(lock_check(l, &e), 0);
    assert_int_equal(lock_release(l, NULL), 0);
    assert_int_equal(tmpdir_files(&test_dir), 0);
}

/* Somebody was killed, or is at it, between judging a lock and taking it over. */
static void while_another_takes_it_over(void **state)
{
    (void)state;
    struct lock_takeover t;
    struct lock *l;
    struct err e = ERR_INIT;
    leave_lock(NULL, 1000, 100);
    tmpdir_write(&test_dir, ".subscene.lock.taking", "{}", 2);
    assert_int_equal(lock_take(path, &usual, &l, &t, &e), ERR_TEMPORARY);
    assert_int_equal(tmpdir_files(&test_dir), 2);
    char taking[1024];
    const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(
        utimensat(AT_FDCWD, tmpdir_path(&test_dir, ".subscene.lock.taking", taking), old, 0), 0);
    l = take(&t);
    assert_true(t.happened);
    assert_int_equal(lock_release(l, NULL), 0);
    assert_int_equal(tmpdir_files(&test_dir), 0);
}

static void one_of_the_dead_is_taken_over_at_once(void **state)
{
    (void)state;
    struct lock_takeover t;
    char tag[IDENTITY_TAG], machine[IDENTITY_MACHINE];
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    identity_machine(machine);
    snprintf(tag, sizeof tag, "%s-%ld", machine, (long)pid);
    leave_lock(tag, 1000, 0);
    struct lock *l = take(&t);
    assert_true(t.happened && t.is_gone);
    assert_int_equal(lock_release(l, NULL), 0);
    snprintf(tag, sizeof tag, "%s-%ld", machine, (long)getppid());
    leave_lock(tag, 1000, 0); /* lives */
    refused("elsewhere pid 77");
    identity_tag(tag); /* of a process that had the number of this one */
    leave_lock(tag, 1000, 0);
    l = take(&t);
    assert_true(t.happened && t.is_gone);
    assert_int_equal(lock_release(l, NULL), 0);
}

/* What is no lock of ours only counts by its age. */
static void garbage(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",         "\n",
        "{}",       "{\"host\":7,\"nonce\":[],\"pid\":\"x\",\"renewed_every_ms\":-1}",
        "not JSON", "{\"host\":\"half"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct lock_takeover t;
        tmpdir_write(&test_dir, ".subscene.lock", texts[i], strlen(texts[i]));
        refused("is locked; the lock does not name its owner");
        grow_old(100);
        struct lock *l = take(&t);
        assert_true(t.happened && t.from.host[0] == '\0');
        assert_int_equal(lock_release(l, NULL), 0);
    }
    char big[5000];
    memset(big, '[', sizeof big);
    tmpdir_write(&test_dir, ".subscene.lock", big, sizeof big);
    refused("is locked");
}

static void the_old_owner_finds_out(void **state)
{
    (void)state;
    struct lock_takeover t;
    struct lock *first, *second;
    struct err e = ERR_INIT;
    char tile[1024];
    struct stat before, after;
    first = take(&t);
    grow_old(100);
    lock_renew(first);
    assert_int_equal(stat(path, &after), 0);
    assert_true(time(NULL) - after.st_mtime < 50);
    tmpdir_path(&test_dir, "tile.nc", tile);
    assert_int_equal(outfile_write(tile, "1", 1, &e), 0);

    /* somebody of elsewhere takes it over */
    leave_lock(NULL, 1000, 10);
    assert_int_equal(stat(path, &before), 0);
    lock_renew(first);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_mtime, after.st_mtime); /* renews no lock but its own */
    assert_int_equal(lock_check(first, &e), ERR_TEMPORARY);
    assert_non_null(strstr(e.msg, "taken over by elsewhere pid 77"));
    assert_int_equal(outfile_write(tile, "22", 2, &e), ERR_TEMPORARY);
    assert_int_equal(outfile_remove(tile, &e), ERR_TEMPORARY);
    assert_int_equal(stat(tile, &after), 0);
    assert_int_equal(after.st_size, 1);
    assert_int_equal(lock_release(first, NULL), 0);
    assert_int_equal(tmpdir_files(&test_dir), 2); /* the other's lock stays */

    grow_old(100);
    second = take(&t);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(lock_check(second, &e), ERR_TEMPORARY);
    assert_non_null(strstr(e.msg, "is gone"));
    assert_int_equal(lock_release(second, NULL), 0);
    assert_int_equal(outfile_write(tile, "22", 2, &e), 0); /* no lock, no guard */
}

static void where_no_lock_can_be(void **state)
{
    (void)state;
    struct lock *l;
    struct lock_takeover t;
    struct err e = ERR_INIT;
    assert_int_equal(lock_take("/nonexistent/.subscene.lock", &usual, &l, &t, &e), ERR_OUTPUT);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(lock_take(path, &usual, &l, &t, &e), ERR_OUTPUT);
    assert_int_equal(tmpdir_files(&test_dir), 0);
}

/* One of those that fight over a lock: how often it had it, or 255 when it was not alone. */
static int fight(unsigned seed, const char *alone)
{
    int had = 0;
    for (int i = 0; i < 300; i++) {
        struct lock *l;
        struct lock_takeover t;
        struct err e = ERR_INIT;
        if (lock_take(path, &usual, &l, &t, &e))
            continue;
        int fd = open(alone, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (fd < 0)
            return 255;
        close(fd);
        had += had < 200;
        usleep((seed + (unsigned)i * 7) % 50);
        unlink(alone);
        if ((seed + (unsigned)i) % 3 == 0)
            grow_old(1000); /* dies with it, as far as the others can tell */
        else
            assert_int_equal(lock_release(l, NULL), 0);
    }
    return had;
}

static void of_many_one_has_it(void **state)
{
    (void)state;
    enum { FIGHTERS = 6 };
    pid_t child[FIGHTERS];
    char alone[1024];
    struct lock_takeover t;
    tmpdir_path(&test_dir, "alone", alone);
    leave_lock(NULL, 1000, 100);
    for (unsigned i = 0; i < FIGHTERS; i++) {
        child[i] = fork();
        if (child[i] == 0)
            _exit(fight(i, alone));
    }
    int had = 0;
    for (int i = 0; i < FIGHTERS; i++) {
        int status;
        waitpid(child[i], &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 255);
        had += WEXITSTATUS(status);
    }
    assert_true(had > FIGHTERS);
    struct lock *l = take(&t); /* the last may have left it */
    assert_int_equal(lock_release(l, NULL), 0);
    assert_int_equal(tmpdir_files(&test_dir), 0); /* nothing was left aside */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_who_has_it, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(a_fresh_one_of_elsewhere_holds, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(an_old_one_is_taken_over, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(while_another_takes_it_over, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(one_of_the_dead_is_taken_over_at_once, setup,
                                        test_dir_remove),
        cmocka_unit_test_setup_teardown(garbage, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(the_old_owner_finds_out, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(where_no_lock_can_be, setup, test_dir_remove),
        cmocka_unit_test_setup_teardown(of_many_one_has_it, setup, test_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
