#include "stages/overview/sketch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "filters/composite.h"
#include "stages/overview/glyphs.h"

static size_t pixels(const struct reduced *r)
{
    return (size_t)r->grid.width * (size_t)r->grid.height;
}

int sketch_composite(const struct reduced *r, const struct composite *c, uint8_t *rgb,
                     struct err *e)
{
    const uint16_t *const dn[3] = {r->dn[c->band[0]], r->dn[c->band[1]], r->dn[c->band[2]]};
    struct composite_work *work = mem_alloc(1, sizeof *work);
    if (!work)
        return err_nomem(e, sizeof *work);
    composite_draw_whole(work, dn, pixels(r), rgb);
    free(work);
    return 0;
}

/* ---- the lattice ---- */

struct drawing {
    const struct reduced *r;
    uint8_t *rgb;
};

/* The lines are half yellow, so that clouds and dark water stay visible. */
static void put_line(const struct drawing *d, int32_t x, int32_t y)
{
    static const uint8_t YELLOW[3] = {255, 220, 0};
    if (x < 0 || y < 0 || x >= d->r->grid.width || y >= d->r->grid.height)
        return;
    uint8_t *px = d->rgb + 3 * ((size_t)y * (size_t)d->r->grid.width + (size_t)x);
    for (int i = 0; i < 3; i++)
        px[i] = (uint8_t)((px[i] + YELLOW[i]) / 2);
}

static void put_point(const struct drawing *d, int32_t x, int32_t y, uint8_t grey)
{
    if (x >= 0 && y >= 0 && x < d->r->grid.width && y < d->r->grid.height)
        memset(d->rgb + 3 * ((size_t)y * (size_t)d->r->grid.width + (size_t)x), grey, 3);
}

/* How a text is drawn: the side of a point, its place, and how far points reach over it. */
struct lettering {
    int dot;
    int32_t x, y;
    int border;
};

static int32_t text_width(const char *text, int dot)
{
    return (int32_t)strlen(text) * dot * (GLYPH_WIDTH + 1);
}

static void put_text(const struct drawing *d, const char *text, struct lettering how, uint8_t grey)
{
    for (int k = 0; text[k]; k++)
        for (int i = 0; i < GLYPH_WIDTH * GLYPH_HEIGHT; i++) {
            const int gx = i % GLYPH_WIDTH, gy = i / GLYPH_WIDTH;
            if (!glyph_point(text[k], gx, gy))
                continue;
            const int32_t x0 = how.x + how.dot * (k * (GLYPH_WIDTH + 1) + gx),
                          y0 = how.y + how.dot * gy;
            for (int32_t y = y0 - how.border; y < y0 + how.dot + how.border; y++)
                for (int32_t x = x0 - how.border; x < x0 + how.dot + how.border; x++)
                    put_point(d, x, y, grey);
        }
}

/* In the largest letters that fit between this cell's border and the next one's. */
static void put_number(const struct drawing *d, struct rect room, int32_t x, int32_t y)
{
    enum { LARGEST_DOT = 2 };
    char text[32];
    snprintf(text, sizeof text, "%d_%d", x, y);
    for (int dot = LARGEST_DOT; dot > 0; dot--) {
        const int margin = dot + 1;
        if (text_width(text, dot) + margin > room.w || dot * GLYPH_HEIGHT + 2 * margin > room.h)
            continue;
        put_text(d, text, (struct lettering){dot, room.x + margin, room.y + margin, 1}, 0);
        put_text(d, text, (struct lettering){dot, room.x + margin, room.y + margin, 0}, 255);
        return;
    }
}

/* The part of a cell that neighbours on the right and below do not overlap. */
static struct rect free_part(const struct reduced *r, const struct lattice *l, int scale, int32_t x,
                             int32_t y)
{
    struct rect room = reduced_cell(r, l, scale, x, y);
    if (x + 1 < l->cols)
        room.w = reduced_cell(r, l, scale, x + 1, y).x - room.x;
    if (y + 1 < l->rows)
        room.h = reduced_cell(r, l, scale, x, y + 1).y - room.y;
    return room;
}

void sketch_lattice(const struct reduced *r, const struct lattice *l, int scale, uint8_t *rgb)
{
    const struct drawing d = {r, rgb};
    for (int32_t y = 0; y < l->rows; y++)
        for (int32_t x = 0; x < l->cols; x++) {
            const struct rect cell = reduced_cell(r, l, scale, x, y);
            for (int32_t i = 0; i < cell.w; i++)
                put_line(&d, cell.x + i, cell.y);
            for (int32_t i = 1; i < cell.h; i++)
                put_line(&d, cell.x, cell.y + i);
            put_number(&d, free_part(r, l, scale, x, y), x, y);
        }
}
