/* io/image/jp2 on images of three colours: each component as it is, any selection of them, any
 * window; and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four above, which it needs */
#include <cmocka.h>

#include "support/jp2_image.h"
#include "support/tmpdir.h"
#include "support/trial_run.h"
#include "testdata/scene.h"

#define REAL                                                                                       \
    SOURCE_DIR                                                                                     \
    "/../shared/data/real/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE/"      \
    "GRANULE/"                                                                                     \
    "L2A_T29UNU_A038058_20221005T115407/IMG_DATA/R60m/T29UNU_20221005T115411_TCI_60m.jp2"

enum { SIDE = 240, COLOURS = JP2_COMPONENTS_MAX };

static char product[1024];

/* An open image of colours, and all of its pixels: colour after colour. */
struct image {
    struct source_file *file;
    struct jp2 *jp2;
    int32_t side;
    uint16_t *px;
};

static uint16_t *colour(const struct image *m, int c)
{
    return m->px + (size_t)c * (size_t)m->side * (size_t)m->side;
}

static void decode_all(struct image *m)
{
    struct jp2_decoder *d;
    struct err e = ERR_INIT;
    const struct jp2_info *i = jp2_info(m->jp2);
    assert_int_equal(jp2_decoder_create(&d, &e), 0);
    for (int32_t t = 0; t < i->tiles_x * i->tiles_y; t++) {
        struct rect tile = jp2_tile_rect(m->jp2, t);
        struct jp2_planes to;
        for (int c = 0; c < COLOURS; c++)
            to.dst[c] = view_part((struct view){colour(m, c), m->side, m->side, m->side}, tile);
        if (jp2_decode_planes(d, m->jp2, (struct jp2_window){t, tile, 0}, &to, &e) != 0)
            fail_msg("%s", e.msg);
    }
    jp2_decoder_destroy(d);
}

static void open_image(struct image *m, const char *path, int32_t side)
{
    struct err e = ERR_INIT;
    m->side = side;
    if (source_file_open_plain(path, &m->file, &e) != 0 ||
        jp2_open_colours(m->file, side, side, &m->jp2, &e) != 0)
        fail_msg("%s", e.msg);
    m->px = malloc(COLOURS * (size_t)side * (size_t)side * sizeof *m->px);
    assert_non_null(m->px);
    decode_all(m);
}

static void close_image(struct image *m)
{
    free(m->px);
    jp2_close(m->jp2);
    source_file_close(m->file);
}

static void image_path(const char *band, char path[1200])
{
    char command[1200];
    snprintf(command, sizeof command, "echo '%s'/GRANULE/*/IMG_DATA/*_%s.jp2", product, band);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_non_null(fgets(path, 1200, out));
    pclose(out);
    path[strcspn(path, "\n")] = '\0';
}

/* The scene's three colours, each in its place: nothing is lost on the way. */
static void colours_of_the_scene(void **state)
{
    char path[1200];
    struct image m;
    const struct scene s = {.ulx_m = 300000, .uly_m = 6500040, .side_m = SIDE * 10, .wedge = true};
    int64_t nodata = 0;
    (void)state;
    image_path("TCI", path);
    open_image(&m, path, SIDE);
    for (int c = 0; c < COLOURS; c++)
        for (int32_t y = 0; y < SIDE; y++)
            for (int32_t x = 0; x < SIDE; x++) {
                double e = s.ulx_m + 10 * x + 5, n = s.uly_m - 10 * y - 5;
                int there = colour(&m, c)[y * SIDE + x];
                int wanted =
                    scene_is_nodata(&s, e, n) ? 0 : (int)(scene_value(BAND_TCI_R + c, e, n) + 0.5);
                if (there != wanted)
                    fail_msg("colour %d, column %d, row %d: %d, not %d", c, x, y, there, wanted);
                nodata += wanted == 0;
            }
    assert_true(nodata > 0);
    close_image(&m);
}

/* Any part of a tile, and only some of the colours: the same numbers; what is not wanted is not
 * touched. */
static void parts(void **state)
{
    char path[1200];
    struct image m;
    struct jp2_decoder *d;
    struct err e = ERR_INIT;
    static uint16_t px[COLOURS][64 * 64];
    (void)state;
    image_path("TCI", path);
    open_image(&m, path, SIDE);
    assert_int_equal(jp2_decoder_create(&d, &e), 0);
    for (int wanted = 1; wanted < 1 << COLOURS; wanted++)
        for (int32_t t = 0; t < jp2_info(m.jp2)->tiles_x * jp2_info(m.jp2)->tiles_y; t++) {
            struct rect tile = jp2_tile_rect(m.jp2, t),
                        part = {tile.x + tile.w / 3, tile.y + 5, tile.w / 2, 20};
            struct jp2_planes to = {0};
            memset(px, 0xee, sizeof px);
            for (int c = 0; c < COLOURS; c++)
                if (wanted >> c & 1)
                    to.dst[c] = (struct view){px[c], part.w, part.w, part.h};
            assert_int_equal(jp2_decode_planes(d, m.jp2, (struct jp2_window){t, part, 0}, &to, &e),
                             0);
            for (int c = 0; c < COLOURS; c++)
                for (int32_t i = 0; i < part.w * part.h; i++) {
                    int32_t at = (part.y + i / part.w) * SIDE + part.x + i % part.w;
                    assert_int_equal(px[c][i], wanted >> c & 1 ? colour(&m, c)[at] : 0xeeee);
                }
        }
    struct jp2_planes wrong = {{{px[0], 3, 3, 4}, {px[1], 4, 4, 4}}};
    assert_int_equal(
        jp2_decode_planes(d, m.jp2, (struct jp2_window){0, {0, 0, 4, 4}, 0}, &wrong, &e),
        ERR_INTERNAL);
    jp2_decoder_destroy(d);
    close_image(&m);
}

/* Three components where one is wanted, and the other way round. */
static void another_number_of_components(void **state)
{
    char path[1200];
    struct source_file *f;
    struct jp2 *j;
    struct err e = ERR_INIT;
    (void)state;
    image_path("TCI", path);
    assert_int_equal(source_file_open_plain(path, &f, &e), 0);
    assert_int_equal(jp2_open(f, SIDE, SIDE, &j, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "has 3 components, one is needed"));
    assert_int_equal(jp2_open_colours(f, SIDE, SIDE + 1, &j, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "is 240 x 240 px, but the metadata says 240 x 241"));
    source_file_close(f);
    image_path("B02", path);
    assert_int_equal(source_file_open_plain(path, &f, &e), 0);
    assert_int_equal(jp2_open_colours(f, SIDE, SIDE, &j, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "has 1 components, 3 are needed"));
    source_file_close(f);
}

/* A real image: pixel for pixel what opj_decompress makes of it. */
static void real_colours(void **state)
{
    char command[2048], raw[1024];
    struct image m;
    size_t len;
    (void)state;
    if (!tmpdir_have(REAL) || !tmpdir_have("/usr/bin/opj_decompress"))
        skip();
    snprintf(command, sizeof command, "opj_decompress -i '%s' -o '%s' >/dev/null 2>&1", REAL,
             tmpdir_path(&test_dir, "out.rawl", raw));
    assert_int_equal(system(command), 0);
    unsigned char *theirs = jp2_image_slurp(raw, &len);
    assert_int_equal(len, COLOURS * 1830 * 1830);
    open_image(&m, REAL, 1830);
    for (size_t i = 0; i < len; i++)
        if (m.px[i] != theirs[i])
            fail_msg("sample %zu is %d, not %d", i, m.px[i], theirs[i]);
    close_image(&m);
    free(theirs);
}

static int make(void **state)
{
    (void)state;
    tmpdir_make(&test_dir);
    trial_make(&test_dir, "P", "--size 240 --jp2-tile 96,64,24 --bands B02,TCI", product);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_of_the_scene),
        cmocka_unit_test(parts),
        cmocka_unit_test(another_number_of_components),
        cmocka_unit_test(real_colours),
    };
    return cmocka_run_group_tests(tests, make, test_dir_remove);
}
