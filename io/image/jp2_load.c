#include "io/image/jp2_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static void put32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (24 - 8 * i));
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

/* The bytes of all parts of a tile, their headers too. */
static int sum_parts(const struct jp2 *j, int32_t t, uint64_t *sum, struct err *e)
{
    *sum = 0;
    for (size_t i = j->index.first[t]; i < j->index.first[t + 1]; i++) {
        const uint64_t len = j->index.part[i].len;
        if (len > UINT32_MAX) /* Psot has 32 bits; only a part without a length can exceed it */
            return err_set(e, ERR_INPUT, "is %llu bytes long", (unsigned long long)len);
        *sum += len;
    }
    return 0;
}

/* Makes room for all parts of a tile and `more` bytes. */
static int reserve(struct jp2_decoder *d, const struct jp2 *j, int32_t t, size_t more,
                   struct err *e)
{
    uint64_t len;
    int rc = sum_parts(j, t, &len, e);
    if (rc)
        return rc;
    if (len > SIZE_MAX - more)
        return err_nomem(e, len);
    d->buf = mem_scratch(d->buf, (size_t)len + more, &d->capacity, 1, e);
    return d->buf ? 0 : ERR_TEMPORARY;
}

static int read_part(const struct jp2 *j, const struct jp2_part *p, unsigned char *at,
                     struct jp2_part_header *header, struct err *e)
{
    int rc = source_file_pread(j->file, at, (size_t)p->len, p->offset, e);
    if (rc)
        return rc;
    if (jp2_u16(at) != JP2_SOT || jp2_u16(at + 4) != (uint32_t)p->tile)
        return err_set(e, ERR_INPUT, "changed while it was read");
    return jp2_index_check_part(at, (size_t)p->len, header, e);
}

static int put_part(struct jp2_decoder *d, const struct jp2 *j, const struct jp2_part *p,
                    struct err *e)
{
    struct jp2_part_header header;
    unsigned char *at = d->buf + d->len;
    int rc = read_part(j, p, at, &header, e);
    if (rc)
        return rc;
    at[4] = at[5] = 0; /* the only tile has the number 0 */
    put32(at + 6, (uint32_t)p->len);
    d->len += (size_t)p->len;
    return 0;
}

int jp2_load_tile(struct jp2_decoder *d, const struct jp2 *j, int32_t t, struct err *e)
{
    int rc = reserve(d, j, t, j->index.header_len + 2, e);
    if (rc)
        return rc;
    put_header(d, j, jp2_tile_rect(j, t));
    for (size_t i = j->index.first[t]; i < j->index.first[t + 1] && !rc; i++)
        rc = put_part(d, j, &j->index.part[i], e);
    if (!rc) {
        d->buf[d->len++] = JP2_EOC >> 8;
        d->buf[d->len++] = JP2_EOC & 0xff;
    }
    return rc;
}

int jp2_load_packets(struct jp2_decoder *d, const struct jp2 *j, int32_t t, bool *own_coding,
                     struct err *e)
{
    int rc = reserve(d, j, t, 0, e);
    d->len = 0;
    *own_coding = false;
    for (size_t i = j->index.first[t]; i < j->index.first[t + 1] && !rc; i++) {
        const size_t len = (size_t)j->index.part[i].len;
        struct jp2_part_header header = {0};
        unsigned char *at = d->buf + d->len;
        rc = read_part(j, &j->index.part[i], at, &header, e);
        if (rc)
            break;
        memmove(at, at + header.len, len - header.len);
        d->len += len - header.len;
        *own_coding |= header.own_coding;
    }
    return rc;
}

void jp2_sum_header(const struct jp2 *j, struct checksum *sum)
{
    checksum_add(sum, j->index.header, j->index.header_len);
}

int jp2_sum_tile(const struct jp2 *j, int32_t t, struct checksum *sum, struct err *e)
{
    int rc = 0;
    for (size_t i = j->index.first[t]; rc == 0 && i < j->index.first[t + 1]; i++)
        rc = source_file_sum(j->file, j->index.part[i].offset, j->index.part[i].len, sum, e);
    return rc;
}
