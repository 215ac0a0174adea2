/* The number of threads and the memory that a command may use: the limits of its task, not the size
 * of the node.
 *
 * Threads, without --threads: the smallest of CPU affinity, CPU quota of the control groups,
 * SLURM_CPUS_PER_TASK and SLURM_CPUS_ON_NODE. Memory, without --memory: the smallest of the limits
 * of the control groups, SLURM_MEM_PER_NODE, and SLURM_MEM_PER_CPU times the CPUs. A margin
 * (resources_margin) is subtracted, for memory that a plan cannot count. A variable that is not a
 * whole number is ignored with a warning; the other sources still count. */
#ifndef SUBSCENE_CMD_CLI_RESOURCES_H
#define SUBSCENE_CMD_CLI_RESOURCES_H

#include <stddef.h>

#include "cmd/options/options.h"
#include "io/host/cgroup.h"
#include "stages/image/plan.h"

enum { RESOURCES_JOB = 64 };

struct resources {
    int threads;
    char threads_from[300]; /* an option, a variable, a file, or "CPU affinity" */
    size_t memory; /* ceiling of plans, bytes; 0: none */
    size_t memory_limit; /* limit of the task, with the margin; 0: --memory is given, or there is no
                            limit */
    char memory_from[300]; /* likewise; "": no ceiling */
    char memory_refusal[400]; /* plan_request's memory_from */
    char job[RESOURCES_JOB]; /* id of this process's batch job: "4711", "4711_3" in an array; "":
                                none */
};

/* The sources of the limits. A text is NULL if the variable is not set. */
struct resource_sources {
    int affinity; /* CPUs that the process may run on */
    struct cgroup_limits cgroup;
    const char *cpus_per_task, *cpus_on_node; /* variables of Slurm */
    const char *mem_per_node, *mem_per_cpu; /* variables of Slurm, in MiB */
    const char *job_id, *array_job_id, *array_task_id; /* variables of Slurm */
};

/* The resources of this process. Warnings go to the log. */
void resources_find(const struct settings *s, struct resources *out);

/* The same for given sources. */
void resources_of(const struct settings *s, const struct resource_sources *from,
                  struct resources *out);

/* The limits of a job's plan. They borrow texts of the resources. */
struct plan_limits resources_limits(const struct resources *r);

/* The bytes of a limit that a plan must leave free: for page tables, sockets, libraries, and
 * fragmentation of the heap. */
size_t resources_margin(size_t limit);

#endif
