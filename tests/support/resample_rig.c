#include "support/resample_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "core/mem.h"
#include "filters/nodata.h"

const int32_t rig_factors[RIG_FACTORS][2] = {{2, 1}, {3, 1}, {6, 1}, {1, 2}, {1, 3}, {1, 6}};

static uint32_t seed = 2024;
uint32_t rig_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

struct resample_spec rig_spec_of(int32_t w, int32_t h, int32_t up, int32_t down,
                                 enum resample_engine engine)
{
    return (struct resample_spec){.src_w = w,
                                  .src_h = h,
                                  .up = up,
                                  .down = down,
                                  .kernel = KERNEL_SINC,
                                  .lobes = 4,
                                  .engine = engine,
                                  .saturated = 65535};
}

void rig_open(struct rig *s, struct resample_spec spec)
{
    struct err e = ERR_INIT;
    *s = (struct rig){.spec = spec};
    assert_int_equal(resample_plan_create(&spec, &s->plan, &e), 0);
    assert_int_equal(resample_work_create(s->plan, &s->work, &e), 0);
    assert_true(resample_work_bytes(s->plan) > 0);
    s->tw = resample_target_width(s->plan);
    s->th = resample_target_height(s->plan);
    s->px = mem_zalloc((size_t)spec.src_w * (size_t)spec.src_h, sizeof *s->px);
}

void rig_close(struct rig *s)
{
    resample_work_destroy(s->work);
    resample_plan_destroy(s->plan);
    free(s->px);
}

struct ring rig_ring(const struct rig *s)
{
    return (struct ring){s->px, s->spec.src_w, s->spec.src_w, s->spec.src_h};
}

uint16_t *rig_run(const struct rig *s)
{
    uint16_t *out = mem_alloc((size_t)s->tw * (size_t)s->th, sizeof *out);
    resample_run(s->plan, s->work, rig_ring(s), (struct rect){0, 0, s->tw, s->th},
                 (struct view){out, s->tw, s->tw, s->th});
    return out;
}

double *rig_run_float(const struct rig *s)
{
    double *out = mem_alloc((size_t)s->tw * (size_t)s->th, sizeof *out);
    resample_run_float(s->plan, s->work, rig_ring(s), (struct rect){0, 0, s->tw, s->th}, out);
    return out;
}

void rig_fill_constant(struct rig *s, uint16_t dn)
{
    for (int32_t i = 0; i < s->spec.src_w * s->spec.src_h; i++)
        s->px[i] = dn;
}

void rig_fill_noise(struct rig *s)
{
    for (int32_t i = 0; i < s->spec.src_w * s->spec.src_h; i++)
        s->px[i] = (uint16_t)(1 + rig_random() % 65534);
}

static bool pattern_hides(enum rig_pattern p, const struct rig *s, int32_t x, int32_t y)
{
    switch (p) {
    case RIG_HOLES:
        return rig_random() % 5 == 0;
    case RIG_WEDGE:
        return 2 * x > y + s->spec.src_w;
    case RIG_ONE_VALID:
        return x != s->spec.src_w / 3 || y != s->spec.src_h / 2;
    case RIG_SWATH:
        return x + y < s->spec.src_w / 2 || (x / 40 + y / 40) % 5 == 0;
    default:
        return true;
    }
}

void rig_hide(struct rig *s, enum rig_pattern p)
{
    for (int32_t y = 0; y < s->spec.src_h; y++)
        for (int32_t x = 0; x < s->spec.src_w; x++)
            if (pattern_hides(p, s, x, y))
                s->px[y * s->spec.src_w + x] =
                    (x + y) % 3 == 0 ? s->spec.saturated : s->spec.nodata;
}

uint16_t rig_under_centre(const struct rig *s, int32_t x, int32_t y)
{
    int32_t sx = kernel_centre(s->spec.up, s->spec.down, x),
            sy = kernel_centre(s->spec.up, s->spec.down, y);
    return sx < s->spec.src_w && sy < s->spec.src_h ? s->px[sy * s->spec.src_w + sx]
                                                    : s->spec.nodata;
}

bool rig_is_valid(const struct rig *s, int32_t x, int32_t y)
{
    return nodata_is_valid((struct nodata_rule){s->spec.nodata, s->spec.saturated},
                           rig_under_centre(s, x, y));
}
