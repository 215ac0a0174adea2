#include "exec/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"

extern char **environ;

enum { REQUEST_MAX = 8192 };

static const int STOPPING[] = {SIGINT, SIGTERM, SIGHUP};

struct helper {
    pid_t pid; /* 0: not started */
    int socket;
    bool busy;
};

struct helpers {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int count;
    struct helper helper[HELPERS_MAX];
};

struct answer {
    int32_t code, sys_errno;
    char msg[sizeof((struct err *)0)->msg];
};

/* Writing to a dead helper returns an error instead of raising a signal. */
static bool send_all(int fd, const void *data, size_t n)
{
    const char *at = data;
    while (n > 0) {
        ssize_t k = send(fd, at, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

static bool read_all(int fd, void *data, size_t n)
{
    char *at = data;
    while (n > 0) {
        ssize_t k = read(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

/* ---- starting and ending one ---- */

/* Starts it with the socket as its standard input and output. */
static int spawn_with(int socket, const posix_spawnattr_t *attributes, pid_t *pid)
{
    static char name[] = HELPER_NAME;
    char *argv[] = {name, NULL};
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, socket, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, socket, 1);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawn(pid, "/proc/self/exe", &actions, attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Stop signals are blocked in the helper from its first moment: this process handles them and then
 * ends the helper. If such a signal killed the helper, the file that it was reading would look
 * damaged. */
static int spawn(int socket, pid_t *pid)
{
    posix_spawnattr_t attributes;
    sigset_t blocked;
    int failed = posix_spawnattr_init(&attributes);
    if (failed)
        return failed;
    sigemptyset(&blocked);
    for (unsigned i = 0; i < sizeof STOPPING / sizeof *STOPPING; i++)
        sigaddset(&blocked, STOPPING[i]);
    failed = posix_spawnattr_setsigmask(&attributes, &blocked);
    if (failed == 0)
        failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (failed == 0)
        failed = spawn_with(socket, &attributes, pid);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static int start(struct helper *h, struct err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return err_sys(e, ERR_TEMPORARY, errno, "cannot make a pair of sockets");
    int failed = spawn(pair[1], &h->pid);
    close(pair[1]);
    h->socket = pair[0];
    if (failed == 0)
        return 0;
    close(pair[0]);
    h->pid = 0;
    return err_sys(e, ERR_TEMPORARY, failed, "cannot start a process to read files with");
}

/* Ends it and returns its exit status. */
static int end(struct helper *h)
{
    int status = 0;
    close(h->socket);
    while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
        ;
    h->pid = 0;
    return status;
}

int helpers_create(int count, struct helpers **out, struct err *e)
{
    struct helpers *h = mem_zalloc(1, sizeof *h);
    if (!h)
        return err_nomem(e, sizeof *h);
    h->count = count < 1 ? 1 : count > HELPERS_MAX ? HELPERS_MAX : count;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->free, NULL);
    *out = h;
    return 0;
}

void helpers_destroy(struct helpers *h)
{
    if (!h)
        return;
    for (int i = 0; i < h->count; i++)
        if (h->helper[i].pid > 0)
            end(&h->helper[i]);
    pthread_cond_destroy(&h->free);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

/* ---- asking ---- */

/* Takes a free helper, a running one if possible. */
static struct helper *take(struct helpers *h)
{
    struct helper *found = NULL;
    pthread_mutex_lock(&h->lock);
    while (!found) {
        for (int i = 0; i < h->count; i++)
            if (!h->helper[i].busy && (!found || (found->pid == 0 && h->helper[i].pid > 0)))
                found = &h->helper[i];
        if (!found)
            pthread_cond_wait(&h->free, &h->lock);
    }
    found->busy = true;
    pthread_mutex_unlock(&h->lock);
    return found;
}

static void give_back(struct helpers *h, struct helper *helper)
{
    pthread_mutex_lock(&h->lock);
    helper->busy = false;
    pthread_cond_signal(&h->free);
    pthread_mutex_unlock(&h->lock);
}

/* Returns false if the helper is gone. */
static bool exchange(const struct helper *h, const char *request, struct answer *a)
{
    uint32_t n = (uint32_t)strlen(request);
    return send_all(h->socket, &n, sizeof n) && send_all(h->socket, request, n) &&
           read_all(h->socket, a, sizeof *a);
}

static int died(struct helper *h, bool *is_endless, struct err *e)
{
    int status = end(h);
    *is_endless = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
    if (!WIFSIGNALED(status))
        return err_set(e, ERR_INPUT, "damaged: the library that reads it gives up (exit code %d)",
                       WEXITSTATUS(status));
    if (WTERMSIG(status) == SIGKILL)
        return err_set(e, ERR_TEMPORARY, "the process that reads it was killed: out of memory?");
    if (*is_endless)
        return err_set(e, ERR_INPUT, "damaged: reading it takes more than %d s", HELPER_SECONDS);
    return err_set(e, ERR_INPUT, "damaged: the library that reads it crashes (signal %d)",
                   WTERMSIG(status));
}

static int take_answer(struct answer *a, struct err *e)
{
    if (a->code == ERR_NONE)
        return 0;
    a->msg[sizeof a->msg - 1] = '\0';
    err_set(e, (enum err_code)a->code, "%s", a->msg);
    if (e)
        e->sys_errno = a->sys_errno;
    return a->code;
}

/* A helper that died may have been killed while idle, or damaged by an earlier request. So a fresh
 * helper decides. A request that does not end is not tried again. */
static int ask(struct helper *h, const char *request, struct err *e)
{
    struct answer a;
    for (int tries = 0;; tries++) {
        int r = h->pid > 0 ? 0 : start(h, e);
        if (r)
            return r;
        if (exchange(h, request, &a))
            return take_answer(&a, e);
        bool is_endless = false;
        r = died(h, &is_endless, e);
        if (tries > 0 || is_endless)
            return r;
    }
}

int helpers_ask(struct helpers *h, const char *request, struct err *e)
{
    if (strlen(request) > REQUEST_MAX)
        return err_set(e, ERR_INPUT, "the path is too long");
    struct helper *helper = take(h);
    int r = ask(helper, request, e);
    give_back(h, helper);
    return r;
}

/* ---- in the helper ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

static void lower_limit(int resource, rlim_t to)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 ||
        (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < to))
        return;
    limit.rlim_cur = to;
    setrlimit(resource, &limit);
}

/* Limits the CPU time from now on. */
static void limit_cpu(void)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) == 0)
        lower_limit(RLIMIT_CPU, (rlim_t)used.ru_utime.tv_sec + (rlim_t)used.ru_stime.tv_sec + 1 +
                                    HELPER_SECONDS);
}

static void limit_itself(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGXCPU, SIG_DFL);
    lower_limit(RLIMIT_CORE, 0);
#ifndef IS_SANITIZED
    lower_limit(RLIMIT_AS, HELPER_MEMORY);
#endif
}

void helper_serve(int (*work)(const char *request, struct err *e))
{
    static char request[REQUEST_MAX + 1];
    uint32_t n;
    limit_itself();
    while (read_all(0, &n, sizeof n) && n <= REQUEST_MAX && read_all(0, request, n)) {
        struct err e = ERR_INIT;
        struct answer a = {.code = ERR_NONE};
        request[n] = '\0';
        limit_cpu();
        a.code = work(request, &e);
        a.sys_errno = e.sys_errno;
        memcpy(a.msg, e.msg, sizeof a.msg);
        if (!send_all(1, &a, sizeof a))
            return;
    }
}
