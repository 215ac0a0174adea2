/* Reads the limits that control groups set for this process. Batch systems, containers and systemd
 * limit tasks this way.
 *
 * Reads version 1, version 2, and both side by side, below /sys/fs/cgroup. It visits every group
 * from the process's own (/proc/self/cgroup) up to the mount. The lowest limit counts. In a
 * container the group's path may exist only outside the container; then the limits of the mount
 * itself count. A file that cannot be read or holds no number sets no limit. Source: Linux's
 * admin-guide/cgroup-v1 and cgroup-v2. Any thread. */
#ifndef SUBSCENE_IO_HOST_CGROUP_H
#define SUBSCENE_IO_HOST_CGROUP_H

#include <stddef.h>

struct cgroup_limits {
    int cpus; /* CPU time per wall time in whole CPUs, rounded up; 0: no limit */
    size_t memory; /* bytes; 0: no limit */
    /* the file with the limit, without `root`; a long path loses its beginning */
    char cpus_from[256], memory_from[256];
};

/* `root` is "", or a folder that replaces / (it holds proc/self/cgroup and sys/fs/cgroup). */
void cgroup_read(const char *root, struct cgroup_limits *out);

#endif
