/* What a task was given: control groups in made-up trees, Slurm's variables, and which of them
 * counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cmd/cli/resources.h"
#include "support/tmpdir.h"
#include "support/warnings.h"

enum { MIB = 1 << 20 };

static void put(const char *path, const char *text)
{
    tmpdir_write(&test_dir, path, text, strlen(text));
}

/* In the tree that the test has put together. */
static void expect(int cpus, const char *cpus_from, size_t memory, const char *memory_from)
{
    struct cgroup_limits l;
    cgroup_read(test_dir.path, &l);
    assert_int_equal(l.cpus, cpus);
    assert_string_equal(l.cpus_from, cpus_from);
    assert_int_equal(l.memory, memory);
    assert_string_equal(l.memory_from, memory_from);
}

static void nothing_there(void **state)
{
    (void)state;
    expect(0, "", 0, "");
    put("proc/self/cgroup", "");
    expect(0, "", 0, "");
    put("proc/self/cgroup", "0::/\n");
    expect(0, "", 0, "");
}

static void version_2(void **state)
{
    (void)state;
    put("proc/self/cgroup", "0::/slurm/job_7/step_0\n");
    put("sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "max 100000\n");
    put("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max\n");
    expect(0, "", 0, "");
    put("sys/fs/cgroup/slurm/job_7/cpu.max", "250000 100000\n");
    put("sys/fs/cgroup/slurm/job_7/memory.max", "1073741824\n");
    put("sys/fs/cgroup/slurm/memory.max", "4294967296\n");
    expect(3, "/sys/fs/cgroup/slurm/job_7/cpu.max", 1024ULL * MIB,
           "/sys/fs/cgroup/slurm/job_7/memory.max");
    put("sys/fs/cgroup/slurm/job_7/step_0/memory.high", "536870912\n");
    put("sys/fs/cgroup/slurm/cpu.max", "50000 100000\n");
    expect(1, "/sys/fs/cgroup/slurm/cpu.max", 512ULL * MIB,
           "/sys/fs/cgroup/slurm/job_7/step_0/memory.high");
    put("sys/fs/cgroup/memory.max", "1048576\n"); /* a container's own: on the mount itself */
    expect(1, "/sys/fs/cgroup/slurm/cpu.max", MIB, "/sys/fs/cgroup/memory.max");
}

static void version_1(void **state)
{
    (void)state;
    put("proc/self/cgroup", "12:devices:/x\n4:memory:/slurm/uid_0/job_3\n3:cpu,cpuacct:/slurm/"
                            "uid_0\n1:name=systemd:/\n");
    put("sys/fs/cgroup/memory/slurm/uid_0/job_3/memory.limit_in_bytes", "9223372036854771712\n");
    put("sys/fs/cgroup/cpu,cpuacct/slurm/uid_0/cpu.cfs_quota_us", "-1\n");
    put("sys/fs/cgroup/cpu,cpuacct/slurm/uid_0/cpu.cfs_period_us", "100000\n");
    expect(0, "", 0, "");
    put("sys/fs/cgroup/memory/slurm/uid_0/memory.limit_in_bytes", "209715200\n");
    put("sys/fs/cgroup/cpu/slurm/cpu.cfs_quota_us", "200000\n");
    expect(0, "", 200ULL * MIB,
           "/sys/fs/cgroup/memory/slurm/uid_0/memory.limit_in_bytes"); /* no period */
    put("sys/fs/cgroup/cpu/slurm/cpu.cfs_period_us", "100000\n");
    expect(2, "/sys/fs/cgroup/cpu/slurm/cpu.cfs_quota_us", 200ULL * MIB,
           "/sys/fs/cgroup/memory/slurm/uid_0/memory.limit_in_bytes");
}

static void both_versions(void **state)
{
    (void)state;
    put("proc/self/cgroup", "5:memory:/job\n0::/job\n");
    put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "104857600\n");
    put("sys/fs/cgroup/unified/job/cpu.max", "100001 100000\n");
    expect(2, "/sys/fs/cgroup/unified/job/cpu.max", 100ULL * MIB,
           "/sys/fs/cgroup/memory/job/memory.limit_in_bytes");
}

/* The path is one of outside of the container, or leads out of it: what is mounted holds. */
static void paths_of_outside(void **state)
{
    (void)state;
    put("proc/self/cgroup", "4:memory:/docker/0123\n0::/../../pod\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "314572800\n");
    put("sys/fs/cgroup/cpu.max", "100000 100000\n");
    put("pod/cpu.max", "1 100000\n");
    expect(1, "/sys/fs/cgroup/cpu.max", 300ULL * MIB,
           "/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

static void garbage(void **state)
{
    (void)state;
    static const char *const files[] = {
        "",    "\n",     "x",    "12x\n", "-5\n", " 7\n", "99999999999999999999999\n",
        "0\n", "0x10\n", "1 2\n"};
    char line[9000];
    put("proc/self/cgroup", "0::/a\n");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        put("sys/fs/cgroup/a/memory.max", files[i]);
        put("sys/fs/cgroup/a/cpu.max", files[i][0] == '1' ? "100000\n" : files[i]);
        expect(0, "", 0, "");
    }
    put("sys/fs/cgroup/a/cpu.max", "100000 0\n");
    expect(0, "", 0, "");
    put("sys/fs/cgroup/a/memory.max", "1048576\n");
    put("proc/self/cgroup", "\n:\n::\n0:\n0::\n0::a\n:::::\nx\n");
    expect(0, "", 0, "");
    snprintf(line, sizeof line, "3:%0*d,memory:/%0*d\n0::/%0*d\n0::/a//\n", 4200, 0, 100, 0, 4200,
             0);
    put("proc/self/cgroup", line);
    expect(0, "", MIB, "/sys/fs/cgroup/a/memory.max");
}

/* ---- which of them counts ---- */

static struct resources of(const struct settings *s, const struct resource_sources *around)
{
    struct resources r;
    resources_of(s, around, &r);
    return r;
}

static void threads_are_the_least(void **state)
{
    (void)state;
    struct settings s = {0};
    struct resource_sources a = {.affinity = 64};
    struct resources r = of(&s, &a);
    assert_int_equal(r.threads, 64);
    assert_string_equal(r.threads_from, "CPU affinity");
    a.cgroup = (struct cgroup_limits){.cpus = 8, .cpus_from = "/sys/fs/cgroup/cpu.max"};
    r = of(&s, &a);
    assert_int_equal(r.threads, 8);
    assert_string_equal(r.threads_from, "/sys/fs/cgroup/cpu.max");
    a.cpus_on_node = "6";
    assert_string_equal(of(&s, &a).threads_from, "SLURM_CPUS_ON_NODE");
    a.cpus_per_task = "4";
    r = of(&s, &a);
    assert_int_equal(r.threads, 4);
    assert_string_equal(r.threads_from, "SLURM_CPUS_PER_TASK");
    a.cpus_per_task = "16";
    assert_int_equal(of(&s, &a).threads, 6);
    a.affinity = 2;
    assert_int_equal(of(&s, &a).threads, 2);
    s.threads = 12; /* what the user says counts */
    r = of(&s, &a);
    assert_int_equal(r.threads, 12);
    assert_string_equal(r.threads_from, "--threads");
    s.threads = 0;
    a = (struct resource_sources){.affinity = 5000};
    assert_int_equal(of(&s, &a).threads, 1024);
    assert_int_equal(warnings, 0);
}

static void memory_is_the_least(void **state)
{
    (void)state;
    struct settings s = {0};
    struct resource_sources a = {.affinity = 4};
    struct resources r = of(&s, &a);
    assert_int_equal(r.memory, 0);
    assert_string_equal(r.memory_from, "");
    a.cgroup =
        (struct cgroup_limits){.memory = 1024ULL * MIB, .memory_from = "/sys/fs/cgroup/memory.max"};
    r = of(&s, &a);
    assert_int_equal(r.memory_limit, 1024ULL * MIB);
    assert_int_equal(r.memory, 960ULL * MIB);
    assert_string_equal(r.memory_from, "/sys/fs/cgroup/memory.max");
    assert_non_null(
        strstr(r.memory_refusal,
               "the memory limit of 1024M in /sys/fs/cgroup/memory.max, 960M of it for the plan,"));
    a.mem_per_node = "512";
    r = of(&s, &a);
    assert_int_equal(r.memory, 480ULL * MIB);
    assert_string_equal(r.memory_from, "SLURM_MEM_PER_NODE");
    a.mem_per_node = "0"; /* all of the node */
    a.mem_per_cpu = "100";
    r = of(&s, &a);
    assert_int_equal(r.memory_limit, 400ULL * MIB); /* as many CPUs as there are threads */
    assert_string_equal(r.memory_from, "SLURM_MEM_PER_CPU");
    a.cpus_on_node = "3";
    assert_int_equal(of(&s, &a).memory_limit, 300ULL * MIB);
    a.cpus_per_task = "2";
    assert_int_equal(of(&s, &a).memory_limit, 200ULL * MIB);
    s.threads = 1; /* leaves the memory of the other CPU to this one */
    assert_int_equal(of(&s, &a).memory_limit, 200ULL * MIB);
    s.memory = 2048ULL * MIB;
    r = of(&s, &a);
    assert_int_equal(r.memory, 2048ULL * MIB);
    assert_int_equal(r.memory_limit, 0);
    assert_string_equal(r.memory_from, "--memory");
    assert_string_equal(r.memory_refusal, "--memory 2048M");
    s.memory = 0;
    a.mem_per_cpu = "4"; /* no more than the margin: a plan that must be refused */
    r = of(&s, &a);
    assert_int_equal(r.memory_limit, 8ULL * MIB);
    assert_int_equal(r.memory, 1);
    assert_int_equal(warnings, 0);
}

static void variables_that_are_no_numbers(void **state)
{
    (void)state;
    static const char *const wrong[] = {"two",      "2x",  "-2",  "+2",  " 2",
                                        "2 ",       "0x2", "2.0", "1e1", "99999999999999999999",
                                        "134217729"};
    struct settings s = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct resource_sources a = {.affinity = 3,
                                     .cpus_per_task = wrong[i],
                                     .cpus_on_node = wrong[i],
                                     .mem_per_node = wrong[i],
                                     .mem_per_cpu = wrong[i]};
        warnings = 0;
        struct resources r = of(&s, &a);
        assert_int_equal(r.threads, 3);
        assert_int_equal(r.memory, 0);
        assert_int_equal(warnings, 4);
    }
    struct resource_sources a = {.affinity = 3, .cpus_per_task = "", .mem_per_node = ""};
    warnings = 0;
    assert_int_equal(of(&s, &a).threads, 3);
    a.cpus_per_task = "65536";
    a.mem_per_cpu = "134217728"; /* the most there can be does not overflow */
    assert_int_equal(of(&s, &a).memory_limit, 1ULL << 63);
    assert_int_equal(warnings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_there, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(version_2, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(version_1, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(both_versions, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(paths_of_outside, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(garbage, warnings_dir_make, warnings_dir_remove),
        cmocka_unit_test_setup_teardown(threads_are_the_least, warnings_dir_make,
                                        warnings_dir_remove),
        cmocka_unit_test_setup_teardown(memory_is_the_least, warnings_dir_make,
                                        warnings_dir_remove),
        cmocka_unit_test_setup_teardown(variables_that_are_no_numbers, warnings_dir_make,
                                        warnings_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
