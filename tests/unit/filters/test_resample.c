/* The promises of filters/resample.h, for both engines: values, their place, special pixels,
 * plans. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filters/nodata.h"
#include "support/resample_rig.h"

/* ---- constants ---- */

static void check_constant(struct rig *s, uint16_t dn)
{
    uint16_t *out = rig_run(s);
    double *values = rig_run_float(s);
    int32_t k = dn + s->spec.offset;
    for (int32_t i = 0; i < s->tw * s->th; i++) {
        uint16_t under = rig_under_centre(s, i % s->tw, i / s->tw);
        if (!rig_is_valid(s, i % s->tw, i / s->tw)) {
            assert_int_equal(out[i], under == s->spec.nodata ? NODATA_DN : NODATA_SATURATED_DN);
            continue;
        }
        assert_int_equal(out[i], k < 1 ? 1 : k > 65534 ? 65534 : k);
        /* the direct engine's taps sum to 1 but for rounding */
        assert_true(fabs(values[i] - dn) <= (s->spec.engine == RESAMPLE_FFT ? 0 : 1e-9));
    }
    free(out);
    free(values);
}

static void constants_stay(void **state)
{
    (void)state;
    static const uint16_t dns[] = {1, 999, 1001, 30000, 65534};
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++)
            for (int i = 0; i < 5; i++) {
                struct resample_spec spec =
                    rig_spec_of(131 + i, 97 + i, rig_factors[f][0], rig_factors[f][1],
                                (enum resample_engine)engine);
                spec.offset = i % 2 ? -1000 : 0;
                struct rig s;
                rig_open(&s, spec);
                rig_fill_constant(&s, dns[i]);
                check_constant(&s, dns[i]);
                for (int p = 0; p < RIG_PATTERNS; p++) { /* nothing rings into what is left */
                    rig_fill_constant(&s, dns[i]);
                    rig_hide(&s, (enum rig_pattern)p);
                    check_constant(&s, dns[i]);
                }
                rig_close(&s);
            }
}

static void tiny_sources(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++)
            for (int32_t w = 1; w <= 8; w++)
                for (int32_t h = 1; h <= 8; h += 3) {
                    struct rig s;
                    rig_open(&s, rig_spec_of(w, h, rig_factors[f][0], rig_factors[f][1],
                                             (enum resample_engine)engine));
                    assert_int_equal(s.tw, (w * rig_factors[f][0] + rig_factors[f][1] - 1) /
                                               rig_factors[f][1]);
                    rig_fill_constant(&s, 4321);
                    check_constant(&s, 4321);
                    rig_close(&s);
                }
}

/* ---- place ---- */

/* value = 20·x + 35·y + 1000 at the centres of the source; on the target the same plane at the
 * target's centres. Away from the edges only: at an edge the divided taps lean inwards. The
 * kernel's own error on a ramp is 0.004 of a step or less. */
static void ramps_keep_their_place(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct rig s;
            int32_t up = rig_factors[f][0], down = rig_factors[f][1], margin = 5 * down;
            rig_open(&s, rig_spec_of(150, 120, up, down, (enum resample_engine)engine));
            for (int32_t i = 0; i < 150 * 120; i++)
                s.px[i] = (uint16_t)(1000 + 20 * (i % 150) + 35 * (i / 150));
            double *out = rig_run_float(&s);
            for (int32_t y = 0; y < s.th; y++)
                for (int32_t x = 0; x < s.tw; x++) {
                    double u = (x + 0.5) * down / up - 0.5, v = (y + 0.5) * down / up - 0.5;
                    if (u < margin || v < margin || u > 149 - margin || v > 119 - margin)
                        continue;
                    assert_true(fabs(out[y * s.tw + x] - (1000 + 20 * u + 35 * v)) <= 0.004 * 55);
                }
            free(out);
            rig_close(&s);
        }
}

static void impulse_gives_the_taps(void **state)
{
    (void)state;
    enum { W = 90, X = 61, Y = 58, HIGH = 60000 };
    struct err e = ERR_INIT;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct rig s;
            struct kernel_taps t;
            rig_open(&s, rig_spec_of(W, W, rig_factors[f][0], rig_factors[f][1],
                                     (enum resample_engine)engine));
            assert_int_equal(
                kernel_taps_init(&t, KERNEL_SINC, 4, rig_factors[f][0], rig_factors[f][1], &e), 0);
            rig_fill_constant(&s, 1000);
            s.px[Y * W + X] = HIGH;
            double *out = rig_run_float(&s);
            for (int32_t y = 0; y < s.th; y++)
                for (int32_t x = 0; x < s.tw; x++) {
                    int32_t ax = kernel_taps_anchor(&t, x), ay = kernel_taps_anchor(&t, y);
                    int32_t px = kernel_taps_phase(&t, x), py = kernel_taps_phase(&t, y);
                    bool hit = X - ax >= t.lo && X - ax <= t.hi && Y - ay >= t.lo && Y - ay <= t.hi;
                    double tap = hit ? kernel_taps_weights(&t, px)[X - ax - t.lo] *
                                           kernel_taps_weights(&t, py)[Y - ay - t.lo]
                                     : 0;
                    double inside =
                        kernel_taps_inside(&t, px, ax, W) * kernel_taps_inside(&t, py, ay, W);
                    assert_true(fabs(out[y * s.tw + x] - (1000 + (HIGH - 1000) * tap / inside)) <
                                ENGINES_AGREE);
                }
            free(out);
            kernel_taps_clear(&t);
            rig_close(&s);
        }
}

static void results_are_linear(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct rig a, b, sum;
            struct resample_spec spec = rig_spec_of(101, 83, rig_factors[f][0], rig_factors[f][1],
                                                    (enum resample_engine)engine);
            rig_open(&a, spec);
            rig_open(&b, spec);
            rig_open(&sum, spec);
            for (int i = 0; i < 101 * 83; i++) {
                a.px[i] = (uint16_t)(1 + rig_random() % 15000);
                b.px[i] = (uint16_t)(1 + rig_random() % 15000);
                sum.px[i] = (uint16_t)(3 * a.px[i] + b.px[i]);
            }
            double *fa = rig_run_float(&a), *fb = rig_run_float(&b), *fs = rig_run_float(&sum);
            for (int32_t i = 0; i < a.tw * a.th; i++)
                assert_true(fabs(3.0 * fa[i] + fb[i] - fs[i]) < 4 * ENGINES_AGREE);
            free(fa);
            free(fb);
            free(fs);
            rig_close(&a);
            rig_close(&b);
            rig_close(&sum);
        }
}

/* Moving the source by `step` pixels moves the target by step·up/down, whatever blocks that
 * crosses. */
static void a_shift_is_a_shift(void **state)
{
    (void)state;
    enum { W = 300, H = 160 };
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct rig a, b;
            int32_t up = rig_factors[f][0], down = rig_factors[f][1], step = down,
                    move = step * up / down, edge = 9 * up + 9;
            rig_open(&a, rig_spec_of(W, H, up, down, (enum resample_engine)engine));
            rig_open(&b, a.spec);
            rig_fill_noise(&a);
            rig_fill_noise(&b);
            for (int32_t y = step; y < H; y++)
                for (int32_t x = step; x < W; x++)
                    b.px[y * W + x] = a.px[(y - step) * W + x - step];
            double *fa = rig_run_float(&a), *fb = rig_run_float(&b);
            for (int32_t y = edge; y < a.th - edge; y++)
                for (int32_t x = edge; x < a.tw - edge; x++)
                    assert_true(fabs(fb[(y + move) * a.tw + x + move] - fa[y * a.tw + x]) <
                                2 * ENGINES_AGREE);
            free(fa);
            free(fb);
            rig_close(&a);
            rig_close(&b);
        }
}

/* ---- special pixels ---- */

/* What stands in an invalid pixel is no measurement: other codes for it must not change a bit of
 * the valid results. */
static void invalid_pixels_have_no_value(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++)
            for (int p = 0; p < RIG_PATTERNS; p++) {
                struct rig a, b;
                struct resample_spec spec = rig_spec_of(
                    140, 110, rig_factors[f][0], rig_factors[f][1], (enum resample_engine)engine);
                rig_open(&a, spec);
                spec.nodata = 40000;
                spec.saturated = 20000;
                rig_open(&b, spec);
                for (int i = 0; i < 140 * 110; i++)
                    a.px[i] = (uint16_t)(1 + rig_random() % 15000);
                rig_hide(&a, (enum rig_pattern)p);
                for (int i = 0; i < 140 * 110; i++)
                    b.px[i] = a.px[i] == 0 ? 40000 : a.px[i] == 65535 ? 20000 : a.px[i];
                uint16_t *oa = rig_run(&a), *ob = rig_run(&b);
                assert_memory_equal(oa, ob, (size_t)a.tw * (size_t)a.th * sizeof *oa);
                for (int32_t i = 0; i < a.tw * a.th; i++) {
                    uint16_t under = rig_under_centre(&a, i % a.tw, i / a.tw);
                    assert_int_equal(oa[i] == 0, under == 0);
                    assert_int_equal(oa[i] == 65535, under == 65535);
                }
                free(oa);
                free(ob);
                rig_close(&a);
                rig_close(&b);
            }
}

static void nearest_and_identity_pick(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f <= RIG_FACTORS; f++) {
            struct rig s;
            struct resample_spec spec = rig_spec_of(67, 45, 1, 1, (enum resample_engine)engine);
            spec.offset = -1000;
            if (f < RIG_FACTORS) {
                spec.kernel = KERNEL_NEAREST;
                spec.up = rig_factors[f][0];
                spec.down = rig_factors[f][1];
            }
            rig_open(&s, spec);
            rig_fill_noise(&s);
            rig_hide(&s, RIG_HOLES);
            uint16_t *out = rig_run(&s);
            for (int32_t i = 0; i < s.tw * s.th; i++) {
                int32_t under = rig_under_centre(&s, i % s.tw, i / s.tw);
                int32_t k = under - 1000 < 1 ? 1 : under - 1000;
                assert_int_equal(out[i], under == 0 || under == 65535 ? under : k);
            }
            free(out);
            rig_close(&s);
        }
}

/* ---- plans ---- */

static void bad_numbers_are_refused(void **state)
{
    (void)state;
    struct resample_spec good = rig_spec_of(100, 100, 2, 1, RESAMPLE_FFT), bad[16];
    for (int i = 0; i < 16; i++)
        bad[i] = good;
    bad[0].src_w = 0;
    bad[1].src_h = -1;
    bad[2].src_w = RESAMPLE_SIDE_MAX + 1;
    bad[3].up = 0;
    bad[4].down = 0;
    bad[5].down = 2; /* both */
    bad[6].up = 7;
    bad[7].lobes = 1;
    bad[8].lobes = 65;
    bad[9].kernel = KERNEL_COUNT;
    bad[10].engine = (enum resample_engine)7;
    bad[11].offset = 65536;
    bad[12].offset = -65536;
    bad[13].up = -2;
    bad[14].lobes = 0;
    bad[15].src_h = INT32_MAX;
    for (int i = 0; i < 16; i++) {
        struct resample_plan *p = NULL;
        struct err e = ERR_INIT;
        assert_int_equal(resample_plan_create(&bad[i], &p, &e), ERR_USAGE);
        assert_null(p);
        assert_true(e.code == ERR_USAGE && strlen(e.msg) > 10);
    }
    struct resample_plan *p = NULL;
    good.kernel = KERNEL_CUBIC;
    good.lobes = 0; /* the cubic takes none */
    assert_int_equal(resample_plan_create(&good, &p, NULL), 0);
    resample_plan_destroy(p);
    resample_plan_destroy(NULL);
    resample_work_destroy(NULL);
}

/* The numbers that the memory plan of the program rests on. */
static void plans_of_real_bands(void **state)
{
    (void)state;
    static const struct {
        int32_t side, up, down;
        int lobes;
        size_t most;
    } real[] = {{5490, 2, 1, 4, 1 << 20},
                {1830, 6, 1, 4, 1 << 20},
                {10980, 1, 6, 4, 2 << 20},
                {5490, 2, 1, 32, 4 << 20},
                {10980, 1, 6, 64, 64 << 20}};
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        struct resample_spec spec =
            rig_spec_of(real[i].side, real[i].side, real[i].up, real[i].down, RESAMPLE_FFT);
        struct resample_plan *p;
        struct err e = ERR_INIT;
        spec.lobes = real[i].lobes;
        assert_int_equal(resample_plan_create(&spec, &p, &e), 0);
        assert_true(resample_work_bytes(p) <= real[i].most);
        assert_true(resample_block_width(p) >= 32);
        struct rect all = {0, 0, resample_target_width(p), resample_target_height(p)};
        struct rect need = resample_source_rect(p, all);
        assert_true(need.x == 0 && need.y == 0 && need.w == real[i].side && need.h == real[i].side);
        resample_plan_destroy(p);
    }
}

/* 8-bit images: what a kernel makes of a black and white pattern beyond 255 is 255, all else as
 * without a limit. */
static void results_are_limited(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct resample_spec spec = rig_spec_of(131, 97, rig_factors[f][0], rig_factors[f][1],
                                                    (enum resample_engine)engine);
            struct rig free_one, limited;
            int over = 0;
            rig_open(&free_one, spec);
            spec.most = 255;
            rig_open(&limited, spec);
            rig_fill_constant(&free_one, 250);
            for (int32_t i = 0; i < 131 * 97; i++)
                free_one.px[i] = rig_random() % 11 == 0 ? 0 : i % 131 / 24 % 2 ? 255 : 1;
            memcpy(limited.px, free_one.px, 131 * 97 * sizeof *limited.px);
            uint16_t *a = rig_run(&free_one), *b = rig_run(&limited);
            for (int32_t i = 0; i < free_one.tw * free_one.th; i++) {
                assert_int_equal(b[i], a[i] < 255 ? a[i] : 255);
                over += a[i] > 255;
            }
            assert_int_equal(over > 0,
                             rig_factors[f][0] != rig_factors[f][1]); /* the sinc swings over */
            free(a);
            free(b);
            rig_close(&free_one);
            rig_close(&limited);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_stay),
        cmocka_unit_test(tiny_sources),
        cmocka_unit_test(ramps_keep_their_place),
        cmocka_unit_test(impulse_gives_the_taps),
        cmocka_unit_test(results_are_linear),
        cmocka_unit_test(a_shift_is_a_shift),
        cmocka_unit_test(invalid_pixels_have_no_value),
        cmocka_unit_test(nearest_and_identity_pick),
        cmocka_unit_test(results_are_limited),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(plans_of_real_bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
