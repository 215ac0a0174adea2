/* Masks that are JPEG 2000 images: any subscene, wanted before or not, with either decoder, has the
 * values that classraster reads row by row. The memory is never more than that of the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"
#include "stages/layers/masks_check.h"
#include "support/trial_run.h"

enum { SIDE_M = 15900, CELL = 50, THREADS = 3 };

static char product[1024];

static int setup(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P",
               "--size 1590 --level L2A --jp2-tile 256,96,48 --bands B02 --masks classi", product);
    return 0;
}

/* The file in the product whose name ends so. */
static const char *find(const struct strlist *files, const char *pattern)
{
    for (size_t i = 0; i < files->n; i++)
        if (source_matches(pattern, files->s[i]))
            return files->s[i];
    fail_msg("no %s", pattern);
    return NULL;
}

/* All rows, as classraster reads them. */
static uint8_t *read_rows(struct source *s, const char *file, struct classraster_info *info)
{
    struct source_file *f;
    struct classraster *r;
    assert_int_equal(source_file_open(s, file, &f, NULL), 0);
    assert_int_equal(classraster_open(f, SIDE_M, SIDE_M, &r, NULL), 0);
    *info = *classraster_info(r);
    uint8_t *px = malloc((size_t)info->width * (size_t)info->height);
    assert_non_null(px);
    assert_int_equal(classraster_read(r, 0, info->height, px, (size_t)info->width, NULL), 0);
    classraster_close(r);
    source_file_close(f);
    return px;
}

static int32_t draw(int32_t below)
{
    static uint32_t v = 12345;
    v = v * 1664525U + 1013904223U;
    return (int32_t)((v >> 8) % (uint32_t)below);
}

/* Target pixels are those of the mask. */
static void take(struct mask *m, const struct classraster_info *i, const uint8_t *all, int32_t x,
                 int32_t y)
{
    uint8_t codes[CELL * CELL];
    struct err e = ERR_INIT;
    if (mask_take(m, x, y, CELL, codes, &e))
        fail_msg("%s", e.msg);
    for (int32_t k = 0; k < CELL * CELL; k++) {
        const int32_t column = x + k % CELL, row = y + k / CELL;
        const bool inside = column >= 0 && row >= 0 && column < i->width && row < i->height;
        const uint8_t wanted = inside ? all[(size_t)row * (size_t)i->width + (size_t)column] : 0;
        if (codes[k] != wanted)
            fail_msg("%s: %d instead of %d at %d, %d", mask_file(m), codes[k], wanted, column, row);
    }
}

static void check(struct mask *m)
{
    struct masks_check c = {&m, 1, CELL, THREADS, NULL};
    struct err e = ERR_INIT;
    if (masks_check(&c, &e))
        fail_msg("%s", e.msg);
}

static void try_mask(struct source *s, const char *file, int32_t pixel_m,
                     enum tile_decoder_choice decoder)
{
    struct class_map map;
    struct classraster_info info;
    struct mask *m;
    struct err e = ERR_INIT;
    const struct mask_frame frame = {.target = {32635, 300000, 6500040, pixel_m, 1, 1},
                                     .width_m = SIDE_M,
                                     .height_m = SIDE_M,
                                     .decoder = decoder};
    uint8_t *all = read_rows(s, file, &info);
    assert_int_equal(classmap_find("keep", &map, &e), 0);
    if (mask_open(s, file, &map, &frame, &m, &e))
        fail_msg("%s", e.msg);
    int32_t at[40][2];
    for (int i = 0; i < 40; i++) {
        at[i][0] = draw(info.width + CELL) - CELL;
        at[i][1] = draw(info.height + CELL) - CELL;
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(mask_want(m, at[i][0], at[i][1], CELL, &e), 0);
    check(m);
    for (int i = 0; i < 40; i++) /* the first ten were wanted */
        take(m, &info, all, at[i][0], at[i][1]);
    mask_close(m);
    free(all);
}

static void every_decoder_gives_the_rows(void **state)
{
    static const struct {
        const char *file;
        int32_t pixel_m;
    } masks[] = {{"GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2", 20},
                 {"GRANULE/*/QI_DATA/MSK_CLDPRB_20m.jp2", 20},
                 {"GRANULE/*/QI_DATA/MSK_SNWPRB_60m.jp2", 60},
                 {"GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2", 60}};
    struct source *s;
    struct strlist files = {0};
    (void)state;
    assert_int_equal(source_open(product, &s, NULL), 0);
    assert_int_equal(source_list(s, &files, NULL), 0);
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        for (int d = TILE_DECODER_AUTO; d <= TILE_DECODER_OPENJPEG; d++)
            try_mask(s, find(&files, masks[i].file), masks[i].pixel_m, (enum tile_decoder_choice)d);
    strlist_clear(&files);
    source_close(s);
}

/* The sum of the rows' memory is what a mask needed before tiles were kept. */
static void memory_is_not_more_than_of_rows(void **state)
{
    struct source *s;
    struct strlist files = {0};
    struct class_map map;
    const struct mask_frame frame = {
        .target = {32635, 300000, 6500040, 10, 1590, 1590}, .width_m = SIDE_M, .height_m = SIDE_M};
    (void)state;
    assert_int_equal(source_open(product, &s, NULL), 0);
    assert_int_equal(source_list(s, &files, NULL), 0);
    assert_int_equal(classmap_find("keep", &map, NULL), 0);
    for (int32_t size = 1; size <= 1590; size = size * 3 / 2 + 1) {
        const char *file = find(&files, "GRANULE/*/QI_DATA/MSK_CLDPRB_20m.jp2");
        struct source_file *f;
        struct classraster *r;
        struct mask *m;
        assert_int_equal(source_file_open(s, file, &f, NULL), 0);
        assert_int_equal(classraster_open(f, SIDE_M, SIDE_M, &r, NULL), 0);
        assert_int_equal(mask_open(s, file, &map, &frame, &m, NULL), 0);
        int32_t rows = (size + 1) / 2 + 1;
        rows = rows < 795 ? rows : 795;
        assert_true(mask_bytes(m, size) <= classraster_bytes(r) + 795 * 2 * (size_t)rows);
        mask_close(m);
        classraster_close(r);
        source_file_close(f);
    }
    strlist_clear(&files);
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_decoder_gives_the_rows),
                                       cmocka_unit_test(memory_is_not_more_than_of_rows)};
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
