/* What a plan shares between bands, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/image/plan.h"
#include "support/plan_rig.h"

static struct plan_rig rig;

static band_set band(const char *name) { return (band_set)1 << band_find(name); }

static void bands_share_images_and_resamplers(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02") | band("B03") | band("B05") | band("B06"), 1024, 256, 256);
    rig.source[band_find("B03")].jp2 = rig.source[band_find("B02")].jp2;
    plan_rig_plan(&rig, &p);
    assert_int_equal(p.n_bands, 4);
    assert_int_equal(p.band[0].leader, 0);
    assert_int_equal(p.band[1].leader, 0); /* decoded for both */
    assert_int_equal(p.band[2].leader, 2);
    assert_int_equal(p.band[3].leader, 3);
    assert_int_equal(p.n_resamplers, 2); /* 10 m and 20 m */
    assert_int_equal(p.band[2].resampler, p.band[3].resampler);
    assert_int_equal(p.band[0].stored, -1); /* picked */
    assert_int_equal(p.band[2].stored, 0);
    assert_int_equal(p.band[3].stored, 1);
    assert_int_equal(p.n_stored, 2);
    plan_clear(&p);
}

static void offsets_need_resamplers_of_their_own(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B05") | band("B06"), 1024, 256, 256);
    rig.product.band[band_find("B06")].offset = -1000;
    plan_rig_plan(&rig, &p);
    assert_int_equal(p.n_resamplers, 2);
    plan_clear(&p);
    rig.params.keep_offset = true;
    plan_rig_plan(&rig, &p);
    assert_int_equal(p.n_resamplers, 1);
    plan_clear(&p);
}

static void cm_vsm_has_no_resamplers(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    rig.params.compat = COMPAT_CM_VSM;
    plan_rig_take_all(&rig);
    plan_rig_plan(&rig, &p);
    assert_int_equal(p.n_resamplers, 0);
    assert_int_equal(p.n_stored, 0);
    assert_int_equal(p.band[1].resampler, -1);
    plan_clear(&p);
}

static void a_lattice_that_does_not_fit(void **state)
{
    (void)state;
    struct plan p;
    struct err e = ERR_INIT;
    plan_rig_make(&rig, band("B02"), 1024, 256, 256);
    rig.params.size = 2000;
    rig.params.edge = EDGE_DROP;
    assert_int_equal(plan_create(&rig.request, &p, &e), ERR_USAGE);
    assert_string_equal(e.msg, "subscenes of 2000 px do not fit into a raster of 1024 x 1024 px; "
                               "use a smaller --size or --edge pad");
    assert_null(p.cell);
}

static void a_resampler_that_cannot_be(void **state)
{
    (void)state;
    struct plan p;
    struct err e = ERR_INIT;
    plan_rig_make(&rig, band("B02") | band("B05"), 1024, 256, 256);
    rig.params.lobes = -1; /* found at the first band */
    assert_int_equal(plan_create(&rig.request, &p, &e), ERR_USAGE);
    assert_memory_equal(e.msg, "band B02: ", strlen("band B02: "));
    assert_null(p.resampler[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_share_images_and_resamplers),
        cmocka_unit_test(offsets_need_resamplers_of_their_own),
        cmocka_unit_test(cm_vsm_has_no_resamplers),
        cmocka_unit_test(a_lattice_that_does_not_fit),
        cmocka_unit_test(a_resampler_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
