/* Mosaics: how far subscenes are reduced, which composites there are, names of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "stages/look/mosaic.h"

static void expect_grid(const int32_t at[4], int32_t size, int32_t block, int32_t cell_px)
{
    struct manifest_row row[2] = {{.x = at[0], .y = at[1]}, {.x = at[2], .y = at[3]}};
    const struct manifest m = {.row = row, .n = 2};
    struct sheet_grid g;
    struct err e = ERR_INIT;
    assert_int_equal(sheet_grid_of(&m, size, &g, &e), 0);
    assert_int_equal(g.x0, at[0] < at[2] ? at[0] : at[2]);
    assert_int_equal(g.y0, at[1]);
    assert_int_equal(g.rows, at[3] - at[1] + 1);
    assert_int_equal(g.block, block);
    assert_int_equal(g.cell_px, cell_px);
    assert_int_equal(g.width, g.columns * cell_px);
    assert_int_equal(g.height, g.rows * cell_px);
}

static void grids(void **state)
{
    (void)state;
    expect_grid((int32_t[]){0, 0, 21, 21}, 512, 16, 32); /* a whole product */
    expect_grid((int32_t[]){7, 3, 5, 4}, 512, 3, 171); /* a few subscenes of it */
    expect_grid((int32_t[]){0, 0, 1, 1}, 352, 1, 352);
    expect_grid((int32_t[]){0, 0, 1, 1}, 353, 2, 177);
    expect_grid((int32_t[]){0, 0, 0, 0}, 10980, 16, 687);
    expect_grid((int32_t[]){0, 0, 1372, 1372}, 8, 8, 1); /* a block is never more than a subscene */
    struct manifest_row row[2] = {{.x = 0, .y = 0}, {.x = 900000, .y = 900000}};
    const struct manifest m = {.row = row, .n = 2};
    struct sheet_grid g;
    struct err e = ERR_INIT;
    assert_int_equal(sheet_grid_of(&m, 512, &g, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "900001 x 900001"));
}

static void expect_composites(const char *bands, const char *names)
{
    struct composite found[MOSAIC_COMPOSITES_MAX];
    char got[200] = "", name[COMPOSITE_TEXT], text[100];
    band_set set = 0;
    strcpy(text, bands);
    for (char *s = strtok(text, ","); s; s = strtok(NULL, ","))
        set |= band_set_named(s);
    size_t n = mosaic_composites(set, found);
    for (size_t i = 0; i < n; i++) {
        strcat(got, i ? " " : "");
        strcat(got, composite_format(&found[i], name));
        assert_int_equal(composite_bands(&found[i]) & ~set, 0);
    }
    assert_string_equal(got, names);
}

static void composites(void **state)
{
    (void)state;
    expect_composites("B02,B03,B04", "natural");
    expect_composites("B02,B03,B04,B08,B8A,B12", "natural swir vegetation");
    expect_composites("B08,B03", "B03-B03-B03");
    expect_composites("AOT,TCI", "TCI_R-TCI_G-TCI_B");
    expect_composites("TCI_G", "TCI_G-TCI_G-TCI_G");
}

static void names(void **state)
{
    (void)state;
    struct sheet_layer layer[2] = {0};
    const struct sheet s = {.layer = layer, .layers = 2};
    char file[MOSAIC_FILE];
    strcpy(layer[0].legend.layer.name, "DL-L8S2-UV");
    mosaic_layer_file(&s, 0, file);
    assert_string_equal(file, "class_DL-L8S2-UV.png");
    static const char *const hostile[] = {"../up", "a b", ".", "<b>", "", "\xc3\xa4", "a+1"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        strcpy(layer[1].legend.layer.name, hostile[i]);
        mosaic_layer_file(&s, 1, file);
        assert_string_equal(file, "class+1.png");
    }
    assert_true(mosaic_is_plain("S2A_1.2-x", 10));
    assert_false(mosaic_is_plain("S2A_1.2-x", 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids),
        cmocka_unit_test(composites),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
