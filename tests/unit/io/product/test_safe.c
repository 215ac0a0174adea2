/* io/product/safe: what real metadata of every baseline says, and what bad metadata is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "support/metadata_texts.h"
#include "support/tmpdir.h"

#define SHARED      SOURCE_DIR "/../shared/data"
#define TINY        SOURCE_DIR "/testdata/metadata"
#define GRANULE_DIR "GRANULE/L1C_T18LTM_A034442_20220125T152341"

/* ---- good ones ---- */

struct fact {
    const char *folder, *name, *baseline, *tile, *time;
    int epsg;
    double ulx_m, uly_m;
    int offset; /* 0: none */
    double b01_nm;
};

static const struct fact facts[] = {
    {"N0204", "S2A_MSIL1C_20170226T102021_N0204_R065_T32TNM_20170226T102458", "02.04", "T32TNM",
     "20170226T102021", 32632, 499980, 4700040, 0, 443.9},
    {"N0206", "S2A_MSIL1C_20180315T160021_N0206_R097_T17RLM_20180315T194425", "02.06", "T17RLM",
     "20180315T160021", 32617, 300000, 3200040, 0, 442.7},
    {"N0209", "S2A_MSIL1C_20200717T221941_N0209_R029_T01LAC_20200717T234135", "02.09", "T01LAC",
     "20200717T221941", 32701, 99960, 8300020, 0, 442.7},
    {"N0301", "S2B_MSIL1C_20211121T050109_N0301_R119_T44PLQ_20211121T070706", "03.01", "T44PLQ",
     "20211121T050109", 32644, 300000, 1000020, 0, 442.3},
    {"N0509", "S2B_MSIL1C_20230823T095559_N0509_R122_T34UCF_20230823T120234", "05.09", "T34UCF",
     "20230823T095559", 32634, 300000, 6100020, -1000, 442.3},
    {"N0510", "S2A_MSIL1C_20240120T105341_N0510_R051_T31TCJ_20240120T125244", "05.10", "T31TCJ",
     "20240120T105341", 32631, 300000, 4900020, -1000, 442.7},
    {"N0511", "S2B_MSIL1C_20240804T233819_N0511_R087_T57KWR_20240805T004617", "05.11", "T57KWR",
     "20240804T233819", 32757, 499980, 7600000, -1000, 442.3},
};

static void check_facts(const struct product *p, const struct fact *f)
{
    static const int side[PRODUCT_GRID_COUNT] = {10980, 5490, 1830};
    assert_string_equal(p->name, f->name);
    assert_string_equal(p->level, "L1C");
    assert_string_equal(p->baseline, f->baseline);
    assert_string_equal(p->tile_id, f->tile);
    assert_string_equal(p->sensing_compact, f->time);
    assert_string_equal(p->spacecraft, p->name[2] == 'A' ? "Sentinel-2A" : "Sentinel-2B");
    assert_memory_equal(p->sensing_time, f->time, 4);
    assert_int_equal(product_month(p), 10 * (f->time[4] - '0') + f->time[5] - '0');
    assert_int_equal(p->quantification, 10000);
    assert_int_equal(p->nodata, 0);
    assert_int_equal(p->saturated, 65535);
    assert_int_equal(p->has_offset, f->offset != 0);
    for (int i = 0; i < PRODUCT_GRID_COUNT; i++) {
        assert_int_equal(p->grid[i].epsg, f->epsg);
        assert_true(p->grid[i].ulx_m == f->ulx_m && p->grid[i].uly_m == f->uly_m);
        assert_int_equal(p->grid[i].width, side[i]);
        assert_int_equal(p->grid[i].height, side[i]);
    }
    for (int i = 0; i < BAND_COUNT; i++) {
        char end[16];
        snprintf(end, sizeof end, "_%s.jp2", band_table[i].image);
        if (band_table[i].kind == BAND_ATMOSPHERE) {
            assert_string_equal(p->band[i].image, "");
            continue;
        }
        assert_string_equal(p->band[i].image + strlen(p->band[i].image) - strlen(end), end);
        assert_memory_equal(p->band[i].image, p->granule, strlen(p->granule));
        assert_int_equal(product_band_grid(p, i)->pixel_m, band_table[i].pixel_m);
        if (band_table[i].kind == BAND_COLOUR)
            continue;
        assert_int_equal(p->band[i].offset, f->offset);
        assert_true(p->band[i].wavelength_nm > 400 && p->band[i].wavelength_nm < 2300);
    }
    assert_true(p->band[0].wavelength_nm == f->b01_nm);
}

static void test_baselines(void **state)
{
    (void)state;
    if (!tmpdir_have(SHARED "/metadata"))
        skip();
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        char folder[512];
        snprintf(folder, sizeof folder, SHARED "/metadata/%s", facts[i].folder);
        struct metadata_texts t = metadata_load(folder, "MTD_MSIL1C.xml");
        struct product p;
        struct err e = ERR_INIT;
        if (metadata_read(&t, &p, &e) != 0)
            fail_msg("%s: %s", facts[i].folder, e.msg);
        check_facts(&p, &facts[i]);
        metadata_unload(&t);
    }
}

static void read_path(const char *path, struct product *p)
{
    struct source *s;
    struct err e = ERR_INIT;
    if (source_open(path, &s, &e) != 0 || safe_read_product(s, p, &e) != 0)
        fail_msg("%s", e.msg);
    source_close(s);
}

/* Of the real product of baseline 04.00, from which the tiny one is cut. */
static const struct fact newest = {"",
                                   "S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036",
                                   "04.00",
                                   "T18LTM",
                                   "20220125T151701",
                                   32718,
                                   199980,
                                   8700040,
                                   -1000,
                                   442.7};

static void test_real_product(void **state)
{
    static const char path[] =
        SHARED "/real/S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE/";
    struct product p;
    (void)state;
    if (!tmpdir_have(path))
        skip();
    read_path(path, &p);
    check_facts(&p, &newest);
    assert_string_equal(p.granule, GRANULE_DIR);
    assert_string_equal(p.generation_time, "2022-01-25T19:00:36.000000Z");
}

static void test_small_and_zipped_product(void **state)
{
    static const char small[] =
        SHARED "/cm_vsm/S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441.SAFE";
    static const char zipped[] =
        SHARED "/real/S2A_MSIL1C_20180629T000241_N0206_R030_T56JMM_20180629T012042.zip";
    struct product p;
    (void)state;
    if (!tmpdir_have(small) || !tmpdir_have(zipped))
        skip();
    read_path(small, &p);
    assert_int_equal(p.grid[PRODUCT_GRID_10].width, 1098);
    assert_int_equal(p.grid[PRODUCT_GRID_60].height, 183);
    assert_int_equal(p.grid[PRODUCT_GRID_10].epsg, 32635);
    assert_false(p.has_offset);
    assert_true(p.band[1].wavelength_nm == band_table[1].wavelength_nm); /* its metadata has none */
    read_path(zipped, &p);
    assert_string_equal(p.tile_id, "T56JMM");
    assert_int_equal(p.grid[PRODUCT_GRID_10].width, 10980);
}

static void test_tiny(void **state)
{
    (void)state;
    struct metadata_texts t = metadata_load(TINY, "MTD_MSIL1C.xml");
    struct product p;
    struct err e = ERR_INIT;
    if (metadata_read(&t, &p, &e) != 0)
        fail_msg("%s", e.msg);
    check_facts(&p, &newest);
    metadata_unload(&t);
}

static void test_variants(void **state)
{
    struct product p;
    (void)state;
    metadata_accepts(TINY, "MTD_MSIL1C.xml", "psd-14.sentinel2.eo.esa.int/PSD/User",
                     "psd-99.example.org/User", &p);
    metadata_accepts(TINY, "MTD_MSIL1C.xml",
                     "<GENERATION_TIME>2022-01-25T19:00:36.000000Z</GENERATION_TIME>", "", &p);
    assert_string_equal(p.generation_time, "");
    metadata_accepts(TINY, "MTD_MSIL1C.xml", "<CENTRAL unit=\"nm\">442.7</CENTRAL>", "", &p);
    assert_true(p.band[0].wavelength_nm == 442.7);
    metadata_accepts(TINY, "MTD_MSIL1C.xml", "_B8A</IMAGE_FILE>", "_B8A.jp2</IMAGE_FILE>", &p);
    assert_string_equal(p.band[8].image + strlen(p.band[8].image) - 8, "_B8A.jp2");
    metadata_accepts(TINY, "MTD_MSIL1C.xml", "_B05</IMAGE_FILE>", "_XXX</IMAGE_FILE>",
                     &p); /* not there: only the band's user needs it */
    assert_string_equal(p.band[4].image, "");
    /* a name without fields: what it should say is in the images' names */
    metadata_accepts(TINY, "MTD_MSIL1C.xml",
                     "S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE", "renamed",
                     &p);
    assert_string_equal(p.name, "renamed");
    assert_string_equal(p.tile_id, "T18LTM");
    assert_string_equal(p.sensing_compact, "20220125T151701");
}

/* ---- bad ones ---- */

static void test_missing(void **state)
{
    (void)state;
    static const char *const needed[] = {"PRODUCT_URI",
                                         "PROCESSING_LEVEL",
                                         "PROCESSING_BASELINE",
                                         "SPACECRAFT_NAME",
                                         "PRODUCT_START_TIME",
                                         "QUANTIFICATION_VALUE",
                                         "HORIZONTAL_CS_CODE",
                                         "NROWS",
                                         "NCOLS",
                                         "ULX",
                                         "ULY",
                                         "XDIM",
                                         "YDIM"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        struct metadata_texts t = metadata_load(TINY, "MTD_MSIL1C.xml");
        char open[64], close[64], said[64], gone[64], gone_close[64];
        snprintf(open, sizeof open, "<%s", needed[i]);
        snprintf(close, sizeof close, "</%s>", needed[i]);
        snprintf(gone, sizeof gone, "<GONE");
        snprintf(gone_close, sizeof gone_close, "</GONE>");
        snprintf(said, sizeof said, "no %s", needed[i]);
        metadata_replace(&t, open, gone);
        metadata_replace(&t, close, gone_close);
        struct product p;
        struct err e = ERR_INIT;
        int rc = metadata_read(&t, &p, &e);
        if (rc != ERR_INPUT || !strstr(e.msg, said) || !strstr(e.msg, "MTD_"))
            fail_msg("%s: code %d, %s", needed[i], rc, e.msg);
        metadata_unload(&t);
    }
    metadata_refuses(TINY, "MTD_MSIL1C.xml",
                     "<RADIO_ADD_OFFSET band_id=\"5\">-1000</RADIO_ADD_OFFSET>", "",
                     "12 of the 13 bands");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<Size resolution=\"20\">", "<Size resolution=\"25\">",
                     "no Size with resolution=\"20\"");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<Geoposition resolution=\"60\">", "<Geoposition>",
                     "attribute resolution is missing");
}

static void test_values(void **state)
{
    (void)state;
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">-1000<", ">-10.5<", "\"-10.5\": not an integer");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">-1000<", ">70000<",
                     "\"70000\": not an integer from -65535 to 65535");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">-1000<", "><", "RADIO_ADD_OFFSET is empty");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "band_id=\"3\"", "band_id=\"2\"", "is there twice");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "band_id=\"3\"", "band_id=\"13\"",
                     "\"13\": not an integer");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">10000<", ">1e4<", "QUANTIFICATION_VALUE is \"1e4\"");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">10000<", ">0<", "QUANTIFICATION_VALUE is \"0\"");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">Level-1C<", ">Level-2A<",
                     "\"Level-2A\": Level-1C and Level-2A are supported");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "EPSG:32718", "EPSG:4326",
                     "\"EPSG:4326\": not EPSG:326zz");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "EPSG:32718", "EPSG:32761", "\"EPSG:32761\"");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "EPSG:32718", "32718", "\"32718\"");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "2022-01-25T15:17:01.024Z</PRODUCT_START",
                     "2022-13-25T15:17:01.024Z</PRODUCT_START", "not a time");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<CENTRAL unit=\"nm\">442.7<",
                     "<CENTRAL unit=\"nm\">0x1p9<", "\"0x1p9\": not a number");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<CENTRAL unit=\"nm\">442.7<",
                     "<CENTRAL unit=\"nm\">nan<", "\"nan\": not a number");
}

static void test_geometry(void **state)
{
    (void)state;
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<NROWS>10980</NROWS>", "<NROWS>1000000000</NROWS>",
                     "\"1000000000\": not an integer from 1 to 32768");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<NROWS>10980</NROWS>", "<NROWS>0</NROWS>",
                     "from 1 to 32768");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<NROWS>10980</NROWS>", "<NROWS>-5</NROWS>",
                     "from 1 to 32768");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<NCOLS>5490</NCOLS>", "<NCOLS>5491</NCOLS>",
                     "5491 x 5490 px, but the 10 m raster (10980 x 10980) requires 5490");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<NCOLS>1830</NCOLS>", "<NCOLS>1829</NCOLS>",
                     "60 m raster is 1829 x 1830");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<XDIM>20</XDIM>", "<XDIM>10</XDIM>",
                     "XDIM is 10, but the resolution says 20");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<YDIM>-60</YDIM>", "<YDIM>60</YDIM>",
                     "YDIM is 60, but the resolution says -60");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<ULX>199980</ULX>\n<ULY>8700040</ULY>\n<XDIM>20",
                     "<ULX>199960</ULX>\n<ULY>8700040</ULY>\n<XDIM>20",
                     "199960, 8700040, but the 10 m one at 199980");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<ULX>199980</ULX>", "<ULX>inf</ULX>",
                     "\"inf\": not a number");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<ULX>199980</ULX>", "<ULX>1e300</ULX>",
                     "nowhere on Earth");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<ULX>199980</ULX>", "<ULX>199980,5</ULX>",
                     "not a number");
}

static void test_paths(void **state)
{
    static const char uri[] = "S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE";
    static const char b03[] = GRANULE_DIR "/IMG_DATA/T18LTM_20220125T151701_B03";
    (void)state;
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03, "../../../../etc/passwd_B03",
                     "\"../../../../etc/passwd_B03\": is not a path inside");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03, "/etc/passwd_B03", "is not a path inside");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03, GRANULE_DIR "/IMG_DATA/../../x_B03",
                     "is not a path inside");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03, GRANULE_DIR "//x_B03", "is not a path inside");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03,
                     "GRANULE/OTHER/IMG_DATA/T18LTM_20220125T151701_B03", "in another granule");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03, "IMG_DATA/T18LTM_20220125T151701_B03",
                     "not in a folder of GRANULE");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", b03,
                     GRANULE_DIR "/IMG_DATA/T18LTM_20220125T151701_B02",
                     "second image of that band");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, "../evil.SAFE", "not a product's name");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, ".SAFE", "not a product's name");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, "a b.SAFE", "not a product's name");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, "a&lt;b.SAFE", "not a product's name");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, "caf\xc3\xa9.SAFE", "printable ASCII");
    char longer[400];
    memset(longer, 'A', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    metadata_refuses(TINY, "MTD_MSIL1C.xml", uri, longer, "PRODUCT_URI is 399 characters long");
}

static void test_xml(void **state)
{
    (void)state;
    static const char xxe[] =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><n1:Level-1C_User_Product ";
    static const char laughs[] =
        "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
        "\"&b;&b;&b;&b;&b;&b;&b;&b;\">]><n1:Level-1C_Tile_ID q=\"&c;\" ";
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<n1:Level-1C_User_Product ", xxe,
                     "MTD_MSIL1C.xml: has a DOCTYPE");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<n1:Level-1C_Tile_ID ", laughs,
                     "MTD_TL.xml: has a DOCTYPE");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "<n1:Level-1C_User_Product ",
                     "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\"><n1:Level-1C_User_Product ",
                     "has a DOCTYPE");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "</n1:Level-1C_User_Product>", "",
                     "not well-formed XML: line ");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", "</Tile_Geocoding>", "</Tile_Geo>",
                     "not well-formed XML: line ");
    metadata_refuses(TINY, "MTD_MSIL1C.xml", ">04.00<", ">&x;<", "Entity 'x' not defined");
    metadata_refuses(TINY, "MTD_MSIL1C.xml",
                     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>", "\xff\xff",
                     "not well-formed XML");
    struct metadata_texts t = metadata_load(TINY, "MTD_MSIL1C.xml");
    struct product p;
    struct err e = ERR_INIT;
    t.product[0] = '\0';
    assert_int_equal(metadata_read(&t, &p, &e), ERR_INPUT);
    metadata_unload(&t);
    t = metadata_load(TINY, "MTD_MSIL1C.xml");
    snprintf(t.tile_name, sizeof t.tile_name, "elsewhere");
    assert_int_equal(metadata_read(&t, &p, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, GRANULE_DIR "/MTD_TL.xml: No such file"));
    metadata_unload(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_baselines),
        cmocka_unit_test(test_real_product),
        cmocka_unit_test(test_small_and_zipped_product),
        cmocka_unit_test(test_tiny),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_geometry),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
