/* The three colours of one image: decoded once for all, whichever are wanted; a damaged tile is
 * missing in each of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "stages/image/strips.h"
#include "stages/jobs/product_plan.h"
#include "support/trial_run.h"

enum { SIZE = 64, CELLS_MAX = 64 };

#define B02   ((band_set)1 << 1)
#define TCI_R ((band_set)1 << BAND_TCI_R)
#define TCI_G ((band_set)1 << BAND_TCI_G)
#define TCI_B ((band_set)1 << BAND_TCI_B)

static char product[1024];

/* The plan of all subscenes; `in` must be open. */
static void make_plan(struct product_input *in, const struct params *p, struct plan *plan)
{
    struct geogrid target;
    struct lattice l;
    struct cell cells[CELLS_MAX];
    size_t n = 0;
    struct err e = ERR_INIT;
    assert_int_equal(plan_lattice(&in->product, p, &target, &l, &e), 0);
    for (int32_t i = 0; i < l.rows * l.cols; i++)
        cells[n++] = (struct cell){i % l.cols, i / l.cols};
    const struct product_plan_request q = {cells, n, false, {.threads = 2}};
    if (product_plan(in, p, &q, plan, &e) != 0)
        fail_msg("%s", e.msg);
}

static int32_t image_tiles(const struct product_input *in, const char *band)
{
    const struct jp2_info *i = jp2_info(in->jp2[band_find(band)]);
    return i->tiles_x * i->tiles_y;
}

/* How many tiles are decoded for all strips, and how many tiles the images have. */
static void expect_tasks(band_set bands, int32_t resolution_m)
{
    struct product_input in;
    struct plan plan;
    struct decode_stage *d;
    struct params p = trial_params(bands, SIZE);
    struct err e = ERR_INIT;
    int64_t tasks = 0, wanted = 0;
    p.resolution_m = resolution_m;
    trial_open(product, bands, &in);
    make_plan(&in, &p, &plan);
    assert_int_equal(decode_create(&plan, &d, &e), 0);
    for (int32_t k = 0; k < plan.n_strips; k++) {
        size_t n;
        assert_int_equal(decode_open(d, k, &n, &e), 0);
        tasks += (int64_t)n;
    }
    if (bands & B02)
        wanted += image_tiles(&in, "B02");
    if (bands & BAND_SET_TCI)
        wanted += image_tiles(&in, band_table[band_set_nth(bands & BAND_SET_TCI, 0)].name);
    assert_int_equal(tasks, wanted);
    decode_destroy(d);
    plan_clear(&plan);
    product_input_close(&in);
}

static void decoded_once(void **state)
{
    (void)state;
    expect_tasks(B02, 10);
    expect_tasks(TCI_G, 10);
    expect_tasks(BAND_SET_TCI, 10);
    expect_tasks(BAND_SET_TCI | B02, 10);
    expect_tasks(TCI_R | TCI_B, 20);
    expect_tasks(BAND_SET_TCI | B02, 60);
}

static void leaders(void **state)
{
    struct product_input in;
    struct plan plan;
    struct params p = trial_params(B02 | TCI_G | TCI_B, SIZE);
    (void)state;
    trial_open(product, p.bands, &in);
    assert_ptr_equal(in.jp2[BAND_TCI_G], in.jp2[BAND_TCI_B]);
    assert_ptr_equal(in.file[BAND_TCI_G], in.file[BAND_TCI_B]);
    assert_null(in.jp2[BAND_TCI_R]);
    make_plan(&in, &p, &plan);
    assert_int_equal(plan.n_bands, 3);
    assert_int_equal(plan.band[0].leader, 0);
    assert_int_equal(plan.band[1].leader, 1);
    assert_int_equal(plan.band[2].leader, 1);
    assert_int_equal(plan.band[1].source.component, 1);
    assert_int_equal(plan.band[2].source.component, 2);
    assert_int_equal(plan.band[1].slots, plan.band[2].slots);
    plan_clear(&plan);
    product_input_close(&in);
}

/* Each colour alone, two, and all three: the same numbers. */
static void any_selection(void **state)
{
    static const band_set sets[] = {BAND_SET_TCI, TCI_R,         TCI_G,
                                    TCI_B,        TCI_R | TCI_B, BAND_SET_TCI | B02};
    static const int32_t resolutions[] = {10, 20, 60};
    (void)state;
    for (int r = 0; r < 3; r++) {
        char all[2048] = "";
        for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
            struct params p = trial_params(sets[i], SIZE);
            char name[32], output[1024];
            struct run_result result;
            p.resolution_m = resolutions[r];
            snprintf(name, sizeof name, "out-%d-%zu", (int)resolutions[r], i);
            struct run_options o = trial_options(&test_dir, name, output);
            trial_run(product, &p, &o, &result);
            if (i == 0)
                snprintf(all, sizeof all, "%s", result.folder);
            for (int b = BAND_TCI_R; b <= BAND_TCI_B; b++) {
                if (!band_in(sets[i], b))
                    continue;
                uint16_t *first = trial_read(all, (struct cell){0, 0}, band_table[b].name, SIZE);
                uint16_t *here =
                    trial_read(result.folder, (struct cell){0, 0}, band_table[b].name, SIZE);
                assert_memory_equal(first, here, SIZE * SIZE * sizeof *first);
                free(first);
                free(here);
            }
        }
    }
}

/* What each pixel needs of the image is the same for the three: tile 1 is bad, so are those over
 * it. */
static void damaged_tile(void **state)
{
    char command[2600], broken[1200], output[1024];
    struct params p = trial_params(BAND_SET_TCI | B02, SIZE);
    struct run_result whole, part;
    struct err e = ERR_INIT;
    (void)state;
    struct run_options o = trial_options(&test_dir, "whole", output);
    trial_run(product, &p, &o, &whole);
    snprintf(broken, sizeof broken, "%s/Broken.SAFE", test_dir.path);
    snprintf(command, sizeof command, "cp -r '%s' '%s'", product, broken);
    assert_int_equal(system(command), 0);
    /* SOT of tile 1 (ff90 000a 0001) is twelve bytes; SOD, and the packets behind it, come after
     * PLT */
    snprintf(command, sizeof command,
             "cd '%s' && f=$(echo GRANULE/*/IMG_DATA/*_TCI.jp2) && at=$(od -An -v -tx1 \"$f\" | tr "
             "-d ' \\n' | "
             "grep -ob 'ff90000a0001' | head -1 | cut -d: -f1) && "
             "head -c 600 /dev/zero | tr '\\0' '\\377' | dd of=\"$f\" bs=1 seek=$((at / 2 + 14)) "
             "conv=notrunc status=none",
             broken);
    assert_int_equal(system(command), 0);
    char output2[1024];
    o = trial_options(&test_dir, "part", output2);
    assert_int_equal(run_product(broken, &p, &o, NULL, &part, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "band TCI_R"));
    assert_non_null(strstr(e.msg, "tile 1"));
    assert_true(part.made > 0 && part.failed > 0);
    assert_int_equal(part.made + part.failed, whole.made);
    /* the tiles are 128 px wide: columns 2 and 3 of the first two rows */
    assert_int_equal(part.failed, 4);
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P",
               "--size 300 --bands B02,TCI --scene texture --jp2-tile 128,64,24 --threads 2",
               product);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoded_once),
        cmocka_unit_test(leaders),
        cmocka_unit_test(any_selection),
        cmocka_unit_test(damaged_tile),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
