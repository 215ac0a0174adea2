#include "exec/heartbeat.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "core/mem.h"

struct heartbeat {
    void (*beat)(void *ctx);
    void *ctx;
    double seconds;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `over` */
    pthread_cond_t changed;
    bool over;
};

static struct timespec later(struct timespec t, double seconds)
{
    t.tv_sec += (time_t)seconds;
    t.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    return t;
}

static void *work(void *arg)
{
    struct heartbeat *h = arg;
    pthread_mutex_lock(&h->lock);
    while (!h->over) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        const struct timespec next = later(now, h->seconds);
        int r = 0;
        while (!h->over && r != ETIMEDOUT)
            r = pthread_cond_timedwait(&h->changed, &h->lock, &next);
        if (h->over)
            break;
        pthread_mutex_unlock(&h->lock);
        h->beat(h->ctx);
        pthread_mutex_lock(&h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

static int start_thread(struct heartbeat *h)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int r = pthread_create(&h->thread, NULL, work, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

static void destroy(struct heartbeat *h)
{
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

int heartbeat_start(double seconds, void (*beat)(void *ctx), void *ctx, struct heartbeat **out,
                    struct err *e)
{
    pthread_condattr_t attr;
    struct heartbeat *h = mem_zalloc(1, sizeof *h);
    if (!h)
        return err_nomem(e, sizeof *h);
    h->beat = beat;
    h->ctx = ctx;
    h->seconds = seconds;
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&h->changed, &attr);
    pthread_condattr_destroy(&attr);
    int r = start_thread(h);
    if (r) {
        destroy(h);
        return err_sys(e, ERR_TEMPORARY, r, "cannot start a thread");
    }
    *out = h;
    return 0;
}

void heartbeat_stop(struct heartbeat *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->over = true;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    destroy(h);
}
