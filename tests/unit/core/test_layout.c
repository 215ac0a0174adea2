/* Layout templates and parameter texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "core/layout.h"
#include "core/params.h"

static struct product april(void)
{
    struct product p = {.name = "S2A_MSIL1C_20200408T094031_N0209_R036_T35VLF_20200408T115425",
                        .level = "L1C",
                        .tile_id = "T35VLF",
                        .sensing_time = "2020-04-08T09:40:31.024Z",
                        .sensing_compact = "20200408T094031"};
    return p;
}

static void assert_file(const char *layout, const char *expected, const char *manifest)
{
    struct product p = april();
    struct err e = ERR_INIT;
    char path[512];
    const char *template = layout_template(layout);
    assert_int_equal(layout_check(template, &e), 0);
    assert_int_equal(layout_file(template, &p, 3, 14, path, sizeof path, &e), 0);
    assert_string_equal(path, expected);
    assert_int_equal(layout_manifest(template, &p, path, sizeof path, &e), 0);
    assert_string_equal(path, manifest);
    assert_int_equal(layout_pattern(template, &p, path, sizeof path, &e), 0);
    char folder[512], below[1024];
    assert_int_equal(layout_folder(template, &p, folder, sizeof folder, &e), 0);
    snprintf(below, sizeof below, "%s/%s", folder, path);
    assert_int_equal(fnmatch(strncmp(below, "./", 2) == 0 ? path : below, expected, FNM_PATHNAME),
                     0);
    assert_int_equal(fnmatch(path, "tile_x_y.nc", FNM_PATHNAME), FNM_NOMATCH);
    assert_int_equal(fnmatch(path, "tile_x_y/tile_x_y.nc", FNM_PATHNAME), FNM_NOMATCH);
    assert_int_equal(fnmatch(path, "manifest.csv", FNM_PATHNAME), FNM_NOMATCH);
}

#define NAME "S2A_MSIL1C_20200408T094031_N0209_R036_T35VLF_20200408T115425"

static void named_layouts(void **state)
{
    (void)state;
    assert_file("dataset", "L1C/April/" NAME "/tile_3_14.nc", "L1C/April/" NAME "/manifest.csv");
    assert_file("flat", NAME "/tile_3_14.nc", NAME "/manifest.csv");
    assert_file("cm_vsm", "tile_3_14/T35VLF_20200408T094031_tile_3_14.nc",
                "./" NAME ".manifest.csv");
}

static void own_templates(void **state)
{
    (void)state;
    assert_file("estonia/{Month}/{tile}_{sensing}_tile_{x}_{y}.nc",
                "estonia/April/T35VLF_20200408T094031_tile_3_14.nc",
                "estonia/April/" NAME ".manifest.csv");
    assert_file("{root}/{product}/{x}_{y}.nc", NAME "/3_14.nc", NAME "/manifest.csv");
    assert_file("{product}_{x}_{y}.nc", NAME "_3_14.nc", "./" NAME ".manifest.csv");
    assert_file("{root}/a/{product}/{y}/tile_{x}_{y}/{y}-{x}.nc", "a/" NAME "/14/tile_3_14/14-3.nc",
                "a/" NAME "/manifest.csv");
    assert_file("{product}/{x}/{x}_{y}.nc", NAME "/3/3_14.nc", NAME "/manifest.csv");
    assert_file("{product}_{x}/{x}_{y}.nc", NAME "_3/3_14.nc", "./" NAME ".manifest.csv");
    assert_file("b/{x}/{product}/{x}_{y}.nc", "b/3/" NAME "/3_14.nc", "b/" NAME ".manifest.csv");
}

static void assert_refused(const char *template, const char *reason)
{
    struct err e = ERR_INIT;
    assert_int_equal(layout_check(template, &e), ERR_USAGE);
    if (!strstr(e.msg, reason))
        fail_msg("\"%s\" is not in \"%s\"", reason, e.msg);
}

static void bad_templates(void **state)
{
    (void)state;
    assert_refused("datasets", "neither dataset nor flat");
    assert_refused("{product}/{x}.nc", "{x} and {y}");
    assert_refused("{product}/{x}/{y}.nc", "{x} and {y}");
    assert_refused("{product}/{x}{y}.nc", "no digit");
    assert_refused("{product}/{y}12{x}.nc", "no digit");
    assert_refused("{product}/{x}_{y}/{x}.nc", "{x} and {y}");
    assert_refused("{product}/{x}_{y}/{x}{y}.nc", "no digit");
    assert_refused("{product}/{x}_{y}/", "ends in .nc");
    assert_refused("{product}/{x}/{y}/a/b/{x}_{y}.nc", "4 folders for a subscene; 3 are allowed");
    assert_refused("tile_{x}_{y}/{tile}_tile_{x}_{y}.nc", "tell products apart");
    assert_refused("../{product}/{x}_{y}.nc", "\"..\"");
    assert_refused("/{product}/{x}_{y}.nc", "relative");
    assert_refused("a//{product}_{x}_{y}.nc", "empty");
    assert_refused("{produkt}/{x}_{y}.nc", "unknown key");
    assert_refused("{product}/a,b_{x}_{y}.nc", "','");
    assert_refused("tile_{x}_{y}.nc", "tell products apart");
    assert_refused("{tile}/{x}_{y}.nc", "tell products apart");
}

static void no_month(void **state)
{
    (void)state;
    struct product p = april();
    struct err e = ERR_INIT;
    char path[512];
    strcpy(p.sensing_time, "2020-13-08T09:40:31.024Z");
    assert_int_equal(layout_file(LAYOUT_DATASET, &p, 0, 0, path, sizeof path, &e), ERR_INPUT);
    assert_int_equal(layout_file(LAYOUT_FLAT, &p, 0, 0, path, 20, &e), ERR_USAGE);
}

static struct params defaults(void)
{
    struct params p = {.bands = BAND_SET_SPECTRAL,
                       .size = 512,
                       .resolution_m = 10,
                       .filter = "sinc",
                       .lobes = 4,
                       .engine = "fft",
                       .deflate = 1};
    return p;
}

static void parameter_texts(void **state)
{
    (void)state;
    struct params a = defaults(), b = defaults();
    char here[PARAMS_TEXT_SIZE], there[PARAMS_TEXT_SIZE], digest[2][PARAMS_DIGEST_SIZE],
        difference[300];
    params_format(&a, here);
    assert_string_equal(
        here, "format=2 bands=B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12 size=512 "
              "overlap=0 resolution=10 "
              "filter=sinc lobes=4 engine=fft edge=pad offset=remove profile=georef deflate=1");
    params_difference(here, here, difference, sizeof difference);
    assert_string_equal(difference, "");
    b.size = 256;
    params_format(&b, there);
    params_difference(there, here, difference, sizeof difference);
    assert_string_equal(difference, "size is 256 there and 512 here");
    b.compat = COMPAT_CM_VSM; /* said first, wherever it stands */
    params_format(&b, there);
    params_difference(there, here, difference, sizeof difference);
    assert_string_equal(difference, "compat is cm-vsm there and none here");
    params_difference(here, there, difference, sizeof difference);
    assert_string_equal(difference, "compat is none there and cm-vsm here");
    params_digest(here, digest[0]);
    params_digest(there, digest[1]);
    assert_int_equal(strlen(digest[0]), 16);
    assert_string_not_equal(digest[0], digest[1]);
}

/* Every field changes the text: none can be forgotten in the digest. */
static void every_parameter_counts(void **state)
{
    (void)state;
    struct params changed[13];
    for (int i = 0; i < 13; i++)
        changed[i] = defaults();
    changed[0].bands = 1;
    changed[1].size = 1;
    changed[2].overlap = 0.0625;
    changed[3].resolution_m = 20;
    strcpy(changed[4].filter, "box");
    changed[5].lobes = 5;
    strcpy(changed[6].engine, "direct");
    changed[7].edge = EDGE_SHIFT;
    changed[8].keep_offset = true;
    changed[9].profile = PROFILE_KAPPAZETA;
    changed[10].deflate = 2;
    changed[11].compat = changed[12].compat = COMPAT_CM_VSM_TILED;
    changed[12].cut = 512;
    char base[PARAMS_TEXT_SIZE], text[PARAMS_TEXT_SIZE];
    struct params p = defaults();
    params_format(&p, base);
    for (int i = 0; i < 13; i++) {
        params_format(&changed[i], text);
        assert_string_not_equal(text, base);
    }
}

static void parameters_come_back(void **state)
{
    (void)state;
    struct params p = defaults(), back;
    char text[PARAMS_TEXT_SIZE], again[PARAMS_TEXT_SIZE];
    struct err e = ERR_INIT;
    p.bands = 1U << 1 | 1U << 8;
    p.overlap = 0.0625;
    p.edge = EDGE_SHIFT;
    p.keep_offset = true;
    p.profile = PROFILE_KAPPAZETA;
    params_format(&p, text);
    assert_int_equal(params_parse(text, &back, &e), 0);
    params_format(&back, again);
    assert_string_equal(again, text);
    assert_true(back.bands == p.bands && back.overlap == p.overlap && back.keep_offset &&
                back.edge == EDGE_SHIFT);
    p.compat = COMPAT_CM_VSM;
    params_format(&p, text);
    assert_non_null(strstr(text, " deflate=1 compat=cm-vsm"));
    assert_int_equal(params_parse(text, &back, &e), 0);
    assert_true(back.compat == COMPAT_CM_VSM && params_cut(&back) == p.size);
    p.cut = 2 * p.size;
    params_format(&p, text);
    assert_int_equal(params_parse(text, &back, &e), 0);
    assert_int_equal(params_cut(&back), 2 * p.size);
    static const char *const bad[] = {
        "",
        "format=2",
        "format=3 bands=B01 size=1 overlap=0 resolution=10 filter=sinc lobes=4 engine=fft edge=pad "
        "offset=remove profile=georef deflate=1",
        "format=2 bands=B77 size=1 overlap=0 resolution=10 filter=sinc lobes=4 engine=fft edge=pad "
        "offset=remove "
        "profile=georef deflate=1",
        "format=2 bands=B01 size=1 overlap=0 resolution=10 filter=sinc lobes=4 engine=fft "
        "edge=round offset=remove "
        "profile=georef deflate=1",
        "format=2 bands=B01 size=1 overlap=0 resolution=10 filter=sinc lobes=4 engine=fft edge=pad "
        "offset=remove "
        "profile=georef deflate=1 more=1",
        "format=2 bands=B01 size=1 overlap=0 resolution=10 filter=sinc lobes=4 engine=fft edge=pad "
        "offset=remove "
        "profile=georef deflate=1 compat=none"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(params_parse(bad[i], &back, &e), ERR_INPUT);
}

/* Pictures are named after tile and time, or after the product where its files are. */
static void assert_stem(const char *layout, const char *expected)
{
    struct product p = april();
    struct err e = ERR_INIT;
    char stem[160];
    assert_int_equal(layout_stem(layout_template(layout), &p, stem, sizeof stem, &e), 0);
    assert_string_equal(stem, expected);
    assert_int_equal(layout_stem(layout_template(layout), &p, stem, strlen(expected), &e),
                     ERR_USAGE);
}

static void stems(void **state)
{
    (void)state;
    assert_stem("dataset", "T35VLF_20200408T094031");
    assert_stem("flat", "T35VLF_20200408T094031");
    assert_stem("{root}/{product}/{x}_{y}.nc", "T35VLF_20200408T094031");
    assert_stem("{tile}/{product}_{x}_{y}.nc", NAME);
    assert_stem("{tile}/{sensing}_{x}_{y}.nc",
                "T35VLF_20200408T094031"); /* there the other one has no place anyway */
    assert_stem("{product}/{product}_{x}_{y}.nc", "T35VLF_20200408T094031");
    assert_stem("{product}_{x}_{y}.nc", NAME);
    assert_stem("cm_vsm", "T35VLF_20200408T094031");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_layouts),        cmocka_unit_test(own_templates),
        cmocka_unit_test(bad_templates),        cmocka_unit_test(no_month),
        cmocka_unit_test(parameter_texts),      cmocka_unit_test(every_parameter_counts),
        cmocka_unit_test(parameters_come_back), cmocka_unit_test(stems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
