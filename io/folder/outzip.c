#include "io/folder/outzip.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "io/compress/deflate.h"

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    VERSION = 20, /* of the format, to extract: 2.0 */
    UNIX = 3 << 8, /* made on a system with file modes */
    UTF8_NAME = 1 << 11,
    DATE = 1 << 5 | 1, /* 1980-01-01 */
};
#define MODE (0100644U << 16)

struct outzip {
    struct outstream *to;
    char *path;
    struct text directory; /* the central directory so far */
    size_t files;
};

/* Little-endian numbers, one after the other. */
struct record {
    unsigned char at[CENTRAL_BYTES];
    size_t n;
};

static void put(struct record *r, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        r->at[r->n++] = (unsigned char)(value >> 8 * i);
}

int outzip_open(const char *path, enum outstream_mode mode, struct outzip **out, struct err *e)
{
    struct outzip *z = mem_zalloc(1, sizeof *z);
    *out = NULL;
    if (!z || !(z->path = mem_strdup(path))) {
        free(z);
        return err_nomem(e, sizeof *z + strlen(path));
    }
    int r = outstream_open(path, mode, &z->to, e);
    if (r)
        outzip_abandon(z);
    else
        *out = z;
    return r;
}

/* What both headers of a file have: from the flags on. */
struct entry {
    const char *name;
    uint32_t crc, size;
    size_t name_len;
};

static void put_entry(struct record *r, const struct entry *f)
{
    put(r, UTF8_NAME, 2);
    put(r, 0, 2); /* stored */
    put(r, 0, 2); /* time */
    put(r, DATE, 2);
    put(r, f->crc, 4);
    put(r, f->size, 4); /* packed */
    put(r, f->size, 4);
    put(r, (uint32_t)f->name_len, 2);
    put(r, 0, 2); /* extra fields */
}

static void add_to_directory(struct outzip *z, const struct entry *f, uint32_t offset)
{
    struct record r = {.n = 0};
    put(&r, 0x02014b50, 4);
    put(&r, UNIX | VERSION, 2);
    put(&r, VERSION, 2);
    put_entry(&r, f);
    put(&r, 0, 2); /* comment */
    put(&r, 0, 2); /* disk */
    put(&r, 0, 2); /* internal attributes */
    put(&r, MODE, 4);
    put(&r, offset, 4);
    text_add(&z->directory, (const char *)r.at, r.n);
    text_add(&z->directory, f->name, f->name_len);
}

int outzip_add(struct outzip *z, const char *name, const void *data, size_t len, struct err *e)
{
    struct record r = {.n = 0};
    struct entry f = {.name = name, .name_len = strlen(name)};
    const uint64_t offset = outstream_length(z->to),
                   more = (uint64_t)LOCAL_BYTES + CENTRAL_BYTES + 2 * f.name_len + len,
                   all = offset + z->directory.len + END_BYTES;
    if (z->files == OUTZIP_FILES_MAX || f.name_len > UINT16_MAX || len > OUTZIP_BYTES_MAX ||
        all + more > OUTZIP_BYTES_MAX)
        return err_set(e, ERR_USAGE,
                       "%s: a .zip has at most %d files and 4 GiB; choose fewer subscenes", z->path,
                       OUTZIP_FILES_MAX);
    f.size = (uint32_t)len;
    f.crc = checksum_crc(0, data, len);
    put(&r, 0x04034b50, 4);
    put(&r, VERSION, 2);
    put_entry(&r, &f);
    add_to_directory(z, &f, (uint32_t)offset);
    z->files++;
    if (z->directory.failed)
        return err_nomem(e, z->directory.len);
    int rc = outstream_add(z->to, r.at, r.n, e);
    rc = rc ? rc : outstream_add(z->to, name, f.name_len, e);
    return rc ? rc : outstream_add(z->to, data, len, e);
}

void outzip_abandon(struct outzip *z)
{
    if (!z)
        return;
    outstream_abandon(z->to);
    free(z->directory.s);
    free(z->path);
    free(z);
}

int outzip_close(struct outzip *z, enum outstream_outcome *outcome, struct err *e)
{
    struct record r = {.n = 0};
    put(&r, 0x06054b50, 4);
    put(&r, 0, 2); /* disk */
    put(&r, 0, 2); /* disk of the directory */
    put(&r, (uint32_t)z->files, 2);
    put(&r, (uint32_t)z->files, 2);
    put(&r, (uint32_t)z->directory.len, 4);
    put(&r, (uint32_t)outstream_length(z->to), 4);
    put(&r, 0, 2); /* comment */
    int rc = outstream_add(z->to, z->directory.s ? z->directory.s : "", z->directory.len, e);
    rc = rc ? rc : outstream_add(z->to, r.at, r.n, e);
    if (rc == 0) {
        rc = outstream_close(z->to, outcome, e);
        z->to = NULL;
    }
    outzip_abandon(z);
    return rc;
}
