#include "io/image/j2k_packets.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/image/jp2_index.h"

enum { SOP_BYTES = 6 };

/* A node of a tag tree (B.10.2): its value where `known`, else at least `low`. */
struct j2k_node {
    uint16_t low;
    bool known;
};

/* A packet but for its layer. */
struct j2k_step {
    int64_t key[4]; /* the progression's order, the slowest first */
    uint32_t precinct; /* row by row, in the resolution */
    uint8_t component, resolution;
};

static int damaged(struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "is damaged: %s", what);
}

/* ---- geometry (B.5, B.6, B.7) ---- */

static int32_t up(int64_t a, int log2) { return (int32_t)((a + (INT64_C(1) << log2) - 1) >> log2); }

static struct rect corners(int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
    return (struct rect){x0, y0, x1 - x0, y1 - y0};
}

/* Equation B-14. */
static struct rect resolution_rect(struct rect tile, int level)
{
    return corners(up(tile.x, level), up(tile.y, level), up((int64_t)tile.x + tile.w, level),
                   up((int64_t)tile.y + tile.h, level));
}

/* Equation B-15: orientation 1 is HL, 2 LH, 3 HH; 0 is LL, whose rectangle is the resolution's. */
static struct rect band_rect(struct rect resolution, int orientation)
{
    const int x = orientation & 1, y = orientation >> 1;
    return corners(up((int64_t)resolution.x - x, 1), up((int64_t)resolution.y - y, 1),
                   up((int64_t)resolution.x + resolution.w - x, 1),
                   up((int64_t)resolution.y + resolution.h - y, 1));
}

static uint32_t tree_nodes(int32_t w, int32_t h)
{
    uint32_t n = 0;
    for (;;) {
        n += (uint32_t)w * (uint32_t)h;
        if ((int64_t)w * h <= 1)
            return n;
        w = (w + 1) / 2;
        h = (h + 1) / 2;
    }
}

static int add_blocks(struct j2k_tile *t, const struct j2k_band *b, struct rect blocks,
                      struct rect limit, struct err *e)
{
    const size_t n = (size_t)blocks.w * (size_t)blocks.h;
    if (t->blocks + n > J2K_BLOCKS_MAX)
        return err_set(e, ERR_INPUT, "has too many code-blocks");
    struct j2k_block *grown =
        mem_grown_by(t->block, t->blocks, n, &t->block_cap, sizeof *t->block, e);
    if (!grown)
        return ERR_TEMPORARY;
    t->block = grown;
    for (int32_t y = 0; y < blocks.h; y++)
        for (int32_t x = 0; x < blocks.w; x++) {
            const struct rect whole = {(blocks.x + x) << b->block_w_log2,
                                       (blocks.y + y) << b->block_h_log2, 1 << b->block_w_log2,
                                       1 << b->block_h_log2};
            t->block[t->blocks++] =
                (struct j2k_block){.px = rect_intersect(whole, limit), .len_bits = 3};
        }
    return 0;
}

/* One precinct of a band: `limit` is the part of the band in it. */
static int add_precinct(struct j2k_tile *t, const struct j2k_band *b, struct rect limit,
                        struct err *e)
{
    struct rect blocks = {0};
    if (!rect_is_empty(limit)) {
        const int32_t x = limit.x >> b->block_w_log2, y = limit.y >> b->block_h_log2;
        blocks = corners(x, y, up((int64_t)limit.x + limit.w, b->block_w_log2),
                         up((int64_t)limit.y + limit.h, b->block_h_log2));
    }
    const uint32_t nodes = rect_is_empty(blocks) ? 0 : tree_nodes(blocks.w, blocks.h);
    struct j2k_precinct *precinct =
        mem_grown(t->precinct, t->precincts, &t->precinct_cap, sizeof *t->precinct, e);
    if (!precinct)
        return ERR_TEMPORARY;
    t->precinct = precinct;
    t->precinct[t->precincts++] = (struct j2k_precinct){
        (uint32_t)t->blocks, blocks.w, blocks.h, (uint32_t)t->nodes, (uint32_t)t->nodes + nodes};
    if (nodes == 0)
        return 0;
    struct j2k_node *node =
        mem_grown_by(t->node, t->nodes, 2 * (size_t)nodes, &t->node_cap, sizeof *t->node, e);
    if (!node)
        return ERR_TEMPORARY;
    t->node = node;
    memset(t->node + t->nodes, 0, 2 * (size_t)nodes * sizeof *t->node);
    t->nodes += 2 * (size_t)nodes;
    return add_blocks(t, b, blocks, limit, e);
}

static int add_band(struct j2k_tile *t, struct j2k_resolution *res, int r, int orientation,
                    struct err *e)
{
    const struct j2k_style *s = t->style;
    const int down = r > 0, pw = (s->precinct_log2[r] & 15) - down,
              ph = (s->precinct_log2[r] >> 4) - down;
    struct j2k_band *b = &res->band[res->bands++];
    *b = (struct j2k_band){.px = orientation ? band_rect(res->px, orientation) : res->px,
                           .planes = s->planes[r ? 3 * (r - 1) + orientation : 0],
                           .block_w_log2 = pw < s->block_w_log2 ? pw : s->block_w_log2,
                           .block_h_log2 = ph < s->block_h_log2 ? ph : s->block_h_log2,
                           .first_precinct = (uint32_t)t->precincts};
    const int32_t x0 = res->px.x >> (pw + down), y0 = res->px.y >> (ph + down);
    for (int32_t y = y0; y < y0 + res->precincts_y; y++)
        for (int32_t x = x0; x < x0 + res->precincts_x; x++) {
            /* wider than int32_t: a precinct of 2^15 may begin far to the right */
            const struct rect whole = {(int32_t)((int64_t)x << pw), (int32_t)((int64_t)y << ph),
                                       1 << pw, 1 << ph};
            int failed = add_precinct(t, b, rect_intersect(whole, b->px), e);
            if (failed)
                return failed;
        }
    return 0;
}

/* B.6. */
static int add_resolution(struct j2k_tile *t, int c, int r, struct err *e)
{
    const struct j2k_style *s = t->style;
    struct j2k_resolution *res = &t->resolution[c][r];
    const int pw = s->precinct_log2[r] & 15, ph = s->precinct_log2[r] >> 4;
    *res = (struct j2k_resolution){.px = resolution_rect(t->px, s->levels - r)};
    if (!rect_is_empty(res->px)) {
        res->precincts_x = up((int64_t)res->px.x + res->px.w, pw) - (res->px.x >> pw);
        res->precincts_y = up((int64_t)res->px.y + res->px.h, ph) - (res->px.y >> ph);
    }
    if ((int64_t)res->precincts_x * res->precincts_y + (int64_t)t->precincts > J2K_BLOCKS_MAX)
        return err_set(e, ERR_INPUT, "has too many precincts");
    int failed = 0;
    for (int o = r > 0; failed == 0 && o <= (r > 0 ? 3 : 0); o++)
        failed = add_band(t, res, r, o, e);
    return failed;
}

/* ---- progression (B.12) ---- */

/* Where a precinct begins on the reference grid, but not before the tile. */
static int64_t place(int32_t tile, int32_t precinct, int log2)
{
    const int64_t at = (int64_t)precinct << log2;
    return at > tile ? at : tile;
}

static void set_key(const struct j2k_tile *t, struct j2k_step *s, int32_t px, int32_t py)
{
    const struct j2k_style *style = t->style;
    const int down = style->levels - s->resolution, p = style->precinct_log2[s->resolution];
    const int64_t x = place(t->px.x, px, (p & 15) + down), y = place(t->px.y, py, (p >> 4) + down);
    const int64_t c = s->component, r = s->resolution, k = s->precinct;
    const int64_t keys[J2K_ORDERS][4] = {[J2K_LRCP] = {r, c, k, 0},
                                         [J2K_RLCP] = {r, c, k, 0},
                                         [J2K_RPCL] = {r, y, x, c},
                                         [J2K_PCRL] = {y, x, c, r},
                                         [J2K_CPRL] = {c, y, x, r}};
    memcpy(s->key, keys[style->order], sizeof s->key);
}

static int compare_steps(const void *a, const void *b)
{
    const struct j2k_step *s = a, *t = b;
    for (int i = 0; i < 4; i++)
        if (s->key[i] != t->key[i])
            return s->key[i] < t->key[i] ? -1 : 1;
    return s->precinct < t->precinct ? -1 : s->precinct > t->precinct;
}

static int add_steps(struct j2k_tile *t, int c, int r, struct err *e)
{
    const struct j2k_resolution *res = &t->resolution[c][r];
    const int p = t->style->precinct_log2[r];
    const size_t n = (size_t)res->precincts_x * (size_t)res->precincts_y;
    if (n == 0)
        return 0;
    struct j2k_step *grown = mem_grown_by(t->step, t->steps, n, &t->step_cap, sizeof *t->step, e);
    if (!grown)
        return ERR_TEMPORARY;
    t->step = grown;
    for (size_t k = 0; k < n; k++) {
        struct j2k_step *s = &t->step[t->steps++];
        *s = (struct j2k_step){
            .precinct = (uint32_t)k, .component = (uint8_t)c, .resolution = (uint8_t)r};
        set_key(t, s, (res->px.x >> (p & 15)) + (int32_t)k % res->precincts_x,
                (res->px.y >> (p >> 4)) + (int32_t)k / res->precincts_x);
    }
    return 0;
}

static int lay_out(struct j2k_tile *t, struct err *e)
{
    const struct j2k_style *s = t->style;
    int failed = 0;
    t->precincts = t->blocks = t->pieces = t->nodes = t->steps = 0;
    for (int c = 0; failed == 0 && c < s->components; c++)
        for (int r = 0; failed == 0 && r <= s->levels; r++) {
            failed = add_resolution(t, c, r, e);
            if (failed == 0)
                failed = add_steps(t, c, r, e);
        }
    if (failed == 0)
        qsort(t->step, t->steps, sizeof *t->step, compare_steps);
    return failed;
}

/* ---- bits of a packet header (B.10.1) ---- */

struct bits {
    const unsigned char *at, *end;
    uint32_t byte;
    int left;
    bool over; /* bits beyond the end were asked for; they are 0 */
};

static uint32_t bit(struct bits *b)
{
    if (b->left == 0) {
        b->left = b->byte == 0xFF ? 7 : 8;
        b->over |= b->at >= b->end;
        b->byte = b->at < b->end ? *b->at++ : 0;
    }
    return b->byte >> --b->left & 1;
}

static uint32_t bits(struct bits *b, int n)
{
    uint32_t v = 0;
    while (n-- > 0)
        v = v << 1 | bit(b);
    return v;
}

/* The header ends on a byte; one that is stuffed behind 0xFF belongs to it. */
static void end_bits(struct bits *b)
{
    if (b->byte == 0xFF) {
        b->over |= b->at >= b->end;
        b->at += b->at < b->end;
    }
}

/* Is the value of leaf (x, y) below `limit` (B.10.2)? `value` gets it then. */
static bool tag_tree(struct j2k_node *node, int32_t w, int32_t h, int32_t x, int32_t y,
                     uint32_t limit, uint32_t *value, struct bits *b)
{
    struct j2k_node *path[32];
    int n = 0;
    for (;; n++) {
        path[n] = node + (size_t)y * (size_t)w + x;
        if ((int64_t)w * h <= 1)
            break;
        node += (size_t)w * (size_t)h;
        w = (w + 1) / 2;
        h = (h + 1) / 2;
        x /= 2;
        y /= 2;
    }
    uint32_t low = 0;
    for (; n >= 0; n--) {
        struct j2k_node *at = path[n];
        low = at->low > low ? at->low : low;
        while (!at->known && low < limit && !b->over) {
            at->known = bit(b);
            low += !at->known;
        }
        at->low = (uint16_t)low;
    }
    *value = low;
    return path[0]->known && low < limit;
}

/* Table B.4. */
static uint32_t read_passes(struct bits *b)
{
    if (!bit(b))
        return 1;
    if (!bit(b))
        return 2;
    uint32_t n = bits(b, 2);
    if (n < 3)
        return 3 + n;
    n = bits(b, 5);
    return n < 31 ? 6 + n : 37 + bits(b, 7);
}

/* ---- a packet ---- */

struct packet {
    struct j2k_tile *t;
    struct bits bits;
    uint32_t layer;
    size_t first_piece;
};

static bool is_included(struct packet *p, const struct j2k_precinct *k, struct j2k_block *block,
                        int32_t x, int32_t y)
{
    uint32_t value;
    if (block->included)
        return bit(&p->bits);
    return tag_tree(p->t->node + k->inclusion, k->blocks_x, k->blocks_y, x, y, p->layer + 1, &value,
                    &p->bits);
}

/* Of a block's first packet. */
static int read_zero_planes(struct packet *p, const struct j2k_band *b,
                            const struct j2k_precinct *k, struct j2k_block *block, int32_t x,
                            int32_t y, struct err *e)
{
    uint32_t zero = 0;
    const uint32_t limit = (uint32_t)b->planes + 1;
    if (!tag_tree(p->t->node + k->zero_planes, k->blocks_x, k->blocks_y, x, y, limit, &zero,
                  &p->bits))
        return damaged(e, "a code-block has more empty bit-planes than there are");
    block->planes = (uint8_t)(b->planes - (int)zero);
    block->included = true;
    return 0;
}

static int log2_of(uint32_t n)
{
    int log2 = 0;
    while (n >>= 1)
        log2++;
    return log2;
}

/* How many passes, and bytes (B.10.6, B.10.7). The bytes' place is set when the header is read. */
static int read_contribution(struct packet *p, struct j2k_block *block, struct err *e)
{
    struct j2k_tile *t = p->t;
    const uint32_t passes = read_passes(&p->bits);
    while (bit(&p->bits))
        if (++block->len_bits > 32)
            return damaged(e, "a code-block's length has more than 32 bits");
    const int n = block->len_bits + log2_of(passes);
    if (n > 32 || p->bits.over)
        return damaged(e, "a packet's header is cut off, or no header");
    const uint32_t len = bits(&p->bits, n);
    if (block->passes + passes > 3U * block->planes - 2 || block->planes == 0)
        return damaged(e, "a code-block has more passes than bit-planes");
    struct j2k_piece *grown = mem_grown(t->piece, t->pieces, &t->piece_cap, sizeof *t->piece, e);
    if (!grown)
        return ERR_TEMPORARY;
    t->piece = grown;
    t->piece[t->pieces++] = (struct j2k_piece){0, len, 0};
    if (block->last)
        t->piece[block->last - 1].next = (uint32_t)t->pieces;
    else
        block->first = (uint32_t)t->pieces;
    block->last = (uint32_t)t->pieces;
    block->passes = (uint16_t)(block->passes + passes);
    return 0;
}

static int read_blocks(struct packet *p, const struct j2k_band *b, uint32_t precinct, struct err *e)
{
    const struct j2k_precinct *k = &p->t->precinct[b->first_precinct + precinct];
    for (int32_t y = 0; y < k->blocks_y; y++)
        for (int32_t x = 0; x < k->blocks_x; x++) {
            struct j2k_block *block =
                &p->t->block[k->first_block + (uint32_t)(y * k->blocks_x + x)];
            if (!is_included(p, k, block, x, y))
                continue;
            int r = block->included ? 0 : read_zero_planes(p, b, k, block, x, y, e);
            if (r == 0)
                r = read_contribution(p, block, e);
            if (r)
                return r;
        }
    return 0;
}

static int read_header(struct packet *p, const struct j2k_step *step, struct err *e)
{
    const struct j2k_resolution *res = &p->t->resolution[step->component][step->resolution];
    int r = 0;
    if (bit(&p->bits))
        for (int b = 0; r == 0 && b < res->bands; b++)
            r = read_blocks(p, &res->band[b], step->precinct, e);
    if (r)
        return r;
    end_bits(&p->bits);
    return p->bits.over ? damaged(e, "a packet's header is cut off") : 0;
}

static bool skip_marker(const unsigned char **at, const unsigned char *end, uint32_t marker,
                        int bytes)
{
    if (end - *at < bytes || jp2_u16(*at) != marker)
        return false;
    *at += bytes;
    return true;
}

/* The header, and behind it the bytes of its blocks. */
static int read_packet(struct j2k_tile *t, const struct j2k_step *step, uint32_t layer,
                       const unsigned char *packets, size_t len, size_t *used, struct err *e)
{
    const unsigned char *at = packets + *used, *end = packets + len;
    if (t->style->sop && !skip_marker(&at, end, JP2_SOP, SOP_BYTES))
        return damaged(e, "a packet does not begin with its marker");
    struct packet p = {t, {.at = at, .end = end}, layer, t->pieces};
    int r = read_header(&p, step, e);
    if (r)
        return r;
    at = p.bits.at;
    if (t->style->eph && !skip_marker(&at, end, JP2_EPH, 2))
        return damaged(e, "a packet's header does not end with its marker");
    size_t offset = (size_t)(at - packets);
    for (size_t i = p.first_piece; i < t->pieces; i++) {
        if (t->piece[i].len > len - offset)
            return damaged(e, "a packet is cut off");
        t->piece[i].offset = (uint32_t)offset;
        offset += t->piece[i].len;
    }
    *used = offset;
    return 0;
}

/* Layers are the slowest in LRCP, one below resolutions in RLCP, the fastest in the others. */
static size_t same_layers(const struct j2k_tile *t, size_t first)
{
    size_t n = 1;
    if (t->style->order == J2K_LRCP)
        return t->steps - first;
    if (t->style->order == J2K_RLCP)
        while (first + n < t->steps && t->step[first + n].key[0] == t->step[first].key[0])
            n++;
    return n;
}

static void sum_lengths(struct j2k_tile *t)
{
    for (size_t i = 0; i < t->blocks; i++) {
        struct j2k_block *b = &t->block[i];
        for (uint32_t k = b->first; k; k = t->piece[k - 1].next)
            b->len += t->piece[k - 1].len;
    }
}

int j2k_tile_read(struct j2k_tile *t, const struct j2k_style *style, struct rect px,
                  const unsigned char *packets, size_t len, struct err *e)
{
    size_t used = 0;
    t->style = style;
    t->px = px;
    int r = len > UINT32_MAX ? damaged(e, "it is too long") : lay_out(t, e);
    for (size_t i = 0, n; r == 0 && i < t->steps; i += n) {
        n = same_layers(t, i);
        for (int layer = 0; r == 0 && layer < style->layers; layer++)
            for (size_t k = i; r == 0 && k < i + n; k++)
                r = read_packet(t, &t->step[k], (uint32_t)layer, packets, len, &used, e);
    }
    if (r == 0 && used != len)
        r = damaged(e, "there are bytes behind its last packet");
    if (r == 0)
        sum_lengths(t);
    return r;
}

void j2k_tile_clear(struct j2k_tile *t)
{
    free(t->precinct);
    free(t->block);
    free(t->piece);
    free(t->node);
    free(t->step);
    *t = (struct j2k_tile){0};
}
