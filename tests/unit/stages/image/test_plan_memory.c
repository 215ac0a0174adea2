/* The terms of a plan's memory, by hand; what a limit does to the plan; what is said when nothing
 * fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filters/resample.h"
#include "stages/image/plan_memory.h"
#include "support/plan_rig.h"

enum { MIB = 1 << 20 };

static struct plan_rig rig;

static band_set band(const char *name) { return (band_set)1 << band_find(name); }

static void terms(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    rig.request.limits.threads = 3;
    rig.request.sink_bytes = 7000;
    rig.request.cell_bytes = 100;
    rig.request.other_bytes = 50000;
    rig.request.unpacked_bytes = 600000;
    plan_rig_plan(&rig, &p);
    const struct plan_memory *m = &p.memory;
    /* two rows of tiles of each band */
    assert_int_equal(m->sources, 2 * 256 * 1024 * 2 + 2 * 256 * 512 * 2);
    /* two strips of B05; B02 is picked from its tiles */
    assert_int_equal(p.n_stored, 1);
    assert_int_equal(m->strips, 2 * 1024 * 256 * 2);
    assert_int_equal(p.n_resamplers, 2);
    assert_int_equal(m->per_worker, PLAN_RIG_READ_BYTES + resample_work_bytes(p.resampler[0]) +
                                        resample_work_bytes(p.resampler[1]));
    assert_int_equal(m->per_writer, 7000);
    assert_int_equal(m->cells, 16 * 100);
    assert_int_equal(m->masks, 50000);
    assert_int_equal(m->unpacked, 600000);
    assert_int_equal(m->program, 30 * MIB);
    /* three threads, and two that work while others wait for the disk */
    assert_int_equal(plan_workers(&p), 5);
    assert_int_equal(p.writers, 5);
    assert_int_equal(m->total, m->sources + m->strips + 5 * m->per_worker + 5 * 7000 + 1600 +
                                   50000 + 600000 + 30 * MIB);
    plan_clear(&p);
}

static void a_tight_sum(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    plan_rig_plan(&rig, &p);
    p.lead_resample = 1;
    plan_memory_sum(&p, false);
    assert_int_equal(p.memory.sources, 1 * 256 * 1024 * 2 + 2 * 256 * 512 * 2);
    assert_int_equal(p.memory.strips, 1 * 1024 * 256 * 2);
    plan_clear(&p);
}

static void no_more_writers_than_cells(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02"), 1024, 256, 256);
    rig.request.limits.threads = 8;
    rig.request.n_cells = 3;
    plan_rig_plan(&rig, &p);
    assert_int_equal(plan_workers(&p), 10);
    assert_int_equal(p.writers, 3);
    plan_clear(&p);
}

/* Rows without cells: nobody waits for the disk. */
static void rows_have_no_threads_for_io(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02"), 1024, 256, 256);
    rig.request.n_cells = 0;
    rig.request.strip_rows = 256;
    rig.request.limits.threads = 4;
    plan_rig_plan(&rig, &p);
    assert_int_equal(plan_workers(&p), 4);
    assert_int_equal(p.writers, 4);
    plan_clear(&p);
}

/* From no limit down to the least: each plan fits, none is roomier than the one before, and the
 * tightest one is what was foretold. */
static void a_limit_shrinks_the_plan(void **state)
{
    (void)state;
    struct plan p;
    size_t least, last;
    int shrunk = 0;
    plan_rig_make(&rig, band("B02") | band("B05") | band("B09"), 5490, 512, 128);
    rig.request.limits.threads = 2;
    rig.request.sink_bytes = 1 * MIB;
    plan_rig_plan(&rig, &p);
    least = p.memory.least;
    last = p.memory.total;
    assert_true(least < last);
    assert_int_equal(p.io_threads, 2);
    plan_clear(&p);
    while (last > least) {
        rig.request.limits.memory = last - 1;
        plan_rig_plan(&rig, &p);
        assert_true(p.memory.total < last);
        assert_int_equal(p.memory.least, least);
        last = p.memory.total;
        shrunk++;
        if (last == least) {
            assert_int_equal(p.lead_resample, 1);
            assert_int_equal(p.io_threads, 0);
            assert_int_equal(p.strip_w, 5 * 128); /* a quarter of 2560 px */
        }
        plan_clear(&p);
    }
    assert_int_equal(last, least);
    assert_true(shrunk >= 3);
}

static void expect_refusal(size_t limit, const char *from, const char *text)
{
    struct plan p;
    struct err e = ERR_INIT;
    rig.request.limits.memory = limit;
    rig.request.limits.memory_from = from;
    assert_int_equal(plan_create(&rig.request, &p, &e), ERR_USAGE);
    assert_string_equal(e.msg, text);
    assert_null(p.cell); /* nothing is left to clear */
}

static void too_little(void **state)
{
    (void)state;
    plan_rig_make(&rig, band("B02"), 1024, 256, 256);
    rig.request.sink_bytes = 3 * MIB;
    /* 30 of the program, 3 of the writer, and less than 1 */
    expect_refusal(20 * MIB, NULL,
                   "--memory 20M is too little: this needs 34M at least, 4M of it for each of 1 "
                   "thread; use fewer threads, fewer bands or another --size");
    rig.request.limits.threads = 2;
    expect_refusal(1, "the cgroup's limit of 5M",
                   "the cgroup's limit of 5M is too little: this needs 37M at least, 4M of it "
                   "for each of 2 threads; use fewer threads, fewer bands or another --size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms),
        cmocka_unit_test(a_tight_sum),
        cmocka_unit_test(no_more_writers_than_cells),
        cmocka_unit_test(rows_have_no_threads_for_io),
        cmocka_unit_test(a_limit_shrinks_the_plan),
        cmocka_unit_test(too_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
