#include "cmd/cli/resources.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { THREADS_MAX = 1024 };

/* More is no node, and less does not overflow when multiplied. */
static const unsigned long long CPUS_MAX = 1 << 16, MIB_MAX = 1 << 27;

/* A variable that counts things; 0 where it is not set, says 0 (Slurm: all there is), or is no
 * number. */
static unsigned long long count_in(const char *variable, const char *text, unsigned long long max)
{
    char *end;
    if (!text || !*text)
        return 0;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*end == '\0' && errno == 0 && strspn(text, "0123456789") == strlen(text) && n <= max)
        return n;
    log_message(LOG_WARNING, "", "%s=%s: is no whole number, and does not count", variable, text);
    return 0;
}

static void at_most(struct resources *r, unsigned long long cpus, const char *from)
{
    if (cpus == 0 || cpus >= (unsigned long long)r->threads)
        return;
    r->threads = (int)cpus;
    snprintf(r->threads_from, sizeof r->threads_from, "%s", from);
}

static void at_most_bytes(struct resources *r, unsigned long long bytes, const char *from)
{
    if (bytes == 0 || (r->memory_limit > 0 && bytes >= r->memory_limit))
        return;
    r->memory_limit = (size_t)bytes;
    snprintf(r->memory_from, sizeof r->memory_from, "%s", from);
}

size_t resources_margin(size_t limit)
{
    const size_t least = 16U << 20, part = limit / 16;
    return part > least ? part : least;
}

static void leave_margin(struct resources *r)
{
    size_t margin = resources_margin(r->memory_limit);
    /* a limit that is margin all over is no reason to plan without one */
    r->memory = r->memory_limit > margin ? r->memory_limit - margin : 1;
    snprintf(r->memory_refusal, sizeof r->memory_refusal,
             "the memory limit of %zuM in %s, %zuM of it for the plan,", r->memory_limit >> 20,
             r->memory_from, r->memory >> 20);
}

static void name_job(const struct surroundings *a, char job[RESOURCES_JOB])
{
    if (a->array_job_id && *a->array_job_id && a->array_task_id && *a->array_task_id)
        snprintf(job, RESOURCES_JOB, "%s_%s", a->array_job_id, a->array_task_id);
    else
        snprintf(job, RESOURCES_JOB, "%s", a->job_id ? a->job_id : "");
}

void resources_of(const struct settings *s, const struct surroundings *around,
                  struct resources *out)
{
    unsigned long long per_task = count_in("SLURM_CPUS_PER_TASK", around->cpus_per_task, CPUS_MAX),
                       on_node = count_in("SLURM_CPUS_ON_NODE", around->cpus_on_node, CPUS_MAX),
                       per_node = count_in("SLURM_MEM_PER_NODE", around->mem_per_node, MIB_MAX),
                       per_cpu = count_in("SLURM_MEM_PER_CPU", around->mem_per_cpu, MIB_MAX);
    *out =
        (struct resources){.threads = THREADS_MAX, .threads_from = "the most that --threads takes"};
    name_job(around, out->job);
    at_most(out, (unsigned long long)around->affinity, "CPU affinity");
    at_most(out, (unsigned long long)around->cgroup.cpus, around->cgroup.cpus_from);
    at_most(out, on_node, "SLURM_CPUS_ON_NODE");
    at_most(out, per_task, "SLURM_CPUS_PER_TASK");
    unsigned long long cpus = per_task > 0  ? per_task
                              : on_node > 0 ? on_node
                                            : (unsigned long long)out->threads;
    if (s->threads > 0) {
        out->threads = s->threads;
        snprintf(out->threads_from, sizeof out->threads_from, "--threads");
    }
    if (s->memory > 0) {
        out->memory = s->memory;
        snprintf(out->memory_from, sizeof out->memory_from, "--memory");
        snprintf(out->memory_refusal, sizeof out->memory_refusal, "--memory %zuM", s->memory >> 20);
        return;
    }
    at_most_bytes(out, around->cgroup.memory, around->cgroup.memory_from);
    at_most_bytes(out, per_node << 20, "SLURM_MEM_PER_NODE");
    at_most_bytes(out, (per_cpu * cpus) << 20, "SLURM_MEM_PER_CPU");
    if (out->memory_limit > 0)
        leave_margin(out);
}

/* A machine may have more CPUs than a cpu_set_t of the usual size can say. */
static int count_affinity(void)
{
    for (int cpus = CPU_SETSIZE; cpus <= 1 << 20; cpus *= 2) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        if (!set)
            return 1;
        int failed = sched_getaffinity(0, size, set), cause = errno,
            n = failed ? 1 : CPU_COUNT_S(size, set);
        CPU_FREE(set);
        if (!failed || cause != EINVAL)
            return n;
    }
    return 1;
}

void resources_find(const struct settings *s, struct resources *out)
{
    struct surroundings around = {.affinity = count_affinity(),
                                  .cpus_per_task = getenv("SLURM_CPUS_PER_TASK"),
                                  .cpus_on_node = getenv("SLURM_CPUS_ON_NODE"),
                                  .mem_per_node = getenv("SLURM_MEM_PER_NODE"),
                                  .mem_per_cpu = getenv("SLURM_MEM_PER_CPU"),
                                  .job_id = getenv("SLURM_JOB_ID"),
                                  .array_job_id = getenv("SLURM_ARRAY_JOB_ID"),
                                  .array_task_id = getenv("SLURM_ARRAY_TASK_ID")};
    cgroup_read("", &around.cgroup);
    resources_of(s, &around, out);
    log_message(LOG_DEBUG, "", "threads %d (%s), memory ceiling %zu MiB%s%s", out->threads,
                out->threads_from, out->memory >> 20, out->memory ? ": " : " (none)",
                out->memory_from);
}

struct plan_limits resources_limits(const struct resources *r)
{
    return (struct plan_limits){r->threads, r->memory, r->memory_refusal};
}
