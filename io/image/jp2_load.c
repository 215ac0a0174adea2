#include "io/image/jp2_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static void put32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (24 - 8 * i));
}

static int reserve(struct jp2_decoder *d, uint64_t len, struct err *e)
{
    if (len <= d->capacity)
        return 0;
    free(d->buf);
    d->capacity = 0;
    d->buf = len < SIZE_MAX ? mem_alloc((size_t)len, 1) : NULL;
    if (!d->buf)
        return err_nomem(e, len);
    d->capacity = (size_t)len;
    return 0;
}

/* Rewrites SIZ so that the image is this one tile in its own place. The coordinates stay, and with
 * them the wavelet's phase, the precincts and the blocks. OpenJPEG then sets up one tile instead of
 * all (6 KB each). */
static void put_header(struct jp2_decoder *d, const struct jp2 *j, struct rect r)
{
    memcpy(d->buf, j->index.header, j->index.header_len);
    unsigned char *siz = d->buf + 2 + 2; /* at Lsiz, after SOC and SIZ's own marker */
    put32(siz + 4, (uint32_t)(r.x + r.w));
    put32(siz + 8, (uint32_t)(r.y + r.h));
    put32(siz + 12, (uint32_t)r.x);
    put32(siz + 16, (uint32_t)r.y);
    put32(siz + 20, (uint32_t)j->index.info.tile_w);
    put32(siz + 24, (uint32_t)j->index.info.tile_h);
    put32(siz + 28, (uint32_t)r.x);
    put32(siz + 32, (uint32_t)r.y);
    d->len = j->index.header_len;
}

static int put_part(struct jp2_decoder *d, const struct jp2 *j, const struct jp2_part *p,
                    struct err *e)
{
    unsigned char *at = d->buf + d->len;
    int rc = source_file_pread(j->file, at, (size_t)p->len, p->offset, e);
    if (rc)
        return rc;
    if (jp2_u16(at) != JP2_SOT || jp2_u16(at + 4) != (uint32_t)p->tile)
        return err_set(e, ERR_INPUT, "changed while it was read");
    size_t header_len;
    rc = jp2_index_check_part(at, (size_t)p->len, &header_len, e);
    if (rc)
        return rc;
    at[4] = at[5] = 0; /* the only tile has the number 0 */
    put32(at + 6, (uint32_t)p->len);
    d->len += (size_t)p->len;
    return 0;
}

int jp2_load_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct err *e)
{
    size_t begin = j->index.first[t], end = j->index.first[t + 1];
    uint64_t len = j->index.header_len + 2;
    for (size_t i = begin; i < end; i++) {
        if (j->index.part[i].len >
            UINT32_MAX) /* Psot has 32 bits; only a part without a length can exceed it */
            return err_set(e, ERR_INPUT, "is %llu bytes long",
                           (unsigned long long)j->index.part[i].len);
        len += j->index.part[i].len;
    }
    int rc = reserve(d, len, e);
    if (rc)
        return rc;
    put_header(d, j, jp2_tile_rect(j, t));
    for (size_t i = begin; i < end && !rc; i++)
        rc = put_part(d, j, &j->index.part[i], e);
    if (!rc) {
        d->buf[d->len++] = JP2_EOC >> 8;
        d->buf[d->len++] = JP2_EOC & 0xff;
    }
    return rc;
}

enum { COM = 0xFF64 };

/* Where the data of a part begin, whose header jp2_load_tile has checked; 0: its header has more
 * than comments and packet lengths. */
static size_t part_data(const unsigned char *part)
{
    size_t at = JP2_SOT_BYTES;
    for (uint32_t marker; (marker = jp2_u16(part + at)) != JP2_SOD;) {
        if (marker != JP2_PLT && marker != COM)
            return 0;
        at += 2 + jp2_u16(part + at + 2);
    }
    return at + 2;
}

const unsigned char *jp2_join_parts(struct jp2_decoder *d, const struct jp2 *j, int32_t t,
                                    size_t *len)
{
    unsigned char *packets = d->buf + j->index.header_len, *to = packets;
    const unsigned char *part = packets;
    for (size_t i = j->index.first[t]; i < j->index.first[t + 1]; i++) {
        const size_t size = (size_t)j->index.part[i].len, header = part_data(part);
        if (header == 0)
            return NULL;
        memmove(to, part + header, size - header);
        to += size - header;
        part += size;
    }
    *len = (size_t)(to - packets);
    return packets;
}
