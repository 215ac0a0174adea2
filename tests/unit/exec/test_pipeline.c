/* The promises of exec/pipeline.h. Every call notes its begin and its end in one journal; the
 * journal is then replayed against the promises. Also run under TSan. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pthread.h>

#include <cmocka.h>

#include "exec/pipeline.h"

enum { STEPS = 3, BATCHES = 40, TASKS = 8, JOURNAL = 20000, WORKERS = 8 };

enum call { OPEN, TASK, CLOSE };

struct event {
    enum call call;
    bool end;
    int step;
    int32_t batch;
    size_t task;
};

/* Which call fails. */
struct fault {
    bool on;
    enum call call;
    int step;
    int32_t batch;
    size_t task;
    bool all_tasks; /* of the batch, not just one */
};

static struct trial {
    pthread_mutex_t lock;
    struct event journal[JOURNAL];
    int n;
    atomic_bool busy[WORKERS];
    atomic_int workers_met; /* times that two calls had the same worker's index at once */
    int threads;
    struct fault fault;
    atomic_bool failed; /* the first faulty call is about to return */
    size_t tasks_of[STEPS][BATCHES];
} trial = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint32_t seed = 7;
static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void note(struct event e)
{
    pthread_mutex_lock(&trial.lock);
    if (trial.n < JOURNAL)
        trial.journal[trial.n++] = e;
    pthread_mutex_unlock(&trial.lock);
}

static void nap_ms(long ms)
{
    struct timespec t = {0, ms * 1000000};
    nanosleep(&t, NULL);
}

static bool is_faulty(const struct event *e)
{
    const struct fault *f = &trial.fault;
    return f->on && e->call == f->call && e->step == f->step && e->batch == f->batch &&
           (f->call != TASK || f->all_tasks || e->task == f->task);
}

/* The work of every call: little, and of uneven length. Calls that end after a fault outlast it by
 * far, so that the crew knows of it before they ask for more. */
static int perform(struct event e, struct err *err)
{
    note(e);
    for (uint32_t i = 0; i < (uint32_t)(e.batch * 7 + (int32_t)e.task * 3 + e.step) % 5; i++)
        sched_yield();
    int rc = 0;
    if (is_faulty(&e)) {
        if (atomic_exchange(&trial.failed, true))
            nap_ms(100);
        rc = err_set(err, ERR_INPUT, "call %d of %d/%d/%zu", e.call, e.step, (int)e.batch, e.task);
    } else if (atomic_load(&trial.failed)) {
        nap_ms(100);
    }
    e.end = true;
    note(e);
    return rc;
}

static int open_step(int step, int32_t batch, size_t *tasks, struct err *e)
{
    *tasks = trial.tasks_of[step][batch];
    return perform((struct event){OPEN, false, step, batch, 0}, e);
}

static int task_step(int step, int32_t batch, size_t task, int worker, struct err *e)
{
    if (worker < 0 || worker >= trial.threads || atomic_exchange(&trial.busy[worker], true))
        atomic_fetch_add(&trial.workers_met, 1);
    int rc = perform((struct event){TASK, false, step, batch, task}, e);
    atomic_store(&trial.busy[worker], false);
    return rc;
}

static int close_step(int step, int32_t batch, struct err *e)
{
    return perform((struct event){CLOSE, false, step, batch, 0}, e);
}

/* A step's calls are not told which step they belong to. */
#define CALLS_OF(s)                                                                                \
    static int open_##s(void *ctx, int32_t batch, size_t *tasks, struct err *e)                    \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return open_step(s, batch, tasks, e);                                                      \
    }                                                                                              \
    static int task_##s(void *ctx, int32_t batch, size_t task, int worker, struct err *e)          \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return task_step(s, batch, task, worker, e);                                               \
    }                                                                                              \
    static int close_##s(void *ctx, int32_t batch, struct err *e)                                  \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return close_step(s, batch, e);                                                            \
    }
CALLS_OF(0)
CALLS_OF(1)
CALLS_OF(2)

static const struct pipeline_step all_steps[STEPS] = {{open_0, task_0, close_0, 1, NULL, NULL},
                                                      {open_1, task_1, close_1, 1, NULL, NULL},
                                                      {open_2, task_2, close_2, 1, NULL, NULL}};

struct setup {
    int steps, threads;
    int32_t batches, lead[STEPS];
    int (*stopped)(void);
};

/* Batches that must have left: none for some, the very one before for others. */
static int32_t after_batch(void *ctx, int32_t batch)
{
    (void)ctx;
    return batch % 3 == 0 ? batch - 1 : batch % 3 == 1 ? -1 : batch - 2;
}

static int run(const struct setup *s, struct err *e)
{
    struct pipeline_step steps[STEPS];
    memcpy(steps, all_steps, sizeof steps);
    for (int i = 0; i < STEPS; i++) {
        steps[i].lead = s->lead[i];
        steps[i].after = i == 0 ? after_batch : NULL;
        for (int32_t k = 0; k < BATCHES; k++)
            trial.tasks_of[i][k] = next_random() % TASKS; /* 0 among them */
    }
    trial.n = 0;
    trial.threads = s->threads;
    atomic_store(&trial.failed, false);
    int rc = pipeline_run(steps, s->steps, s->batches, (struct pipeline_crew){s->threads, 0},
                          s->stopped, &trial, e);
    assert_true(trial.n < JOURNAL);
    assert_int_equal(atomic_load(&trial.workers_met), 0);
    return rc;
}

/* ---- the replay ---- */

struct replay {
    const struct setup *setup;
    int32_t opened[STEPS], closed[STEPS]; /* ended calls */
    bool calling[STEPS]; /* an open or a close is under way */
    uint8_t task[STEPS][BATCHES][TASKS]; /* 1: begun, 2: done */
};

static void replay_begin(struct replay *r, const struct event *e)
{
    int s = e->step;
    int32_t k = e->batch;
    switch (e->call) {
    case OPEN:
        assert_false(r->calling[s]);
        assert_int_equal(k, r->opened[s]); /* in order, once */
        if (s > 0) /* what it needs is complete */
            assert_true(r->closed[s - 1] > k);
        if (s + 1 < r->setup->steps) /* there is room for what it makes */
            assert_true(r->closed[s + 1] > k - r->setup->lead[s]);
        if (s == 0) /* what later steps still read is not overwritten */
            assert_true(r->closed[r->setup->steps - 1] > after_batch(NULL, k));
        assert_true(k - r->closed[s] < 2);
        r->calling[s] = true;
        break;
    case TASK:
        assert_true(k < r->opened[s] && k >= r->closed[s]);
        assert_true(e->task < trial.tasks_of[s][k]);
        assert_int_equal(r->task[s][k][e->task], 0);
        r->task[s][k][e->task] = 1;
        break;
    case CLOSE:
        assert_false(r->calling[s]);
        assert_int_equal(k, r->closed[s]);
        assert_true(k < r->opened[s]);
        for (size_t t = 0; t < trial.tasks_of[s][k]; t++)
            assert_int_equal(r->task[s][k][t], 2);
        r->calling[s] = true;
        break;
    }
}

static void replay_end(struct replay *r, const struct event *e)
{
    switch (e->call) {
    case OPEN:
        r->opened[e->step]++;
        r->calling[e->step] = false;
        break;
    case TASK:
        assert_int_equal(r->task[e->step][e->batch][e->task], 1);
        r->task[e->step][e->batch][e->task] = 2;
        break;
    case CLOSE:
        r->closed[e->step]++;
        r->calling[e->step] = false;
        break;
    }
}

static void replay(const struct setup *setup, struct replay *r)
{
    *r = (struct replay){.setup = setup};
    for (int i = 0; i < trial.n; i++) {
        if (trial.journal[i].end)
            replay_end(r, &trial.journal[i]);
        else
            replay_begin(r, &trial.journal[i]);
    }
}

static void check_run(const struct setup *setup)
{
    static struct replay r;
    struct err e = ERR_INIT;
    assert_int_equal(run(setup, &e), 0);
    assert_int_equal(e.code, ERR_NONE);
    replay(setup, &r);
    for (int s = 0; s < setup->steps; s++) {
        assert_int_equal(r.opened[s], setup->batches);
        assert_int_equal(r.closed[s], setup->batches); /* so all tasks were done, see CLOSE above */
    }
}

/* ---- the tests ---- */

static void order_and_leads(void **state)
{
    (void)state;
    trial.fault.on = false;
    for (int threads = 1; threads <= WORKERS; threads++)
        for (int steps = 1; steps <= STEPS; steps++)
            for (int leads = 0; leads < 9; leads++)
                check_run(&(struct setup){
                    steps, threads, BATCHES / 2, {1 + leads % 3, 1 + leads / 3, 1}, NULL});
}

static void few_and_no_batches(void **state)
{
    (void)state;
    for (int threads = 1; threads <= WORKERS; threads += 3)
        for (int32_t batches = 0; batches <= 4; batches++)
            for (int steps = 1; steps <= STEPS; steps++)
                check_run(&(struct setup){steps, threads, batches, {2, 2, 1}, NULL});
}

static void bad_numbers_are_refused(void **state)
{
    (void)state;
    const struct pipeline_crew one = {1, 0};
    struct err e = ERR_INIT;
    assert_int_equal(pipeline_run(all_steps, 0, 1, one, NULL, &trial, &e), ERR_INTERNAL);
    assert_int_equal(pipeline_run(all_steps, PIPELINE_MAX_STEPS + 1, 1, one, NULL, &trial, &e),
                     ERR_INTERNAL);
    assert_int_equal(
        pipeline_run(all_steps, 1, 1, (struct pipeline_crew){0, 1}, NULL, &trial, NULL),
        ERR_INTERNAL);
}

/* Between the end of the faulty call and the moment that the crew knows of it, each of the other
 * threads can begin one call, and no more: see perform. One thread alone begins none. */
static void check_fault(struct setup setup, struct fault fault)
{
    static struct replay r;
    struct err e = ERR_INIT;
    char expected[64];
    trial.fault = fault;
    trial.fault.on = true;
    for (int tries = 0;; tries++) { /* until the batch has a task that can fail */
        e = ERR_INIT;
        int rc = run(&setup, &e);
        if (rc != 0) {
            assert_int_equal(rc, ERR_INPUT);
            break;
        }
        assert_true(fault.call == TASK && tries < 50);
    }
    assert_int_equal(e.code, ERR_INPUT);
    if (!fault.all_tasks) {
        snprintf(expected, sizeof expected, "call %d of %d/%d/%zu", fault.call, fault.step,
                 (int)fault.batch, fault.task);
        assert_string_equal(e.msg, expected);
    }
    replay(&setup, &r);
    bool over = false;
    int late = 0;
    for (int i = 0; i < trial.n; i++) {
        const struct event *v = &trial.journal[i];
        late += over && !v->end;
        if (v->end && is_faulty(v)) {
            if (!over && fault.all_tasks) { /* the one that failed first is the one told of */
                snprintf(expected, sizeof expected, "call %d of %d/%d/%zu", v->call, v->step,
                         (int)v->batch, v->task);
                assert_string_equal(e.msg, expected);
            }
            over = true;
        }
    }
    assert_true(over && late < setup.threads);
    trial.fault.on = false;
}

static void errors_end_the_run(void **state)
{
    (void)state;
    for (int threads = 1; threads <= WORKERS; threads += 3)
        for (int step = 0; step < STEPS; step++)
            for (int call = OPEN; call <= CLOSE; call++)
                for (int32_t batch = 0; batch <= 9; batch += 9) {
                    struct setup setup = {STEPS, threads, 10, {2, 2, 1}, NULL};
                    check_fault(setup, (struct fault){true, (enum call)call, step, batch,
                                                      call == TASK ? 2 : 0, false});
                }
}

static void the_first_of_many_errors(void **state)
{
    (void)state;
    for (int threads = 1; threads <= WORKERS; threads++)
        check_fault((struct setup){2, threads, 6, {2, 1, 1}, NULL},
                    (struct fault){true, TASK, 1, 3, 0, true});
}

static atomic_int questions;
static int stop_later(void) { return atomic_fetch_sub(&questions, 1) <= 0; }

static void stopping(void **state)
{
    (void)state;
    static struct replay r;
    for (int threads = 1; threads <= WORKERS; threads += 3)
        for (int after = 0; after < 60; after += 7) {
            struct setup setup = {STEPS, threads, 20, {2, 1, 1}, stop_later};
            struct err e = ERR_INIT;
            atomic_store(&questions, after);
            assert_int_equal(run(&setup, &e), ERR_STOPPED);
            assert_int_equal(e.code, ERR_STOPPED);
            assert_true(e.msg[0] != '\0');
            replay(&setup, &r);
            int begun = 0, ended = 0;
            for (int i = 0; i < trial.n; i++)
                trial.journal[i].end ? ended++ : begun++;
            assert_true(begun <= after); /* one question before every call */
            assert_int_equal(begun, ended); /* those under way finish */
        }
}

/* ---- steps without open and close; the parallel for ---- */

static atomic_int counted[64];

static int count_task(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    (void)worker;
    (void)e;
    (void)ctx;
    atomic_fetch_add(&counted[(size_t)batch + task], 1);
    return 0;
}

static void steps_without_open_and_close(void **state)
{
    (void)state;
    const struct pipeline_step steps[2] = {{NULL, count_task, NULL, 1, NULL, NULL},
                                           {NULL, count_task, NULL, 1, NULL, NULL}};
    for (int threads = 1; threads <= WORKERS; threads++) {
        struct err e = ERR_INIT;
        memset(counted, 0, sizeof counted);
        assert_int_equal(
            pipeline_run(steps, 2, 64, (struct pipeline_crew){threads, 0}, NULL, NULL, &e), 0);
        for (int i = 0; i < 64; i++)
            assert_int_equal(atomic_load(&counted[i]), 2);
    }
}

/* ---- waiting ---- */

enum { WAITS = 60 };

static struct {
    /* now, and at most so far; `together` is one number: a sum of two, read one after the other,
     * counts who goes over meanwhile twice */
    atomic_int working, together, most_working, most_together;
    atomic_bool
        held[WORKERS]; /* the worker is between the begin of a task and the end of its wait */
    atomic_int done[WAITS];
} waits;

static void keep_most(atomic_int *most, int now)
{
    for (int before = atomic_load(most);
         now > before && !atomic_compare_exchange_weak(most, &before, now);)
        ;
}

static int work_and_leave(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    (void)ctx;
    (void)batch;
    (void)task;
    (void)e;
    assert_false(atomic_exchange(&waits.held[worker], true));
    keep_most(&waits.most_working, atomic_fetch_add(&waits.working, 1) + 1);
    keep_most(&waits.most_together, atomic_fetch_add(&waits.together, 1) + 1);
    nap_ms(1);
    atomic_fetch_sub(&waits.working, 1);
    return 0;
}

static int wait_outside(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    const size_t *faulty = ctx;
    size_t at = (size_t)batch * 6 + task;
    nap_ms(2);
    atomic_fetch_sub(&waits.together, 1);
    atomic_fetch_add(&waits.done[at], 1);
    assert_true(atomic_exchange(&waits.held[worker], false));
    return faulty && *faulty == at ? err_set(e, ERR_OUTPUT, "disk") : 0;
}

static int open_six(void *ctx, int32_t batch, size_t *tasks, struct err *e)
{
    (void)ctx;
    (void)batch;
    (void)e;
    *tasks = 6;
    return 0;
}

/* Closed only when all of a batch's waits are over. */
static int close_six(void *ctx, int32_t batch, struct err *e)
{
    (void)ctx;
    (void)e;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(atomic_load(&waits.done[(size_t)batch * 6 + i]), 1);
    return 0;
}

static int run_waits(int threads, int spare, size_t *faulty, struct err *e)
{
    const struct pipeline_step step = {open_six, work_and_leave, close_six, 1, NULL, wait_outside};
    memset(&waits, 0, sizeof waits);
    return pipeline_run(&step, 1, WAITS / 6, (struct pipeline_crew){threads, spare}, NULL, faulty,
                        e);
}

static void who_waits_does_not_count(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    for (int threads = 1; threads <= 3; threads++)
        for (int spare = 0; spare <= 2; spare++) {
            int together = 0;
            /* with spare threads work goes on beside the waiting: seen at once, or the machine was
             * busy */
            for (int tries = 0; tries < 20 && together <= (spare ? threads : 0); tries++) {
                assert_int_equal(run_waits(threads, spare, NULL, &e), 0);
                assert_true(atomic_load(&waits.most_working) <= threads);
                together = atomic_load(&waits.most_together);
                assert_true(together <= threads + spare);
            }
            if (spare)
                assert_true(together > threads);
            for (int i = 0; i < WAITS; i++)
                assert_int_equal(atomic_load(&waits.done[i]), 1);
        }
    size_t faulty = 20;
    assert_int_equal(run_waits(2, 1, &faulty, &e), ERR_OUTPUT);
    assert_string_equal(e.msg, "disk");
}

static int fail_at_40(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    (void)batch;
    (void)worker;
    atomic_fetch_add((atomic_int *)ctx, 1);
    return task == 40 ? err_set(e, ERR_TEMPORARY, "forty") : 0;
}

static void parallel_for(void **state)
{
    (void)state;
    for (int threads = 1; threads <= WORKERS; threads++)
        for (size_t n = 0; n <= 64; n = n ? 2 * n : 1) {
            struct err e = ERR_INIT;
            memset(counted, 0, sizeof counted);
            assert_int_equal(pipeline_for(n, threads, NULL, count_task, NULL, &e), 0);
            for (size_t i = 0; i < 64; i++)
                assert_int_equal(atomic_load(&counted[i]), i < n);
        }
    for (int threads = 1; threads <= WORKERS; threads++) {
        struct err e = ERR_INIT;
        atomic_int calls = 0;
        assert_int_equal(pipeline_for(1000, threads, NULL, fail_at_40, &calls, &e), ERR_TEMPORARY);
        assert_string_equal(e.msg, "forty");
        if (threads == 1)
            assert_int_equal(atomic_load(&calls), 41);
        assert_int_equal(pipeline_for(1000, threads, NULL, fail_at_40, &calls, NULL),
                         ERR_TEMPORARY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_leads),
        cmocka_unit_test(few_and_no_batches),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(errors_end_the_run),
        cmocka_unit_test(the_first_of_many_errors),
        cmocka_unit_test(stopping),
        cmocka_unit_test(steps_without_open_and_close),
        cmocka_unit_test(who_waits_does_not_count),
        cmocka_unit_test(parallel_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
