/* io/product/safe on Level-2A: which images, quantifications and offsets are taken, and what bad
 * metadata is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "support/metadata_texts.h"
#include "support/tmpdir.h"

#define XML  "MTD_MSIL2A.xml"
#define TINY SOURCE_DIR "/testdata/metadata"
#define REAL                                                                                       \
    SOURCE_DIR                                                                                     \
    "/../shared/data/real/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE"
#define GRANULE_DIR "GRANULE/L2A_T18LTM_A034442_20220125T152341"
#define IMAGE       GRANULE_DIR "/IMG_DATA/R10m/T18LTM_20220125T151701_B02_10m"

/* Every band's image is the one of its native pixel, in the folder of that pixel. */
static void check_images(const struct product *p)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        const struct band_def *def = &band_table[b];
        char end[16], folder[16];
        const char *image = p->band[b].image;
        snprintf(end, sizeof end, "_%s_%dm.jp2", def->image, (int)def->pixel_m);
        snprintf(folder, sizeof folder, "/R%dm/", (int)def->pixel_m);
        if (strcmp(def->name, "B10") == 0) {
            assert_string_equal(image, "");
            continue;
        }
        assert_true(strlen(image) > strlen(end));
        assert_string_equal(image + strlen(image) - strlen(end), end);
        assert_non_null(strstr(image, folder));
        assert_memory_equal(image, p->granule, strlen(p->granule));
    }
}

static void check_radiometry(const struct product *p)
{
    assert_string_equal(p->level, "L2A");
    assert_int_equal(p->quantification, 10000);
    assert_true(p->has_offset);
    assert_int_equal(p->nodata, 0);
    assert_int_equal(p->saturated, 65535);
    for (int b = 0; b < BAND_COUNT; b++) {
        bool is_spectral = band_table[b].kind == BAND_REFLECTANCE,
             is_map = band_table[b].kind == BAND_ATMOSPHERE;
        assert_int_equal(p->band[b].offset, is_spectral ? -1000 : 0);
        assert_true(p->band[b].quantification == (is_map ? 1000 : 0));
        assert_true((p->band[b].wavelength_nm > 0) == is_spectral);
    }
}

static void tiny_product(void **state)
{
    struct product p;
    (void)state;
    metadata_accepts(TINY, XML, NULL, NULL, &p);
    check_images(&p);
    check_radiometry(&p);
    assert_string_equal(p.tile_id, "T18LTM");
    assert_string_equal(p.granule, GRANULE_DIR);
    assert_string_equal(product_level(&p)->title, "Level-2A");
}

static void real_product(void **state)
{
    struct product p;
    struct source *s;
    struct err e = ERR_INIT;
    (void)state;
    if (!tmpdir_have(REAL))
        skip();
    if (source_open(REAL, &s, &e) != 0 || safe_read_product(s, &p, &e) != 0)
        fail_msg("%s", e.msg);
    source_close(s);
    check_images(&p);
    check_radiometry(&p);
    assert_string_equal(p.name, "S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454");
    assert_string_equal(p.tile_id, "T29UNU");
    assert_int_equal(p.grid[PRODUCT_GRID_10].epsg, 32629);
    assert_int_equal(p.grid[PRODUCT_GRID_60].width, 1830);
    assert_true(p.band[1].wavelength_nm == 492.7);
}

static void variants(void **state)
{
    struct product p;
    (void)state;
    metadata_accepts(TINY, XML, ">10000<", ">10000.0<", &p);
    assert_int_equal(p.quantification, 10000);
    /* what is not the native pixel is never the band's, whatever is left out */
    metadata_accepts(TINY, XML, "_B02_10m</IMAGE_FILE>", "_XXX_10m</IMAGE_FILE>", &p);
    assert_string_equal(p.band[1].image, "");
    metadata_accepts(TINY, XML, "_TCI_10m</IMAGE_FILE>", "_XXX_10m</IMAGE_FILE>", &p);
    assert_string_equal(p.band[BAND_TCI_R].image, "");
    assert_string_equal(p.band[BAND_TCI_B].image, "");
    metadata_accepts(TINY, XML, "_B02_10m</IMAGE_FILE>", "_B02_10m.jp2</IMAGE_FILE>", &p);
    assert_string_equal(p.band[1].image, IMAGE ".jp2");
    /* as in products without maps: their quantification is not asked for */
    struct metadata_texts t = metadata_load(TINY, XML);
    struct err e = ERR_INIT;
    metadata_replace(&t, "_AOT_10m</IMAGE_FILE>", "_XXX_10m</IMAGE_FILE>");
    metadata_replace(
        &t, "<AOT_QUANTIFICATION_VALUE unit=\"none\">1000.0</AOT_QUANTIFICATION_VALUE>", "");
    assert_int_equal(metadata_read(&t, &p, &e), 0);
    metadata_unload(&t);
    /* B10 has no image, and its offset is of no use */
    metadata_accepts(TINY, XML, "<BOA_ADD_OFFSET band_id=\"10\">-1000</BOA_ADD_OFFSET>", "", &p);
    assert_int_equal(p.band[12].offset, -1000);
}

static void offsets_per_band(void **state)
{
    struct product p;
    (void)state;
    metadata_accepts(TINY, XML, "<BOA_ADD_OFFSET band_id=\"8\">-1000",
                     "<BOA_ADD_OFFSET band_id=\"8\">-1234", &p);
    assert_int_equal(p.band[8].offset, -1234);
    assert_int_equal(p.band[9].offset, -1000);
    metadata_refuses(TINY, XML, "<BOA_ADD_OFFSET band_id=\"5\">-1000</BOA_ADD_OFFSET>", "",
                     "BOA_ADD_OFFSET_VALUES_LIST has BOA_ADD_OFFSET for 11 of the 12 bands");
    metadata_refuses(TINY, XML, "band_id=\"3\"", "band_id=\"2\"",
                     "BOA_ADD_OFFSET's band_id is \"2\": is there twice");
    metadata_refuses(TINY, XML, "band_id=\"3\"", "band_id=\"13\"", "not an integer from 0 to 12");
    metadata_refuses(TINY, XML, ">-1000<", ">minus<", "\"minus\": not an integer");
    struct metadata_texts t = metadata_load(TINY, XML);
    struct err e = ERR_INIT;
    metadata_replace(&t, "<BOA_ADD_OFFSET_VALUES_LIST>", "<GONE>"); /* as before 04.00 */
    metadata_replace(&t, "</BOA_ADD_OFFSET_VALUES_LIST>", "</GONE>");
    assert_int_equal(metadata_read(&t, &p, &e), 0);
    assert_false(p.has_offset);
    assert_int_equal(p.band[0].offset, 0);
    metadata_unload(&t);
}

static void refused(void **state)
{
    (void)state;
    metadata_refuses(TINY, XML, ">Level-2A<", ">Level-2Ap<",
                     "PROCESSING_LEVEL is \"Level-2Ap\": Level-1C and Level-2A are supported");
    metadata_refuses(TINY, XML, ">Level-2A<", ">Level-1C<",
                     "MTD_MSIL2A.xml: PROCESSING_LEVEL is \"Level-1C\"");
    metadata_refuses(TINY, XML, "<BOA_QUANTIFICATION_VALUE", "<GONE/><QUANTIFICATION_VALUE",
                     "not well-formed");
    metadata_refuses(TINY, XML, ">10000<", ">10000.5<", "BOA_QUANTIFICATION_VALUE is 10000.5");
    metadata_refuses(TINY, XML, ">10000<", ">0<", "BOA_QUANTIFICATION_VALUE is 0");
    metadata_refuses(TINY, XML, ">10000<", ">1e9<", "BOA_QUANTIFICATION_VALUE is 1e+09");
    metadata_refuses(TINY, XML,
                     "<AOT_QUANTIFICATION_VALUE unit=\"none\">1000.0</AOT_QUANTIFICATION_VALUE>",
                     "", "no AOT_QUANTIFICATION_VALUE");
    metadata_refuses(TINY, XML, "\"none\">1000.0<", "\"none\">-1<",
                     "AOT_QUANTIFICATION_VALUE is -1");
    metadata_refuses(TINY, XML, "\"cm\">1000.0<", "\"cm\">zero<",
                     "WVP_QUANTIFICATION_VALUE is \"zero\": not a number");
    metadata_refuses(TINY, XML, IMAGE, GRANULE_DIR "/IMG_DATA/R10m/../../../x_B02_10m",
                     "is not a path inside");
    metadata_refuses(TINY, XML, "R20m/T18LTM_20220125T151701_B02_20m",
                     "R10m/T18LTM_20220125T151701_B02_10m", "second image of that band");
    metadata_refuses(TINY, XML, "R20m/T18LTM_20220125T151701_TCI_20m",
                     "R10m/T18LTM_20220125T151701_TCI_10m", "second image of that band");
}

/* A source with both files cannot be opened; a reader of one in memory takes the higher level. */
static void level_of_the_file(void **state)
{
    struct metadata_texts t = metadata_load(TINY, XML);
    struct product p;
    struct err e = ERR_INIT;
    (void)state;
    t.xml = "MTD_MSIL1C.xml";
    assert_int_equal(metadata_read(&t, &p, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "MTD_MSIL1C.xml: PROCESSING_LEVEL is \"Level-2A\""));
    metadata_unload(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiny_product), cmocka_unit_test(real_product),
        cmocka_unit_test(variants),     cmocka_unit_test(offsets_per_band),
        cmocka_unit_test(refused),      cmocka_unit_test(level_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
