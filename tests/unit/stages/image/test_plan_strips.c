/* Strips: every cell once, in order; pieces that cover what cells need, and nothing twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "stages/image/plan_strips.h"
#include "support/plan_rig.h"

static struct plan_rig rig;

static band_set band(const char *name) { return (band_set)1 << band_find(name); }

static void check_strip(const struct plan *p, const struct plan_strip *s, int32_t cols)
{
    struct rect all = {0, 0, 0, 0};
    assert_true(s->n > 0);
    for (size_t i = s->first; i < s->first + s->n; i++) {
        assert_int_equal(p->cell[i].y, p->cell[s->first].y);
        assert_in_range(p->cell[i].x, p->cell[s->first].x, p->cell[s->first].x + cols - 1);
        if (i > s->first)
            assert_true(p->cell[i].x > p->cell[i - 1].x);
        all = rect_union(all, plan_cell_px(p, p->cell[i]));
    }
    assert_memory_equal(&s->px, &all, sizeof all);
    assert_true(s->px.w <= p->strip_w && s->px.h <= p->strip_h);
}

static void check_strips(struct plan *p, int32_t cols)
{
    size_t next = 0;
    plan_strips_cut(p, cols);
    for (int32_t k = 0; k < p->n_strips; k++) {
        assert_int_equal(p->strip[k].first, next);
        check_strip(p, &p->strip[k], cols);
        next += p->strip[k].n;
    }
    assert_int_equal(next, p->n_cells);
}

/* The rig's cells without every third one, backwards. */
static void take_some(struct plan_rig *r)
{
    struct cell some[PLAN_RIG_CELLS];
    size_t n = 0;
    for (size_t i = r->request.n_cells; i-- > 0;)
        if (i % 3 != 1)
            some[n++] = r->cell[i];
    memcpy(r->cell, some, n * sizeof *some);
    r->request.n_cells = n;
}

static void every_cell_is_in_one_strip(void **state)
{
    (void)state;
    static const int32_t cols[] = {1, 2, 3, 7, 100};
    for (int some = 0; some < 2; some++) {
        struct plan p;
        plan_rig_make(&rig, band("B02"), 1000, 256, 128); /* 8 × 8 cells */
        assert_int_equal(rig.request.n_cells, 64);
        if (some)
            take_some(&rig);
        plan_rig_plan(&rig, &p);
        assert_int_equal(p.n_cells, rig.request.n_cells);
        for (size_t i = 0; i < sizeof cols / sizeof *cols; i++)
            check_strips(&p, cols[i]);
        plan_clear(&p);
    }
}

static void strips_are_as_wide_as_asked(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B02"), 1000, 256, 128);
    plan_rig_plan(&rig, &p);
    plan_strips_cut(&p, 100);
    assert_int_equal(p.n_strips, 8);
    assert_int_equal(p.strip_w, 1000); /* the part on the raster */
    assert_int_equal(p.strip[7].px.y, 7 * 128);
    assert_int_equal(p.strip[7].px.h, 1000 - 7 * 128);
    plan_strips_cut(&p, 3); /* 3 + 3 + 2 columns */
    assert_int_equal(p.n_strips, 3 * 8);
    assert_int_equal(p.strip_w, 3 * 128);
    assert_int_equal(p.strip[2].n, 2);
    plan_clear(&p);
}

static void rows_cover_the_raster_once(void **state)
{
    (void)state;
    static const int32_t rows[] = {1, 256, 999, 1000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plan p;
        int32_t y = 0;
        plan_rig_make(&rig, band("B05"), 1000, 256, 128);
        rig.request.n_cells = 0;
        rig.request.strip_rows = rows[i];
        plan_rig_plan(&rig, &p);
        for (int32_t k = 0; k < p.n_strips; k++) {
            const struct rect *px = &p.strip[k].px;
            assert_int_equal(px->x, 0);
            assert_int_equal(px->w, 1000);
            assert_int_equal(px->y, y);
            assert_in_range(px->h, 1, rows[i]);
            y += px->h;
        }
        assert_int_equal(y, 1000);
        assert_int_equal(p.n_strips, (1000 + rows[i] - 1) / rows[i]);
        plan_clear(&p);
    }
}

/* How often each pixel of a strip is in a piece, and how often in a cell. */
static void paint(uint8_t *on, const struct plan_strip *s, struct rect px)
{
    for (int32_t y = px.y; y < px.y + px.h; y++)
        for (int32_t x = px.x; x < px.x + px.w; x++)
            on[(y - s->px.y) * s->px.w + (x - s->px.x)]++;
}

static void check_pieces(const struct plan *p, const struct plan_strip *s)
{
    size_t n = (size_t)s->px.w * (size_t)s->px.h;
    uint8_t *pieces = mem_zalloc(n, 1), *cells = mem_zalloc(n, 1);
    for (size_t i = 0; i < plan_piece_count(p, s, 0); i++)
        paint(pieces, s, plan_piece(p, s, 0, i));
    for (size_t i = s->first; i < s->first + s->n; i++)
        paint(cells, s, plan_cell_px(p, p->cell[i]));
    for (size_t i = 0; i < n; i++) {
        assert_in_range(pieces[i], 0, 1);
        assert_true(pieces[i] || !cells[i]);
    }
    free(pieces);
    free(cells);
}

static void pieces_cover_what_cells_need_once(void **state)
{
    (void)state;
    struct plan p;
    plan_rig_make(&rig, band("B05"), 4000, 256, 128);
    take_some(&rig);
    plan_rig_plan(&rig, &p);
    for (int32_t k = 0; k < p.n_strips; k++)
        check_pieces(&p, &p.strip[k]);
    plan_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_in_one_strip),
        cmocka_unit_test(strips_are_as_wide_as_asked),
        cmocka_unit_test(rows_cover_the_raster_once),
        cmocka_unit_test(pieces_cover_what_cells_need_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
