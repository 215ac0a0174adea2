/* How many threads and how much memory a command may use: what its task was given, never what the
 * node has.
 *
 * Threads, without --threads: the least of the CPUs that the process may run on, the CPU time of
 * its control groups, SLURM_CPUS_PER_TASK and SLURM_CPUS_ON_NODE. Memory, without --memory: the
 * least of the limits of its control groups, SLURM_MEM_PER_NODE, and SLURM_MEM_PER_CPU for each
 * CPU, less a margin (resources_margin) for what a plan cannot count. A variable that is no whole
 * number is not counted, with a warning: it says nothing that could be kept to, and the other
 * sources still hold. */
#ifndef SUBSCENE_CMD_CLI_RESOURCES_H
#define SUBSCENE_CMD_CLI_RESOURCES_H

#include <stddef.h>

#include "cmd/cli/options.h"
#include "io/host/cgroup.h"
#include "stages/image/plan.h"

enum { RESOURCES_JOB = 64 };

struct resources {
    int threads;
    char threads_from[300]; /* an option, a variable, a file, or "CPU affinity" */
    size_t memory; /* ceiling of plans, bytes; 0: none */
    size_t memory_limit; /* what the task was given: memory and margin; 0 where --memory says it, or
                            nothing does */
    char memory_from[300]; /* likewise; "" where there is no ceiling */
    char memory_refusal[400]; /* plan_request's memory_from */
    char job[RESOURCES_JOB]; /* the batch job that this process is of, as people name it: "4711",
                                "4711_3" of an array; "": none */
};

/* What there is to be asked. The texts may be NULL: the variable is not set. */
struct surroundings {
    int affinity; /* CPUs that the process may run on */
    struct cgroup_limits cgroup;
    const char *cpus_per_task, *cpus_on_node, *mem_per_node,
        *mem_per_cpu; /* of Slurm; memory in MiB */
    const char *job_id, *array_job_id, *array_task_id; /* likewise */
};

/* Those of this process. */
void resources_find(const struct settings *s, struct resources *out);

/* The same of given ones. Warnings go to the log. */
void resources_of(const struct settings *s, const struct surroundings *around,
                  struct resources *out);

/* What a job's plan may use. The resources outlive it. */
struct plan_limits resources_limits(const struct resources *r);

/* The part of a limit that a plan may not count on: page tables, sockets, what the libraries and
 * the heap hold between the blocks in use. */
size_t resources_margin(size_t limit);

#endif
