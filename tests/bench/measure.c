/* Runs a command and appends one line to a file: the given label, wall and CPU seconds, peak
 * resident set, bytes written, exit status, separated by tabs. CPU and memory are what wait4 says:
 * those of the command and of all processes it waited for (CPU added up, memory of the largest).
 * The exit status is the command's own, or 128 + the signal that ended it. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: bench_measure RESULTS LABEL FOLDER COMMAND...\n"
    "FOLDER: where the command writes, for the number of bytes; - for none\n";

static long long bytes; /* nftw has no context */

static int add_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)path;
    (void)where;
    if (type == FTW_F)
        bytes += st->st_size;
    return 0;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* vfork: a child of fork would begin with this program's memory, which its peak would count. */
static int run(char **command, struct rusage *used)
{
    int status;
    pid_t pid = vfork();
    if (pid < 0)
        return -1;
    if (pid == 0) {
        execvp(command[0], command);
        _exit(127);
    }
    while (wait4(pid, &status, 0, used) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return fputs(usage, stderr), 2;
    struct rusage used = {0};
    double begin = now();
    int status = run(argv + 4, &used);
    double wall = now() - begin;
    FILE *results = fopen(argv[1], "a");
    if (status < 0 || !results)
        return fprintf(stderr, "bench_measure: %s: %s\n", status < 0 ? argv[4] : argv[1],
                       strerror(errno)),
               1;
    if (strcmp(argv[3], "-") != 0)
        nftw(argv[3], add_file, 16, FTW_PHYS);
    fprintf(results, "%s\t%.3f\t%.3f\t%.1f\t%lld\t%d\n", argv[2], wall,
            seconds(used.ru_utime) + seconds(used.ru_stime), (double)used.ru_maxrss / 1024, bytes,
            status);
    return fclose(results) == 0 ? status : 1;
}
