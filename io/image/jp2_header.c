#include "io/image/jp2_header.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum {
    HEADER_MAX = 1 << 20, /* real main headers have a few hundred bytes, with TLM a few thousand */
    HEADER_FIRST = 4096, /* read at first */
};

static int read_siz(struct jp2_index *x, const unsigned char *m, size_t len, struct err *e)
{
    if (len < 38)
        return err_set(e, ERR_INPUT, "is damaged: its SIZ marker has %zu bytes", len);
    uint32_t w = jp2_u32(m + 4), h = jp2_u32(m + 8), tile_w = jp2_u32(m + 20),
             tile_h = jp2_u32(m + 24);
    uint32_t components = jp2_u16(m + 36);
    if (jp2_u32(m + 12) || jp2_u32(m + 16) || jp2_u32(m + 28) || jp2_u32(m + 32))
        return err_set(e, ERR_INPUT, "its image or tiles are not anchored at 0, 0: not supported");
    if (w == 0 || h == 0 || w > INT32_MAX || h > INT32_MAX || tile_w == 0 || tile_h == 0)
        return err_set(e, ERR_INPUT, "is damaged: %lu x %lu px in tiles of %lu x %lu",
                       (unsigned long)w, (unsigned long)h, (unsigned long)tile_w,
                       (unsigned long)tile_h);
    uint32_t most = (uint32_t)x->wanted.components, least = x->wanted.is_limit ? 1 : most;
    if (components < least || components > most || len != 38 + 3 * components)
        return err_set(e, ERR_INPUT, "has %lu components, %s needed", (unsigned long)components,
                       most == 1    ? "one is"
                       : least == 1 ? "1 to 3 are"
                                    : "3 are");
    for (const unsigned char *c = m + 38; c < m + len; c += 3) {
        if (c[0] > 15) /* Ssiz: depth − 1; the highest bit means signed */
            return err_set(e, ERR_INPUT, "has %d-bit %s samples; up to 16 unsigned bits are needed",
                           (c[0] & 0x7f) + 1, c[0] & 0x80 ? "signed" : "unsigned");
        if (c[1] != 1 || c[2] != 1)
            return err_set(e, ERR_INPUT, "is subsampled by %d x %d: not supported", c[1], c[2]);
        if (components > 1 && (c[0] > 7 || c[0] != m[38]))
            return err_set(
                e, ERR_INPUT,
                "has components of more than 8 bits or of different depths: not supported");
    }
    x->info = (struct jp2_info){.width = (int32_t)w,
                                .height = (int32_t)h,
                                .tile_w = (int32_t)(tile_w < w ? tile_w : w),
                                .tile_h = (int32_t)(tile_h < h ? tile_h : h),
                                .components = (int32_t)components,
                                .precision = m[38] + 1};
    return 0;
}

/* COD (A.6.1): Lcod, Scod, progression, layers, transform, levels, block width, height, style,
 * wavelet, precincts. */
static int read_cod(const unsigned char *m, size_t len, struct jp2_coding *c, struct err *e)
{
    bool own_precincts = len >= 12 && m[2] & 1;
    *c = (struct jp2_coding){0};
    if (len >= 12) {
        c->layers = (int32_t)jp2_u16(m + 4);
        c->levels = m[7];
        c->block_w_log2 = m[8] + 2;
        c->block_h_log2 = m[9] + 2;
    }
    if (len < 12 || c->layers == 0 || c->levels > JP2_LEVELS_MAX || m[8] > 8 || m[9] > 8 ||
        c->block_w_log2 + c->block_h_log2 > 12 || (own_precincts && len < 13 + (size_t)c->levels))
        return err_set(e, ERR_INPUT, "is damaged: its COD marker is not valid");
    for (int r = 0; r <= c->levels; r++)
        c->precinct_log2[r] = own_precincts ? m[12 + r] : 0xff;
    return 0;
}

/* Reads one segment of the main header; `m` points at its length field. */
static int take_segment(struct jp2_index *x, uint32_t marker, const unsigned char *m, size_t len,
                        struct err *e)
{
    switch (marker) {
    case JP2_SIZ:
        return x->info.width ? err_set(e, ERR_INPUT, "is damaged: two SIZ markers")
                             : read_siz(x, m, len, e);
    case JP2_COD:
        return read_cod(m, len, &x->coding, e);
    case JP2_COC: /* with one component COC only replaces COD; the memory plan reads COD alone */
        return err_set(e, ERR_INPUT, "has a COC marker beside COD: not supported");
    case JP2_CRG: /* A.9.2: two numbers of two bytes for each component */
        return len == 2 + 4 * (size_t)x->info.components
                   ? 0
                   : err_set(e, ERR_INPUT, "is damaged: its CRG marker has %zu bytes", len);
    case JP2_PPM: /* packet headers of all tiles: tiles could not be read alone */
        return err_set(e, ERR_INPUT, "has packed packet headers (PPM): not supported");
    default:
        return 0;
    }
}

/* Walks the markers in `raw` and keeps those that a single tile needs. `*used` is the position of
 * the first SOT. */
static int take_header(struct jp2_index *x, const unsigned char *raw, size_t n, size_t *used,
                       struct err *e)
{
    size_t at = 2;
    x->header_len = 2;
    memcpy(x->header, raw, 2);
    while (at + 4 <= n) {
        uint32_t marker = jp2_u16(raw + at);
        if (marker == JP2_SOT) {
            *used = at;
            if (x->info.width && x->coding.layers)
                return 0;
            return err_set(e, ERR_INPUT, "is damaged: no SIZ or COD marker in its header");
        }
        size_t len = jp2_u16(raw + at + 2);
        if (marker < 0xff00 || len < 2 || (at == 2 && marker != JP2_SIZ))
            return err_set(e, ERR_INPUT, "is damaged: %04lx where a header marker is expected",
                           (unsigned long)marker);
        if (at + 2 + len > n)
            break;
        int rc = take_segment(x, marker, raw + at + 2, len, e);
        if (rc)
            return rc;
        if (marker != JP2_TLM && marker != JP2_PLM) {
            memcpy(x->header + x->header_len, raw + at, 2 + len);
            x->header_len += 2 + len;
        }
        at += 2 + len;
    }
    return n == HEADER_MAX
               ? err_set(e, ERR_INPUT, "is damaged: its header has more than %d bytes", HEADER_MAX)
               : err_set(e, ERR_INPUT, "is cut off: it ends in the header");
}

/* True if take_header needs no byte after these: a tile begins, or something is no marker. */
static bool is_whole_header(const unsigned char *raw, size_t n)
{
    size_t at = 2;
    while (at + 4 <= n && jp2_u16(raw + at) != JP2_SOT) {
        const size_t len = jp2_u16(raw + at + 2);
        if (jp2_u16(raw + at) < 0xff00 || len < 2)
            return true;
        at += 2 + len;
    }
    return at + 4 <= n;
}

/* Reads as much as the main header needs. `*raw` is the caller's, also after an error. */
static int load(struct source_file *f, struct jp2_span cs, unsigned char **raw, size_t *n,
                struct err *e)
{
    const uint64_t whole = cs.end - cs.begin;
    const size_t most = whole < HEADER_MAX ? (size_t)whole : HEADER_MAX;
    size_t capacity = 0;
    int rc = 0;
    *n = 0;
    for (size_t want = HEADER_FIRST; !rc && *n < most; want *= 4) {
        if (*n > 0 && is_whole_header(*raw, *n))
            break;
        *n = want < most ? want : most;
        *raw = mem_scratch(*raw, *n, &capacity, 1, e);
        rc = *raw ? source_file_pread(f, *raw, *n, cs.begin, e) : ERR_TEMPORARY;
    }
    return rc;
}

int jp2_header_read(struct jp2_index *x, struct source_file *f, struct jp2_span *cs, struct err *e)
{
    unsigned char *raw = NULL;
    size_t n, used = 0;
    int rc = load(f, *cs, &raw, &n, e);
    if (!rc && (n < 2 || jp2_u16(raw) != JP2_SOC))
        rc = err_set(e, ERR_INPUT, "is %s at byte %llu",
                     n < 2 ? "cut off" : "damaged: no codestream", (unsigned long long)cs->begin);
    if (!rc && !(x->header = mem_alloc(n, 1)))
        rc = err_nomem(e, n);
    if (!rc)
        rc = take_header(x, raw, n, &used, e);
    free(raw);
    cs->begin += used;
    unsigned char *smaller = rc ? NULL : realloc(x->header, x->header_len);
    if (smaller)
        x->header = smaller;
    return rc;
}
