/* What the control groups of this process allow it: how a batch system, a container or systemd
 * limits a task.
 *
 * Version 1, version 2 and both side by side, below /sys/fs/cgroup, from the process's own group
 * (/proc/self/cgroup) up to the mount: the least counts. In a container the group's path may be one
 * of outside; then what the mount itself says is what holds. Whatever cannot be read, or is no
 * number, is no limit. Source: Linux's admin-guide/cgroup-v1 and cgroup-v2. Any thread. */
#ifndef SUBSCENE_IO_HOST_CGROUP_H
#define SUBSCENE_IO_HOST_CGROUP_H

#include <stddef.h>

struct cgroup_limits {
    int cpus; /* CPU time per wall time in whole CPUs, rounded up; 0: no limit */
    size_t memory; /* bytes; 0: no limit */
    char cpus_from[256], memory_from[256]; /* the file that says so, without the root; its beginning
                                              is left out where it is too long */
};

/* `root`: "", or a folder that holds proc/self/cgroup and sys/fs/cgroup instead. */
void cgroup_read(const char *root, struct cgroup_limits *out);

#endif
