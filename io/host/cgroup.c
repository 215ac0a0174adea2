#include "io/host/cgroup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Version 1 writes the largest possible number of pages for "no limit". */
static const unsigned long long NO_LIMIT = 1ULL << 60;

struct looking {
    const char *root;
    struct cgroup_limits *out;
};

/* Reads the numbers of a one-line file, at most two, and returns their count. The line ends at the
 * first word that is not a number. */
static int read_numbers(const struct looking *l, const char *folder, const char *name,
                        char path[PATH_MAX], unsigned long long number[2])
{
    char line[128] = "";
    int n = snprintf(path, PATH_MAX, "%s%s/%s", l->root, folder, name);
    FILE *f = n > 0 && n < PATH_MAX ? fopen(path, "re") : NULL;
    if (!f)
        return 0;
    if (!fgets(line, sizeof line, f))
        line[0] = '\0';
    fclose(f);
    const char *s = line;
    for (n = 0; n < 2 && *s >= '0' && *s <= '9'; n++) {
        char *end;
        errno = 0;
        number[n] = strtoull(s, &end, 10);
        if (errno != 0 || !strchr(" \n", *end))
            break;
        s = end + (*end == ' ');
    }
    return n;
}

static void note_source(const struct looking *l, const char *path, char from[256])
{
    const char *name = path + strlen(l->root);
    size_t n = strlen(name);
    if (n > 255) {
        name += n - 255;
        n = 255;
    }
    memcpy(from, name, n);
    from[n] = '\0';
}

static void note_memory(const struct looking *l, const char *folder, const char *name)
{
    char path[PATH_MAX];
    unsigned long long number[2];
    if (read_numbers(l, folder, name, path, number) != 1 || number[0] == 0 || number[0] >= NO_LIMIT)
        return;
    if (l->out->memory == 0 || number[0] < l->out->memory) {
        l->out->memory = (size_t)number[0];
        note_source(l, path, l->out->memory_from);
    }
}

static void note_cpus(const struct looking *l, const char *path, unsigned long long quota,
                      unsigned long long period)
{
    if (quota == 0 || period == 0 || quota >= NO_LIMIT)
        return;
    unsigned long long cpus = (quota - 1) / period + 1;
    if (cpus <= INT_MAX && (l->out->cpus == 0 || (int)cpus < l->out->cpus)) {
        l->out->cpus = (int)cpus;
        note_source(l, path, l->out->cpus_from);
    }
}

/* Reads the limits of one group, from the files of either version. */
static void look_into(const struct looking *l, const char *folder)
{
    char path[PATH_MAX], unused[PATH_MAX];
    unsigned long long number[2], period[2];
    if (read_numbers(l, folder, "cpu.max", path, number) == 2)
        note_cpus(l, path, number[0], number[1]);
    if (read_numbers(l, folder, "cpu.cfs_quota_us", path, number) == 1 &&
        read_numbers(l, folder, "cpu.cfs_period_us", unused, period) == 1)
        note_cpus(l, path, number[0], period[0]);
    note_memory(l, folder, "memory.max");
    note_memory(l, folder, "memory.high");
    note_memory(l, folder, "memory.limit_in_bytes");
}

/* Visits each group from `group` below the mount up to the mount. */
static void climb(const struct looking *l, const char *mount, const char *group)
{
    char folder[PATH_MAX];
    int n = snprintf(folder, sizeof folder, "%s%s", mount, strstr(group, "/..") ? "" : group);
    if (n < 0 || (size_t)n >= sizeof folder)
        return;
    for (;;) {
        while (strlen(folder) > strlen(mount) && folder[strlen(folder) - 1] == '/')
            folder[strlen(folder) - 1] = '\0';
        look_into(l, folder);
        if (strlen(folder) <= strlen(mount))
            return;
        *strrchr(folder, '/') = '\0';
    }
}

/* "4:cpu,cpuacct:/slurm/job_7" (version 1) or "0::/slurm/job_7" (version 2) */
static void follow(const struct looking *l, char *line)
{
    static const char MOUNT[] = "/sys/fs/cgroup";
    char mount[PATH_MAX];
    char *controllers = strchr(line, ':'),
         *group = controllers ? strchr(controllers + 1, ':') : NULL, *rest;
    if (!group || group[1] != '/')
        return;
    *group++ = '\0';
    controllers++;
    if (*controllers == '\0') {
        climb(l, MOUNT, group);
        snprintf(mount, sizeof mount, "%s/unified", MOUNT);
        climb(l, mount, group);
        return;
    }
    if ((size_t)snprintf(mount, sizeof mount, "%s/%s", MOUNT, controllers) < sizeof mount)
        climb(l, mount, group);
    for (char *c = strtok_r(controllers, ",", &rest); c; c = strtok_r(NULL, ",", &rest)) {
        if (strcmp(c, "cpu") != 0 && strcmp(c, "memory") != 0)
            continue;
        snprintf(mount, sizeof mount, "%s/%s", MOUNT, c);
        climb(l, mount, group);
    }
}

void cgroup_read(const char *root, struct cgroup_limits *out)
{
    const struct looking l = {root, out};
    char path[PATH_MAX];
    *out = (struct cgroup_limits){0};
    int n = snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "re") : NULL;
    if (!f)
        return;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    while ((len = getline(&line, &cap, f)) > 0) {
        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        follow(&l, line);
    }
    free(line);
    fclose(f);
}
