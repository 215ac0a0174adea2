/* The promises of filters/resample.h, for both engines. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "filters/nodata.h"
#include "filters/resample.h"

/* The contract between the engines, in DN before the rounding, for DN up to 32767: twice what bright clouds give. The
 * noise of single precision grows with the range of the samples: white noise over all of 1 … 65534 has a difference of
 * 0.0032 rms, and over some millions of pixels its largest was 0.0239, with 32 lobes. */
static const double ENGINES_AGREE = 0.02;
static const double ENGINES_AGREE_FULL_RANGE = 0.03;

static uint32_t seed = 2024;
static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* A source, a plan and a work. */
struct scene {
    struct resample_spec spec;
    struct resample_plan *plan;
    struct resample_work *work;
    uint16_t *px;
    int32_t tw, th;
};

static struct resample_spec spec_of(int32_t w, int32_t h, int32_t up, int32_t down, enum resample_engine engine)
{
    return (struct resample_spec){w, h, up, down, KERNEL_SINC, 4, engine, 0, 65535, 0};
}

static void scene_open(struct scene *s, struct resample_spec spec)
{
    struct err e = ERR_INIT;
    *s = (struct scene){.spec = spec};
    assert_int_equal(resample_plan_create(&spec, &s->plan, &e), 0);
    assert_int_equal(resample_work_create(s->plan, &s->work, &e), 0);
    assert_true(resample_work_bytes(s->plan) > 0);
    s->tw = resample_target_width(s->plan);
    s->th = resample_target_height(s->plan);
    s->px = mem_zalloc((size_t)spec.src_w * (size_t)spec.src_h, sizeof *s->px);
}

static void scene_close(struct scene *s)
{
    resample_work_destroy(s->work);
    resample_plan_destroy(s->plan);
    free(s->px);
}

static struct ring scene_ring(const struct scene *s)
{
    return (struct ring){s->px, s->spec.src_w, s->spec.src_w, s->spec.src_h};
}

static uint16_t *scene_run(const struct scene *s)
{
    uint16_t *out = mem_alloc((size_t)s->tw * (size_t)s->th, sizeof *out);
    resample_run(s->plan, s->work, scene_ring(s), (struct rect){0, 0, s->tw, s->th},
                 (struct view){out, s->tw, s->tw, s->th});
    return out;
}

static double *scene_run_float(const struct scene *s)
{
    double *out = mem_alloc((size_t)s->tw * (size_t)s->th, sizeof *out);
    resample_run_float(s->plan, s->work, scene_ring(s), (struct rect){0, 0, s->tw, s->th}, out);
    return out;
}

static void fill_constant(struct scene *s, uint16_t dn)
{
    for (int32_t i = 0; i < s->spec.src_w * s->spec.src_h; i++)
        s->px[i] = dn;
}

static void fill_noise(struct scene *s)
{
    for (int32_t i = 0; i < s->spec.src_w * s->spec.src_h; i++)
        s->px[i] = (uint16_t)(1 + next_random() % 65534);
}

enum pattern { HOLES, WEDGE, ONE_VALID, ALL_INVALID, SWATH, PATTERNS };

static bool pattern_hides(enum pattern p, const struct scene *s, int32_t x, int32_t y)
{
    switch (p) {
    case HOLES:
        return next_random() % 5 == 0;
    case WEDGE:
        return 2 * x > y + s->spec.src_w;
    case ONE_VALID:
        return x != s->spec.src_w / 3 || y != s->spec.src_h / 2;
    case SWATH:
        return x + y < s->spec.src_w / 2 || (x / 40 + y / 40) % 5 == 0;
    default:
        return true;
    }
}

static void hide(struct scene *s, enum pattern p)
{
    for (int32_t y = 0; y < s->spec.src_h; y++)
        for (int32_t x = 0; x < s->spec.src_w; x++)
            if (pattern_hides(p, s, x, y))
                s->px[y * s->spec.src_w + x] = (x + y) % 3 == 0 ? s->spec.saturated : s->spec.nodata;
}

static uint16_t under_centre(const struct scene *s, int32_t x, int32_t y)
{
    int32_t sx = kernel_centre(s->spec.up, s->spec.down, x), sy = kernel_centre(s->spec.up, s->spec.down, y);
    return sx < s->spec.src_w && sy < s->spec.src_h ? s->px[sy * s->spec.src_w + sx] : s->spec.nodata;
}

static bool is_valid(const struct scene *s, int32_t x, int32_t y)
{
    return nodata_is_valid((struct nodata_rule){s->spec.nodata, s->spec.saturated}, under_centre(s, x, y));
}

static const int32_t factors[][2] = {
    {2, 1},
    {3, 1},
    {6, 1},
    {1, 2},
    {1, 3},
    {1, 6}
};
enum { FACTORS = 6 };

/* ---- constants ---- */

static void check_constant(struct scene *s, uint16_t dn)
{
    uint16_t *out = scene_run(s);
    double *values = scene_run_float(s);
    int32_t k = dn + s->spec.offset;
    for (int32_t i = 0; i < s->tw * s->th; i++) {
        uint16_t under = under_centre(s, i % s->tw, i / s->tw);
        if (!is_valid(s, i % s->tw, i / s->tw)) {
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
        for (int f = 0; f < FACTORS; f++)
            for (int i = 0; i < 5; i++) {
                struct resample_spec spec =
                    spec_of(131 + i, 97 + i, factors[f][0], factors[f][1], (enum resample_engine)engine);
                spec.offset = i % 2 ? -1000 : 0;
                struct scene s;
                scene_open(&s, spec);
                fill_constant(&s, dns[i]);
                check_constant(&s, dns[i]);
                for (int p = 0; p < PATTERNS; p++) { /* nothing rings into what is left */
                    fill_constant(&s, dns[i]);
                    hide(&s, (enum pattern)p);
                    check_constant(&s, dns[i]);
                }
                scene_close(&s);
            }
}

static void tiny_sources(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++)
            for (int32_t w = 1; w <= 8; w++)
                for (int32_t h = 1; h <= 8; h += 3) {
                    struct scene s;
                    scene_open(&s, spec_of(w, h, factors[f][0], factors[f][1], (enum resample_engine)engine));
                    assert_int_equal(s.tw, (w * factors[f][0] + factors[f][1] - 1) / factors[f][1]);
                    fill_constant(&s, 4321);
                    check_constant(&s, 4321);
                    scene_close(&s);
                }
}

/* ---- place ---- */

/* value = 20·x + 35·y + 1000 at the centres of the source; on the target the same plane at the target's centres. Away
 * from the edges only: at an edge the divided taps lean inwards. The kernel's own error on a ramp is 0.004 of a step
 * or less. */
static void ramps_keep_their_place(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++) {
            struct scene s;
            int32_t up = factors[f][0], down = factors[f][1], margin = 5 * down;
            scene_open(&s, spec_of(150, 120, up, down, (enum resample_engine)engine));
            for (int32_t i = 0; i < 150 * 120; i++)
                s.px[i] = (uint16_t)(1000 + 20 * (i % 150) + 35 * (i / 150));
            double *out = scene_run_float(&s);
            for (int32_t y = 0; y < s.th; y++)
                for (int32_t x = 0; x < s.tw; x++) {
                    double u = (x + 0.5) * down / up - 0.5, v = (y + 0.5) * down / up - 0.5;
                    if (u < margin || v < margin || u > 149 - margin || v > 119 - margin)
                        continue;
                    assert_true(fabs(out[y * s.tw + x] - (1000 + 20 * u + 35 * v)) <= 0.004 * 55);
                }
            free(out);
            scene_close(&s);
        }
}

static void impulse_gives_the_taps(void **state)
{
    (void)state;
    enum { W = 90, X = 61, Y = 58, HIGH = 60000 };
    struct err e = ERR_INIT;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++) {
            struct scene s;
            struct kernel_taps t;
            scene_open(&s, spec_of(W, W, factors[f][0], factors[f][1], (enum resample_engine)engine));
            assert_int_equal(kernel_taps_init(&t, KERNEL_SINC, 4, factors[f][0], factors[f][1], &e), 0);
            fill_constant(&s, 1000);
            s.px[Y * W + X] = HIGH;
            double *out = scene_run_float(&s);
            for (int32_t y = 0; y < s.th; y++)
                for (int32_t x = 0; x < s.tw; x++) {
                    int32_t ax = kernel_taps_anchor(&t, x), ay = kernel_taps_anchor(&t, y);
                    int32_t px = kernel_taps_phase(&t, x), py = kernel_taps_phase(&t, y);
                    bool hit = X - ax >= t.lo && X - ax <= t.hi && Y - ay >= t.lo && Y - ay <= t.hi;
                    double tap =
                        hit ? kernel_taps_weights(&t, px)[X - ax - t.lo] * kernel_taps_weights(&t, py)[Y - ay - t.lo]
                            : 0;
                    double inside = kernel_taps_inside(&t, px, ax, W) * kernel_taps_inside(&t, py, ay, W);
                    assert_true(fabs(out[y * s.tw + x] - (1000 + (HIGH - 1000) * tap / inside)) < ENGINES_AGREE);
                }
            free(out);
            kernel_taps_clear(&t);
            scene_close(&s);
        }
}

static void results_are_linear(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++) {
            struct scene a, b, sum;
            struct resample_spec spec = spec_of(101, 83, factors[f][0], factors[f][1], (enum resample_engine)engine);
            scene_open(&a, spec);
            scene_open(&b, spec);
            scene_open(&sum, spec);
            for (int i = 0; i < 101 * 83; i++) {
                a.px[i] = (uint16_t)(1 + next_random() % 15000);
                b.px[i] = (uint16_t)(1 + next_random() % 15000);
                sum.px[i] = (uint16_t)(3 * a.px[i] + b.px[i]);
            }
            double *fa = scene_run_float(&a), *fb = scene_run_float(&b), *fs = scene_run_float(&sum);
            for (int32_t i = 0; i < a.tw * a.th; i++)
                assert_true(fabs(3.0 * fa[i] + fb[i] - fs[i]) < 4 * ENGINES_AGREE);
            free(fa);
            free(fb);
            free(fs);
            scene_close(&a);
            scene_close(&b);
            scene_close(&sum);
        }
}

/* Moving the source by `step` pixels moves the target by step·up/down, whatever blocks that crosses. */
static void a_shift_is_a_shift(void **state)
{
    (void)state;
    enum { W = 300, H = 160 };
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++) {
            struct scene a, b;
            int32_t up = factors[f][0], down = factors[f][1], step = down, move = step * up / down, edge = 9 * up + 9;
            scene_open(&a, spec_of(W, H, up, down, (enum resample_engine)engine));
            scene_open(&b, a.spec);
            fill_noise(&a);
            fill_noise(&b);
            for (int32_t y = step; y < H; y++)
                for (int32_t x = step; x < W; x++)
                    b.px[y * W + x] = a.px[(y - step) * W + x - step];
            double *fa = scene_run_float(&a), *fb = scene_run_float(&b);
            for (int32_t y = edge; y < a.th - edge; y++)
                for (int32_t x = edge; x < a.tw - edge; x++)
                    assert_true(fabs(fb[(y + move) * a.tw + x + move] - fa[y * a.tw + x]) < 2 * ENGINES_AGREE);
            free(fa);
            free(fb);
            scene_close(&a);
            scene_close(&b);
        }
}

/* ---- FFT = direct ---- */

static double compare_in_range(struct resample_spec spec, int pattern, int halvings)
{
    struct scene fft, direct;
    spec.engine = RESAMPLE_FFT;
    scene_open(&fft, spec);
    spec.engine = RESAMPLE_DIRECT;
    scene_open(&direct, spec);
    fill_noise(&fft);
    for (int32_t i = 0; i < spec.src_w * spec.src_h; i++)
        fft.px[i] = (uint16_t)(fft.px[i] == 1 ? 1 : fft.px[i] >> halvings);
    if (pattern >= 0)
        hide(&fft, (enum pattern)pattern);
    memcpy(direct.px, fft.px, (size_t)spec.src_w * (size_t)spec.src_h * sizeof *fft.px);
    double *a = scene_run_float(&fft), *b = scene_run_float(&direct);
    uint16_t *qa = scene_run(&fft), *qb = scene_run(&direct);
    double most = 0;
    for (int32_t i = 0; i < fft.tw * fft.th; i++) {
        if (!is_valid(&fft, i % fft.tw, i / fft.tw)) {
            assert_int_equal(qa[i], qb[i]);
            continue;
        }
        most = fmax(most, fabs(a[i] - b[i]));
        assert_true(abs(qa[i] - qb[i]) <= 1);
    }
    free(a);
    free(b);
    free(qa);
    free(qb);
    scene_close(&fft);
    scene_close(&direct);
    return most;
}

/* Holds the contract for ordinary DN; gives the largest difference over the full range. */
static double compare_engines(struct resample_spec spec, int pattern)
{
    assert_true(compare_in_range(spec, pattern, 1) <= ENGINES_AGREE);
    return compare_in_range(spec, pattern, 0);
}

static void engines_agree_for_all_kernels(void **state)
{
    (void)state;
    double most = 0;
    for (int id = 0; id < KERNEL_COUNT; id++)
        for (int f = 0; f < FACTORS; f++) {
            struct resample_spec spec = spec_of(171, 133, factors[f][0], factors[f][1], RESAMPLE_FFT);
            spec.kernel = (enum kernel_id)id;
            most = fmax(most, compare_engines(spec, -1));
            most = fmax(most, compare_engines(spec, SWATH));
        }
    print_message("FFT - direct, all kernels, 4 lobes: %.5f DN at most\n", most);
    assert_true(most <= ENGINES_AGREE_FULL_RANGE);
}

static void engines_agree_on_patterns_and_lobes(void **state)
{
    (void)state;
    static const int lobes[] = {2, 4, 32};
    for (int l = 0; l < 3; l++) {
        double most = 0;
        for (int pattern = -1; pattern < PATTERNS; pattern++)
            for (int f = 0; f < FACTORS; f++) {
                struct resample_spec spec = spec_of(203, 149, factors[f][0], factors[f][1], RESAMPLE_FFT);
                spec.lobes = lobes[l];
                most = fmax(most, compare_engines(spec, pattern));
            }
        print_message("FFT - direct, %d lobes, all patterns: %.5f DN at most\n", lobes[l], most);
        assert_true(most <= ENGINES_AGREE_FULL_RANGE);
    }
}

static void engines_agree_on_many_blocks(void **state)
{
    (void)state;
    double most = compare_engines(spec_of(1400, 300, 2, 1, RESAMPLE_FFT), -1);
    most = fmax(most, compare_engines(spec_of(610, 200, 6, 1, RESAMPLE_FFT), HOLES));
    struct resample_spec longest = spec_of(300, 260, 2, 1, RESAMPLE_FFT);
    longest.lobes = 64;
    most = fmax(most, compare_engines(longest, WEDGE));
    print_message("FFT - direct, many blocks: %.5f DN at most\n", most);
    assert_true(most <= ENGINES_AGREE_FULL_RANGE);
}

/* ---- no rectangle, strip or neighbour can be seen in the result ---- */

/* Only the rows and columns of resample_source_rect are there, in a ring of just that height; all else is garbage. */
static void check_rect(const struct scene *s, const uint16_t *whole, const double *values, struct rect dst)
{
    struct rect need = resample_source_rect(s->plan, dst);
    int32_t w = s->spec.src_w, rows = need.h > 0 ? need.h : 1;
    struct ring ring = {mem_alloc((size_t)w * (size_t)rows, sizeof(uint16_t)), w, w, rows};
    for (int32_t i = 0; i < w * rows; i++)
        ring.px[i] = (uint16_t)(next_random() % 4 == 0 ? 0 : next_random());
    for (int32_t y = need.y; y < need.y + need.h; y++)
        memcpy(ring_row(ring, y) + need.x, s->px + y * w + need.x, (size_t)need.w * sizeof *ring.px);
    ptrdiff_t stride = dst.w + 3;
    uint16_t *out = mem_zalloc((size_t)stride * (size_t)dst.h, sizeof *out);
    double *f = mem_alloc((size_t)dst.w * (size_t)dst.h, sizeof *f);
    resample_run(s->plan, s->work, ring, dst, (struct view){out, stride, dst.w, dst.h});
    resample_run_float(s->plan, s->work, ring, dst, f);
    for (int32_t y = 0; y < dst.h; y++) {
        const uint16_t *expected = whole + (ptrdiff_t)(dst.y + y) * s->tw + dst.x;
        assert_memory_equal(out + y * stride, expected, (size_t)dst.w * sizeof *out);
        for (int32_t k = 0; k < 3; k++) /* what lies beside the rectangle is not ours */
            assert_int_equal(out[y * stride + dst.w + k], 0);
        for (int32_t x = 0; x < dst.w; x++)
            if (is_valid(s, dst.x + x, dst.y + y))
                assert_true(f[y * dst.w + x] == values[(ptrdiff_t)(dst.y + y) * s->tw + dst.x + x]);
    }
    free(ring.px);
    free(out);
    free(f);
}

static int32_t random_cut(int32_t size, int32_t *from)
{
    *from = (int32_t)(next_random() % (uint32_t)size);
    int32_t most = size - *from;
    return 1 + (int32_t)(next_random() % (uint32_t)(next_random() % 3 ? (most > 60 ? 60 : most) : most));
}

static void check_rects(struct resample_spec spec, int pattern, int count)
{
    struct scene s;
    scene_open(&s, spec);
    fill_noise(&s);
    if (pattern >= 0)
        hide(&s, (enum pattern)pattern);
    uint16_t *whole = scene_run(&s);
    double *values = scene_run_float(&s);
    for (int i = 0; i < count; i++) {
        struct rect dst;
        dst.w = random_cut(s.tw, &dst.x);
        dst.h = random_cut(s.th, &dst.y);
        check_rect(&s, whole, values, dst);
    }
    for (int32_t y = 0; y < s.th; y += 100) /* strips */
        check_rect(&s, whole, values, (struct rect){0, y, s.tw, s.th - y < 100 ? s.th - y : 100});
    free(whole);
    free(values);
    scene_close(&s);
}

static void rectangles_equal_the_whole(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++) {
            int32_t size = factors[f][1] > 1 ? 2 : 1;
            for (int pattern = -1; pattern < PATTERNS; pattern += 2) {
                struct resample_spec spec =
                    spec_of(233 * size, 171 * size, factors[f][0], factors[f][1], (enum resample_engine)engine);
                spec.offset = -1000;
                check_rects(spec, pattern, 12);
                check_rects(spec, HOLES, 4);
            }
        }
}

static void rectangles_of_other_kernels(void **state)
{
    (void)state;
    for (int id = 0; id < KERNEL_COUNT; id++)
        for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++) {
            struct resample_spec spec = spec_of(150, 131, 6, 1, (enum resample_engine)engine);
            spec.kernel = (enum kernel_id)id;
            spec.lobes = 9;
            check_rects(spec, SWATH, 4);
            spec.up = 1;
            spec.down = 2;
            check_rects(spec, HOLES, 4);
            spec.down = 1;
            check_rects(spec, HOLES, 4);
        }
}

/* ---- special pixels ---- */

/* What stands in an invalid pixel is no measurement: other codes for it must not change a bit of the valid results. */
static void invalid_pixels_have_no_value(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < FACTORS; f++)
            for (int p = 0; p < PATTERNS; p++) {
                struct scene a, b;
                struct resample_spec spec =
                    spec_of(140, 110, factors[f][0], factors[f][1], (enum resample_engine)engine);
                scene_open(&a, spec);
                spec.nodata = 40000;
                spec.saturated = 20000;
                scene_open(&b, spec);
                for (int i = 0; i < 140 * 110; i++)
                    a.px[i] = (uint16_t)(1 + next_random() % 15000);
                hide(&a, (enum pattern)p);
                for (int i = 0; i < 140 * 110; i++)
                    b.px[i] = a.px[i] == 0 ? 40000 : a.px[i] == 65535 ? 20000 : a.px[i];
                uint16_t *oa = scene_run(&a), *ob = scene_run(&b);
                assert_memory_equal(oa, ob, (size_t)a.tw * (size_t)a.th * sizeof *oa);
                for (int32_t i = 0; i < a.tw * a.th; i++) {
                    uint16_t under = under_centre(&a, i % a.tw, i / a.tw);
                    assert_int_equal(oa[i] == 0, under == 0);
                    assert_int_equal(oa[i] == 65535, under == 65535);
                }
                free(oa);
                free(ob);
                scene_close(&a);
                scene_close(&b);
            }
}

static void nearest_and_identity_pick(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f <= FACTORS; f++) {
            struct scene s;
            struct resample_spec spec = spec_of(67, 45, 1, 1, (enum resample_engine)engine);
            spec.offset = -1000;
            if (f < FACTORS) {
                spec.kernel = KERNEL_NEAREST;
                spec.up = factors[f][0];
                spec.down = factors[f][1];
            }
            scene_open(&s, spec);
            fill_noise(&s);
            hide(&s, HOLES);
            uint16_t *out = scene_run(&s);
            for (int32_t i = 0; i < s.tw * s.th; i++) {
                int32_t under = under_centre(&s, i % s.tw, i / s.tw);
                int32_t k = under - 1000 < 1 ? 1 : under - 1000;
                assert_int_equal(out[i], under == 0 || under == 65535 ? under : k);
            }
            free(out);
            scene_close(&s);
        }
}

/* ---- plans ---- */

static void bad_numbers_are_refused(void **state)
{
    (void)state;
    struct resample_spec good = spec_of(100, 100, 2, 1, RESAMPLE_FFT), bad[16];
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
    } real[] = {
        {5490,  2, 1, 4,  1 << 20 },
        {1830,  6, 1, 4,  1 << 20 },
        {10980, 1, 6, 4,  2 << 20 },
        {5490,  2, 1, 32, 4 << 20 },
        {10980, 1, 6, 64, 64 << 20}
    };
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        struct resample_spec spec = spec_of(real[i].side, real[i].side, real[i].up, real[i].down, RESAMPLE_FFT);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_stay),
        cmocka_unit_test(tiny_sources),
        cmocka_unit_test(ramps_keep_their_place),
        cmocka_unit_test(impulse_gives_the_taps),
        cmocka_unit_test(results_are_linear),
        cmocka_unit_test(a_shift_is_a_shift),
        cmocka_unit_test(engines_agree_for_all_kernels),
        cmocka_unit_test(engines_agree_on_patterns_and_lobes),
        cmocka_unit_test(engines_agree_on_many_blocks),
        cmocka_unit_test(rectangles_equal_the_whole),
        cmocka_unit_test(rectangles_of_other_kernels),
        cmocka_unit_test(invalid_pixels_have_no_value),
        cmocka_unit_test(nearest_and_identity_pick),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(plans_of_real_bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
