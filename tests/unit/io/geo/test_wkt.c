/* The texts of UTM zones, which core/geogrid.c writes by hand, against PROJ's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <proj.h>
#include <stdio.h>

#include "core/geogrid.h"

static void one_zone(PJ_CONTEXT *context, int32_t epsg)
{
    static const char *const options[] = {"MULTILINE=NO", NULL};
    char name[32], text[1024];
    snprintf(name, sizeof name, "EPSG:%d", (int)epsg);
    PJ *system = proj_create(context, name);
    assert_non_null(system);
    assert_true(geogrid_wkt(epsg, text, sizeof text) > 0);
    assert_string_equal(text, proj_as_wkt(context, system, PJ_WKT1_GDAL, options));
    proj_destroy(system);
}

static void all_zones_are_as_proj_says(void **state)
{
    PJ_CONTEXT *context = proj_context_create();
    (void)state;
    for (int zone = 1; zone <= 60; zone++) {
        one_zone(context, 32600 + zone);
        one_zone(context, 32700 + zone);
    }
    proj_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_zones_are_as_proj_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
