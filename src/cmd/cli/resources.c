#include "cmd/cli/resources.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { THREADS_MAX = 1024 };

/* Larger values are errors. The product of two allowed values does not overflow. */
static const unsigned long long CPUS_MAX = 1 << 16, MIB_MAX = 1 << 27;

/* The value of a variable. 0: it is not set, is 0 (in Slurm: no limit), or is not a number. */
static unsigned long long count_in(const char *variable, const char *text, unsigned long long max)
{
    char *end;
    if (!text || !*text)
        return 0;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*end == '\0' && errno == 0 && strspn(text, "0123456789") == strlen(text) && n <= max)
        return n;
    log_message(LOG_WARNING, "", "%s=%s: is not a whole number; ignored", variable, text);
    return 0;
}

/* Lowers the threads to `cpus`; 0 means no limit. */
static void limit_threads(struct resources *r, unsigned long long cpus, const char *from)
{
    if (cpus == 0 || cpus >= (unsigned long long)r->threads)
        return;
    r->threads = (int)cpus;
    snprintf(r->threads_from, sizeof r->threads_from, "%s", from);
}

/* Lowers the memory limit to `bytes`; 0 means no limit. */
static void limit_memory(struct resources *r, unsigned long long bytes, const char *from)
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

/* Derives the ceiling from the limit. */
static void subtract_margin(struct resources *r)
{
    size_t margin = resources_margin(r->memory_limit);
    /* if the margin takes the whole limit, 1 byte is left, because 0 means no ceiling */
    r->memory = r->memory_limit > margin ? r->memory_limit - margin : 1;
    snprintf(r->memory_refusal, sizeof r->memory_refusal,
             "the memory limit of %zuM in %s, %zuM of it for the plan,", r->memory_limit >> 20,
             r->memory_from, r->memory >> 20);
}

static void format_job(const struct resource_sources *from, char job[RESOURCES_JOB])
{
    if (from->array_job_id && *from->array_job_id && from->array_task_id && *from->array_task_id)
        snprintf(job, RESOURCES_JOB, "%s_%s", from->array_job_id, from->array_task_id);
    else
        snprintf(job, RESOURCES_JOB, "%s", from->job_id ? from->job_id : "");
}

void resources_of(const struct settings *s, const struct resource_sources *from,
                  struct resources *out)
{
    unsigned long long per_task = count_in("SLURM_CPUS_PER_TASK", from->cpus_per_task, CPUS_MAX),
                       on_node = count_in("SLURM_CPUS_ON_NODE", from->cpus_on_node, CPUS_MAX),
                       per_node = count_in("SLURM_MEM_PER_NODE", from->mem_per_node, MIB_MAX),
                       per_cpu = count_in("SLURM_MEM_PER_CPU", from->mem_per_cpu, MIB_MAX);
    *out =
        (struct resources){.threads = THREADS_MAX, .threads_from = "the most that --threads takes"};
    format_job(from, out->job);
    limit_threads(out, (unsigned long long)from->affinity, "CPU affinity");
    limit_threads(out, (unsigned long long)from->cgroup.cpus, from->cgroup.cpus_from);
    limit_threads(out, on_node, "SLURM_CPUS_ON_NODE");
    limit_threads(out, per_task, "SLURM_CPUS_PER_TASK");
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
    limit_memory(out, from->cgroup.memory, from->cgroup.memory_from);
    limit_memory(out, per_node << 20, "SLURM_MEM_PER_NODE");
    limit_memory(out, (per_cpu * cpus) << 20, "SLURM_MEM_PER_CPU");
    if (out->memory_limit > 0)
        subtract_margin(out);
}

/* A machine may have more CPUs than a cpu_set_t of the default size can hold. */
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
    struct resource_sources from = {.affinity = count_affinity(),
                                    .cpus_per_task = getenv("SLURM_CPUS_PER_TASK"),
                                    .cpus_on_node = getenv("SLURM_CPUS_ON_NODE"),
                                    .mem_per_node = getenv("SLURM_MEM_PER_NODE"),
                                    .mem_per_cpu = getenv("SLURM_MEM_PER_CPU"),
                                    .job_id = getenv("SLURM_JOB_ID"),
                                    .array_job_id = getenv("SLURM_ARRAY_JOB_ID"),
                                    .array_task_id = getenv("SLURM_ARRAY_TASK_ID")};
    cgroup_read("", &from.cgroup);
    resources_of(s, &from, out);
    log_message(LOG_DEBUG, "", "threads %d (%s), memory ceiling %zu MiB%s%s", out->threads,
                out->threads_from, out->memory >> 20, out->memory ? ": " : " (none)",
                out->memory_from);
}

struct plan_limits resources_limits(const struct resources *r)
{
    return (struct plan_limits){r->threads, r->memory, r->memory_refusal};
}
