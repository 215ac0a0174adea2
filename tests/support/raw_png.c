#include "support/raw_png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    unsigned char *at;
    size_t n;
};

static void put(struct bytes *b, const void *data, size_t n)
{
    b->at = realloc(b->at, b->n + n + 1);
    if (!b->at)
        abort();
    if (n > 0)
        memcpy(b->at + b->n, data, n);
    b->n += n;
}

static void put32(struct bytes *b, uint32_t v)
{
    put(b,
        (unsigned char[]){(unsigned char)(v >> 24), (unsigned char)(v >> 16),
                          (unsigned char)(v >> 8), (unsigned char)v},
        4);
}

static void put_chunk(struct bytes *b, const char *type, const void *data, size_t n)
{
    put32(b, (uint32_t)n);
    size_t begin = b->n;
    put(b, type, 4);
    put(b, data, n);
    uint32_t c = 0xffffffff;
    for (size_t i = begin; i < b->n; i++) {
        c ^= b->at[i];
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320U : 0);
    }
    put32(b, ~c);
}

/* zlib's format with stored blocks */
static void put_zlib(struct bytes *b, const unsigned char *data, size_t n)
{
    uint32_t s = 1, t = 0;
    put(b, "\x78\x01", 2);
    for (size_t i = 0; i < n; i++) {
        s = (s + data[i]) % 65521;
        t = (t + s) % 65521;
    }
    for (size_t at = 0, len; at == 0 || at < n; at += len) {
        len = n - at < 65535 ? n - at : 65535;
        put(b,
            (unsigned char[]){at + len == n, (unsigned char)len, (unsigned char)(len >> 8),
                              (unsigned char)~len, (unsigned char)(~len >> 8)},
            5);
        put(b, data + at, len);
        if (len == 0)
            break;
    }
    put32(b, t << 16 | s);
}

unsigned char *raw_png_make(const struct raw_png *p, size_t *len)
{
    static const unsigned char palette[] = {9, 9, 9, 200, 0, 0, 0, 200, 0, 0, 0, 200};
    struct bytes header = {NULL, 0}, zlib = {NULL, 0}, b = {NULL, 0};
    put(&b, "\x89PNG\r\n\x1a\n", 8);
    put32(&header, p->width);
    put32(&header, p->height);
    put(&header,
        (unsigned char[]){(unsigned char)p->bits, (unsigned char)p->colour, 0, 0,
                          (unsigned char)p->interlace},
        5);
    put_chunk(&b, "IHDR", header.at, header.n);
    if (p->colour == 3)
        put_chunk(&b, "PLTE", palette, sizeof palette);
    put_zlib(&zlib, p->rows, p->len);
    size_t piece = p->piece ? p->piece : zlib.n;
    for (size_t at = 0; at < zlib.n; at += piece)
        put_chunk(&b, "IDAT", zlib.at + at, zlib.n - at < piece ? zlib.n - at : piece);
    put_chunk(&b, "IEND", "", 0);
    free(header.at);
    free(zlib.at);
    *len = b.n;
    return b.at;
}

/* The pixels x0, x0 + dx, … of the rows y0, y0 + dy, … */
struct pass {
    uint32_t x0, y0, dx, dy;
};

static void put_pass(struct bytes *b, const struct raw_png *p, struct pass s,
                     uint32_t (*value)(uint32_t, uint32_t))
{
    size_t pixels = s.x0 < p->width ? (p->width - s.x0 + s.dx - 1) / s.dx : 0;
    size_t n = 1 + (pixels * (size_t)p->bits + 7) / 8;
    unsigned char *row = malloc(n);
    if (!row)
        abort();
    for (uint32_t y = s.y0; pixels > 0 && y < p->height; y += s.dy) {
        memset(row, 0, n);
        for (size_t i = 0; i < pixels; i++) {
            uint32_t v = value(s.x0 + (uint32_t)i * s.dx, y);
            if (p->bits == 16) {
                row[1 + 2 * i] = (unsigned char)(v >> 8);
                row[2 + 2 * i] = (unsigned char)v;
            } else {
                size_t bit = i * (size_t)p->bits;
                row[1 + bit / 8] |= (unsigned char)(v << (8 - p->bits - (int)(bit % 8)));
            }
        }
        put(b, row, n);
    }
    free(row);
}

unsigned char *raw_png_rows(const struct raw_png *p, uint32_t (*value)(uint32_t x, uint32_t y),
                            size_t *len)
{
    static const struct pass adam7[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    struct bytes b = {NULL, 0};
    for (int i = 0; i < (p->interlace ? 7 : 1); i++)
        put_pass(&b, p, p->interlace ? adam7[i] : (struct pass){0, 0, 1, 1}, value);
    *len = b.n;
    return b.at;
}
