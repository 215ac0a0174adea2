/* The promise of filters/resample.h that no rectangle, strip or neighbour can be seen in a result,
 * for both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "filters/nodata.h"
#include "support/resample_rig.h"

/* Only the rows and columns of resample_source_rect are there, in a ring of just that height; all
 * else is garbage. */
static void check_rect(const struct rig *s, const uint16_t *whole, const double *values,
                       struct rect dst)
{
    struct rect need = resample_source_rect(s->plan, dst);
    int32_t w = s->spec.src_w, rows = need.h > 0 ? need.h : 1;
    struct ring ring = {mem_alloc((size_t)w * (size_t)rows, sizeof(uint16_t)), w, w, rows};
    for (int32_t i = 0; i < w * rows; i++)
        ring.px[i] = (uint16_t)(rig_random() % 4 == 0 ? 0 : rig_random());
    for (int32_t y = need.y; y < need.y + need.h; y++)
        memcpy(ring_row(ring, y) + need.x, s->px + y * w + need.x,
               (size_t)need.w * sizeof *ring.px);
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
            if (rig_is_valid(s, dst.x + x, dst.y + y))
                assert_true(f[y * dst.w + x] == values[(ptrdiff_t)(dst.y + y) * s->tw + dst.x + x]);
    }
    free(ring.px);
    free(out);
    free(f);
}

static int32_t random_cut(int32_t size, int32_t *from)
{
    *from = (int32_t)(rig_random() % (uint32_t)size);
    int32_t most = size - *from;
    return 1 +
           (int32_t)(rig_random() % (uint32_t)(rig_random() % 3 ? (most > 60 ? 60 : most) : most));
}

static void check_rects(struct resample_spec spec, int pattern, int count)
{
    struct rig s;
    rig_open(&s, spec);
    rig_fill_noise(&s);
    if (pattern >= 0)
        rig_hide(&s, (enum rig_pattern)pattern);
    uint16_t *whole = rig_run(&s);
    double *values = rig_run_float(&s);
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
    rig_close(&s);
}

static void rectangles_equal_the_whole(void **state)
{
    (void)state;
    for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++)
        for (int f = 0; f < RIG_FACTORS; f++) {
            int32_t size = rig_factors[f][1] > 1 ? 2 : 1;
            for (int pattern = -1; pattern < RIG_PATTERNS; pattern += 2) {
                struct resample_spec spec =
                    rig_spec_of(233 * size, 171 * size, rig_factors[f][0], rig_factors[f][1],
                                (enum resample_engine)engine);
                spec.offset = -1000;
                check_rects(spec, pattern, 12);
                check_rects(spec, RIG_HOLES, 4);
            }
        }
}

static void rectangles_of_other_kernels(void **state)
{
    (void)state;
    for (int id = 0; id < KERNEL_COUNT; id++)
        for (int engine = RESAMPLE_FFT; engine <= RESAMPLE_DIRECT; engine++) {
            struct resample_spec spec = rig_spec_of(150, 131, 6, 1, (enum resample_engine)engine);
            spec.kernel = (enum kernel_id)id;
            spec.lobes = 9;
            check_rects(spec, RIG_SWATH, 4);
            spec.up = 1;
            spec.down = 2;
            check_rects(spec, RIG_HOLES, 4);
            spec.down = 1;
            check_rects(spec, RIG_HOLES, 4);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rectangles_equal_the_whole),
        cmocka_unit_test(rectangles_of_other_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
