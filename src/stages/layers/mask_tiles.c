#include "stages/layers/mask_tiles.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct mask_reader {
    struct tile_decoder *decoder;
    uint16_t *samples; /* of one component of the part of a tile */
    uint8_t *bytes; /* of that part */
    size_t samples_cap, bytes_cap;
};

struct tile {
    struct rect wanted, loaded; /* pixels of the image; `loaded` is valid if the row has a slot */
};

struct mask_tiles {
    const struct jp2 *jp2;
    enum tile_decoder_choice decoder;
    struct tile *tile;
    int32_t slots; /* rows of tiles in memory: row y is in slot y mod `slots` */
    int32_t *slot_row; /* the row in each slot, or −1 */
    struct rect columns; /* in memory: those of all announced windows, or the whole width */
    uint8_t *px; /* slots × tile height rows of these columns; NULL until the first use */
};

/* ---- readers ---- */

int mask_reader_create(struct mask_reader **out, struct err *e)
{
    struct mask_reader *r = mem_zalloc(1, sizeof *r);
    if (!r)
        return err_nomem(e, sizeof *r);
    int failed = tile_decoder_create(&r->decoder, e);
    if (failed) {
        free(r);
        return failed;
    }
    *out = r;
    return 0;
}

void mask_reader_destroy(struct mask_reader *r)
{
    if (!r)
        return;
    tile_decoder_destroy(r->decoder);
    free(r->samples);
    free(r->bytes);
    free(r);
}

size_t mask_reader_bytes(const struct jp2 *j)
{
    enum { PIXEL_BYTES = 3 };
    const struct jp2_info *i = jp2_info(j);
    const size_t decoding = tile_decoder_bytes(j),
                 pixels = PIXEL_BYTES * (size_t)i->tile_w * (size_t)i->tile_h;
    return decoding < SIZE_MAX - pixels ? decoding + pixels : SIZE_MAX;
}

static int reserve(struct mask_reader *r, size_t n, struct err *e)
{
    r->samples = mem_scratch(r->samples, n, &r->samples_cap, sizeof *r->samples, e);
    if (!r->samples)
        return ERR_TEMPORARY;
    r->bytes = mem_scratch(r->bytes, n, &r->bytes_cap, 1, e);
    return r->bytes ? 0 : ERR_TEMPORARY;
}

/* One component after the other, so that memory for one is enough. With several components each is
 * one bit of the value. */
static int decode(const struct mask_tiles *t, int32_t i, struct rect part, struct mask_reader *r,
                  struct err *e)
{
    const int32_t components = jp2_info(t->jp2)->components;
    const size_t n = (size_t)part.w * (size_t)part.h;
    const struct tile_wanted wanted = {t->jp2, {i, part, 0}, t->decoder};
    int failed = reserve(r, n, e);
    for (int32_t c = 0; failed == 0 && c < components; c++) {
        struct jp2_planes to = {0};
        to.dst[c] = (struct view){r->samples, part.w, part.w, part.h};
        failed = tile_decoder_read(r->decoder, &wanted, &to, e);
        for (size_t k = 0; failed == 0 && k < n; k++)
            r->bytes[k] =
                (uint8_t)(components == 1 ? r->samples[k]
                                          : (c > 0 ? r->bytes[k] : 0) | (r->samples[k] != 0) << c);
    }
    return failed;
}

bool mask_tiles_covers(const struct jp2 *j, enum tile_decoder_choice decoder)
{
    const struct jp2_info *i = jp2_info(j);
    return i->precision <= 8 &&
           (i->components == 1 || (!jp2_style(j)->outside && decoder != TILE_DECODER_OPENJPEG));
}

/* ---- tiles ---- */

/* The number of rows of tiles under any `rows` rows of pixels. */
static int32_t slots_for(const struct jp2_info *i, int32_t rows)
{
    const int32_t n = (rows + i->tile_h - 2) / i->tile_h + 1;
    return n < i->tiles_y ? n : i->tiles_y;
}

static size_t held_bytes(const struct jp2_info *i, int32_t slots, int32_t columns)
{
    return (size_t)slots * (size_t)i->tile_h * (size_t)columns;
}

size_t mask_tiles_bytes(const struct jp2 *j, int32_t rows)
{
    const struct jp2_info *i = jp2_info(j);
    const int32_t slots = slots_for(i, rows);
    return sizeof(struct mask_tiles) +
           (size_t)i->tiles_x * (size_t)i->tiles_y * sizeof(struct tile) +
           (size_t)slots * sizeof(int32_t) + held_bytes(i, slots, i->width);
}

int mask_tiles_create(const struct jp2 *j, enum tile_decoder_choice decoder,
                      struct mask_tiles **out, struct err *e)
{
    const size_t tiles = (size_t)jp2_info(j)->tiles_x * (size_t)jp2_info(j)->tiles_y;
    struct mask_tiles *t = mem_zalloc(1, sizeof *t);
    if (!t)
        return err_nomem(e, sizeof *t);
    t->jp2 = j;
    t->decoder = decoder;
    t->tile = mem_zalloc(tiles, sizeof *t->tile);
    if (!t->tile) {
        free(t);
        return err_nomem(e, tiles * sizeof(struct tile));
    }
    *out = t;
    return 0;
}

/* Forgets the pixels in memory. */
static void drop_pixels(struct mask_tiles *t)
{
    free(t->px);
    t->px = NULL;
    for (int32_t k = 0; k < t->slots; k++)
        t->slot_row[k] = -1;
}

int mask_tiles_reserve(struct mask_tiles *t, int32_t rows, struct err *e)
{
    const int32_t slots = slots_for(jp2_info(t->jp2), rows);
    if (slots <= t->slots)
        return 0;
    drop_pixels(t);
    free(t->slot_row);
    t->slot_row = mem_alloc((size_t)slots, sizeof *t->slot_row);
    t->slots = t->slot_row ? slots : 0;
    for (int32_t k = 0; k < t->slots; k++)
        t->slot_row[k] = -1;
    return t->slot_row ? 0 : err_nomem(e, (size_t)slots * sizeof *t->slot_row);
}

/* Memory that is never used costs time too: the kernel clears huge pages. */
static int allocate_pixels(struct mask_tiles *t, struct err *e)
{
    const size_t n = held_bytes(jp2_info(t->jp2), t->slots, t->columns.w);
    if (!t->px && !(t->px = mem_alloc(n, 1)))
        return err_nomem(e, n);
    return 0;
}

/* Changes the columns in memory. What is there is lost. */
static void set_columns(struct mask_tiles *t, struct rect columns)
{
    if (columns.x == t->columns.x && columns.w == t->columns.w)
        return;
    t->columns = columns;
    drop_pixels(t);
}

void mask_tiles_destroy(struct mask_tiles *t)
{
    if (!t)
        return;
    free(t->slot_row);
    free(t->px);
    free(t->tile);
    free(t);
}

/* Columns and rows of tiles under a window. */
static struct rect tiles_under(const struct jp2_info *i, struct rect px)
{
    if (rect_is_empty(px))
        return (struct rect){0};
    const int32_t x0 = px.x / i->tile_w, x1 = (px.x + px.w - 1) / i->tile_w;
    const int32_t y0 = px.y / i->tile_h, y1 = (px.y + px.h - 1) / i->tile_h;
    return (struct rect){x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

void mask_tiles_want(struct mask_tiles *t, struct rect window)
{
    const struct jp2_info *info = jp2_info(t->jp2);
    const struct rect under = tiles_under(info, window);
    set_columns(t, rect_union(t->columns, window));
    for (int32_t y = under.y; y < under.y + under.h; y++)
        for (int32_t x = under.x; x < under.x + under.w; x++) {
            const int32_t i = y * info->tiles_x + x;
            struct tile *tile = &t->tile[i];
            tile->wanted =
                rect_union(tile->wanted, rect_intersect(window, jp2_tile_rect(t->jp2, i)));
        }
}

/* Gives row `row` of tiles its slot. The row that had the slot before is discarded. */
static void claim_slot(struct mask_tiles *t, int32_t row)
{
    const int32_t across = jp2_info(t->jp2)->tiles_x;
    int32_t *loaded = &t->slot_row[row % t->slots];
    if (*loaded == row)
        return;
    for (int32_t x = 0; x < across; x++)
        t->tile[row * across + x].loaded = (struct rect){0};
    *loaded = row;
}

static uint8_t *row_of(const struct mask_tiles *t, int32_t y)
{
    const int32_t rows = t->slots * jp2_info(t->jp2)->tile_h;
    return t->px + (size_t)(y % rows) * (size_t)t->columns.w;
}

struct classify_src mask_tiles_row(const struct mask_tiles *t, int32_t y)
{
    return (struct classify_src){row_of(t, y), t->columns.x};
}

static bool contains(struct rect outer, struct rect part)
{
    const struct rect common = rect_intersect(outer, part);
    return common.w == part.w && common.h == part.h;
}

int mask_tiles_read(struct mask_tiles *t, int32_t i, struct mask_reader *reader, struct rect *part,
                    const uint8_t **px, struct err *e)
{
    const int32_t row = i / jp2_info(t->jp2)->tiles_x;
    *part = t->tile[i].wanted;
    *px = NULL;
    if (rect_is_empty(*part))
        return 0;
    int failed = decode(t, i, *part, reader, e);
    if (failed)
        return failed;
    *px = reader->bytes;
    if (t->slot_row[row % t->slots] != row)
        return 0;
    for (int32_t y = 0; y < part->h; y++)
        memcpy(row_of(t, part->y + y) + (part->x - t->columns.x), *px + (size_t)y * (size_t)part->w,
               (size_t)part->w);
    t->tile[i].loaded = *part;
    return 0;
}

int mask_tiles_load(struct mask_tiles *t, struct rect window, struct mask_reader *reader,
                    struct err *e)
{
    const struct jp2_info *info = jp2_info(t->jp2);
    const struct rect under = tiles_under(info, window);
    if (window.x < t->columns.x || window.x + window.w > t->columns.x + t->columns.w)
        set_columns(t, (struct rect){0, 0, info->width, 1});
    int failed = allocate_pixels(t, e);
    for (int32_t y = under.y; failed == 0 && y < under.y + under.h; y++)
        claim_slot(t, y);
    for (int32_t k = 0; failed == 0 && k < under.w * under.h; k++) {
        const int32_t i = (under.y + k / under.w) * info->tiles_x + under.x + k % under.w;
        const struct rect whole = jp2_tile_rect(t->jp2, i), part = rect_intersect(window, whole);
        struct rect done;
        const uint8_t *px;
        if (contains(t->tile[i].loaded, part))
            continue;
        if (!contains(t->tile[i].wanted, part))
            t->tile[i].wanted = whole;
        failed = mask_tiles_read(t, i, reader, &done, &px, e);
    }
    return failed;
}

static bool any_is_wanted(const struct mask_tiles *t, int32_t row)
{
    const int32_t across = jp2_info(t->jp2)->tiles_x;
    bool any = false;
    for (int32_t x = 0; !any && x < across; x++)
        any = !rect_is_empty(t->tile[row * across + x].wanted);
    return any;
}

void mask_tiles_begin(struct mask_tiles *t)
{
    const int32_t n = jp2_info(t->jp2)->tiles_y;
    if (allocate_pixels(t, NULL)) /* none stays; mask_tiles_load tells about it */
        return;
    for (int32_t row = 0; row < n; row++)
        if (t->slot_row[row % t->slots] < 0 && any_is_wanted(t, row))
            claim_slot(t, row);
}
