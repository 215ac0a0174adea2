#include "io/image/jp2_index.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/image/jp2_header.h"

enum {
    BOXES_MAX = 1000,
    TILES_MAX = 65535, /* Isot has 16 bits and 65535 is reserved */
};

typedef unsigned long long ull; /* for messages */

/* ---- boxes ---- */

static int not_jp2(struct source_file *f, struct err *e)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *name;
    } known[] = {
        {"II*\0", 4, "TIFF"},        {"MM\0*", 4, "TIFF"},   {"II+\0", 4, "BigTIFF"},
        {"\x89PNG", 4, "PNG"},       {"\x89HDF", 4, "HDF5"}, {"CDF", 3, "NetCDF"},
        {"\xff\xd8\xff", 3, "JPEG"}, {"PK\3\4", 4, "zip"},   {"\x1f\x8b", 2, "gzip"},
        {"<", 1, "XML or HTML"},     {"GIF8", 4, "GIF"},
    };
    unsigned char head[8];
    size_t n = source_file_size(f) < sizeof head ? (size_t)source_file_size(f) : sizeof head;
    int rc = source_file_pread(f, head, n, 0, e);
    if (rc)
        return rc;
    if (n == 0)
        return err_set(e, ERR_INPUT, "is not a JPEG 2000 file: it is empty");
    char hex[3 * sizeof head + 1] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(hex + 3 * i, 4, " %02x", head[i]);
    const char *name = "";
    for (size_t i = 0; i < sizeof known / sizeof known[0] && !*name; i++) {
        if (n >= known[i].len && memcmp(head, known[i].magic, known[i].len) == 0)
            name = known[i].name;
    }
    if (n < sizeof head)
        return err_set(e, ERR_INPUT, "is not a JPEG 2000 file: its only %zu byte%s:%s", n,
                       n == 1 ? " is" : "s are", hex);
    return err_set(e, ERR_INPUT, "is not a JPEG 2000 file: it begins with%s%s%s%s", hex,
                   *name ? " (" : "", name, *name ? ")" : "");
}

/* Reads the box at `at`: its type and the range of its content. */
static int read_box(struct source_file *f, uint64_t at, char type[5], struct jp2_span *body,
                    struct err *e)
{
    uint64_t size = source_file_size(f);
    unsigned char head[16];
    if (size - at < 8)
        return err_set(e, ERR_INPUT, "is cut off: a box begins at byte %llu, the file ends at %llu",
                       (ull)at, (ull)size);
    size_t n = size - at < sizeof head ? 8 : sizeof head;
    int rc = source_file_pread(f, head, n, at, e);
    if (rc)
        return rc;
    memcpy(type, head + 4, 4);
    type[4] = '\0';
    uint64_t len = jp2_u32(head), head_len = 8;
    if (len == 1 && n == sizeof head) {
        len = (uint64_t)jp2_u32(head + 8) << 32 | jp2_u32(head + 12);
        head_len = 16;
    } else if (len == 0) {
        len = size - at; /* the box ends with the file */
    }
    if (len < head_len)
        return err_set(e, ERR_INPUT, "is damaged: the box at byte %llu has the length %llu",
                       (ull)at, (ull)len);
    if (len > size - at)
        return err_set(e, ERR_INPUT,
                       "is cut off: the box at byte %llu is %llu bytes long, the file ends at %llu",
                       (ull)at, (ull)len, (ull)size);
    *body = (struct jp2_span){at + head_len, at + len};
    return 0;
}

static int find_codestream(struct source_file *f, struct jp2_span *cs, struct err *e)
{
    static const unsigned char jp2_magic[12] = {0,   0,   0,    12,   'j',  'P',
                                                ' ', ' ', 0x0d, 0x0a, 0x87, 0x0a};
    static const unsigned char raw_magic[4] = {0xff, 0x4f, 0xff, 0x51};
    uint64_t size = source_file_size(f);
    unsigned char head[12] = {0};
    int rc = source_file_pread(f, head, size < sizeof head ? (size_t)size : sizeof head, 0, e);
    if (rc)
        return rc;
    if (size >= sizeof head && memcmp(head, raw_magic, sizeof raw_magic) == 0) {
        *cs = (struct jp2_span){0, size};
        return 0;
    }
    if (size < sizeof head || memcmp(head, jp2_magic, sizeof jp2_magic) != 0)
        return not_jp2(f, e);
    uint64_t at = sizeof jp2_magic;
    for (int i = 0; i < BOXES_MAX && at < size; i++, at = cs->end) {
        char type[5];
        rc = read_box(f, at, type, cs, e);
        if (rc || memcmp(type, "jp2c", 4) == 0)
            return rc;
    }
    return err_set(e, ERR_INPUT, "is cut off: no image data (jp2c box) in %llu bytes", (ull)size);
}

/* ---- size ---- */

static int check_size(struct jp2_info *info, const struct jp2_wanted *want, struct err *e)
{
    if (want->is_limit && (info->width > want->width || info->height > want->height))
        return err_set(e, ERR_INPUT, "is %d x %d px, more than the %d x %d that are allowed",
                       (int)info->width, (int)info->height, (int)want->width, (int)want->height);
    if (!want->is_limit && (info->width != want->width || info->height != want->height))
        return err_set(e, ERR_INPUT, "is %d x %d px, but the metadata says %d x %d",
                       (int)info->width, (int)info->height, (int)want->width, (int)want->height);
    info->tiles_x = (info->width - 1) / info->tile_w + 1;
    info->tiles_y = (info->height - 1) / info->tile_h + 1;
    if ((int64_t)info->tiles_x * info->tiles_y > TILES_MAX)
        return err_set(e, ERR_INPUT, "is damaged: %d x %d tiles", (int)info->tiles_x,
                       (int)info->tiles_y);
    return 0;
}

/* ---- tile-parts ---- */

/* What is known of a tile so far. */
struct tile_state {
    uint16_t parts; /* so far */
    uint16_t total; /* TNsot; 0: not given yet */
    uint64_t bytes;
};

struct walk {
    struct source_file *f;
    struct jp2_span cs; /* begin: the position of the walk */
    struct tile_state *tile;
    struct jp2_part *part;
    size_t count, capacity;
    int32_t tiles;
};

static int take_part(struct walk *w, const unsigned char sot[JP2_SOT_BYTES], uint64_t len,
                     struct err *e)
{
    uint32_t tile = jp2_u16(sot + 4), index = sot[10], total = sot[11];
    if (tile >= (uint32_t)w->tiles)
        return err_set(e, ERR_INPUT, "is damaged: tile %lu of %d at byte %llu", (unsigned long)tile,
                       (int)w->tiles, (ull)w->cs.begin);
    struct tile_state *t = &w->tile[tile];
    if (index != t->parts || (total && t->total && total != t->total) ||
        (total && index >= total) || (t->total && index >= t->total))
        return err_set(e, ERR_INPUT, "is damaged: tile %lu has its part %lu of %lu after %d",
                       (unsigned long)tile, (unsigned long)index, (unsigned long)total, t->parts);
    if (total)
        t->total = (uint16_t)total;
    t->parts++;
    t->bytes += len;
    /* grows with the real content of the file */
    struct jp2_part *more = mem_grown(w->part, w->count, &w->capacity, sizeof *more, e);
    if (!more)
        return ERR_TEMPORARY;
    w->part = more;
    w->part[w->count++] = (struct jp2_part){w->cs.begin, len, (int32_t)tile};
    return 0;
}

/* A part without a length (Psot = 0) ends at the codestream's end marker. */
static int last_part_len(struct walk *w, uint64_t *len, struct err *e)
{
    uint64_t left = w->cs.end - w->cs.begin;
    unsigned char eoc[2] = {0};
    int rc = left < JP2_SOT_BYTES + 4 ? 0 : source_file_pread(w->f, eoc, 2, w->cs.end - 2, e);
    if (rc)
        return rc;
    if (jp2_u16(eoc) != JP2_EOC)
        return err_set(e, ERR_INPUT, "is cut off: it ends at byte %llu without an end marker",
                       (ull)w->cs.end);
    *len = left - 2;
    return 0;
}

/* Reads the tile-part at the walk's position, or detects the end of the codestream. */
static int step(struct walk *w, bool *at_end, struct err *e)
{
    uint64_t left = w->cs.end - w->cs.begin;
    unsigned char sot[JP2_SOT_BYTES] = {0};
    int rc =
        source_file_pread(w->f, sot, left < sizeof sot ? (size_t)left : sizeof sot, w->cs.begin, e);
    if (rc)
        return rc;
    *at_end = left >= 2 && jp2_u16(sot) == JP2_EOC;
    if (*at_end)
        return 0;
    if (left < sizeof sot)
        return err_set(e, ERR_INPUT, "is cut off: it ends at byte %llu without an end marker",
                       (ull)w->cs.end);
    if (jp2_u16(sot) != JP2_SOT || jp2_u16(sot + 2) != 10)
        return err_set(e, ERR_INPUT, "is damaged: no tile begins at byte %llu", (ull)w->cs.begin);
    uint64_t len = jp2_u32(sot + 6);
    if (len == 0)
        rc = last_part_len(w, &len, e);
    else if (len > left)
        rc = err_set(e, ERR_INPUT, "is cut off: tile %lu ends at byte %llu, the %s at %llu",
                     (unsigned long)jp2_u16(sot + 4), (ull)(w->cs.begin + len),
                     w->cs.end == source_file_size(w->f) ? "file" : "image data", (ull)w->cs.end);
    else if (len < JP2_SOT_BYTES + 2)
        rc = err_set(e, ERR_INPUT, "is damaged: tile %lu has the length %llu",
                     (unsigned long)jp2_u16(sot + 4), (ull)len);
    if (!rc)
        rc = take_part(w, sot, len, e);
    w->cs.begin += rc ? 0 : len;
    return rc;
}

static int check_complete(const struct walk *w, struct err *e)
{
    for (int32_t t = 0; t < w->tiles; t++) {
        if (w->tile[t].parts == 0)
            return err_set(e, ERR_INPUT, "is damaged: tile %d of %d is missing", (int)t,
                           (int)w->tiles);
        if (w->tile[t].total && w->tile[t].parts != w->tile[t].total)
            return err_set(e, ERR_INPUT, "is damaged: tile %d has %d of its %d parts", (int)t,
                           w->tile[t].parts, w->tile[t].total);
    }
    return 0;
}

/* Sorts the parts by tile; those of one tile keep their order. */
static int group(struct jp2_index *x, const struct walk *w, struct err *e)
{
    x->part = mem_alloc(w->count, sizeof *x->part);
    x->first = mem_zalloc((size_t)w->tiles + 1, sizeof *x->first);
    size_t *next = mem_alloc((size_t)w->tiles, sizeof *next);
    if (!x->part || !x->first || !next) {
        free(next);
        return err_nomem(e, w->count * sizeof *x->part);
    }
    for (int32_t t = 0; t < w->tiles; t++) {
        next[t] = x->first[t];
        x->first[t + 1] = x->first[t] + w->tile[t].parts;
        if (w->tile[t].bytes > x->tile_bytes_max)
            x->tile_bytes_max = w->tile[t].bytes;
    }
    for (size_t i = 0; i < w->count; i++)
        x->part[next[w->part[i].tile]++] = w->part[i];
    free(next);
    return 0;
}

static int read_parts(struct jp2_index *x, struct source_file *f, struct jp2_span cs, struct err *e)
{
    struct walk w = {.f = f, .cs = cs, .tiles = x->info.tiles_x * x->info.tiles_y};
    w.tile = mem_zalloc((size_t)w.tiles, sizeof *w.tile);
    if (!w.tile)
        return err_nomem(e, (size_t)w.tiles * sizeof *w.tile);
    int rc = 0;
    for (bool at_end = false; !rc && !at_end;)
        rc = step(&w, &at_end, e);
    if (!rc)
        rc = check_complete(&w, e);
    if (!rc)
        rc = group(x, &w, e);
    free(w.part);
    free(w.tile);
    return rc;
}

int jp2_index_read(struct jp2_index *x, struct source_file *f, struct jp2_wanted wanted,
                   struct err *e)
{
    *x = (struct jp2_index){.wanted = wanted};
    struct jp2_span cs = {0, 0};
    int rc = find_codestream(f, &cs, e);
    if (!rc)
        rc = jp2_header_read(x, f, &cs, e);
    if (!rc)
        rc = check_size(&x->info, &wanted, e);
    if (!rc)
        rc = read_parts(x, f, cs, e);
    if (rc)
        jp2_index_clear(x);
    return rc;
}

void jp2_index_clear(struct jp2_index *x)
{
    free(x->header);
    free(x->part);
    free(x->first);
    *x = (struct jp2_index){0};
}

/* PLT (A.7.3): lengths in groups of seven bits, the last group of each with its highest bit
 * clear. */
static bool add_packet_lengths(const unsigned char *m, size_t len, uint64_t *sum)
{
    uint64_t value = 0;
    bool open = false;
    for (size_t i = 3; i < len; i++) {
        value = (value & UINT32_MAX) << 7 | (m[i] & 0x7f);
        open = m[i] & 0x80;
        if (!open) {
            *sum += value;
            value = 0;
        }
    }
    return len > 3 && !open;
}

int jp2_index_check_part(const unsigned char *part, size_t len, struct jp2_part_header *header,
                         struct err *e)
{
    uint64_t sum = 0;
    bool has_lengths = false, packed = false;
    *header = (struct jp2_part_header){0};
    size_t at = JP2_SOT_BYTES;
    for (; at + 4 <= len && jp2_u16(part + at) != JP2_SOD;) {
        uint32_t marker = jp2_u16(part + at);
        const unsigned char *m = part + at + 2;
        size_t n = jp2_u16(m);
        if (marker < 0xff00 || n < 2 || n > len - at - 2)
            return err_set(e, ERR_INPUT, "its header is damaged");
        if (marker == JP2_COD ||
            marker == JP2_COC) /* the memory plan relies on the main header's coding style */
            return err_set(e, ERR_INPUT, "has a coding style of its own: not supported");
        if (marker == JP2_PLT && !add_packet_lengths(m, n, &sum))
            return err_set(e, ERR_INPUT, "its list of packet lengths is damaged");
        has_lengths |= marker == JP2_PLT;
        packed |= marker == JP2_PPT;
        header->own_coding |= marker != JP2_PLT && marker != JP2_COM;
        at += 2 + n;
    }
    if (at + 2 > len || jp2_u16(part + at) != JP2_SOD)
        return err_set(e, ERR_INPUT, "its header is damaged");
    header->len = at + 2;
    if (has_lengths && !packed && sum != len - header->len)
        return err_set(e, ERR_INPUT, "its packets have %llu bytes by their list, but it holds %llu",
                       (ull)sum, (ull)(len - header->len));
    return 0;
}
