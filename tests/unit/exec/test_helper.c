/* exec/helper: answers come back, a request that kills its helper is named, and the next one is
 * served. This program is its own helper when it is called by that name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exec/helper.h"

static int work(const char *request, struct err *e)
{
    static int before;
    if (strcmp(request, "die") == 0)
        kill(getpid(), SIGABRT);
    if (strcmp(request, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(request, "late") == 0)
        kill(getpid(), SIGXCPU); /* as the limit does */
    if (strcmp(request, "spoilt") == 0 && before > 0)
        abort();
    before++;
    if (strcmp(request, "leave") == 0)
        exit(7);
    return strcmp(request, "good") == 0 ? 0 : err_set(e, ERR_INPUT, "%s is bad", request);
}

static void answers(void **state)
{
    struct helpers *h;
    struct err e = ERR_INIT;
    (void)state;
    assert_int_equal(helpers_create(1, &h, &e), 0);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(helpers_ask(h, "good", &e), 0);
        assert_int_equal(helpers_ask(h, "fish", &e), ERR_INPUT);
        assert_string_equal(e.msg, "fish is bad");
        assert_int_equal(helpers_ask(h, "die", &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "crashes (signal 6)"));
        assert_int_equal(helpers_ask(h, "late", &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "takes more than"));
        assert_int_equal(helpers_ask(h, "kill", &e), ERR_TEMPORARY);
        assert_int_equal(helpers_ask(h, "leave", &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "gives up (exit code 7)"));
    }
    helpers_destroy(h);
}

/* A helper that dies of what was before, or was killed while idle, blames no request. */
static void blames_no_other(void **state)
{
    struct helpers *h;
    struct err e = ERR_INIT;
    (void)state;
    assert_int_equal(helpers_create(1, &h, &e), 0);
    assert_int_equal(helpers_ask(h, "good", &e), 0);
    assert_int_equal(helpers_ask(h, "spoilt", &e), ERR_INPUT);
    assert_string_equal(e.msg, "spoilt is bad");
    helpers_destroy(h);
}

static void *ask_often(void *ctx)
{
    for (int i = 0; i < 50; i++) {
        struct err e = ERR_INIT;
        char request[32];
        snprintf(request, sizeof request, i % 10 == 9 ? "die" : "n%d", i);
        if (helpers_ask(ctx, request, &e) != ERR_INPUT ||
            (i % 10 != 9 && strncmp(e.msg, request, strlen(request)) != 0))
            return ctx;
    }
    return NULL;
}

static void nothing(int sig) { (void)sig; }

/* To the whole process group, as a terminal does, a little later each time. */
static void *send_signals(void *ctx)
{
    const struct timespec wait = {.tv_nsec = *(int *)ctx * 100000L};
    nanosleep(&wait, NULL);
    kill(0, SIGINT);
    kill(0, SIGTERM);
    return NULL;
}

/* What the terminal sends to all processes while a helper starts must not look like a damaged
 * file. */
static void stopped_at_once(void **state)
{
    (void)state;
    signal(SIGINT, nothing); /* not ignored: the helper would inherit that */
    signal(SIGTERM, nothing);
    for (int i = 0; i < 40; i++) {
        struct helpers *h;
        struct err e = ERR_INIT;
        assert_int_equal(helpers_create(1, &h, &e), 0);
        pthread_t sender;
        assert_int_equal(pthread_create(&sender, NULL, send_signals, &i), 0);
        int r = helpers_ask(h, "good", &e);
        pthread_join(sender, NULL);
        if (r)
            fail_msg("%s", e.msg);
        helpers_destroy(h);
    }
}

/* More threads than helpers: each gets the answer to its own question. */
static void many_threads(void **state)
{
    enum { THREADS = 6 };
    struct helpers *h;
    struct err e = ERR_INIT;
    pthread_t thread[THREADS];
    (void)state;
    assert_int_equal(helpers_create(3, &h, &e), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, ask_often, h), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        assert_int_equal(pthread_join(thread[i], &wrong), 0);
        assert_null(wrong);
    }
    helpers_destroy(h);
}

int main(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], HELPER_NAME) == 0) {
        helper_serve(work);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    setpgid(0, 0); /* signals to the group are for this test alone */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(blames_no_other),
        cmocka_unit_test(many_threads),
        cmocka_unit_test(stopped_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
