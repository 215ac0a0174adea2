#include "exec/pipeline.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"

/* Batches of one step that can be open at once: one whose last tasks still run, and the next
 * one. */
enum { OPEN_AT_ONCE = 2 };

struct batch {
    size_t tasks, taken, done;
};

struct step_state {
    /* batches opened and closed so far; batches closed … opened − 1 are open */
    int32_t opened, closed;
    bool busy; /* an open or close call is running */
    struct batch batch[OPEN_AT_ONCE]; /* of batch k: [k % OPEN_AT_ONCE] */
};

struct pipeline {
    const struct pipeline_step *steps;
    int n_steps;
    int32_t batches;
    int threads; /* threads that work at a time */
    int (*stopped)(void);
    void *ctx;

    pthread_mutex_t lock; /* guards all members below */
    pthread_cond_t changed;
    struct step_state state[PIPELINE_MAX_STEPS];
    int at_work; /* running calls, without those in `wait` */
    struct err err; /* the first error */
};

enum call_kind { CALL_NONE, CALL_OPEN, CALL_TASK, CALL_CLOSE };

struct call {
    enum call_kind kind;
    int step;
    int32_t batch;
    size_t task;
};

struct crew_member {
    struct pipeline *p;
    int worker;
    pthread_t thread;
};

static bool may_open(const struct pipeline *p, int s)
{
    const struct step_state *st = &p->state[s];
    int32_t k = st->opened;
    if (k == p->batches || k - st->closed == OPEN_AT_ONCE)
        return false;
    if (s > 0 && p->state[s - 1].closed <= k)
        return false;
    if (s < p->n_steps - 1 && p->state[s + 1].closed <= k - p->steps[s].lead)
        return false;
    return !p->steps[s].after || p->state[p->n_steps - 1].closed > p->steps[s].after(p->ctx, k);
}

/* The most urgent call of one step: close a complete batch, then run a task of an open batch, then
 * open a batch. */
static struct call next_of_step(struct pipeline *p, int s)
{
    struct step_state *st = &p->state[s];
    if (st->closed < st->opened && !st->busy) {
        struct batch *b = &st->batch[st->closed % OPEN_AT_ONCE];
        if (b->done == b->tasks)
            return (struct call){CALL_CLOSE, s, st->closed, 0};
    }
    for (int32_t k = st->closed; k < st->opened; k++) {
        struct batch *b = &st->batch[k % OPEN_AT_ONCE];
        if (b->taken < b->tasks)
            return (struct call){CALL_TASK, s, k, b->taken};
    }
    if (!st->busy && may_open(p, s))
        return (struct call){CALL_OPEN, s, st->opened, 0};
    return (struct call){CALL_NONE, 0, 0, 0};
}

static struct call next_call(struct pipeline *p)
{
    for (int s = p->n_steps - 1; s >= 0 && p->at_work < p->threads; s--) {
        struct call c = next_of_step(p, s);
        if (c.kind != CALL_NONE)
            return c;
    }
    return (struct call){CALL_NONE, 0, 0, 0};
}

static void begin(struct pipeline *p, const struct call *c)
{
    struct step_state *st = &p->state[c->step];
    if (c->kind == CALL_TASK)
        st->batch[c->batch % OPEN_AT_ONCE].taken++;
    else
        st->busy = true;
}

static int perform(const struct pipeline *p, const struct call *c, int worker, size_t *tasks,
                   struct err *e)
{
    const struct pipeline_step *step = &p->steps[c->step];
    switch (c->kind) {
    case CALL_OPEN:
        *tasks = 1;
        return step->open ? step->open(p->ctx, c->batch, tasks, e) : 0;
    case CALL_TASK:
        return step->task(p->ctx, c->batch, c->task, worker, e);
    case CALL_CLOSE:
        return step->close ? step->close(p->ctx, c->batch, e) : 0;
    case CALL_NONE:
        break;
    }
    return 0;
}

static void finish(struct pipeline *p, const struct call *c, size_t tasks)
{
    struct step_state *st = &p->state[c->step];
    struct batch *b = &st->batch[c->batch % OPEN_AT_ONCE];
    switch (c->kind) {
    case CALL_OPEN:
        *b = (struct batch){.tasks = tasks};
        st->opened++;
        st->busy = false;
        break;
    case CALL_TASK:
        b->done++;
        break;
    case CALL_CLOSE:
        st->closed++;
        st->busy = false;
        break;
    case CALL_NONE:
        break;
    }
}

static bool is_over(const struct pipeline *p)
{
    return p->err.code != ERR_NONE || p->state[p->n_steps - 1].closed == p->batches;
}

/* Runs the waiting part of a task. The lock is held before and after. */
static int wait_for(struct pipeline *p, const struct call *c, int worker, struct err *e)
{
    p->at_work--;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    int failed = p->steps[c->step].wait(p->ctx, c->batch, c->task, worker, e);
    pthread_mutex_lock(&p->lock);
    p->at_work++;
    return failed;
}

/* The main loop of a thread. The lock is released during the steps' calls. */
static void *work(void *arg)
{
    struct crew_member *m = arg;
    struct pipeline *p = m->p;
    pthread_mutex_lock(&p->lock);
    while (!is_over(p)) {
        if (p->stopped && p->stopped()) {
            err_set(&p->err, ERR_STOPPED, "stopped by a signal");
            break;
        }
        struct call c = next_call(p);
        if (c.kind == CALL_NONE) {
            pthread_cond_wait(&p->changed, &p->lock);
            continue;
        }
        begin(p, &c);
        p->at_work++;
        pthread_mutex_unlock(&p->lock);
        size_t tasks = 0;
        struct err err = ERR_INIT;
        int failed = perform(p, &c, m->worker, &tasks, &err);
        pthread_mutex_lock(&p->lock);
        if (!failed && c.kind == CALL_TASK && p->steps[c.step].wait)
            failed = wait_for(p, &c, m->worker, &err);
        p->at_work--;
        finish(p, &c, tasks);
        if (failed && p->err.code == ERR_NONE)
            p->err = err;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Starts the other threads. Fewer threads still do all the work, so a failure to start one is no
 * error. */
static int start_helpers(struct pipeline *p, struct crew_member *crew, int threads)
{
    int started = 0;
    for (int i = 1; i < threads; i++) {
        crew[i] = (struct crew_member){.p = p, .worker = i};
        if (pthread_create(&crew[i].thread, NULL, work, &crew[i]) != 0)
            break;
        started++;
    }
    return started;
}

int pipeline_run(const struct pipeline_step *steps, int n_steps, int32_t batches,
                 struct pipeline_crew crew, int (*stopped)(void), void *ctx, struct err *e)
{
    int members = crew.threads + crew.spare;
    if (n_steps < 1 || n_steps > PIPELINE_MAX_STEPS || crew.threads < 1 || crew.spare < 0)
        return err_set(e, ERR_INTERNAL, "a pipeline of %d steps and %d + %d threads", n_steps,
                       crew.threads, crew.spare);
    struct pipeline p = {.steps = steps,
                         .n_steps = n_steps,
                         .batches = batches,
                         .threads = crew.threads,
                         .stopped = stopped,
                         .ctx = ctx};
    struct crew_member *member = mem_alloc((size_t)members, sizeof *member);
    if (!member)
        return err_nomem(e, (size_t)members * sizeof *member);
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    member[0] = (struct crew_member){.p = &p, .worker = 0};
    int helpers = start_helpers(&p, member, members);
    log_message(LOG_DEBUG, "", "working on %d threads",
                helpers + 1 < crew.threads ? helpers + 1 : crew.threads);
    work(&member[0]);
    for (int i = 1; i <= helpers; i++)
        pthread_join(member[i].thread, NULL);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    free(member);
    if (p.err.code != ERR_NONE && e)
        *e = p.err;
    return p.err.code;
}

struct for_ctx {
    size_t n;
    int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e);
    void *ctx;
};

static int for_open(void *ctx, int32_t batch, size_t *tasks, struct err *e)
{
    (void)batch;
    (void)e;
    *tasks = ((struct for_ctx *)ctx)->n;
    return 0;
}

static int for_task(void *ctx, int32_t batch, size_t task, int worker, struct err *e)
{
    struct for_ctx *f = ctx;
    return f->task(f->ctx, batch, task, worker, e);
}

int pipeline_for(size_t n, int threads, int (*stopped)(void),
                 int (*task)(void *ctx, int32_t batch, size_t task, int worker, struct err *e),
                 void *ctx, struct err *e)
{
    struct for_ctx f = {n, task, ctx};
    struct pipeline_step step = {.open = for_open, .task = for_task, .lead = 1};
    if (threads > 1 && (size_t)threads > n)
        threads = n > 0 ? (int)n : 1;
    return pipeline_run(&step, 1, 1, (struct pipeline_crew){threads, 0}, stopped, &f, e);
}
