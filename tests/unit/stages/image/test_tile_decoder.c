/* stages/image/tile_decoder: the project's own decoder has OpenJPEG's samples, every one, over the
 * grid of what its profile covers; and takes no damaged image that OpenJPEG refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/image/tile_decoder.h"
#include "support/coded_image.h"
#include "support/jp2_image.h"

#define DATA SOURCE_DIR "/../shared/data/real/"

static uint32_t seed = 7;

static uint32_t draw(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* 0 … n − 1 */
static int pick(int n) { return (int)(draw() % (uint32_t)n); }

/* ---- images ---- */

/* Constant, smooth, noise, or with the two ends of the range side by side. */
static void paint(const struct coding *c, uint16_t *px)
{
    const int32_t max = (1 << c->bits) - 1, kind = pick(5), level = pick(max + 1);
    const size_t n = (size_t)c->width * (size_t)c->height * (size_t)c->components;
    for (size_t i = 0; i < n; i++) {
        const int32_t x = (int32_t)(i % (size_t)c->width), y = (int32_t)(i / (size_t)c->width);
        const int32_t smooth = level + x * 3 - y * 5 + (int32_t)(draw() % 3);
        const int32_t v = kind == 0   ? level
                          : kind == 1 ? smooth
                          : kind == 2 ? (int32_t)(draw() & (uint32_t)max)
                          : kind == 3 ? (draw() & 1 ? max : 0)
                                      : smooth + ((x / 9 + y / 7) % 5 == 0 ? max / 3 : 0);
        px[i] = (uint16_t)(v < 0 ? 0 : v > max ? max : v);
    }
}

static struct coding pick_coding(void)
{
    const int block_w = 2 + pick(5), block_h = 2 + pick(block_w > 6 ? 3 : 5);
    struct coding c = {.width = 1 + pick(150),
                       .height = 1 + pick(150),
                       .components = pick(5) ? 1 : 3,
                       .levels = pick(9),
                       .block_w = 1 << block_w,
                       .block_h = 1 << block_h,
                       .order = pick(5),
                       .layers = pick(3) ? 1 : 1 + pick(5),
                       .rate = pick(4) ? 0 : 1 + (float)pick(40),
                       .sop = pick(3) == 0,
                       .eph = pick(3) == 0,
                       .parts = pick(4) ? 0 : "RLC"[pick(3)]};
    /* OpenJPEG's encoder lists wrong lengths in tile-parts, and writes wrong packets where a
     * resolution of a tile is empty */
    if (c.order > 1 || c.tile_w < c.width || c.tile_h < c.height)
        c.parts = 0;
    c.plt = !c.parts && pick(2);
    c.bits = c.components == 3 ? 8 : 8 + pick(9);
    c.tile_w = pick(3) ? 1 + pick(c.width) : c.width;
    c.tile_h = pick(3) ? 1 + pick(c.height) : c.height;
    c.tile_w = c.tile_w < c.width / 8 ? c.width / 8 : c.tile_w;
    c.tile_h = c.tile_h < c.height / 8 ? c.height / 8 : c.tile_h;
    /* OpenJPEG's encoder wants a sample of the lowest resolution in the smallest tile */
    const int32_t side = c.tile_w < c.tile_h ? c.tile_w : c.tile_h;
    while (c.levels > 0 && side >> c.levels == 0)
        c.levels--;
    if (pick(3) == 0) {
        c.precinct_w = 1 << (3 + pick(6));
        c.precinct_h = 1 << (3 + pick(6));
    }
    return c;
}

/* ---- comparing ---- */

struct rig {
    struct source_entry entry;
    struct source *source;
    struct source_file *file;
    struct jp2 *jp2;
    struct tile_decoder *decoder;
};

static int rig_open(struct rig *r, const struct coding *c, unsigned char *data, size_t len,
                    struct err *e)
{
    *r = (struct rig){.entry = {.name = "a.jp2", .data = data, .len = len}};
    assert_int_equal(tile_decoder_create(&r->decoder, e), 0);
    assert_int_equal(source_open_memory(&r->entry, 1, &r->source, e), 0);
    assert_int_equal(source_file_open(r->source, "a.jp2", &r->file, e), 0);
    return c->components == 3 ? jp2_open_colours(r->file, c->width, c->height, &r->jp2, e)
                              : jp2_open(r->file, c->width, c->height, &r->jp2, e);
}

static void rig_close(struct rig *r)
{
    jp2_close(r->jp2);
    source_file_close(r->file);
    source_close(r->source);
    tile_decoder_destroy(r->decoder);
}

static int read_tile(struct rig *r, enum tile_decoder_choice choice, struct jp2_window part,
                     uint16_t *px, struct err *e)
{
    const struct rect window = part.window;
    const size_t n = (size_t)window.w * (size_t)window.h;
    struct jp2_planes to = {0};
    for (int c = 0; c < jp2_info(r->jp2)->components; c++)
        to.dst[c] = (struct view){px + (size_t)c * n, window.w, window.w, window.h};
    const struct tile_wanted wanted = {r->jp2, part, choice};
    return tile_decoder_read(r->decoder, &wanted, &to, e);
}

enum { SAMPLES_MAX = 3 * 150 * 150 };
static uint16_t own[SAMPLES_MAX], theirs[SAMPLES_MAX];

static void same(struct rig *r, const struct coding *c, struct jp2_window part)
{
    char text[300];
    struct err e = ERR_INIT;
    const struct rect window = part.window;
    const size_t n = (size_t)window.w * (size_t)window.h * (size_t)c->components;
    coding_format(c, text, sizeof text);
    if (read_tile(r, TILE_DECODER_OPENJPEG, part, theirs, &e) != 0)
        fail_msg("%s: OpenJPEG: %s", text, e.msg);
    if (read_tile(r, TILE_DECODER_OWN, part, own, &e) != 0)
        fail_msg("%s: %s", text, e.msg);
    for (size_t i = 0; i < n; i++)
        if (own[i] != theirs[i])
            fail_msg("%s: tile %d / 2^%d, window %d x %d at %d, %d: sample %zu is %d, not %d", text,
                     (int)part.t, part.reduce, (int)window.w, (int)window.h, (int)window.x,
                     (int)window.y, i, own[i], theirs[i]);
}

static struct rect pick_window(struct rect tile)
{
    const int32_t w = pick(3) ? 1 + pick(tile.w) : 1, h = pick(3) ? 1 + pick(tile.h) : 1;
    const int32_t x = pick(3) ? pick(tile.w - w + 1) : pick(2) ? 0 : tile.w - w;
    const int32_t y = pick(3) ? pick(tile.h - h + 1) : pick(2) ? 0 : tile.h - h;
    return (struct rect){tile.x + x, tile.y + y, w, h};
}

/* false: there is no such image. */
static bool check_coding(const struct coding *c)
{
    static uint16_t px[SAMPLES_MAX];
    size_t len;
    struct rig r;
    struct err e = ERR_INIT;
    paint(c, px);
    unsigned char *data = coded_image(c, px, &len);
    if (!data)
        return false;
    if (rig_open(&r, c, data, len, &e) != 0)
        fail_msg("%s", e.msg);
    const struct jp2_info *i = jp2_info(r.jp2);
    for (int32_t t = 0; t < i->tiles_x * i->tiles_y; t++) {
        const struct rect tile = jp2_tile_rect(r.jp2, t);
        same(&r, c, (struct jp2_window){t, tile, 0});
        for (int k = 0; k < 3; k++)
            same(&r, c, (struct jp2_window){t, pick_window(tile), 0});
        const int reduce = pick(jp2_reduce_max(r.jp2) + 1);
        const struct rect small = jp2_reduced(tile, reduce);
        if (rect_is_empty(small))
            continue;
        same(&r, c, (struct jp2_window){t, small, reduce});
        same(&r, c, (struct jp2_window){t, pick_window(small), reduce});
    }
    rig_close(&r);
    free(data);
    return true;
}

static int count(const char *name, int usual)
{
    const char *s = getenv(name);
    return s ? atoi(s) : usual;
}

static void grid(void **state)
{
    (void)state;
    int made = 0;
    const int n = count("CODINGS", 400);
    for (int i = 0; i < n; i++) {
        const struct coding c = pick_coding();
        made += check_coding(&c);
    }
    assert_true(made > n / 2);
}

/* ---- damage ---- */

/* The samples that OpenJPEG has, or no samples. */
static void try_damaged(const struct coding *c, unsigned char *data, size_t len, int *taken)
{
    struct rig r;
    struct err e = ERR_INIT;
    if (rig_open(&r, c, data, len, &e) == 0) {
        const struct jp2_info *i = jp2_info(r.jp2);
        for (int32_t t = 0; t < i->tiles_x * i->tiles_y; t++) {
            const struct rect tile = jp2_tile_rect(r.jp2, t);
            const size_t n = (size_t)tile.w * (size_t)tile.h * (size_t)c->components;
            if (read_tile(&r, TILE_DECODER_OWN, (struct jp2_window){t, tile, 0}, own, &e) != 0)
                continue;
            ++*taken;
            if (read_tile(&r, TILE_DECODER_OPENJPEG, (struct jp2_window){t, tile, 0}, theirs, &e) !=
                0)
                fail_msg("OpenJPEG refuses what the own decoder takes: %s", e.msg);
            assert_memory_equal(own, theirs, n * sizeof *own);
        }
    }
    rig_close(&r);
}

static void damage(void **state)
{
    (void)state;
    static uint16_t px[SAMPLES_MAX];
    int taken = 0;
    for (int i = count("DAMAGES", 150) / 10; i > 0; i--) {
        struct coding c = pick_coding();
        size_t len;
        paint(&c, px);
        unsigned char *data = coded_image(&c, px, &len);
        if (!data)
            continue;
        unsigned char *copy = malloc(len);
        assert_non_null(copy);
        for (int k = 0; k < 10; k++) {
            memcpy(copy, data, len);
            for (int n = 1 + pick(4); n > 0; n--)
                copy[len / 8 + draw() % (len - len / 8)] = (unsigned char)draw();
            try_damaged(&c, copy, len, &taken);
        }
        free(copy);
        free(data);
    }
    assert_true(taken > 0);
}

/* ---- outside of the profile ---- */

static void outside(void **state)
{
    (void)state;
    size_t len;
    struct rig r;
    struct err e = ERR_INIT;
    const struct coding c = {.width = 40,
                             .height = 30,
                             .components = 1,
                             .bits = 12,
                             .levels = 2,
                             .block_w = 128,
                             .block_h = 16,
                             .layers = 1};
    static uint16_t px[SAMPLES_MAX];
    paint(&c, px);
    unsigned char *data = coded_image(&c, px, &len);
    assert_int_equal(rig_open(&r, &c, data, len, &e), 0);
    const struct jp2_window tile = {0, jp2_tile_rect(r.jp2, 0), 0};
    assert_int_equal(read_tile(&r, TILE_DECODER_OWN, tile, own, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "code-blocks of more than 64 x 64"));
    assert_int_equal(read_tile(&r, TILE_DECODER_AUTO, tile, own, &e), 0);
    assert_memory_equal(own, px, 40 * 30 * sizeof *px);
    rig_close(&r);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(grid), cmocka_unit_test(damage),
                                       cmocka_unit_test(outside)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
