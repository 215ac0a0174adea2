/* The promise of filters/resample.h that the FFT engine and the direct one agree. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/resample_rig.h"

static double compare_in_range(struct resample_spec spec, int pattern, int halvings)
{
    struct rig fft, direct;
    spec.engine = RESAMPLE_FFT;
    rig_open(&fft, spec);
    spec.engine = RESAMPLE_DIRECT;
    rig_open(&direct, spec);
    rig_fill_noise(&fft);
    for (int32_t i = 0; i < spec.src_w * spec.src_h; i++)
        fft.px[i] = (uint16_t)(fft.px[i] == 1 ? 1 : fft.px[i] >> halvings);
    if (pattern >= 0)
        rig_hide(&fft, (enum rig_pattern)pattern);
    memcpy(direct.px, fft.px, (size_t)spec.src_w * (size_t)spec.src_h * sizeof *fft.px);
    double *a = rig_run_float(&fft), *b = rig_run_float(&direct);
    uint16_t *qa = rig_run(&fft), *qb = rig_run(&direct);
    double most = 0;
    for (int32_t i = 0; i < fft.tw * fft.th; i++) {
        if (!rig_is_valid(&fft, i % fft.tw, i / fft.tw)) {
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
    rig_close(&fft);
    rig_close(&direct);
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
        for (int f = 0; f < RIG_FACTORS; f++) {
            struct resample_spec spec =
                rig_spec_of(131, 107, rig_factors[f][0], rig_factors[f][1], RESAMPLE_FFT);
            spec.kernel = (enum kernel_id)id;
            most = fmax(most, compare_engines(spec, -1));
            most = fmax(most, compare_engines(spec, RIG_SWATH));
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
        for (int pattern = -1; pattern < RIG_PATTERNS; pattern++)
            for (int f = 0; f < RIG_FACTORS; f++) {
                struct resample_spec spec =
                    rig_spec_of(203, 149, rig_factors[f][0], rig_factors[f][1], RESAMPLE_FFT);
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
    double most = compare_engines(rig_spec_of(1400, 300, 2, 1, RESAMPLE_FFT), -1);
    most = fmax(most, compare_engines(rig_spec_of(610, 200, 6, 1, RESAMPLE_FFT), RIG_HOLES));
    struct resample_spec longest = rig_spec_of(300, 260, 2, 1, RESAMPLE_FFT);
    longest.lobes = 64;
    most = fmax(most, compare_engines(longest, RIG_WEDGE));
    print_message("FFT - direct, many blocks: %.5f DN at most\n", most);
    assert_true(most <= ENGINES_AGREE_FULL_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree_for_all_kernels),
        cmocka_unit_test(engines_agree_on_patterns_and_lobes),
        cmocka_unit_test(engines_agree_on_many_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
