#include "stages/image/plan_tiles.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/window.h"
#include "stages/image/plan_strips.h"

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }

/* ---- the pixels and tiles of an image that a part of the target grid needs ---- */

static struct rect source_of_px(const struct plan *p, int band, struct rect px)
{
    return rect_is_empty(px) ? px : resample_source_rect(plan_resampler(p, band), px);
}

struct rect plan_cell_window(const struct plan *p, int band, struct cell c)
{
    int32_t divisor = band_table[p->band[band].band_id].pixel_m / 10;
    return window_cell(params_cut(p->params), p->params->overlap, divisor, c.x, c.y);
}

static struct rect source_of_cell(const struct plan *p, int band, struct cell c)
{
    const struct band_source *image = &p->band[band].source;
    if (!p->params->compat)
        return source_of_px(p, band, plan_cell_px(p, c));
    return rect_intersect(plan_cell_window(p, band, c),
                          (struct rect){0, 0, image->width, image->height});
}

static struct rect source_of_piece(const struct plan *p, const struct plan_strip *s, int band,
                                   size_t i)
{
    return p->params->compat ? source_of_cell(p, band, p->cell[s->first + i])
                             : source_of_px(p, band, plan_piece(p, s, band, i));
}

static struct rect tiles_of(const struct plan *p, int band, struct rect source)
{
    return rect_is_empty(source) ? (struct rect){0, 0, 0, 0}
                                 : band_source_tiles(&p->band[band].source, source);
}

struct rect plan_strip_tiles(const struct plan *p, const struct plan_strip *s, int band)
{
    struct rect source = {0, 0, 0, 0};
    if (!p->params->compat)
        return tiles_of(p, band, source_of_px(p, band, s->px));
    for (size_t i = 0; i < s->n; i++)
        source = rect_union(source, source_of_piece(p, s, band, i));
    return tiles_of(p, band, source);
}

struct rect plan_piece_tiles(const struct plan *p, const struct plan_strip *s, int band, size_t i)
{
    return tiles_of(p, band, source_of_piece(p, s, band, i));
}

struct rect plan_cell_tiles(const struct plan *p, struct cell c, int band)
{
    return tiles_of(p, band, source_of_cell(p, band, c));
}

/* ---- tile rows and their slots ---- */

/* True if no two different tile rows of the strips share a slot, with n slots. Row r is in slot
 * r mod n. */
static bool rows_fit(struct rect a, struct rect b, int32_t n)
{
    for (int32_t row = a.y; row < a.y + a.h; row++)
        for (int32_t other = b.y; other < b.y + b.h; other++)
            if (row != other && row % n == other % n)
                return false;
    return true;
}

int32_t plan_tiles_slots(const struct plan *p, int band, bool roomy)
{
    int32_t n = 1;
    struct rect before = {0, 0, 0, 0};
    for (int32_t k = 0; k < p->n_strips; k++) {
        struct rect rows = plan_strip_tiles(p, &p->strip[k], band);
        while (!rows_fit(rows, rows, n) || (roomy && !rows_fit(before, rows, n)))
            n++;
        before = rows;
    }
    return n;
}

/* Goes through the strips in the order of decoding, and sets plan_strip.after. `user` has the last
 * strip that needs a tile row, `held` the row in a slot or −1. */
static void wait_for_slots(struct plan *p, int band, int32_t *user, int32_t *held)
{
    const int32_t slots = p->band[band].slots;
    for (int32_t k = 0; k < p->n_strips; k++) {
        struct rect rows = plan_strip_tiles(p, &p->strip[k], band);
        for (int32_t row = rows.y; row < rows.y + rows.h; row++) {
            int32_t *slot = &held[row % slots];
            if (*slot >= 0 && *slot != row)
                p->strip[k].after = max32(p->strip[k].after, user[*slot]);
            *slot = row;
            user[row] = k;
        }
    }
}

static int find_waits(struct plan *p, int band, struct err *e)
{
    const struct plan_band *b = &p->band[band];
    size_t rows = (size_t)b->source.tiles_y, slots = (size_t)b->slots;
    int32_t *user = mem_alloc(rows + slots, sizeof *user), *held = user ? user + rows : NULL;
    if (!user)
        return err_nomem(e, (rows + slots) * sizeof *user);
    for (size_t i = 0; i < slots; i++)
        held[i] = -1;
    wait_for_slots(p, band, user, held);
    free(user);
    return 0;
}

/* Reads the whole tile if the part is more than three quarters of it. */
static struct rect part_or_whole(struct rect part, struct rect tile)
{
    return 4 * (int64_t)part.w * part.h > 3 * (int64_t)tile.w * tile.h ? tile : part;
}

/* Adds the pixels `source` to the windows of their tiles. */
static void widen_windows(struct plan_band *b, struct rect source)
{
    struct rect tiles = band_source_tiles(&b->source, source);
    for (int32_t y = tiles.y; y < tiles.y + tiles.h; y++)
        for (int32_t x = tiles.x; x < tiles.x + tiles.w; x++) {
            int32_t t = y * b->source.tiles_x + x;
            b->window[t] = rect_union(b->window[t],
                                      rect_intersect(source, band_source_tile_rect(&b->source, t)));
        }
}

static int find_windows(struct plan *p, int band, struct err *e)
{
    struct plan_band *b = &p->band[band];
    int32_t n = b->source.tiles_x * b->source.tiles_y;
    b->window = mem_zalloc((size_t)n, sizeof *b->window);
    if (!b->window)
        return err_nomem(e, (size_t)n * sizeof *b->window);
    for (int32_t k = 0; k < p->n_strips; k++)
        for (size_t i = 0; i < plan_piece_count(p, &p->strip[k], band); i++) {
            struct rect source = source_of_piece(p, &p->strip[k], band, i);
            if (!rect_is_empty(source))
                widen_windows(b, source);
        }
    for (int32_t t = 0; t < n; t++) {
        struct rect tile = band_source_tile_rect(&b->source, t);
        b->window[t] =
            band_source_reads_parts(&b->source) ? part_or_whole(b->window[t], tile) : tile;
    }
    return 0;
}

/* ---- windows and waits of all bands ---- */

int plan_tiles_windows(struct plan *p, struct err *e)
{
    for (int b = 0; b < p->n_bands; b++) {
        int r = find_windows(p, b, e);
        if (r)
            return r;
    }
    return 0;
}

int plan_tiles_waits(struct plan *p, struct err *e)
{
    for (int32_t k = 0; k < p->n_strips; k++)
        p->strip[k].after = -1;
    for (int b = 0; b < p->n_bands; b++) {
        int r = find_waits(p, b, e);
        if (r)
            return r;
    }
    return 0;
}
