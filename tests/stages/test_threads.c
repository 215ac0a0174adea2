/* The same bytes with any number of threads and any number of strips in flight. Also run under
 * TSan, hence small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stages/jobs/product_plan.h"
#include "support/trial_run.h"

enum { SIZE = 64, PLANS_MAX = 6 };

/* B01, B02, B05, and two of three colours, which share their image */
static const band_set BANDS = 1U << 0 | 1U << 1 | 1U << 4 | 1U << BAND_TCI_R | 1U << BAND_TCI_B;

static char product[1024];

/* Memory limits that each give another plan, from the roomiest to the tightest: a byte less than
 * the one before takes. Returns how many. */
static int find_limits(const struct params *params, int threads, size_t limit[PLANS_MAX])
{
    struct product_input in;
    struct plan plan;
    struct geogrid target;
    struct lattice l;
    struct cell cells[64];
    size_t n = 0;
    struct err e = ERR_INIT;
    trial_open(product, params->bands, &in);
    assert_int_equal(plan_lattice(&in.product, params, &target, &l, &e), 0);
    for (int32_t y = 0; y < l.rows; y++)
        for (int32_t x = 0; x < l.cols && n < 64; x++)
            cells[n++] = (struct cell){x, y};
    assert_int_equal(n, (size_t)l.cols * (size_t)l.rows);
    int plans = 0;
    for (limit[0] = 0; plans < PLANS_MAX; plans++) {
        const struct product_plan_request q = {cells, n, false, {threads, limit[plans], NULL}};
        if (product_plan(&in, params, &q, &plan, &e))
            break;
        assert_true(plan.n_strips >= 4);
        if (plans + 1 < PLANS_MAX)
            limit[plans + 1] = plan.memory.total - 1;
        plan_clear(&plan);
    }
    assert_int_equal(e.code, ERR_USAGE); /* the last one was the tightest */
    assert_non_null(strstr(e.msg, "too little"));
    assert_true(plans >= 3);
    product_input_close(&in);
    return plans;
}

static void same_bytes(struct params params, const char *what)
{
    static const int threads[] = {1, 2, 7};
    struct run_result first = {0}, result;
    for (int t = 0; t < 3; t++) {
        size_t limit[PLANS_MAX];
        int plans = find_limits(&params, threads[t], limit);
        for (int i = 0; i < plans; i++) {
            char name[64], output[1024];
            snprintf(name, sizeof name, "%s-%d-%d", what, threads[t], i);
            struct run_options o = trial_options(&test_dir, name, output);
            o.limits.threads = threads[t];
            o.limits.memory = limit[i];
            trial_run(product, &params, &o, &result);
            if (t == 0 && i == 0)
                first = result;
            else
                assert_true(trial_same_folders(first.folder, result.folder));
        }
    }
}

static void fft_engine(void **state)
{
    (void)state;
    same_bytes(trial_params(BANDS, SIZE), "fft");
}

static void direct_engine(void **state)
{
    (void)state;
    struct params params = trial_params(BANDS, SIZE);
    snprintf(params.engine, sizeof params.engine, "direct");
    same_bytes(params, "direct");
}

static void cell_by_cell(void **state)
{
    (void)state;
    struct params params = trial_params(BANDS, SIZE);
    params.compat = COMPAT_CM_VSM;
    params.overlap = 0.0625;
    params.keep_offset = true;
    same_bytes(params, "compat");
}

/* Subscenes here and there: strips of unequal width, JP2 tiles that several strips share, rows that
 * are skipped. */
static void some_subscenes(void **state)
{
    (void)state;
    static struct cell some[] = {{3, 0}, {0, 1}, {2, 1}, {1, 4}, {4, 3}};
    struct params params = trial_params(BANDS, SIZE);
    struct run_result first = {0}, result;
    for (int threads = 1; threads <= 7; threads += 3) {
        char name[64], output[1024];
        snprintf(name, sizeof name, "some-%d", threads);
        struct run_options o = trial_options(&test_dir, name, output);
        o.limits.threads = threads;
        o.selection.cells = some;
        o.selection.n_cells = sizeof some / sizeof *some;
        trial_run(product, &params, &o, &result);
        if (threads == 1)
            first = result;
        else
            assert_true(trial_same_folders(first.folder, result.folder));
    }
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "in",
               "--size 300 --bands B01,B02,B05,TCI --scene texture --saturated 3 --jp2-tile "
               "64,32,16 --threads 2",
               product);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fft_engine),
        cmocka_unit_test(direct_engine),
        cmocka_unit_test(cell_by_cell),
        cmocka_unit_test(some_subscenes),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
