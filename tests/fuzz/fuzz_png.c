/* PNG masks of up to 256 x 256, whole and row by row: every value that is read is looked at, and
 * both must agree. */
#include <stdlib.h>
#include <string.h>

#include "io/image/pngfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* `whole`: NULL when the whole image could not be read. Rows that are read before the damage are no
 * contradiction. */
static void read_rows(struct pngfile_rows *r, const struct pngfile *whole)
{
    static unsigned char row[2 * 256];
    const struct pngfile *i = pngfile_rows_info(r);
    size_t n = (size_t)i->width * (size_t)i->bytes;
    struct err e = ERR_INIT;
    if (i->width < 1 || i->height < 1 || i->width > 256 || i->height > 256 || i->bytes > 2 ||
        pngfile_rows_bytes(r) < 3 * n)
        abort();
    int32_t last = -1; /* that could be read */
    for (int32_t y = 0; y < i->height; y++) {
        if (pngfile_rows_read(r, y, row, &e) != 0)
            break;
        if (whole && memcmp(row, (const unsigned char *)whole->px + (size_t)y * n, n) != 0)
            abort();
        last = y;
    }
    if (last < i->height - 1 ? whole || e.msg[0] == '\0' : !whole)
        abort();
    if (last >= 0 && pngfile_rows_read(r, last / 2, row, &e) != 0)
        abort();
}

static void try_rows(const uint8_t *data, size_t size, const struct pngfile *whole)
{
    struct source_entry entry = {"png", data, size};
    struct source *s;
    struct source_file *f;
    struct pngfile_rows *r;
    struct err e = ERR_INIT;
    if (source_open_memory(&entry, 1, &s, &e) != 0 || source_file_open(s, "png", &f, &e) != 0)
        abort();
    if (pngfile_rows_open(f, 256, 256, &r, &e) == 0)
        read_rows(r, whole);
    else if (e.msg[0] == '\0' || r || (whole && whole->kind != PNGFILE_ID))
        abort();
    pngfile_rows_close(r);
    source_file_close(f);
    source_close(s);
}

static void try_opacity(const uint8_t *data, size_t size)
{
    struct pngfile p;
    struct err e = ERR_INIT;
    struct pngfile_bytes in = {data, size};
    if (pngfile_decode_opacity("png", in, 256, 256, &p, &e) != 0) {
        if (e.msg[0] == '\0' || p.px)
            abort();
        return;
    }
    for (size_t i = 0; i < (size_t)p.width * (size_t)p.height; i++)
        if (pngfile_value(&p, i) > 1)
            abort();
    pngfile_clear(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pngfile p;
    struct err e = ERR_INIT;
    try_opacity(data, size);
    if (pngfile_decode("png", (struct pngfile_bytes){data, size}, 256, 256, &p, &e) != 0) {
        if (e.msg[0] == '\0' || p.px)
            abort();
        try_rows(data, size, NULL);
        return 0;
    }
    uint32_t all = 0;
    for (size_t i = 0; i < (size_t)p.width * (size_t)p.height; i++)
        all |= pngfile_value(&p, i);
    if (p.width < 1 || p.height < 1 || p.width > 256 || p.height > 256 ||
        (p.bits < 32 && all >> p.bits))
        abort();
    try_rows(data, size, &p);
    pngfile_clear(&p);
    return 0;
}
