/* manifest.csv: written, read back, refused when damaged; and the statistics in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filters/statistics.h"
#include "io/manifest.h"
#include "support/tmpdir.h"

static struct tmpdir dir;

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tmpdir_remove(&dir);
    return 0;
}

static struct manifest_row make_row(int32_t x, int32_t y)
{
    struct manifest_row r = {
        .x = x, .y = y, .valid_fraction = 0.25, .content_hash = "0123456789abcdef", .digest = "fedcba9876543210"};
    snprintf(r.file, sizeof r.file, "tile_%d_%d.nc", x, y);
    r.band[1] = (struct manifest_band){7, 100, 2000, 345.678};
    return r;
}

static void put(struct manifest *m, int32_t x, int32_t y)
{
    struct err e = ERR_INIT;
    struct manifest_row r = make_row(x, y);
    assert_int_equal(manifest_put(m, &r, &e), 0);
}

static void rows_are_sorted_and_unique(void **state)
{
    (void)state;
    struct manifest m;
    manifest_init(&m, 1U << 1);
    for (int i = 0; i < 300; i++)
        put(&m, i * 7 % 20, i * 11 % 15);
    for (size_t i = 1; i < m.n; i++)
        assert_true(m.row[i - 1].y < m.row[i].y || (m.row[i - 1].y == m.row[i].y && m.row[i - 1].x < m.row[i].x));
    size_t before = m.n;
    put(&m, m.row[5].x, m.row[5].y);
    assert_int_equal(m.n, before);
    assert_non_null(manifest_find(&m, m.row[5].x, m.row[5].y));
    assert_null(manifest_find(&m, 20, 0));
    manifest_clear(&m);
}

static void comes_back(void **state)
{
    (void)state;
    char path[1024];
    struct manifest m, back;
    struct err e = ERR_INIT;
    manifest_init(&m, 1U << 1 | 1U << 8);
    put(&m, 3, 1);
    put(&m, 0, 0);
    tmpdir_path(&dir, "manifest.csv", path);
    assert_int_equal(manifest_write(&m, path, &e), 0);
    assert_int_equal(manifest_read(path, &back, &e), 0);
    assert_int_equal(back.bands, m.bands);
    assert_int_equal(back.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(manifest_row_equal(&m.row[i], &back.row[i], m.bands));
        assert_string_equal(m.row[i].file, back.row[i].file);
    }
    size_t len;
    char *text = (char *)tmpdir_slurp(path, &len);
    assert_string_equal(
        text, "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,B8A_min,B8A_mean,B8A_max,content_hash,parameters\n"
              "0,0,tile_0_0.nc,0.250000,100,345.678,2000,,,,0123456789abcdef,fedcba9876543210\n"
              "3,1,tile_3_1.nc,0.250000,100,345.678,2000,,,,0123456789abcdef,fedcba9876543210\n");
    free(text);
    manifest_clear(&m);
    manifest_clear(&back);
}

static void assert_refused(const char *text, const char *reason)
{
    char path[1024];
    struct manifest m;
    struct err e = ERR_INIT;
    tmpdir_write(&dir, "bad.csv", text, strlen(text));
    assert_int_equal(manifest_read(tmpdir_path(&dir, "bad.csv", path), &m, &e), ERR_INPUT);
    if (!strstr(e.msg, reason))
        fail_msg("\"%s\" is not in \"%s\"", reason, e.msg);
}

#define HEADER "x,y,file,valid_fraction,B02_min,B02_mean,B02_max,content_hash,parameters\n"

static void damage_is_refused(void **state)
{
    (void)state;
    assert_refused("", "empty");
    assert_refused("x,y\n", "line 1");
    assert_refused("x,y,file,valid_fraction,B02_min,B02_max,content_hash,parameters\n", "line 1");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h,p", "cut off");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,h,p,q\n", "line 2");
    assert_refused(HEADER "-1,0,a.nc,0.5,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,1.5,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,nan,1,2,3,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,70000,h,p\n", "line 2");
    assert_refused(HEADER "0,0,a.nc,0.5,1,2,3,0123456789abcdefg,p\n", "line 2");
    struct manifest m;
    struct err e = ERR_INIT;
    assert_int_equal(manifest_read("/nonexistent/manifest.csv", &m, &e), ERR_INPUT);
    assert_int_equal(e.sys_errno, ENOENT);
}

static void differences_are_seen(void **state)
{
    (void)state;
    struct manifest_row a = make_row(1, 2);
    struct manifest_row changed[6];
    for (int i = 0; i < 6; i++)
        changed[i] = a;
    changed[0].valid_fraction += 2e-6;
    changed[1].content_hash[0] = 'x';
    changed[2].digest[15] = 'x';
    changed[3].band[1].min++;
    changed[4].band[1].mean += 0.001;
    changed[5].band[1].count = 0;
    assert_true(manifest_row_equal(&a, &a, 1U << 1));
    for (int i = 0; i < 6; i++)
        assert_false(manifest_row_equal(&a, &changed[i], 1U << 1));
    assert_true(manifest_row_equal(&a, &changed[3], 1U << 2));
}

/* Against the plainest loop, over lengths around the piece size. */
static void statistics_are_exact(void **state)
{
    (void)state;
    static uint16_t dn[200001];
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 200001};
    for (size_t i = 0; i < 200001; i++)
        dn[i] = (uint16_t)(i % 5 == 0 ? 0 : i * 40503 >> 3);
    dn[65536] = 65535;
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        struct band_stats s = BAND_STATS_INIT, naive = BAND_STATS_INIT;
        band_stats_add(&s, dn, lengths[l]);
        for (size_t i = 0; i < lengths[l]; i++) {
            if (dn[i] == 0)
                continue;
            naive.count++;
            naive.sum += dn[i];
            naive.min = dn[i] < naive.min ? dn[i] : naive.min;
            naive.max = dn[i] > naive.max ? dn[i] : naive.max;
        }
        assert_int_equal(s.count, naive.count);
        assert_int_equal(s.sum, naive.sum);
        if (s.count > 0) {
            assert_int_equal(s.min, naive.min);
            assert_int_equal(s.max, naive.max);
        }
    }
}

static void masks_add_up(void **state)
{
    (void)state;
    uint8_t mask[6] = {1, 1, 1, 1, 1, 1};
    const uint16_t a[6] = {0, 5, 5, 0, 65535, 1}, b[6] = {5, 0, 5, 0, 256, 512};
    valid_mask_and(mask, a, 6);
    assert_int_equal(valid_mask_count(mask, 6), 4);
    valid_mask_and(mask, b, 6);
    assert_int_equal(valid_mask_count(mask, 6), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted_and_unique),
        cmocka_unit_test_setup_teardown(comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_refused, setup, teardown),
        cmocka_unit_test(differences_are_seen),
        cmocka_unit_test(statistics_are_exact),
        cmocka_unit_test(masks_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
