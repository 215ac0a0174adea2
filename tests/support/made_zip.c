#include "support/made_zip.h"

#include <stdlib.h>
#include <string.h>

static void put(struct made_zip *b, const void *data, size_t n)
{
    if (b->n + n > sizeof b->at)
        abort();
    memcpy(b->at + b->n, data, n);
    b->n += n;
}

static void put_le(struct made_zip *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        put(b, &(unsigned char){(unsigned char)(v >> 8 * i)}, 1);
}

static uint32_t crc32_of(const char *s, size_t n)
{
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        c ^= (unsigned char)s[i];
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320U : 0);
    }
    return ~c;
}

struct facts {
    uint32_t crc, packed, size;
};

static struct facts facts_of(const struct zip_entry *e)
{
    uint32_t n = (uint32_t)strlen(e->data);
    return (struct facts){crc32_of(e->data, n) ^ e->crc_xor,
                          (e->method == STORED ? n : n + 5) - (e->flags & ZIP_TWO_SIZES ? 1 : 0),
                          e->size ? e->size : n};
}

/* What the local header and the directory have in common, up to the length of the extra fields. */
static void put_common(struct made_zip *b, const struct zip_entry *e, struct facts f, int extra)
{
    int is_large = e->flags & ZIP_LARGE;
    put_le(b, is_large ? 45 : 20, 2);
    put_le(b, (uint32_t)e->flags & 0xffff, 2);
    put_le(b, (uint32_t)e->method, 2);
    put_le(b, 0x00210000, 4); /* 1980-01-01 */
    put_le(b, f.crc, 4);
    put_le(b, is_large ? UINT32_MAX : f.packed, 4);
    put_le(b, is_large ? UINT32_MAX : f.size, 4);
    put_le(b, (uint32_t)strlen(e->name), 2);
    put_le(b, is_large ? (uint32_t)extra : 0, 2);
}

static void put_large(struct made_zip *b, struct facts f, const size_t *place)
{
    put_le(b, 1, 2);
    put_le(b, place ? 24 : 16, 2);
    put_le(b, f.size, 8);
    put_le(b, f.packed, 8);
    if (place)
        put_le(b, *place, 8);
}

static void put_local(struct made_zip *b, const struct zip_entry *e)
{
    struct facts right = facts_of(e), said = right;
    if (e->flags & ZIP_LOCAL_LIES)
        said = (struct facts){0x12345678, 3, 7};
    if (e->flags & ZIP_DESCRIPTOR)
        said = (struct facts){0};
    put(b, "PK\3\4", 4);
    put_common(b, e, said, 20);
    put(b, e->name, strlen(e->name));
    if (e->flags & ZIP_LARGE)
        put_large(b, said, NULL);
    uint32_t n = (uint32_t)strlen(e->data);
    if (e->method != STORED) { /* deflate's own way of storing: one final block */
        put_le(b, 1, 1);
        put_le(b, n, 2);
        put_le(b, ~n & 0xffff, 2);
    }
    put(b, e->data, n);
    if (e->flags & ZIP_DESCRIPTOR) {
        put(b, "PK\7\10", 4);
        put_le(b, right.crc, 4);
        put_le(b, right.packed, e->flags & ZIP_LARGE ? 8 : 4);
        put_le(b, right.size, e->flags & ZIP_LARGE ? 8 : 4);
    }
}

static void put_listed(struct made_zip *directory, const struct zip_entry *e, size_t place)
{
    struct facts f = facts_of(e);
    put(directory, "PK\1\2\x2d\0", 6);
    put_common(directory, e, f, 28);
    put(directory, "\0\0\0\0\0\0\0\0\0", 10);
    put_le(directory, e->flags & ZIP_LARGE ? UINT32_MAX : place, 4);
    put(directory, e->name, strlen(e->name));
    if (e->flags & ZIP_LARGE)
        put_large(directory, f, &place);
}

/* The directory's own place and length, 64 bits wide. */
static void put_large_end(struct made_zip *b, size_t count, size_t start, size_t length)
{
    size_t here = b->n;
    put(b, "PK\6\6", 4);
    put_le(b, 44, 8);
    put_le(b, 45 << 16 | 45, 4);
    put_le(b, 0, 8);
    put_le(b, count, 8);
    put_le(b, count, 8);
    put_le(b, length, 8);
    put_le(b, start, 8);
    put(b, "PK\6\7\0\0\0\0", 8);
    put_le(b, here, 8);
    put_le(b, 1, 4);
}

void made_zip(struct made_zip *b, const struct zip_entry *entry, size_t count)
{
    struct made_zip directory = {.n = 0};
    int is_large = 0;
    b->n = 0;
    for (size_t i = 0; i < count; i++) {
        is_large |= entry[i].flags & ZIP_LARGE;
        put_listed(&directory, &entry[i], b->n);
        put_local(b, &entry[i]);
    }
    size_t start = b->n;
    put(b, directory.at, directory.n);
    if (is_large)
        put_large_end(b, count, start, directory.n);
    put(b, "PK\5\6\0\0\0\0", 8);
    put_le(b, is_large ? UINT16_MAX : count, 2);
    put_le(b, is_large ? UINT16_MAX : count, 2);
    put_le(b, is_large ? UINT32_MAX : directory.n, 4);
    put_le(b, is_large ? UINT32_MAX : start, 4);
    put_le(b, 0, 2);
}
