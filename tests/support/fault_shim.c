/* Fault injection, an LD_PRELOAD object: lets the n-th call of one kind fail in a program that
 * knows nothing of it.
 *
 *   FAULT_STATE=FILE   needed, at least FAULT_HEAD bytes of zeros; without it nothing is counted
 *                      and nothing fails
 *   FAULT_CALL=KIND    which kind of call fails (enum kind below, its names in kind_names)
 *   FAULT_FROM=WHO     program: only calls by the program's own code; library: only calls by its
 *                      libraries; any (default). Calls by the C library count as their caller's:
 *                      strdup in the program is the program's.
 *   FAULT_AT=N         the N-th such call fails, from 1; 0 or none: calls are only counted
 *   FAULT_ERRNO=NUMBER what it fails with
 *   FAULT_AFTER=1      all such calls after it fail too
 *
 * FILE is a map of counters that the process shares with all that it forks: N counts the calls of
 * the whole command. At its head is one row for each kind, three 64-bit numbers: calls by the
 * program, by libraries, by both. From FAULT_HEAD on there is one line for what happened: "fault
 * FUNCTION WHO OBJECT PID", "crash SIGNAL OBJECT PID" and "exit STATUS OBJECT PID", where OBJECT is
 * the innermost object on the stack that is not the C library ("program" for the program). Only a
 * library's exit is told.
 *
 * A call that fails does nothing, but close: the descriptor is gone, as Linux has it. Calls inside
 * the C library (fopen's own open, stdio's own write) cannot be caught; fopen, opendir and mkostemp
 * fail as `open` does. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { FAULT_HEAD = 4096, MAX_FRAMES = 64, MAX_C_RANGES = 8 };
enum who { PROGRAM, LIBRARY, ANY };
enum kind {
    ALLOC,
    OPEN,
    CLOSE,
    READ,
    WRITE,
    FSYNC,
    RENAME,
    LINK,
    UNLINK,
    MKDIR,
    TRUNCATE,
    THREAD,
    KINDS
};

static const char *const kind_names[KINDS] = {"alloc",  "open",  "close",    "read",
                                              "write",  "fsync", "rename",   "link",
                                              "unlink", "mkdir", "truncate", "thread"};
static const char *const who_names[] = {"program", "library", "any"};

struct range {
    uintptr_t from, to;
};

static struct range program,
    c_ranges[MAX_C_RANGES]; /* c_ranges: the C library, the loader, the unwinder, this object */
static int n_c_ranges;
static _Atomic uint64_t (*counters)[3]; /* NULL: not armed */
static int report_fd = -1, fault_errno;
static enum kind fault_kind;
static enum who fault_from;
static uint64_t fault_at;
static bool fault_after;

static bool within(const struct range *r, const void *p)
{
    return (uintptr_t)p >= r->from && (uintptr_t)p < r->to;
}

static bool in_c(const void *p)
{
    for (int i = 0; i < n_c_ranges; i++)
        if (within(&c_ranges[i], p))
            return true;
    return false;
}

/* The innermost address of the calling stack that is not the C library's, at or after `from`; NULL:
 * all are. */
static void *first_outside(const void *from)
{
    void *frames[MAX_FRAMES];
    int n = backtrace(frames, MAX_FRAMES), i = 0;
    while (from && i < n && frames[i] != from)
        i++;
    for (i = i < n ? i : 0; i < n; i++)
        if (!in_c(frames[i]))
            return frames[i];
    return NULL;
}

static void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void report(const char *format, ...)
{
    char line[400];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0)
        syscall(SYS_write, report_fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

/* program+0x1234: what addr2line takes; the program's own file may go by several names. */
static void name_address(void *address, char *name, size_t size)
{
    Dl_info info;
    if (!address || !dladdr(address, &info) || !info.dli_fname) {
        snprintf(name, size, "unknown");
        return;
    }
    const char *slash = strrchr(info.dli_fname, '/'), *object = slash ? slash + 1 : info.dli_fname;
    snprintf(name, size, "%s+0x%lx", within(&program, address) ? "program" : object,
             (unsigned long)((uintptr_t)address - (uintptr_t)info.dli_fbase - 1));
}

/* Counts a call; is it the one that fails? Then errno is set. */
static bool fails(enum kind kind, const char *function, void *caller)
{
    char name[200];
    if (!counters)
        return false;
    void *address = in_c(caller) ? first_outside(NULL) : caller;
    enum who who = within(&program, address) ? PROGRAM : LIBRARY;
    bool watched = kind == fault_kind && (fault_from == ANY || fault_from == who);
    uint64_t n = 1 + atomic_fetch_add(&counters[kind][who], 1),
             both = 1 + atomic_fetch_add(&counters[kind][ANY], 1);
    n = fault_from == ANY ? both : n;
    if (!watched || fault_at == 0 || n < fault_at || (n > fault_at && !fault_after))
        return false;
    if (n == fault_at) {
        name_address(address, name, sizeof name);
        report("fault %s %s %s %d\n", function, who_names[who], name, (int)getpid());
    }
    errno = fault_errno;
    return true;
}

static void crashed(int sig, siginfo_t *info, void *context)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    const ucontext_t *u = context;
    char name[200];
    (void)info;
#if defined(__x86_64__)
    const void *at = (const void *)(uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    const void *at = (const void *)(uintptr_t)u->uc_mcontext.pc;
#else
    const void *at = NULL;
    (void)u;
#endif
    if (!atomic_flag_test_and_set(&told)) {
        name_address(first_outside(at), name, sizeof name);
        report("crash %d %s %d\n", sig, name, (int)getpid());
    }
    signal(sig, SIG_DFL);
    raise(sig);
}

static int note_object(struct dl_phdr_info *info, size_t size, void *first)
{
    struct range r = {UINTPTR_MAX, 0};
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_LOAD)
            continue;
        uintptr_t from = info->dlpi_addr + p->p_vaddr, to = from + p->p_memsz;
        r.from = from < r.from ? from : r.from;
        r.to = to > r.to ? to : r.to;
    }
    if (*(bool *)first)
        program = r;
    else if ((strstr(info->dlpi_name, "/libc.so") || strstr(info->dlpi_name, "/ld-") ||
              strstr(info->dlpi_name, "/libgcc_s.so") ||
              within(&r, (const void *)(uintptr_t)note_object)) &&
             n_c_ranges < MAX_C_RANGES)
        c_ranges[n_c_ranges++] = r;
    *(bool *)first = false;
    return 0;
}

static int index_of(const char *name, const char *const *names, int n)
{
    for (int i = 0; name && i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static void refuse(const char *what)
{
    fprintf(stderr, "fault_shim: %s\n", what);
    _exit(98);
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value ? value : otherwise;
}

static void read_settings(void)
{
    int kind = index_of(setting("FAULT_CALL", "alloc"), kind_names, KINDS);
    int from = index_of(setting("FAULT_FROM", "any"), who_names, 3);
    if (kind < 0 || from < 0)
        refuse("FAULT_CALL or FAULT_FROM is unknown");
    fault_kind = (enum kind)kind;
    fault_from = (enum who)from;
    fault_at = strtoull(setting("FAULT_AT", "0"), NULL, 10);
    fault_errno = (int)strtol(setting("FAULT_ERRNO", "0"), NULL, 10);
    fault_after = strcmp(setting("FAULT_AFTER", "0"), "1") == 0;
    if (fault_at > 0 && fault_errno <= 0)
        refuse("FAULT_ERRNO is missing");
}

static void watch_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    static _Alignas(16) char stack[1 << 16];
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}

__attribute__((constructor)) static void arm(void)
{
    void *frame;
    bool first = true;
    const char *path = getenv("FAULT_STATE");
    if (!path)
        return;
    read_settings();
    backtrace(&frame, 1); /* loads the unwinder now: it allocates */
    dl_iterate_phdr(note_object, &first);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC | O_APPEND);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < FAULT_HEAD)
        refuse("FAULT_STATE is no file of zeros");
    report_fd = fcntl(fd, F_DUPFD_CLOEXEC, 200); /* out of the way of the program's own numbers */
    void *map = mmap(NULL, FAULT_HEAD, PROT_READ | PROT_WRITE, MAP_SHARED, report_fd, 0);
    syscall(SYS_close, fd);
    if (map == MAP_FAILED)
        refuse("FAULT_STATE cannot be mapped");
    watch_crashes();
    counters = map;
}

/* ---- the calls ---- */

#define NEXT(function) next_##function = (__typeof__(next_##function))dlsym(RTLD_NEXT, #function)

/* DEFINE(kind, result, value of failure, name, (parameters), (arguments)) */
#define DEFINE(kind, type, failure, name, parameters, arguments)                                   \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*next_##name) parameters;                                                      \
        if (!next_##name)                                                                          \
            NEXT(name);                                                                            \
        return fails(kind, #name, __builtin_return_address(0)) ? (failure)                         \
                                                               : next_##name arguments;            \
    }

/* The same for those whose last argument is there only when a file may be made. */
#define DEFINE_OPEN(name, parameters, arguments, arguments_mode)                                   \
    int name parameters                                                                            \
    {                                                                                              \
        static int(*next_##name) parameters;                                                       \
        mode_t mode = 0;                                                                           \
        if (!next_##name)                                                                          \
            NEXT(name);                                                                            \
        if (flags & (O_CREAT | __O_TMPFILE)) {                                                     \
            va_list args;                                                                          \
            va_start(args, flags);                                                                 \
            mode = va_arg(args, mode_t);                                                           \
            va_end(args);                                                                          \
        }                                                                                          \
        return fails(OPEN, #name, __builtin_return_address(0)) ? -1 : next_##name arguments_mode;  \
    }

DEFINE(ALLOC, void *, NULL, malloc, (size_t size), (size))
DEFINE(ALLOC, void *, NULL, calloc, (size_t n, size_t size), (n, size))
DEFINE(ALLOC, void *, NULL, realloc, (void *old, size_t size), (old, size))
DEFINE(ALLOC, void *, NULL, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
DEFINE(ALLOC, void *, NULL, memalign, (size_t alignment, size_t size), (alignment, size))
DEFINE(ALLOC, int, ENOMEM, posix_memalign, (void **out, size_t alignment, size_t size),
       (out, alignment, size))

DEFINE_OPEN(open, (const char *path, int flags, ...), (path, flags), (path, flags, mode))
DEFINE_OPEN(open64, (const char *path, int flags, ...), (path, flags), (path, flags, mode))
DEFINE_OPEN(openat, (int at, const char *path, int flags, ...), (at, path, flags),
            (at, path, flags, mode))
DEFINE_OPEN(openat64, (int at, const char *path, int flags, ...), (at, path, flags),
            (at, path, flags, mode))
DEFINE(OPEN, int, -1, __open_2, (const char *path, int flags), (path, flags))
DEFINE(OPEN, int, -1, __open64_2, (const char *path, int flags), (path, flags))
DEFINE(OPEN, int, -1, __openat_2, (int at, const char *path, int flags), (at, path, flags))
DEFINE(OPEN, int, -1, __openat64_2, (int at, const char *path, int flags), (at, path, flags))
DEFINE(OPEN, int, -1, mkostemp, (char *path, int flags), (path, flags))
DEFINE(OPEN, FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
DEFINE(OPEN, FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
DEFINE(OPEN, DIR *, NULL, opendir, (const char *path), (path))

int close(int fd)
{
    static int (*next_close)(int);
    if (!next_close)
        NEXT(close);
    bool failed = fails(CLOSE, "close", __builtin_return_address(0));
    int cause = errno, r = next_close(fd);
    if (failed)
        errno = cause;
    return failed ? -1 : r;
}

/* Some libraries end the process. */
void exit(int status)
{
    static void (*next_exit)(int);
    char name[200];
    void *address = __builtin_return_address(0);
    if (!next_exit)
        NEXT(exit);
    if (counters && !within(&program, address) && !in_c(address)) {
        name_address(address, name, sizeof name);
        report("exit %d %s %d\n", status, name, (int)getpid());
    }
    next_exit(status);
    abort();
}

DEFINE(READ, ssize_t, -1, read, (int fd, void *to, size_t n), (fd, to, n))
DEFINE(READ, ssize_t, -1, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
DEFINE(READ, ssize_t, -1, pread64, (int fd, void *to, size_t n, off64_t at), (fd, to, n, at))
DEFINE(WRITE, ssize_t, -1, write, (int fd, const void *from, size_t n), (fd, from, n))
DEFINE(WRITE, ssize_t, -1, pwrite, (int fd, const void *from, size_t n, off_t at),
       (fd, from, n, at))
DEFINE(WRITE, ssize_t, -1, pwrite64, (int fd, const void *from, size_t n, off64_t at),
       (fd, from, n, at))
DEFINE(FSYNC, int, -1, fsync, (int fd), (fd))
DEFINE(FSYNC, int, -1, fdatasync, (int fd), (fd))
DEFINE(RENAME, int, -1, rename, (const char *from, const char *to), (from, to))
DEFINE(RENAME, int, -1, renameat, (int a, const char *from, int b, const char *to),
       (a, from, b, to))
DEFINE(LINK, int, -1, link, (const char *from, const char *to), (from, to))
DEFINE(UNLINK, int, -1, unlink, (const char *path), (path))
DEFINE(UNLINK, int, -1, unlinkat, (int at, const char *path, int flags), (at, path, flags))
DEFINE(UNLINK, int, -1, rmdir, (const char *path), (path))
DEFINE(MKDIR, int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
DEFINE(TRUNCATE, int, -1, ftruncate, (int fd, off_t size), (fd, size))
DEFINE(TRUNCATE, int, -1, ftruncate64, (int fd, off64_t size), (fd, size))
DEFINE(TRUNCATE, int, errno, posix_fallocate, (int fd, off_t at, off_t n), (fd, at, n))
/* A thread, and in the same mapping the stack that it handles signals on. */
struct start {
    void *(*body)(void *), *argument;
    _Alignas(16) char stack[1 << 16];
};

/* A stack that a library's recursion has used up leaves no room to handle a signal on it. */
static void *start_thread(void *mapping)
{
    struct start *start = mapping;
    sigaltstack(&(stack_t){.ss_sp = start->stack, .ss_size = sizeof start->stack}, NULL);
    void *result = start->body(start->argument);
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    munmap(start, sizeof *start);
    return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *),
                   void *argument)
{
    static int (*next_pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                                      void *);
    if (!next_pthread_create)
        NEXT(pthread_create);
    if (fails(THREAD, "pthread_create", __builtin_return_address(0)))
        return errno;
    struct start *start = MAP_FAILED;
    if (counters)
        start =
            mmap(NULL, sizeof *start, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return next_pthread_create(thread, attributes, body, argument);
    start->body = body;
    start->argument = argument;
    int r = next_pthread_create(thread, attributes, start_thread, start);
    if (r != 0)
        munmap(start, sizeof *start);
    return r;
}
