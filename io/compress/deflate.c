#include "io/compress/deflate.h"

#include <inttypes.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clones.h"
#include "core/mem.h"
#include "io/compress/deflate_runs.h"
#include "io/compress/igzip.h"

struct deflater {
    struct libdeflate_compressor *c;
    struct igzip *fast; /* level 1, if the build has ISA-L */
};

int deflater_create(int level, struct deflater **out, struct err *e)
{
    struct deflater *d = mem_zalloc(1, sizeof *d);
    if (!d)
        return err_nomem(e, sizeof *d);
    int r = level == 1 && igzip_is_there() ? igzip_create(&d->fast, e) : 0;
    if (r == 0 && !(d->c = libdeflate_alloc_compressor(level)))
        r = err_set(e, ERR_TEMPORARY, "out of memory for a compressor of level %d", level);
    if (r) {
        deflater_destroy(d);
        return r;
    }
    *out = d;
    return 0;
}

void deflater_destroy(struct deflater *d)
{
    if (!d)
        return;
    if (d->c)
        libdeflate_free_compressor(d->c);
    igzip_destroy(d->fast);
    free(d);
}

size_t deflater_bound(struct deflater *d, size_t len)
{
    return libdeflate_zlib_compress_bound(d->c, len);
}

/* Writes a part of a stream, and returns its length; 0: it does not fit. Bytes that hardly change
 * are written as runs. */
static size_t run_part(struct deflater *d, const uint8_t *data, size_t n, bool is_last,
                       uint8_t *out, size_t out_size)
{
    const size_t changes = is_last ? deflate_runs_changes(data, n) : n;
    if (changes < n / 32)
        return out_size < deflate_runs_bound(n, changes) ? 0 : deflate_runs_write(data, n, out);
    return igzip_run(d->fast, data, n, is_last, out, out_size);
}

/* Writes a stream with ISA-L: parts of n bytes, each with Huffman codes of its own. */
static size_t run_fast(struct deflater *d, const uint8_t *data, size_t n, int parts, uint8_t *out,
                       size_t out_size)
{
    enum { HEADER = 2, CHECKSUM = 4 };
    if (out_size < HEADER + CHECKSUM)
        return 0;
    size_t len = HEADER;
    const size_t end = out_size - CHECKSUM;
    out[0] = 0x78; /* RFC 1950: deflate, a window of 32 KiB; the fastest level */
    out[1] = 0x01;
    for (int k = 0; k < parts; k++) {
        const size_t part =
            run_part(d, data + (size_t)k * n, n, k == parts - 1, out + len, end - len);
        if (part == 0)
            return 0;
        len += part;
    }
    const uint32_t adler = libdeflate_adler32(1, data, (size_t)parts * n);
    for (int i = 0; i < CHECKSUM; i++)
        out[len++] = (uint8_t)(adler >> (24 - 8 * i));
    return len;
}

size_t deflater_run(struct deflater *d, const void *data, size_t len, void *out, size_t out_size)
{
    const size_t fast = d->fast && len > 0 ? run_fast(d, data, len, 1, out, out_size) : 0;
    return fast ? fast : libdeflate_zlib_compress(d->c, data, len, out, out_size);
}

size_t deflater_run_planes(struct deflater *d, const uint8_t *planes, size_t n, int count,
                           void *out, size_t out_size)
{
    const size_t len = (size_t)count * n;
    const size_t fast = d->fast && n > 0 ? run_fast(d, planes, n, count, out, out_size) : 0;
    return fast ? fast : libdeflate_zlib_compress(d->c, planes, len, out, out_size);
}

/* Unpacks into a buffer of `room` bytes. */
static enum libdeflate_result inflate_into(struct libdeflate_decompressor *d, const void *data,
                                           size_t data_len, unsigned char *out, size_t room,
                                           size_t *len)
{
    size_t used = 0;
    enum libdeflate_result r =
        libdeflate_zlib_decompress_ex(d, data, data_len, out, room, &used, len);
    return r == LIBDEFLATE_SUCCESS && used != data_len ? LIBDEFLATE_BAD_DATA : r;
}

int inflate_whole(const void *data, size_t data_len, size_t max, unsigned char **out, size_t *len,
                  struct err *e)
{
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    enum libdeflate_result r = LIBDEFLATE_INSUFFICIENT_SPACE;
    unsigned char *buf = NULL;
    *out = NULL;
    if (!d)
        return err_set(e, ERR_TEMPORARY, "out of memory for a decompressor");
    size_t room = data_len < max / 8 ? 4 * data_len + 64 : max;
    for (bool last = false; r == LIBDEFLATE_INSUFFICIENT_SPACE && !last; room *= 4) {
        last = room >= max;
        room = last ? max : room;
        free(buf);
        buf = mem_alloc(room + 1, 1);
        if (!buf)
            break;
        r = inflate_into(d, data, data_len, buf, room, len);
    }
    libdeflate_free_decompressor(d);
    if (!buf)
        return err_nomem(e, room);
    if (r == LIBDEFLATE_SUCCESS) {
        buf[*len] = '\0';
        *out = buf;
        return 0;
    }
    free(buf);
    return r == LIBDEFLATE_INSUFFICIENT_SPACE
               ? err_set(e, ERR_INPUT, "zlib stream of %zu bytes that gives more than %zu",
                         data_len, max)
               : err_set(e, ERR_INPUT, "damaged zlib stream of %zu bytes", data_len);
}

int inflate_run(const void *data, size_t data_len, void *out, size_t len, struct err *e)
{
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d)
        return err_set(e, ERR_TEMPORARY, "out of memory for a decompressor");
    size_t got = 0;
    enum libdeflate_result r = libdeflate_zlib_decompress(d, data, data_len, out, len, &got);
    libdeflate_free_decompressor(d);
    if (r != LIBDEFLATE_SUCCESS || got != len)
        return err_set(e, ERR_INPUT, "damaged zlib stream: %zu bytes that must give %zu", data_len,
                       len);
    return 0;
}

/* RFC 1950, 2.2: method 8, a window of up to 32 KiB, the check bits, no dictionary. */
static bool begins_stream(const unsigned char *b)
{
    return (b[0] & 0xf) == 8 && b[0] >> 4 <= 7 && (b[0] << 8 | b[1]) % 31 == 0 && !(b[1] & 0x20);
}

int inflate_next(const void *data, size_t data_len, size_t *at, void *out, size_t room, size_t *len,
                 struct err *e)
{
    const unsigned char *b = data;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d)
        return err_set(e, ERR_TEMPORARY, "out of memory for a decompressor");
    size_t i = *at, used;
    for (*at = 0; *at == 0 && i + 2 <= data_len; i++)
        if (begins_stream(b + i) && libdeflate_zlib_decompress_ex(d, b + i, data_len - i, out, room,
                                                                  &used, len) == LIBDEFLATE_SUCCESS)
            *at = i + used;
    libdeflate_free_decompressor(d);
    return 0;
}

SIMD_CLONES void shuffle4(const void *in, size_t n, void *out, size_t plane)
{
    const uint32_t *restrict v = in;
    uint8_t *restrict p0 = out, *restrict p1 = p0 + plane, *restrict p2 = p1 + plane,
                      *restrict p3 = p2 + plane;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "the chunks are little-endian: add a byte swap"
#endif
    for (size_t i = 0; i < n; i++) {
        p0[i] = (uint8_t)v[i];
        p1[i] = (uint8_t)(v[i] >> 8);
        p2[i] = (uint8_t)(v[i] >> 16);
        p3[i] = (uint8_t)(v[i] >> 24);
    }
}

SIMD_CLONES void unshuffle4(const void *in, void *out, size_t n)
{
    const uint8_t *restrict p0 = in, *restrict p1 = p0 + n, *restrict p2 = p1 + n,
                            *restrict p3 = p2 + n;
    uint32_t *restrict v = out;
    for (size_t i = 0; i < n; i++)
        v[i] = p0[i] | (uint32_t)p1[i] << 8 | (uint32_t)p2[i] << 16 | (uint32_t)p3[i] << 24;
}

SIMD_CLONES void shuffle2(const void *in, void *out, size_t n)
{
    const uint16_t *restrict v = in;
    uint8_t *restrict p0 = out, *restrict p1 = p0 + n;
    for (size_t i = 0; i < n; i++) {
        p0[i] = (uint8_t)v[i];
        p1[i] = (uint8_t)(v[i] >> 8);
    }
}

SIMD_CLONES void unshuffle2(const void *in, void *out, size_t n)
{
    const uint8_t *restrict p0 = in, *restrict p1 = p0 + n;
    uint16_t *restrict v = out;
    for (size_t i = 0; i < n; i++)
        v[i] = (uint16_t)(p0[i] | p1[i] << 8);
}

uint32_t checksum_crc(uint32_t crc, const void *data, size_t len)
{
    return libdeflate_crc32(crc, data, len);
}

void checksum_add(struct checksum *c, const void *data, size_t len)
{
    c->crc = libdeflate_crc32(c->crc, data, len);
    c->adler = libdeflate_adler32(c->adler, data, len);
}

void checksum_format(struct checksum c, char text[CHECKSUM_TEXT_SIZE])
{
    snprintf(text, CHECKSUM_TEXT_SIZE, "%08" PRIx32 "%08" PRIx32, c.crc, c.adler);
}
